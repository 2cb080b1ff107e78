import SeededRandom

/// Bootstrap intervals of a mean, for comparison.
enum Bootstrap {
  private static let resamples = 400

  /// Whether the interval of `sample` holds `truth`.
  static func holds(
    _ truth: Double, _ sample: [Double], isStudentized: Bool, using generator: inout SeededGenerator
  ) -> Bool {
    let (mean, error) = moments(sample)
    let estimates = (0..<resamples).map { _ in
      let (drawn, spread) = moments(
        (0..<sample.count).map { _ in sample[generator.nextIndex(below: sample.count)] })
      return isStudentized ? (spread > 0 ? (drawn - mean) / spread : 0) : drawn
    }.sorted()
    let (low, high) = (estimates[resamples / 40], estimates[resamples - 1 - resamples / 40])
    return isStudentized
      ? mean - high * error <= truth && truth <= mean - low * error : low <= truth && truth <= high
  }

  private static func moments(_ sample: [Double]) -> (mean: Double, error: Double) {
    let count = Double(sample.count)
    let mean = sample.reduce(0, +) / count
    let squares = sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (count - 1) / count).squareRoot())
  }
}

/// Yuen's interval of the mean of the middle half, for comparison.
enum Yuen {
  /// Whether the interval of `sample` holds `truth`.
  static func holds(_ truth: Double, _ sample: [Double]) -> Bool {
    let ascending = sample.sorted()
    let cut = sample.count / 4
    let kept = ascending[cut..<(sample.count - cut)]
    let mean = kept.reduce(0, +) / Double(kept.count)
    let pulledIn = ascending.map { min(max($0, kept[cut]), kept[kept.endIndex - 1]) }
    let center = pulledIn.reduce(0, +) / Double(sample.count)
    let squares = pulledIn.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    let error = (squares / Double(kept.count) / Double(kept.count - 1)).squareRoot()
    let quantiles: [Int: Double] = [3: 3.182446305, 5: 2.570581836, 9: 2.262157163]
    let quantile = quantiles[kept.count - 1, default: 0]
    return (mean - truth).magnitude <= quantile * error
  }
}
