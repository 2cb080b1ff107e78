/// The moments of an estimate of a gradient as samples show them, with how far another draw of as many would move
/// each.
public struct SampledMoments: Equatable, Sendable {
  /// The moments; their variance is the unbiased one.
  public let moments: EstimateMoments
  /// √(variance / n), the root mean square distance of the samples' mean from E ĝ.
  public let standardErrorOfMean: Double
  /// The standard error of ``EstimateMoments/variance``.
  public let standardErrorOfVariance: Double
  /// The standard error of ``EstimateMoments/meanSquaredError``.
  public let standardErrorOfSquaredError: Double
  /// The standard error of ``EstimateMoments/scale``; none where g is 0.
  public let standardErrorOfScale: Double?
  /// The standard error of ``EstimateMoments/meanCosine``; none where g is 0.
  public let standardErrorOfCosine: Double?

  /// Creates the moments of independent estimates.
  ///
  /// - Parameters:
  ///   - samples: [n][parameters] at least two estimates.
  ///   - trueGradient: g, or a gradient of many more samples that are not among these.
  public init(samples: [[Double]], trueGradient: [Double]) {
    precondition(samples.count >= 2, "\(samples.count) samples show no spread")
    let count = Double(samples.count)
    var mean = [Double](repeating: 0, count: trueGradient.count)
    for sample in samples { add(sample, times: 1, to: &mean) }
    for index in mean.indices { mean[index] /= count }
    let distances = samples.map { squaredDistance($0, mean) }
    let variance = distances.reduce(0, +) / (count - 1)
    let squaredTruth = product(trueGradient, trueGradient)
    let cosines = samples.map { cosine($0, trueGradient) ?? 0 }
    moments = EstimateMoments(
      mean: mean, variance: variance,
      meanCosine: squaredTruth > 0 ? cosines.reduce(0, +) / count : nil,
      trueGradient: trueGradient, sampleCount: samples.count)
    standardErrorOfMean = (variance / count).squareRoot()
    standardErrorOfVariance = standardError(of: distances)
    standardErrorOfSquaredError = standardError(
      of: samples.map { squaredDistance($0, trueGradient) })
    standardErrorOfScale =
      squaredTruth > 0
      ? standardError(of: samples.map { product($0, trueGradient) / squaredTruth }) : nil
    standardErrorOfCosine = squaredTruth > 0 ? standardError(of: cosines) : nil
  }
}

/// Returns the standard error of the mean of some numbers.
private func standardError(of numbers: [Double]) -> Double {
  let count = Double(numbers.count)
  let center = numbers.reduce(0, +) / count
  let squares = numbers.reduce(0) { $0 + ($1 - center) * ($1 - center) }
  return (squares / (count - 1) / count).squareRoot()
}
