import NeuralNetworks
import Tensors

/// A transformer with its parameters and, if it is trained, their optimizer.
final class LanguageModel {
  let transformer: Transformer
  let parameters: ParameterSet
  /// None for a model that is frozen.
  let optimizer: Adam?

  /// Creates a model; its weights are not initialised yet.
  init(
    settings: TransformerSettings, vocabulary: Int, head: TransformerHead,
    profile: NumericsProfile, training needs: LanguageNeeds? = nil
  ) {
    parameters = ParameterSet()
    transformer = Transformer(
      settings: settings, vocabulary: vocabulary, head: head, parameters: parameters,
      profile: profile)
    parameters.allocate()
    optimizer = needs?.adam.optimizer(of: parameters)
  }

  /// Makes each parameter that `other` has under the same name and shape a copy of it.
  func copyParameters(of other: LanguageModel) {
    for slice in parameters.slices {
      guard
        let source = other.parameters.slices.first(where: {
          $0.name == slice.name && $0.shape == slice.shape
        })
      else { continue }
      parameters.values.copy(from: other.parameters.values(of: source).array, at: slice.offset)
    }
  }
}
