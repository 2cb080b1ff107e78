public import SeededRandom

/// The largest number of pairs whose sign patterns are all enumerated: 2¹⁶ of them.
private let mostEnumeratedPairs = 16

/// Returns the two-sided p-value of the paired sign-flip permutation test.
///
/// If the two arms did not differ, each difference would be as likely with the other sign. The p-value
/// is the fraction of all sign patterns whose mean difference is at least as far from 0 as the one
/// observed: exact for up to 16 pairs, and estimated from random patterns beyond, as (b + 1) / (m + 1)
/// with b of m patterns that far out.
///
/// - Parameters:
///   - differences: First arm minus second, one for each common seed; their order does not matter up
///     to 16 pairs.
///   - generator: Drawn from beyond 16 pairs only.
///   - randomPatterns: m, the number of random patterns beyond 16 pairs.
/// - Returns: In 0 < p ≤ 1; 1 where every difference is 0.
/// - Precondition: There is a difference, and all are finite.
///
/// Source: Fisher, "The Design of Experiments", 1935, §21; Phipson & Smyth, "Permutation P-values
/// Should Never Be Zero", Statistical Applications in Genetics and Molecular Biology 9(1), 2010,
/// https://arxiv.org/abs/1603.05766.
public func signFlipPValue(
  differences: [Double], using generator: inout SeededGenerator, randomPatterns: Int = 99_999
) -> Double {
  checkScores(differences)
  precondition(randomPatterns >= 1, "the test needs random patterns, got \(randomPatterns)")
  // In this order sums do not depend on the order or the sign of the differences.
  let magnitudes = differences.map(\.magnitude).sorted()
  let observed = differences.sorted { ($0.magnitude, $0) < ($1.magnitude, $1) }.reduce(0, +)
  // Patterns that tie with the one observed count as that far out, whatever rounding made of them.
  let threshold = observed.magnitude - 1e-12 * magnitudes.reduce(0, +)
  guard magnitudes.count > mostEnumeratedPairs else {
    return exactPValue(magnitudes: magnitudes, threshold: threshold)
  }

  var extremes = 0
  for _ in 0..<randomPatterns {
    var sum = 0.0
    var signs: UInt32 = 0
    for (index, magnitude) in magnitudes.enumerated() {
      if index.isMultiple(of: 32) { signs = generator.nextBits32() }
      sum += signs & 1 == 1 ? magnitude : -magnitude
      signs >>= 1
    }
    if sum.magnitude >= threshold { extremes += 1 }
  }
  return Double(extremes + 1) / Double(randomPatterns + 1)
}

/// Returns the smallest p-value that ``signFlipPValue(differences:using:randomPatterns:)`` can give.
///
/// - Parameters:
///   - pairs: The number of differences, at least 1.
///   - randomPatterns: The number of random patterns beyond 16 pairs.
/// - Returns: 2 / 2ⁿ for n pairs up to 16, else 1 / (m + 1) for m random patterns.
public func smallestSignFlipPValue(pairs: Int, randomPatterns: Int = 99_999) -> Double {
  precondition(pairs >= 1, "the test needs pairs, got \(pairs)")
  return pairs <= mostEnumeratedPairs
    ? 2 / Double(1 << pairs) : 1 / Double(randomPatterns + 1)
}

/// Returns the fraction of sign patterns whose sum is at least `threshold` from 0.
private func exactPValue(magnitudes: [Double], threshold: Double) -> Double {
  // A pattern and its opposite are equally far out: the first sign can stay as it is.
  var sums = [magnitudes[0]]
  for magnitude in magnitudes.dropFirst() {
    sums = sums.map { $0 + magnitude } + sums.map { $0 - magnitude }
  }
  let extremes = sums.count { $0.magnitude >= threshold }
  return Double(extremes) / Double(sums.count)
}
