/// A metric that tables show as a cost of an arm: something counted.
public struct CostMetric: Hashable, Sendable {
  public var metric: String
  /// The head of its column.
  public var title: String
  /// Such as `tokens`.
  public var unit: String

  /// Creates a cost.
  public init(metric: String, title: String, unit: String) {
    self.metric = metric
    self.title = title
    self.unit = unit
  }
}
