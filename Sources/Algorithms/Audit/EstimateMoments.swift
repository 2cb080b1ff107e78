/// The moments of a random estimate ĝ of a gradient g: where it points on average, and how far single estimates
/// are from there.
///
/// Lengths and variances are of whole vectors: the variance is the trace of the covariance, E‖ĝ − E ĝ‖². Estimators
/// differ in scale, so what is compared between them is ``relativeVariance``, the cosines, and the errors after a
/// rescaling; the variance as it stands says nothing of that kind.
///
/// Exact moments come from an enumeration, others from samples. There ‖E ĝ‖² and ‖E ĝ − g‖² are estimated without
/// bias, the part that the mean's own spread adds taken off, so that they may come out below 0.
public struct EstimateMoments: Equatable, Sendable {
  /// [parameters] g, what is estimated.
  public let trueGradient: [Double]
  /// [parameters] E ĝ.
  public let mean: [Double]
  /// E‖ĝ − E ĝ‖², the trace of the covariance; not negative.
  public let variance: Double
  /// E cos(ĝ, g), how well single estimates point; one of length 0, or of nothing but rounding where that is known,
  /// points nowhere and counts as 0. None where g is 0.
  public let meanCosine: Double?
  /// How many samples they are of; none: they are exact.
  public let sampleCount: Int?

  /// Creates moments that are known.
  ///
  /// - Precondition: `mean` and `trueGradient` have as many elements, and the variance is not negative.
  public init(
    mean: [Double], variance: Double, meanCosine: Double?, trueGradient: [Double],
    sampleCount: Int? = nil
  ) {
    precondition(
      mean.count == trueGradient.count && variance >= 0,
      "a mean of \(mean.count) elements, a gradient of \(trueGradient.count), variance \(variance)")
    self.mean = mean
    self.variance = variance
    self.meanCosine = meanCosine
    self.trueGradient = trueGradient
    self.sampleCount = sampleCount
  }

  /// Creates the exact moments of an estimate that can turn out in a number of ways.
  ///
  /// - Parameters:
  ///   - outcomes: Everything that the estimate can be; the probabilities sum to 1.
  ///   - trueGradient: g.
  public init(
    outcomes: [(probability: Double, estimate: [Double])], trueGradient: [Double]
  ) {
    var mean = [Double](repeating: 0, count: trueGradient.count)
    for (probability, estimate) in outcomes { add(estimate, times: probability, to: &mean) }
    var (variance, cosine) = (0.0, 0.0)
    for (probability, estimate) in outcomes {
      variance += probability * squaredDistance(estimate, mean)
      cosine += probability * (Algorithms.cosine(estimate, trueGradient) ?? 0)
    }
    self.init(
      mean: mean, variance: variance, meanCosine: isZero(trueGradient) ? nil : cosine,
      trueGradient: trueGradient)
  }

  // MARK: The mean against the truth

  /// ‖E ĝ‖², the power of the signal.
  public var squaredNormOfMean: Double { product(mean, mean) - meanError }

  /// [parameters] E ĝ − g.
  public var bias: [Double] { zip(mean, trueGradient).map { $0 - $1 } }

  /// ‖E ĝ − g‖².
  public var squaredBias: Double { squaredDistance(mean, trueGradient) - meanError }

  /// ‖E ĝ − g‖ / ‖g‖, 0 for an unbiased estimator; none where g is 0.
  public var relativeBias: Double? {
    isZero(trueGradient)
      ? nil : (max(0, squaredBias) / product(trueGradient, trueGradient)).squareRoot()
  }

  /// E ĝ · g / ‖g‖²: how long the mean is along the true gradient, 1 for an unbiased estimator; none where g is 0.
  public var scale: Double? {
    isZero(trueGradient)
      ? nil : product(mean, trueGradient) / product(trueGradient, trueGradient)
  }

  /// cos(E ĝ, g): 1 where any bias is one of scale alone; none where either is 0.
  public var cosineOfMean: Double? { cosine(mean, trueGradient) }

  /// The squared length that a finite number of samples adds to their mean.
  private var meanError: Double { sampleCount.map { variance / Double($0) } ?? 0 }

  // MARK: The spread

  /// E‖ĝ − E ĝ‖² / ‖E ĝ‖²: the variance in units that no change of scale affects; none where E ĝ is 0.
  public var relativeVariance: Double? {
    squaredNormOfMean > 0 ? variance / squaredNormOfMean : nil
  }

