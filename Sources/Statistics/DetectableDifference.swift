/// Returns the smallest mean difference that a two-sided paired test finds with a given probability.
///
///     Δ = σ δ/√n, where P(|T'| > t₁₋α/₂) = power for T' of n − 1 degrees of freedom about δ
///
/// The power is that of the t-test, which the sign-flip test has nearly once its p-values are fine enough;
/// ``SignFlipTest/smallestPValue(pairs:)`` tells where they are not, and then no difference is found at all.
///
/// - Parameters:
///   - deviation: σ, the standard deviation of paired differences; its unit is the result's.
///   - pairs: n, the number of seeds that both arms will have.
///   - significance: α, the level of the test, in 0 < α < 1; the first step of Holm's method over m tests has that of
///     the family over m.
///   - power: The probability to find the difference, above `significance` and below 1.
/// - Returns: nil where so few pairs cannot reach a p-value below `significance`.
///
/// Source: Cohen, "Statistical Power Analysis for the Behavioral Sciences", 1988, section 2.3; the same number as
/// statsmodels' `TTestPower.solve_power`.
public func detectableDifference(
  deviation: Double, pairs: Int, significance: Double, power: Double = 0.8
) -> Double? {
  guard SignFlipTest.smallestPValue(pairs: pairs) < significance else { return nil }
  let student = NoncentralStudent(degreesOfFreedom: pairs - 1)
  let critical = student.quantile(ofTail: significance / 2)
  let noncentrality = student.noncentrality(beyond: critical, probability: power)
  return deviation * noncentrality / Double(pairs).squareRoot()
}
