public import ResultStore

/// What is known of a metric beside its values.
public struct MetricInformation: Equatable, Sendable {
  /// The words for column heads and axes, such as "Evaluation return".
  public var title: String
  /// The values the metric can take, in its own unit; nil if it has no bounds.
  public var range: ClosedRange<Double>?
  /// Differences up to this size count as noise; nil stands for 5 % of the range.
  public var declaredMargin: Double?
  /// Whether larger values are better, or smaller ones; nil where neither is.
  public var higherIsBetter: Bool?
  /// Such as "nats"; empty for a number without unit.
  public var unit: String
  /// Whether the metric counts something, so that it is shown without a fraction.
  public var isCount: Bool
  /// What a run's value is a mean over, such as "100 evaluation episodes of each run"; nil if nothing is
  /// known of it.
  public var items: String?
  /// What a curve of the metric has to say of its last point, which is measured on more items than those before
  /// it; nil if it is not.
  public var lastPoint: String?
  /// What makes the metric comparable across tasks; nil if nothing does.
  public var normalization: ScoreScale?

  /// Creates what is known of a metric.
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

/// What is known of the metrics of an experiment.
///
/// Reports cannot see algorithms and environments, so whoever builds a report says what their
/// metrics mean.
public struct MetricCatalog: Sendable {
  /// What runs cost, in the order of the columns.
  let costs: [CostMetric]
  private let lookUp:
    @Sendable (_ metric: String, _ preimage: [String: String]) -> MetricInformation?

  /// Creates a catalog.
  ///
  /// - Parameters:
  ///   - costs: What runs cost, in the order of the columns.
  ///   - lookUp: What is known of a metric or curve of runs whose key has these fields; nil if nothing is.
  public init(
    costs: [CostMetric] = [],
    _ lookUp:
      @escaping @Sendable (_ metric: String, _ preimage: [String: String]) ->
      MetricInformation?
  ) {
    self.costs = costs
    self.lookUp = lookUp
  }

  /// A catalog that knows nothing but what names tell.
  public static let empty = MetricCatalog { _, _ in nil }

  /// What is known of `metric`; at least a title made from its name.
  func information(on metric: String, preimage: [String: String]) -> MetricInformation {
    lookUp(metric, preimage) ?? MetricInformation(title: Self.words(metric))
  }

  /// `evaluation_return` becomes "Evaluation return".
  static func words(_ metric: String) -> String {
    let words = metric.replacing("_", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }
}
