public import SeededRandom

/// The paired sign-flip test of a mean difference, with the interval that agrees with it.
///
/// If the runs of two arms with one seed could as well be exchanged, each difference would be as likely
/// with the other sign. The p-value is the share of all sign patterns whose mean is at least as far from
/// 0 as the one observed. The interval is the test turned round: all shifts d for which the differences
/// less d are not rejected. So the interval leaves out 0 exactly where the p-value is below its level.
///
/// The level holds exactly where differences are symmetric about what is tested, as they are between
/// two arms with equal distributions, whatever these look like. Where spreads or shapes differ, the test
/// tells the distributions apart and not their means alone.
///
/// A pattern flips the signs of a subset of the seeds; it is as far out as the pattern observed where the
/// subset's mean has the other sign. So the ends of the interval are means of subsets, and what is counted
/// is subsets whose sum is at most 0: exactly for up to 32 pairs, in the manner of "meet in the
/// middle", and beyond among random subsets with their complements.
///
/// Source: Fisher, "The Design of Experiments", 1935, §21; Hartigan, "Using Subsample Values as Typical
/// Values", JASA 64(328), 1969, https://doi.org/10.1080/01621459.1969.10501057; Phipson & Smyth,
/// "Permutation P-values Should Never Be Zero", 2010, https://arxiv.org/abs/1603.05766.
public struct SignFlipTest: Sendable {
  /// The mean of the differences; opposite differences give exactly the opposite.
  public let meanDifference: Double
  /// Ascending.
  private let differences: [Double]
  /// The random subsets that stand for all beyond ``mostEnumeratedPairs``; empty up to it.
  private let subsets: [Subset]

  /// The largest number of pairs whose sign patterns are all counted: 2³² of them.
  public static let mostEnumeratedPairs = 32
  /// The number of sign patterns that stand for all beyond ``mostEnumeratedPairs``.
  public static let randomPatterns = 100_000

  /// The sum and the size of a subset of the differences.
  private struct Subset {
    var sum = 0.0
    var count = 0.0
  }

  /// Prepares the test of `differences`.
  ///
  /// - Parameters:
  ///   - differences: First arm minus second, one for each common seed, in any order.
  ///   - generator: Drawn from beyond 32 pairs only.
  /// - Precondition: There is a difference, and all are finite.
  public init(differences: [Double], using generator: inout SeededGenerator) {
    checkScores(differences)
    self.differences = differences.sorted()
    meanDifference = Self.meanDifference(of: differences)
    subsets =
      differences.count <= Self.mostEnumeratedPairs
      ? [] : Self.randomSubsets(of: self.differences, using: &generator)
  }

  /// The mean of differences; that of the opposite ones is exactly the opposite.
  static func meanDifference(of differences: [Double]) -> Double {
    (mean(differences) - mean(differences.map { 0 - $0 })) / 2
  }

  /// Returns the two-sided p-value of a mean difference of `shift`, in 0 < p ≤ 1.
  ///
  /// - Returns: 1 where the mean difference is `shift`.
  public func pValue(shift: Double = 0) -> Double {
    let sum = differences.reduce(0) { $0 + ($1 - shift) }
    guard sum.magnitude > 2 * tolerance(shift: shift) else { return 1 }
    let further = subsetsAcross(shift: shift, sign: sum < 0 ? -1 : 1)
    return min(1, 2 * (1 + further) / Self.patterns(pairs: differences.count))
  }

  /// Returns all mean differences that the test does not reject at `significance`.
  ///
  /// - Parameter significance: The level of the test; the confidence is 1 less it.
  /// - Returns: A closed interval around the mean difference, of no width where all differences are
  ///   equal; nil where so few pairs cannot reject anything.
  public func interval(significance: Double = 0.05) -> ConfidenceInterval? {
    guard Self.smallestPValue(pairs: differences.count) < significance else { return nil }
    return ConfidenceInterval(
      lower: lowerEnd(sign: 1, significance), upper: 0 - lowerEnd(sign: -1, significance))
  }

