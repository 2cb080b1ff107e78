public import Testing

/// Expects two arrays to have equal counts and elements no further apart than `tolerance`.
///
/// The failure names the worst element, not just the fact of a difference. NaN is never close.
public func expectClose<Scalar: BinaryFloatingPoint>(
  _ actual: [Scalar], _ expected: [Scalar], tolerance: Scalar,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record(
      "got \(actual.count) elements, expected \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  var worst: (index: Int, gap: Scalar)?
  for (index, pair) in zip(actual, expected).enumerated() {
    let gap = (pair.0 - pair.1).magnitude
    if gap <= tolerance { continue }
    if worst.map({ gap > $0.gap || gap.isNaN }) ?? true { worst = (index, gap) }
  }
  guard let worst else { return }
  Issue.record(
    "element \(worst.index): got \(actual[worst.index]), expected \(expected[worst.index]), off by \(worst.gap), allowed \(tolerance)",
    sourceLocation: sourceLocation)
}

/// Expects two numbers to be no further apart than `tolerance`.
public func expectClose<Scalar: BinaryFloatingPoint>(
  _ actual: Scalar, _ expected: Scalar, tolerance: Scalar,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose([actual], [expected], tolerance: tolerance, sourceLocation: sourceLocation)
}
