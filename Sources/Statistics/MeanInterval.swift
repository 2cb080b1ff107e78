private import CKernels

/// The fewest scores whose mean gets an interval: with fewer it covers less than 90 % even of
/// normal, skewed or two-peaked scores.
public let leastScoresOfInterval = 4

/// Returns the 95 % interval of the mean of one arm's scores.
///
/// It is Student's interval, corrected for skewness: of g(t) = t + γt²/(3√n) + γ²t³/(27n) + γ/(6√n), with
/// t the mean's error in standard errors, the two ends are where g is the quantile of Student's
/// distribution. g ascends, so there is always one interval, and no resampling. For γ twice the
/// skewness of the scores is taken: that of a small sample is about half of what it is drawn from.
/// `make check-statistics` measures what the interval covers, beside Student's and the bootstrap's.
///
/// - Parameter scores: One score for each run, in any order.
/// - Returns: In the scores' units, of no width where all scores are equal; nil below
///   ``leastScoresOfInterval`` scores.
/// - Precondition: There is a score, and all are finite.
///
/// Source: Hall, "On the Removal of Skewness by Transformation", Journal of the Royal Statistical
/// Society B 54(1), 1992, https://doi.org/10.1111/j.2517-6161.1992.tb01876.x.
public func meanInterval(_ scores: [Double]) -> ConfidenceInterval? {
  let center = mean(scores)
  guard scores.count >= leastScoresOfInterval else { return nil }
  let shape = SampleShape(scores)
  guard shape.deviation > 0 else { return ConfidenceInterval(lower: center, upper: center) }
  let root = Double(scores.count).squareRoot()
  let skewness = 2 * shape.skewness
  let quantile = studentQuantile(degreesOfFreedom: scores.count - 1)
  func error(_ transformed: Double) -> Double {
    let rate = skewness / (3 * root)
    let argument = transformed - skewness / (6 * root)
    return shape.deviation / root * shifted(argument, rate: rate)
  }
  return ConfidenceInterval(lower: center - error(quantile), upper: center - error(0 - quantile))
}

/// The spread and the skewness of a sample.
public struct SampleShape: Hashable, Sendable {
  /// The standard deviation, with n − 1 below; 0 for one score.
  public let deviation: Double
  /// The third moment about the mean over the 1.5th power of the second; 0 where scores are equal.
  public let skewness: Double

  /// Measures `scores`.
  ///
  /// - Precondition: There is a score, and all are finite.
  public init(_ scores: [Double]) {
    let center = mean(scores)
    let errors = scores.map { $0 - center }.sorted()
    let largest = max(0 - errors[0], errors[errors.count - 1])
    guard largest > 0 else {
      (deviation, skewness) = (0, 0)
      return
    }
    // In units of the largest, no power of an error overflows.
    var (squares, cubes) = (0.0, 0.0)
    for error in errors {
      let share = error / largest
      squares += share * share
      cubes += share * share * share
    }
    let count = Double(scores.count)
    let variance = squares / count
    deviation = largest * (squares / (count - 1)).squareRoot()
    skewness = cubes / count / (variance * variance.squareRoot())
  }
}

/// The t for which t + rate t² + rate² t³ / 3 is `argument`: ((1 + 3 rate argument)^⅓ − 1) / rate.
private func shifted(_ argument: Double, rate: Double) -> Double {
  let step = rate * argument
  guard step.magnitude > 1e-5 else { return argument * (1 - step + 5 / 3 * step * step) }
  return (cubeRoot(1 + 3 * step) - 1) / rate
}

private func cubeRoot(_ value: Double) -> Double {
  guard value != 0 else { return 0 }
  let magnitude = value.magnitude
  var root = lb_exp(lb_log(magnitude) / 3)
  // One step of Newton's method takes away what the logarithm's rounding left.
  root -= (root * root * root - magnitude) / (3 * root * root)
  return value < 0 ? 0 - root : root
}
