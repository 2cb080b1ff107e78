/// Returns Wilson's 95 % interval of a proportion.
///
/// It has a width at 0 and 1 too, where a bootstrap has none.
///
/// - Parameters:
///   - proportion: The share observed, in 0...1.
///   - trials: Of how many independent trials, at least 1.
/// - Returns: Bounds in 0...1; of 1 − `proportion` they are the opposite.
///
/// Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22(158),
/// 1927, https://doi.org/10.1080/01621459.1927.10502953.
func wilsonInterval(_ proportion: Double, trials: Int) -> ConfidenceInterval {
  let count = Double(trials)
  let square = normalQuantile * normalQuantile
  // About ½, so that the two sides mirror each other.
  let offset = (proportion - 0.5) / (1 + square / count)
  let half =
    normalQuantile / (1 + square / count)
    * (proportion * (1 - proportion) / count + square / (4 * count * count)).squareRoot()
  return ConfidenceInterval(
    lower: min(proportion, max(0, 0.5 + (offset - half))),
    upper: max(proportion, min(1, 0.5 + (offset + half))))
}

/// An estimate with its interval, and how much it counts in a sum.
struct WeightedEstimate {
  var weight: Double
  var value: Double
  var interval: ConfidenceInterval

  /// Returns the weighted sum with its interval.
  ///
  /// The distances of the intervals' ends from their estimates add up as independent errors do: by
  /// squares, either side by itself.
  ///
  /// Source: Zou & Donner, "Construction of Confidence Limits about Effect Measures: A General
  /// Approach", Statistics in Medicine 27(10), 2008, https://doi.org/10.1002/sim.3095.
  static func sum(_ parts: [Self]) -> (value: Double, interval: ConfidenceInterval) {
    var (value, below, above) = (0.0, 0.0, 0.0)
    for part in parts {
      value += part.weight * part.value
      let (down, up) = (
        part.weight * (part.value - part.interval.lower),
        part.weight * (part.interval.upper - part.value)
      )
      below += down * down
      above += up * up
    }
    return (
      value,
      ConfidenceInterval(lower: value - below.squareRoot(), upper: value + above.squareRoot())
    )
  }
}