  /// Returns the p-value of the claim that the mean difference lies strictly within ±`margin`.
  ///
  /// It is the larger one of two one-sided tests, that the mean difference is −margin or less and that
  /// it is margin or more. It is below 0.05 exactly where the interval of significance 0.1 lies
  /// strictly within the margin.
  ///
  /// - Parameter margin: Above 0.
  /// - Returns: In 0 < p ≤ 1.
  ///
  /// Source: Schuirmann, "A Comparison of the Two One-Sided Tests Procedure and the Power Approach",
  /// Journal of Pharmacokinetics and Biopharmaceutics 15(6), 1987,
  /// https://doi.org/10.1007/BF01068419.
  public func equivalencePValue(within margin: Double) -> Double {
    precondition(margin > 0, "a margin is above 0, got \(margin)")
    let patterns = Self.patterns(pairs: differences.count)
    let further = max(
      subsetsAcross(shift: 0 - margin, sign: 1), subsetsAcross(shift: margin, sign: -1))
    return min(1, (1 + further) / patterns)
  }

  /// Returns the smallest p-value that the test of so many pairs can give.
  ///
  /// - Parameter pairs: The number of differences, at least 1.
  /// - Returns: 2 / 2ⁿ for n pairs up to 32, beyond 2 of the random patterns.
  public static func smallestPValue(pairs: Int) -> Double {
    precondition(pairs >= 1, "the test needs pairs, got \(pairs)")
    return 2 / patterns(pairs: pairs)
  }

  // MARK: Counting

  private static func patterns(pairs: Int) -> Double {
    pairs <= mostEnumeratedPairs ? Double(1 << pairs) : Double(randomPatterns)
  }

  /// Sums up to this size count as 0, whatever rounding made of them.
  private func tolerance(shift: Double) -> Double {
    0.5e-12 * differences.reduce(0) { $0 + ($1 - shift).magnitude }
  }

  /// The number of subsets, but for the empty one, whose sum of `sign` × (difference − `shift`) is at
  /// most 0.
  private func subsetsAcross(shift: Double, sign: Double) -> Double {
    let threshold = tolerance(shift: shift)
    guard subsets.isEmpty else {
      let total = differences.reduce(0) { $0 + ($1 - shift) }
      let count = subsets.reduce(into: 0) { count, subset in
        let sum = subset.sum - subset.count * shift
        if sign * sum <= threshold { count += 1 }
        if sign * (total - sum) <= threshold { count += 1 }
      }
      // The pattern observed and its opposite, which flips every sign, are the other two.
      return Double(count + (sign * total <= threshold ? 1 : 0))
    }
    let half = differences.count / 2
    let first = Self.subsetSums(differences[..<half], shift: shift, sign: sign)
    let second = Self.subsetSums(differences[half...], shift: shift, sign: sign)
    var count = 0
    var end = second.count
    for sum in first {
      while end > 0, sum + second[end - 1] > threshold { end -= 1 }
      count += end
    }
    return Double(count - 1)
  }

  /// The sums of all subsets of a part of the differences, ascending.
  private static func subsetSums(
    _ part: ArraySlice<Double>, shift: Double, sign: Double
  ) -> [Double] {
    var sums = [0.0]
    for difference in part {
      let value = sign * (difference - shift)
      // The sums without the value and those with it are two ascending lists.
      sums = [Double](unsafeUninitializedCapacity: 2 * sums.count) { merged, count in
        var (without, with) = (0, 0)
        for position in 0..<(2 * sums.count) {
          if with == sums.count
            || (without < sums.count && sums[without] <= sums[with] + value)
          {
            merged.initializeElement(at: position, to: sums[without])
            without += 1
          } else {
            merged.initializeElement(at: position, to: sums[with] + value)
            with += 1
          }
        }
        count = 2 * sums.count
      }
    }
    return sums
  }

