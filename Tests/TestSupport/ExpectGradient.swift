public import Testing

/// Expects `gradient` to match central differences of `function` at `point`.
///
/// `step` is half the distance between the two evaluations of each coordinate; `tolerance` is
/// relative to the largest numerical derivative, or absolute where that is below 1.
public func expectGradient<Scalar: BinaryFloatingPoint>(
  _ gradient: [Scalar], matches function: ([Scalar]) -> Scalar, at point: [Scalar],
  step: Scalar = 1e-2, tolerance: Scalar = 1e-2,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  var point = point
  let numerical = point.indices.map { i in
    let original = point[i]
    point[i] = original + step
    let above = function(point)
    point[i] = original - step
    let below = function(point)
    point[i] = original
    return (above - below) / (2 * step)
  }
  let scale = max(1, numerical.lazy.map(\.magnitude).max() ?? 0)
  expectClose(gradient, numerical, tolerance: tolerance * scale, sourceLocation: sourceLocation)
}
