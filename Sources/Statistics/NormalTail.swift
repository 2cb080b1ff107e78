private import CKernels

/// Returns the probability that a standard normal number is above `x`.
///
/// - Returns: To about twelve digits, also far out, where it is small.
///
/// Source: Abramowitz & Stegun, "Handbook of Mathematical Functions", 1964, 26.2.11 near 0 and the continued
/// fraction 26.2.14 beyond.
package func normalTail(above x: Double) -> Double {
  if x < 0 { return 1 - normalTail(above: 0 - x) }
  let density = lb_exp(-0.5 * x * x) * 0.3989422804014327
  guard x < 4 else {
    var fraction = x
    for term in stride(from: 80, to: 0, by: -1) { fraction = x + Double(term) / fraction }
    return density / fraction
  }
  var (term, sum, odd) = (x, x, 1.0)
  while term > 1e-17 * sum {
    odd += 2
    term *= x * x / odd
    sum += term
  }
  return 0.5 - density * sum
}