  /// Draws subsets, each from words of its own, one after the other; four are summed side by side.
  private static func randomSubsets(
    of differences: [Double], using generator: inout SeededGenerator
  ) -> [Subset] {
    let (count, lanes) = (randomPatterns / 2 - 1, 4)
    let words = (differences.count + 31) / 32
    var members = [SIMD4<UInt64>](repeating: .zero, count: words)
    var subsets: [Subset] = []
    subsets.reserveCapacity(count)
    while subsets.count < count {
      let drawn = min(lanes, count - subsets.count)
      for lane in 0..<drawn {
        for word in 0..<words { members[word][lane] = UInt64(generator.nextBits32()) }
      }
      var sums = SIMD4<Double>.zero
      var sizes = SIMD4<UInt64>.zero
      for word in 0..<words {
        var bits = members[word]
        for index in (32 * word)..<min(32 * word + 32, differences.count) {
          // What is no member adds a positive zero, which changes no sum.
          let isMember = bits & 1
          let added =
            SIMD4(repeating: differences[index].bitPattern) & (SIMD4<UInt64>.zero &- isMember)
          sums += SIMD4(
            Double(bitPattern: added[0]), Double(bitPattern: added[1]),
            Double(bitPattern: added[2]), Double(bitPattern: added[3]))
          sizes &+= isMember
          bits &>>= 1
        }
      }
      for lane in 0..<drawn {
        subsets.append(Subset(sum: sums[lane], count: Double(sizes[lane])))
      }
    }
    return subsets
  }

  // MARK: The interval

  /// The least shift of `sign` × the differences that is not rejected.
  private func lowerEnd(sign: Double, _ significance: Double) -> Double {
    let patterns = Self.patterns(pairs: differences.count)
    func isRejected(_ shift: Double) -> Bool {
      2 * (1 + subsetsAcross(shift: sign * shift, sign: sign)) / patterns < significance
    }
    // Below the smallest difference no subset has a sum of 0 or less.
    var rejected = sign > 0 ? differences[0] : 0 - differences[differences.count - 1]
    var accepted = sign * meanDifference
    guard isRejected(rejected) else { return rejected }
    // With 0 tried first the interval agrees with the p-value, whatever rounding does.
    if rejected < 0, 0 < accepted {
      if isRejected(0) { rejected = 0 } else { accepted = 0 }
    }
    let spread = differences[differences.count - 1] - differences[0]
    let precision = 1e-13 * spread
    // Far from the end, on the scale of rounding and of ``tolerance(shift:)``, nothing has to be counted.
    let end = meanAtLowerEnd(sign: sign, significance)
    let magnitude = max(differences[0].magnitude, differences[differences.count - 1].magnitude)
    let margin = Double(differences.count) * (1e-11 * spread + 1e-14 * magnitude)
    while accepted - rejected > precision {
      let middle = rejected + (accepted - rejected) / 2
      guard middle > rejected, middle < accepted else { break }
      let isBelow: Bool =
        if let end, (middle - end).magnitude > margin { middle < end } else { isRejected(middle) }
      if isBelow { rejected = middle } else { accepted = middle }
    }
    return accepted
  }

  /// The most pairs whose subsets are listed to find the end of the interval.
  private static let mostListedPairs = 12

  /// The mean of the subset at which the lower end lies, up to rounding: of all subsets by their means, the first of
  /// which as many are below as a rejection allows; nil beyond ``mostListedPairs``.
  private func meanAtLowerEnd(sign: Double, _ significance: Double) -> Double? {
    guard differences.count <= Self.mostListedPairs else { return nil }
    let patterns = Self.patterns(pairs: differences.count)
    // The number of means that are at most a shift which is just not rejected.
    var rank = 1
    while 2 * (1 + Double(rank)) / patterns < significance { rank += 1 }
    var sums = [0.0]
    var means: [Double] = []
    means.reserveCapacity(rank + 1)
    sums.reserveCapacity(1 << differences.count)
    for difference in differences {
      for index in sums.indices { sums.append(sums[index] + sign * difference) }
    }
    for index in sums.indices.dropFirst() {
      let mean = sums[index] / Double(index.nonzeroBitCount)
      if means.count == rank, means[rank - 1] <= mean { continue }
      // The smallest so far, ascending: few of them, and few that come late.
      var place = means.count
      means.append(mean)
      while place > 0, means[place - 1] > mean {
        means[place] = means[place - 1]
        place -= 1
      }
      means[place] = mean
      if means.count > rank { means.removeLast() }
    }
    return means[rank - 1]
  }
}
