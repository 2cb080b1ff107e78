private import CKernels

/// Student's t distribution about a noncentrality: that of a mean in its standard errors where the true mean is
/// `noncentrality` standard errors above 0.
///
///     P(T > t) = E Q(t χ/√ν − δ)
///
/// with Q the normal tail and χ the root of a chi-square number of ν degrees of freedom. The expectation is a sum
/// over log χ at equal steps: the integrand is smooth and falls off at both ends, so the trapezoid rule is exact to
/// rounding, and no gamma function is needed, for the weights are divided by their sum.
///
/// Source: Johnson, Kotz & Balakrishnan, "Continuous Univariate Distributions", volume 2, 1995, chapter 31;
/// Trefethen & Weideman, "The Exponentially Convergent Trapezoidal Rule", SIAM Review 56(3), 2014,
/// https://doi.org/10.1137/130932132.
package struct NoncentralStudent {
  /// χ/√ν at the steps, ascending, and the share of the probability at each.
  private let points: [(scale: Double, weight: Double)]

  /// Creates the distribution of `degreesOfFreedom`, at least 1.
  package init(degreesOfFreedom: Int) {
    precondition(degreesOfFreedom >= 1, "there are \(degreesOfFreedom) degrees of freedom")
    let freedom = Double(degreesOfFreedom)
    // log χ spreads by about 1/√(2ν) around log √ν, with a longer tail below.
    let step = min(0.1, 0.25 / (2 * freedom).squareRoot())
    func weight(_ offset: Double) -> Double {
      lb_exp(freedom * offset - 0.5 * freedom * lb_expm1(2 * offset))
    }
    var below: [(scale: Double, weight: Double)] = []
    var above: [(scale: Double, weight: Double)] = []
    var index = 0.0
    while weight(0 - index * step) > 1e-18 {
      below.append((lb_exp(0 - index * step), weight(0 - index * step)))
      index += 1
    }
    index = 1
    while weight(index * step) > 1e-18 {
      above.append((lb_exp(index * step), weight(index * step)))
      index += 1
    }
    let all = below.reversed() + above
    let sum = all.reduce(0) { $0 + $1.weight }
    points = all.map { ($0.scale, $0.weight / sum) }
  }

  /// The probability that a number of the distribution is above `t`.
  package func tail(above t: Double, noncentrality: Double = 0) -> Double {
    points.reduce(0) { $0 + $1.weight * normalTail(above: t * $1.scale - noncentrality) }
  }

  /// The t that a number of the central distribution is above with a probability in 0 < p < ½.
  package func quantile(ofTail probability: Double) -> Double {
    root { tail(above: $0) - probability }
  }

  /// The noncentrality at which a number lies beyond `t` on either side with a probability between that at 0 and 1.
  package func noncentrality(beyond t: Double, probability: Double) -> Double {
    root { noncentrality in
      probability - tail(above: t, noncentrality: noncentrality)
        - tail(above: t, noncentrality: 0 - noncentrality)
    }
  }
}

/// The zero of a function that falls from above 0 at 0 to below it.
func root(of function: (Double) -> Double) -> Double {
  var (low, high) = (0.0, 1.0)
  while function(high) > 0 { (low, high) = (high, 2 * high) }
  while true {
    let middle = low + (high - low) / 2
    guard middle > low, middle < high else { return middle }
    if function(middle) > 0 { low = middle } else { high = middle }
  }
}