  /// ‖E ĝ‖ / √E‖ĝ − E ĝ‖², the length of the signal over the deviation of the noise; none where there is no noise.
  ///
  /// The mean of n estimates has √n times as much.
  ///
  /// Source: Roberts & Tedrake, "Signal-to-Noise Ratio Analysis of Policy Gradient Algorithms", NeurIPS 2008, which
  /// has the ratio of the squares.
  public var signalToNoiseRatio: Double? {
    variance > 0 ? (max(0, squaredNormOfMean) / variance).squareRoot() : nil
  }

  /// E‖ĝ‖².
  public var meanSquaredNorm: Double { squaredNormOfMean + variance }

  /// E‖ĝ − g‖² = E‖ĝ − E ĝ‖² + ‖E ĝ − g‖².
  public var meanSquaredError: Double { variance + squaredBias }

  // MARK: After a rescaling

  /// E‖ĝ − E ĝ‖² / scale²: the variance once the mean is as long along the true gradient as that is itself.
  ///
  /// For estimators whose mean has the direction of g it is how the variances of unbiased ones compare. None where
  /// the scale is 0.
  public var varianceAtUnitScale: Double? {
    guard let scale, scale != 0 else { return nil }
    return variance / (scale * scale)
  }

  /// The factor a that brings the estimate nearest to the true gradient, argmin E‖a ĝ − g‖² = E ĝ · g / E‖ĝ‖².
  ///
  /// It is below 1 for an unbiased estimator, which is too long for its noise; none where the estimate is always 0.
  public var optimalRescaling: Double? {
    meanSquaredNorm > 0 ? product(mean, trueGradient) / meanSquaredNorm : nil
  }

  /// min over a of E‖a ĝ − g‖² / ‖g‖²: the part of the true gradient that the estimate misses at its best scale, 0 for
  /// one without noise and bias of direction, 1 for one that says nothing. None where g is 0.
  public var rescaledMeanSquaredError: Double? {
    let squaredTruth = product(trueGradient, trueGradient)
    guard squaredTruth > 0 else { return nil }
    guard let factor = optimalRescaling else { return 1 }
    return 1 - factor * product(mean, trueGradient) / squaredTruth
  }

  /// How many independent estimates have a mean whose cosine to the true gradient is the given one.
  ///
  ///     cos ≈ c / √(1 + v / n),   c = cos(E ĝ, g), v the relative variance
  ///
  /// The noise is taken to be at right angles to the gradient, which it nearly is in many dimensions.
  ///
  /// - Parameter target: A cosine in 0..<1.
  /// - Returns: n, 0 or more and not rounded; none where the bias keeps the cosine at or below the target, or the
  ///   signal is not told from 0.
  public func estimates(forCosine target: Double) -> Double? {
    guard let cosine = cosineOfMean, let relativeVariance, cosine > target, target > 0 else {
      return nil
    }
    let ratio = cosine / target
    return relativeVariance / (ratio * ratio - 1)
  }
}

/// Returns Σᵢ aᵢ bᵢ, in ascending order.
func product(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}

/// Returns ‖a − b‖², summed in ascending order.
func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += (a[index] - b[index]) * (a[index] - b[index]) }
  return sum
}

/// Adds a multiple of a vector to another.
func add(_ vector: [Double], times factor: Double, to sum: inout [Double]) {
  precondition(vector.count == sum.count, "\(vector.count) elements added to \(sum.count)")
  for index in vector.indices { sum[index] += factor * vector[index] }
}

/// Returns whether every element is 0.
func isZero(_ vector: [Double]) -> Bool { vector.allSatisfy { $0 == 0 } }

/// Returns the cosine of two vectors, none where either is 0.
func cosine(_ a: [Double], _ b: [Double]) -> Double? {
  cosine(product: product(a, b), product(a, a), product(b, b))
}

/// Returns the cosine of two vectors, given their product and their squared lengths; none where either is 0.
func cosine(product: Double, _ firstSquared: Double, _ secondSquared: Double) -> Double? {
  guard firstSquared > 0 && secondSquared > 0 else { return nil }
  return min(1, max(-1, product / (firstSquared.squareRoot() * secondSquared.squareRoot())))
}
