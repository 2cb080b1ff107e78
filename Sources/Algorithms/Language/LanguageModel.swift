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
    optimizer =
      if let needs {
        Adam(
          parameters, beta2: needs.adamBeta2, epsilon: needs.adamEpsilon,
          epsilonPlacement: needs.adamEpsilonPlacement, weightDecay: needs.weightDecay)
      } else {
        nil
      }
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

/// Takes one step of the optimizers of `models`, their gradients clipped to one global norm.
///
/// - Parameters:
///   - models: What is trained, with the step size of each.
///   - limit: The largest norm of all gradients together; none for no clipping.
/// - Returns: The norm before clipping; the step is taken only if it is finite.
func takeOptimizerStep(
  _ models: [(model: LanguageModel, learningRate: Double)], clippingTo limit: Double?
) -> Double {
  var squares = 0.0
  for (model, _) in models {
    let norm = globalNorm(ofGradientsOf: model.parameters)
    squares += norm * norm
  }
  let norm = squares.squareRoot()
  guard norm.isFinite else { return norm }
  if let limit {
    // PyTorch's `clip_grad_norm_`.
    let factor = limit / (norm + 1e-6)
    if factor < 1 {
      for (model, _) in models {
        for slice in model.parameters.slices {
          scale(model.parameters.gradients(of: slice), by: Float(factor))
        }
      }
    }
  }
  for (model, learningRate) in models { model.optimizer?.update(learningRate: learningRate) }
  return norm
}
