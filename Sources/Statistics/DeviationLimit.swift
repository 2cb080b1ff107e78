private import CKernels

/// Returns the upper confidence limit of the standard deviation of normal scores.
///
///     s √((n − 1) / χ²₁₋c(n − 1))
///
/// A plan from the deviation of a small pilot as it came out is too small in half of all cases; the limit is at
/// least the true deviation in a share c of them.
///
/// - Parameters:
///   - deviation: The standard deviation of the scores, with n − 1 below; its unit is the result's.
///   - scores: Their number n, at least 2.
///   - confidence: c, in 0 < c < 1.
/// - Returns: In the scores' unit; 0 where the deviation is.
///
/// Source: Browne, "On the Use of a Pilot Sample for Sample Size Determination", Statistics in Medicine 14(17),
/// 1995, https://doi.org/10.1002/sim.4780141709.
public func deviationLimit(
  _ deviation: Double, scores: Int, confidence: Double = 0.8
) -> Double {
  precondition(scores >= 2, "a deviation is of two scores or more, not \(scores)")
  let freedom = scores - 1
  return deviation
    * (Double(freedom) / chiSquareQuantile(1 - confidence, degreesOfFreedom: freedom)).squareRoot()
}

/// Returns the number that a chi-square number is below with a probability in 0 < p < 1.
///
/// Source: Abramowitz & Stegun, "Handbook of Mathematical Functions", 1964, 6.5.29.
package func chiSquareQuantile(_ probability: Double, degreesOfFreedom: Int) -> Double {
  root { probability - chiSquareShare(below: $0, degreesOfFreedom: degreesOfFreedom) }
}

/// The share of chi-square numbers below `x`, by the series of the incomplete gamma function.
private func chiSquareShare(below x: Double, degreesOfFreedom: Int) -> Double {
  guard x > 0 else { return 0 }
  let (shape, half) = (Double(degreesOfFreedom) / 2, x / 2)
  var (term, sum, index) = (1.0, 1.0, 0.0)
  while term > 1e-17 * sum {
    index += 1
    term *= half / (shape + index)
    sum += term
  }
  return lb_exp(shape * lb_log(half) - half - logGamma(ofHalf: degreesOfFreedom + 2)) * sum
}

/// log Γ(n/2), by its recurrence down to Γ(1) = 1 or Γ(½) = √π.
private func logGamma(ofHalf n: Int) -> Double {
  var (argument, sum) = (Double(n) / 2, 0.0)
  while argument > 1 {
    argument -= 1
    sum += lb_log(argument)
  }
  // log √π
  return n % 2 == 0 ? sum : sum + 0.5723649429247001
}
