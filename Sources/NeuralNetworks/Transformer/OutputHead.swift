import Tensors

/// The kind of a transformer's output.
public enum TransformerHead: String, CaseIterable, Hashable, Sendable {
  /// A distribution over the next token.
  case tokens
  /// One number: a value or a reward.
  case scalar
}

/// The last normalization and the product with the head's weight, for the rows that are read.
struct OutputHead {
  let norm: NormalizationLayer
  /// [outputs, width]: the embedding, lm_head or score.
  let weight: ParameterSet.Slice
  let isTied: Bool
  let parameters: ParameterSet
  let profile: NumericsProfile

  /// Declares `body`.norm and, where the embedding is not the head's weight, `prefix`lm_head or score.
  init(
    prefix: String, body: String, settings: TransformerSettings, vocabulary: Int,
    head: TransformerHead, embedding: ParameterSet.Slice, parameters: ParameterSet,
    profile: NumericsProfile
  ) {
    norm = NormalizationLayer(
      kind: settings.normalization, name: "\(body).norm", width: settings.width,
      parameters: parameters)
    switch head {
    case .tokens where settings.tiedHead:
      weight = embedding
      isTied = true
    case .tokens:
      weight = parameters.declare(
        name: "\(prefix)lm_head.weight", shape: [vocabulary, settings.width])
      isTied = false
    case .scalar:
      weight = parameters.declare(name: "\(prefix)score.weight", shape: [1, settings.width])
      isTied = false
    }
    self.parameters = parameters
    self.profile = profile
  }

  /// The width of a row of outputs.
  var outputs: Int { weight.shape[0] }

  /// outputs = normalized · weightᵀ, each an ascending chain, then times `scale`.
  ///
  /// - Parameters:
  ///   - normalized: [rows, width].
  ///   - factor: 1 / temperature.
  ///   - outputs: [rows, outputs].
  func forward(_ normalized: Matrix, scale factor: Float, into outputs: Matrix) {
    multiply(
      normalized, parameters.values(of: weight), form: .secondTransposed, into: outputs,
      profile: profile)
    if factor != 1 { scale(outputs, by: factor) }
  }

  /// ∂L/∂normalized = ∂L/∂outputs · weight.
  func writeInputGradient(_ gradient: Matrix, into dx: Matrix) {
    multiply(gradient, parameters.values(of: weight), into: dx, profile: profile)
  }

  /// Adds ∂L/∂outputsᵀ · normalized to the weight's gradient, as one leaf: the rows of one sequence.
  func addWeightGradient(_ normalized: Matrix, _ gradient: Matrix) {
    multiply(
      gradient, normalized, form: .firstTransposed, into: parameters.gradients(of: weight),
      mode: .adds, profile: profile)
  }
}
