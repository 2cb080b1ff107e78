/// A metric that tables show as a cost of an arm: something counted.
public struct CostMetric: Hashable, Sendable {
  /// The name of the metric.
  public var metric: String
  /// The head of its column.
  public var title: String
  /// The unit, such as `tokens`.
  public var unit: String

  /// Creates a cost.
  public init(metric: String, title: String, unit: String) {
    self.metric = metric
    self.title = title
    self.unit = unit
  }
}
