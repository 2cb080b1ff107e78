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
  /// The last point is of each curve's own last value, wherever that was recorded: it is the value of tables.
  ///
  /// - Parameter curves: Points of each seed by ascending step; those without a finite value are
  ///   left out.
  /// - Returns: Ascending steps, each with one value per curve.
  package static func align(
    _ curves: [[(step: Int, value: Double)]]
  ) -> [(step: Int, values: [Double])] {
    let curves = curves.map { $0.filter { $0.value.isFinite } }
    guard let first = curves.first, !curves.contains(where: \.isEmpty) else { return [] }
    let last = curves.compactMap { $0.last?.step }.max() ?? 1
    let end = (step: last, values: curves.compactMap { $0.last?.value })
    let all = Set(curves.map { $0.dropLast().map(\.step) }.joined())
    let common = curves.dropFirst().reduce(Set(first.dropLast().map(\.step))) { steps, curve in
      steps.intersection(curve.dropLast().map(\.step))
    }
    // A curve that begins later than the others does not change where they were recorded.
    if all.count < largestCount, 2 * common.count >= all.count {
      let kept = curves.map { $0.dropLast().filter { common.contains($0.step) }.map(\.value) }
      return common.sorted().enumerated().map { index, step in (step, kept.map { $0[index] }) }
        + [end]
    }
    let stretch = max(1, (last + largestCount / 2 - 1) / (largestCount / 2))
    let means = curves.map { stretchMeans($0, stretch: stretch) }
    return (0..<max(0, last - 1) / stretch).compactMap { index in
      let values = means.compactMap { $0[index] }
      return values.count == curves.count ? ((index + 1) * stretch, values) : nil
    } + [end]
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
