internal import Metrics

/// The words that reports have for a quantity of an audit, and how its numbers are shown.
extension AuditedQuantity {
  /// Those that a table shows unless it is told others.
  static let usual: [Self] = [.relativeVariance, .squaredBias, .cosine, .samples]

  /// The head of a column.
  var title: String {
    switch self {
    case .relativeVariance: "Relative variance"
    case .betweenPrompts: "Between prompts"
    case .squaredBias: "Squared bias"
    case .scale: "Scale"
    case .direction: "Direction"
    case .cosine: "Cosine of a batch"
    case .samples: "Completions for a cosine of 0.9"
    case .variance: "Variance"
    case .adamRelativeVariance: "Relative variance after Adam"
    case .adamCosine: "Cosine after Adam"
    }
  }

  /// The title within a sentence.
  var words: String { title.prefix(1).lowercased() + title.dropFirst() }

  /// A sentence on its meaning, for the small print.
  var note: String {
    switch self {
    case .relativeVariance:
      "Relative variance: of the estimate from one completion, over the squared norm of its expectation."
    case .betweenPrompts:
      "Between prompts: the share of a group's variance that lies between prompts."
    case .squaredBias:
      "Squared bias: over the squared norm of the true gradient, scale included; estimated without bias, so "
        + "perhaps below 0."
    case .scale: "Scale: the expected estimate along the true gradient, in units of its norm."
    case .direction: "Direction: the cosine of the expected estimate with the true gradient."
    case .cosine: "Cosine of a batch: of its estimate with the true gradient."
    case .samples: "Completions: how many it takes until the estimate has a cosine of 0.9."
    case .variance: "Variance: the trace of the covariance of the estimate from one completion."
    case .adamRelativeVariance, .adamCosine:
      "After Adam: divided by the root of the second moments that Adam would have."
    }
  }

  /// Whether it spans powers of ten from one baseline to another, so that each number has its own digits and an axis
  /// is logarithmic.
  var isOfAnySize: Bool {
    switch self {
    case .relativeVariance, .samples, .variance, .adamRelativeVariance: true
    case .betweenPrompts, .squaredBias, .scale, .direction, .cosine, .adamCosine: false
    }
  }

  /// Whether estimates of different scale are compared by it.
  var isFreeOfScale: Bool {
    switch self {
    case .squaredBias, .betweenPrompts, .scale, .variance: false
    case .relativeVariance, .direction, .cosine, .samples, .adamRelativeVariance,
      .adamCosine:
      true
    }
  }

  /// How many digits after the point show `value` among all `values` of a column.
  func decimals(of value: Double, among values: [Double]) -> Int {
    if self == .samples { return 0 }
    let scale = isOfAnySize ? value : values.map(\.magnitude).max() ?? 1
    return max(isOfAnySize ? 0 : 3, NumberText.decimals(forScale: scale) - 1)
  }
}
