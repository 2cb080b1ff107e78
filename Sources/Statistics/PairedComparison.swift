public import SeededRandom

/// The difference between two arms that ran with the same seeds.
///
/// Arms with the same seed share initial weights, resets and prompts, so their scores are compared
/// pair by pair. The difference is the mean of the paired differences, and it is what ``SignFlipTest``
/// tests and gives an interval of: the three belong together.
public struct PairedComparison: Sendable {
  /// With fewer pairs the sign-flip test cannot reach a p-value of .05, so nothing is tested.
  public static let leastPairs = 6

  /// The mean of the first arm's scores less the second's.
  public let difference: Double
  /// The 95 % interval of the difference; nil where there are too few seeds.
  public let interval: ConfidenceInterval?
  /// The two-sided p-value of the sign-flip test, not adjusted; nil where there are too few seeds.
  public let pValue: Double?
  /// The number of seeds that both arms have.
  public let pairs: Int
  /// Whether the difference is the same in every pair, up to rounding.
  public let isConstant: Bool
  /// Makes the test of these scores; it is made already where the interval was not known.
  private let makeTest: @Sendable () -> SignFlipTest

  /// Compares `first` with `second`.
  ///
  /// Exchanging the arms exactly negates difference and interval and keeps the p-value.
  ///
  /// - Parameters:
  ///   - first: The score of each seed.
  ///   - second: The scores of the same seeds in the same order.
  ///   - generator: Drawn from beyond 32 pairs only.
  /// - Precondition: There are as many scores on either side, at least one, all finite.
  public init(
    _ first: [Double], _ second: [Double], using generator: inout SeededGenerator
  ) {
    let differences = Self.differences(first, second)
    let test = SignFlipTest(differences: differences, using: &generator)
    let isTested = first.count >= Self.leastPairs
    self.init(
      first, second, differences, interval: isTested ? test.interval() : nil,
      pValue: isTested ? test.pValue() : nil, makeTest: { test })
  }

  /// A comparison whose interval and p-value are known from an earlier one of the same scores, so that nothing is
  /// counted.
  ///
  /// - Parameters:
  ///   - first: The score of each seed.
  ///   - second: The scores of the same seeds in the same order.
  ///   - known: What the earlier comparison gave.
  ///   - generator: That of the earlier comparison, as it was before it.
  /// - Precondition: As for ``init(_:_:using:)``.
  public init(
    _ first: [Double], _ second: [Double], known: (interval: ConfidenceInterval, pValue: Double),
    generator: SeededGenerator
  ) {
    let differences = Self.differences(first, second)
    self.init(
      first, second, differences, interval: known.interval, pValue: known.pValue,
      makeTest: {
        var generator = generator
        return SignFlipTest(differences: differences, using: &generator)
      })
  }

  private init(
    _ first: [Double], _ second: [Double], _ differences: [Double], interval: ConfidenceInterval?,
    pValue: Double?, makeTest: @escaping @Sendable () -> SignFlipTest
  ) {
    pairs = first.count
    // What rounding made of equal differences is no spread.
    let rounding = 1e-12 * ((first + second).map(\.magnitude).max() ?? 0)
    isConstant = differences.allSatisfy { ($0 - differences[0]).magnitude <= rounding }
    difference = SignFlipTest.meanDifference(of: differences)
    self.interval = interval
    self.pValue = pValue
    self.makeTest = makeTest
  }

  private static func differences(_ first: [Double], _ second: [Double]) -> [Double] {
    precondition(
      first.count == second.count,
      "paired scores come in equal numbers, got \(first.count) and \(second.count)")
    checkScores(first)
    checkScores(second)
    return zip(first, second).map { $0 - $1 }
  }

  /// Returns the two one-sided tests that the arms differ by less than `margin`.
  ///
  /// - Parameter margin: Above 0.
  /// - Returns: The p-value, and the 90 % interval, which lies strictly within ±`margin` where the
  ///   p-value is below 0.05; nil where there are too few seeds.
  public func equivalence(
    within margin: Double
  ) -> (pValue: Double, interval: ConfidenceInterval)? {
    guard pairs >= Self.leastPairs else { return nil }
    let test = makeTest()
    guard let interval = test.interval(significance: 0.1) else { return nil }
    return (test.equivalencePValue(within: margin), interval)
  }
}
