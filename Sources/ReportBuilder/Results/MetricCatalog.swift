public import ResultStore

/// The meaning of a metric beside its values: title, unit, range and direction.
public struct MetricInformation: Equatable, Sendable {
  /// The words for column heads and axes, such as "Evaluation return".
  public var title: String
  /// The values the metric can take, in its own unit; nil if it has no bounds.
  public var range: ClosedRange<Double>?
  /// Differences up to this size count as noise; nil stands for 5 % of the range.
  public var declaredMargin: Double?
  /// Whether larger values are better, or smaller ones; nil where neither is.
  public var higherIsBetter: Bool?
  /// The unit, such as "nats"; empty for a number without unit.
  public var unit: String
  /// Whether the metric counts something, so that it is shown without a fraction.
  public var isCount: Bool
  /// The items that a run's value is a mean over, such as "100 evaluation episodes of each run"; nil if
  /// they are not known.
  public var items: String?
  /// A sentence on the last point of a curve, which is measured on more items than those before it; nil if it is
  /// not.
  public var lastPoint: String?
  /// The scale that makes the metric comparable across tasks; nil if there is none.
  public var normalization: ScoreScale?
  /// The metric that holds its standard error over the items; nil if the catalog has no name for such.
  var standardError: String?

  /// Creates the information.
  public init(
    title: String, range: ClosedRange<Double>? = nil, margin: Double? = nil,
    higherIsBetter: Bool? = nil, unit: String = "", isCount: Bool = false, items: String? = nil,
    lastPoint: String? = nil, normalization: ScoreScale? = nil
  ) {
    self.title = title
    self.range = range
    self.declaredMargin = margin
    self.higherIsBetter = higherIsBetter
    self.unit = unit
    self.isCount = isCount
    self.items = items
    self.lastPoint = lastPoint
    self.normalization = normalization
  }

  /// Whether smaller values are better.
  public var isLowerBetter: Bool { higherIsBetter == false }

  /// Whether the metric is memory, which is shown in binary units.
  var isBytes: Bool { unit == "bytes" }

  /// The head of a column: the title, and an arrow to the better side where there is one.
  var columnTitle: String { title + (higherIsBetter.map { $0 ? " ↑" : " ↓" } ?? "") }

  /// The title of an axis: the quantity with its unit, which some quantities have in their name.
  var axisTitle: String {
    let words = title.lowercased().split { !$0.isLetter }
    return unit.isEmpty || words.contains { $0 == unit.lowercased() } ? title : "\(title) (\(unit))"
  }

  /// The largest difference that counts as noise, or nil if nothing is known of the metric's scale.
  public var margin: Double? {
    declaredMargin ?? range.map { ($0.upperBound - $0.lowerBound) * 0.05 }
  }
}

/// A catalog of metrics: their meaning by their names.
///
/// Reports cannot see algorithms and environments, so whoever builds a report says what their
/// metrics mean.
public struct MetricCatalog: Sendable {
  /// The metrics that count what runs cost, in the order of the columns.
  let costs: [CostMetric]
  private let standardErrorSuffix: String?
  private let lookUp:
    @Sendable (_ metric: String, _ preimage: [String: String]) -> MetricInformation?

  /// Creates a catalog.
  ///
  /// - Parameters:
  ///   - costs: The metrics that count what runs cost, in the order of the columns.
  ///   - standardErrorSuffix: The end of the name of a metric that is the standard error of another; nil if none is.
  ///   - lookUp: Returns the information on a metric or curve of runs whose key has these fields; nil if there is none.
  public init(
    costs: [CostMetric] = [], standardErrorSuffix: String? = nil,
    _ lookUp:
      @escaping @Sendable (_ metric: String, _ preimage: [String: String]) ->
      MetricInformation?
  ) {
    self.costs = costs
    self.standardErrorSuffix = standardErrorSuffix
    self.lookUp = lookUp
  }

  /// The catalog without a metric: titles are made from names.
  public static let empty = MetricCatalog { _, _ in nil }

  /// The information on `metric`; at least a title made from its name.
  func information(on metric: String, preimage: [String: String]) -> MetricInformation {
    var information =
      lookUp(metric, preimage) ?? MetricInformation(title: Self.words(metric))
    information.standardError = standardErrorSuffix.map { metric + $0 }
    return information
  }

  /// Whether `metric` is the standard error of another one.
  func isStandardError(_ metric: String) -> Bool {
    standardErrorSuffix.map(metric.hasSuffix) ?? false
  }

  /// `evaluation_return` becomes "Evaluation return".
  static func words(_ metric: String) -> String {
    let words = metric.replacing("_", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }
}
