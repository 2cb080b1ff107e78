/// The facts about a file of metrics that are known before it is read.
package struct MetricReading: Sendable {
  /// The trainer's own names of axes, where they are declared; such a key counts alone.
  package var axisKeys: [MetricAxis: String]
  /// Whether the trainer was handed back what an earlier execution had left, and wrote the file anew.
  package var isResumed: Bool

  /// Creates a reading.
  package init(axisKeys: [MetricAxis: String] = [:], isResumed: Bool = false) {
    self.axisKeys = axisKeys
    self.isResumed = isResumed
  }

  /// The keys that hold a place on an axis, the first that a row has counts.
  func keys(of axis: MetricAxis) -> [String] { axisKeys[axis].map { [$0] } ?? axis.keys }
}
