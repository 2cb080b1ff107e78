public import Metrics
public import ResultStore

/// A metric or curve of given runs: its declaration, with what their task and evaluation say of it.
public struct MetricInformation: Equatable, Sendable {
  private var declaration: MetricDeclaration
  /// The words for column heads and axes, such as "Evaluation return".
  private(set) var title: String
  /// The values the metric can take, in its own unit; nil if it has no bounds.
  let range: ClosedRange<Double>?
  /// The scale that makes the metric comparable across tasks; nil if there is none.
  let normalization: ScoreScale?
  /// The items that a run's value is a mean over, such as "100 evaluation episodes of each run"; nil if
  /// they are not known.
  let items: String?
  /// A sentence on the last point of a curve, which is measured on more items than those before it; nil if it is
  /// not.
  let lastPoint: String?

  /// Creates the information.
  ///
  /// - Parameters:
  ///   - declaration: The declaration of the metric.
  ///   - preimage: The fields of the runs' key, which say how many items an evaluation has.
  ///   - title: The words of the task for it; those of the declaration, if nil.
  ///   - range: Its bounds on the task; those of the declaration, if nil.
  ///   - normalization: The scale that makes it comparable across tasks.
  public init(
    _ declaration: MetricDeclaration, ofKey preimage: [String: String], title: String? = nil,
    range: ClosedRange<Double>? = nil, normalization: ScoreScale? = nil
  ) {
    self.declaration = declaration
    self.title = title ?? declaration.title
    if range == nil, case .fixed(let fixed) = declaration.range {
      self.range = fixed
    } else {
      self.range = range
    }
    self.normalization = normalization
    items = declaration.items?.words(ofKey: preimage)
    lastPoint = declaration.items?.lastPoint(ofKey: preimage)
  }

  /// The same with what a spec states of it, which stands before what is declared.
  func stated(as stated: StatedMetric) -> Self {
    var information = self
    information.declaration = MetricDeclaration(
      declaration.name, declaration.documentation, title: stated.title ?? title,
      unit: stated.unit ?? unit, range: declaration.range,
      better: stated.higherIsBetter.map { $0 ? .higher : .lower } ?? declaration.better)
    information.title = stated.title ?? title
    return information
  }

  /// The unit, such as "nats"; empty for a number without unit.
  var unit: String { declaration.unit }

  /// Whether the metric counts something, so that it is shown without a fraction.
  var isCount: Bool { declaration.isCount }

  /// Whether larger values are better, or smaller ones; nil where neither is.
  var higherIsBetter: Bool? { declaration.better.map { $0 == .higher } }

  /// Whether smaller values are better.
  var isLowerBetter: Bool { declaration.better == .lower }

  /// The reason why a metric of the same name elsewhere is another quantity; nil if nothing stands against one table.
  func difference(from other: Self) -> String? {
    if let higherIsBetter, let others = other.higherIsBetter, higherIsBetter != others {
      return
        "\(higherIsBetter ? "higher" : "lower") is better in one and \(others ? "higher" : "lower") in the other"
    }
    guard !unit.isEmpty, !other.unit.isEmpty, unit != other.unit else { return nil }
    return "one is in \(unit) and the other in \(other.unit)"
  }

  /// The name of the metric that holds its standard error over the items.
  var standardError: String { declaration.name + MetricDeclaration.standardErrorSuffix }

  /// Whether the metric is memory, which is shown in binary units.
  var isBytes: Bool { unit == "bytes" }

  /// The head of a column: the title, and an arrow to the better side where there is one.
  var columnTitle: String { title + arrow }

  /// An arrow to the better side behind a space; empty where neither is.
  var arrow: String { higherIsBetter.map { $0 ? " ↑" : " ↓" } ?? "" }

  /// The title of an axis: the quantity with its unit, which some quantities have in their name.
  var axisTitle: String {
    let words = title.lowercased().split { !$0.isLetter }
    return unit.isEmpty || words.contains { $0 == unit.lowercased() } ? title : "\(title) (\(unit))"
  }

  /// The largest difference that counts as noise, 5 % of the range; nil if the metric has no bounds.
  var margin: Double? { range.map { ($0.upperBound - $0.lowerBound) * 0.05 } }
}
