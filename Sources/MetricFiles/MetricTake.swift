internal import CanonicalJSON
package import Metrics
package import Settings

/// How one value is taken of the many that a trainer logs of a quantity.
package enum MetricTake: Hashable, Sendable {
  /// The value that was logged last.
  case last
  /// The highest or lowest value that is a number, which is chosen after the fact: reports mark it.
  case best
  /// The mean of the last values.
  case meanOfLast(Int)
  /// The value of one step.
  case atStep(Int)

  /// The forms in words, for messages.
  package static let forms = "`last`, `best`, `mean of last N` or `at step N`"

  /// Reads a take as a spec writes it, such as `mean of last 10`.
  ///
  /// - Throws: The forms that there are.
  package init(parsing text: String) throws(SettingProblem) {
    let words = text.split(separator: " ").map(String.init)
    let number = words.last.flatMap(NumberText.integer)
    switch (words.dropLast(), number) {
    case _ where words == ["last"]: self = .last
    case _ where words == ["best"]: self = .best
    case (["mean", "of", "last"], let count?) where (1...Self.most).contains(count):
      self = .meanOfLast(count)
    case (["at", "step"], let step?) where (0...1 << 53).contains(step): self = .atStep(step)
    default: throw .wrongType(expected: Self.forms, found: CanonicalText.shown(text))
    }
  }

  /// The most values that a mean is of.
  private static let most = 1_000_000

  /// The take as a spec writes it; it reads back as the same take.
  package var text: String {
    switch self {
    case .last: "last"
    case .best: "best"
    case .meanOfLast(let count): "mean of last \(count)"
    case .atStep(let step): "at step \(step)"
    }
  }

  /// The value that is taken of one series.
  ///
  /// - Parameters:
  ///   - key: The trainer's own name for the quantity.
  ///   - history: What the trainer wrote.
  ///   - better: The better side, which `best` needs.
  /// - Returns: The value; NaN where the trainer wrote it, and of `best` where it wrote nothing else.
  /// - Throws: The nearest keys or steps that there are.
  package func value(
    of key: String, in history: MetricHistory, better: MetricDeclaration.Direction?
  ) throws(MetricFileError) -> Double {
    let shown = "'\(CanonicalText.shown(key))'"
    switch self {
    case .last:
      let values = try history.values(of: key)
      return values[values.count - 1]
    case .best:
      guard let better else {
        throw MetricFileError(
          history.file, "the best of \(shown) needs 'better: higher' or 'better: lower'")
      }
      let values = try history.values(of: key).filter { !$0.isNaN }
      return (better == .higher ? values.max() : values.min()) ?? .nan
    case .meanOfLast(let count):
      let values = try history.values(of: key)
      guard values.count >= count else {
        throw MetricFileError(
          history.file,
          "\(shown) has \(values.count) value\(values.count == 1 ? "" : "s"), fewer than \(text) asks for"
        )
      }
      return values.suffix(count).reduce(0, +) / Double(count)
    case .atStep(let step):
      let points = try history.points(of: key, over: .step)
      if let point = points.first(where: { $0.x == Double(step) }) { return point.y }
      let before = points.last { $0.x < Double(step) }.map { CanonicalText.number($0.x) }
      let after = points.first { $0.x > Double(step) }.map { CanonicalText.number($0.x) }
      let nearest = [before, after].compactMap(\.self).joined(separator: " and ")
      throw MetricFileError(
        history.file, "\(shown) has no value at step \(step); the nearest are at \(nearest)")
    }
  }
}
