/// Returns the p-values of a family of tests, adjusted so that the chance of any false rejection stays
/// below the level at which they are read (Holm's step-down procedure).
///
///     p̃₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1) p₍ⱼ₎)
///
/// - Parameter pValues: One for each test of the family, in any order.
/// - Returns: The adjusted p-values in the order of `pValues`; equal p-values stay equal, and a family
///   of one is unchanged.
/// - Precondition: Each p-value is in 0...1.
///
/// Source: Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of
/// Statistics 6(2), 1979, https://www.jstor.org/stable/4615733.
public func holmAdjusted(_ pValues: [Double]) -> [Double] {
  for (index, pValue) in pValues.enumerated() {
    precondition((0...1).contains(pValue), "p-value \(index) of \(pValues.count) is \(pValue)")
  }
  let ascending = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
  var adjusted = pValues
  var largest = 0.0
  for (rank, index) in ascending.enumerated() {
    largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
    adjusted[index] = largest
  }
  return adjusted
}
