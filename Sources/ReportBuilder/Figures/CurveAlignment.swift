/// Brings the curves of several seeds to common steps.
package enum CurveAlignment {
  /// The most points that a line is drawn with.
  package static let largestCount = 100

  /// Returns the steps at which every curve has a value, and the values there.
  ///
  /// Curves that were recorded at the same steps, as evaluations are, keep those that all have.
  /// Others, such as returns of episodes that end when they end, are averaged over equal stretches
  /// of steps, each shown at its end; a stretch in which a curve has no point is left out.
  ///
  /// - Parameter curves: Points of each seed by ascending step; those without a finite value are
  ///   left out.
  /// - Returns: Ascending steps, each with one value per curve.
  package static func align(
    _ curves: [[(step: Int, value: Double)]]
  ) -> [(step: Int, values: [Double])] {
    let curves = curves.map { $0.filter { $0.value.isFinite } }
    guard let first = curves.first, !curves.contains(where: \.isEmpty) else { return [] }
    let all = Set(curves.joined().map(\.step))
    let common = curves.dropFirst().reduce(Set(first.map(\.step))) { steps, curve in
      steps.intersection(curve.map(\.step))
    }
    // A curve that begins later than the others does not change where they were recorded.
    if all.count <= largestCount, 2 * common.count >= all.count {
      let kept = curves.map { $0.filter { common.contains($0.step) }.map(\.value) }
      return common.sorted().enumerated().map { index, step in (step, kept.map { $0[index] }) }
    }
    let last = curves.compactMap { $0.last?.step }.max() ?? 1
    let stretch = max(1, (last + largestCount / 2 - 1) / (largestCount / 2))
    let means = curves.map { stretchMeans($0, stretch: stretch) }
    return (0...(last / stretch)).compactMap { index in
      let values = means.compactMap { $0[index] }
      return values.count == curves.count ? (min((index + 1) * stretch, last), values) : nil
    }
  }

  /// The mean of the points in each stretch, by the stretch's number; step `s` is in the stretch
  /// that ends at the next multiple of `stretch`.
  private static func stretchMeans(
    _ curve: [(step: Int, value: Double)], stretch: Int
  ) -> [Int: Double] {
    var sums: [Int: (total: Double, count: Double)] = [:]
    for point in curve {
      let index = max(0, point.step - 1) / stretch
      let sum = sums[index] ?? (0, 0)
      sums[index] = (sum.total + point.value, sum.count + 1)
    }
    return sums.mapValues { $0.total / $0.count }
  }
}
