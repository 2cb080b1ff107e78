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
}
