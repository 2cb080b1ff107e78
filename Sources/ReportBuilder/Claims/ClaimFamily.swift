internal import Notebook
internal import Statistics

/// The tests of all claims of a week that one arm is better, with p-values adjusted by Holm's method.
///
/// Two claims about the same arms and metric are one test. A claim that arms cannot be told apart tests no
/// difference, and one that they are equivalent has a test of its own: neither is in the family.
struct ClaimFamily {
  private let tests: [ResolvedClaim.Test]
  /// The number of seeds of each test.
  private let pairs: [Int]
  private let adjusted: [Double]
  /// The smallest adjusted p-values that the seeds allow.
  private let smallest: [Double]

  init(_ claims: [ResolvedClaim]) {
    var tests: [ResolvedClaim.Test] = []
    var pairs: [PairSummary] = []
    for claim in claims {
      guard let test = claim.test, !tests.contains(test), let pair = claim.pair else { continue }
      tests.append(test)
      pairs.append(pair)
    }
    self.tests = tests
    self.pairs = pairs.map(\.pairs)
    adjusted = holmAdjusted(pairs.map { $0.pValue ?? 1 })
    smallest = Self.smallestAdjusted(pairs.map(\.pairs))
  }

  var count: Int { tests.count }

  /// The tests of differences that the claims of a notebook make, whether their runs exist or not.
  static func tests(in notebook: Notebook) -> Set<ResolvedClaim.Test> {
    let tests = notebook.directives.filter { $0.declaration.body == .claims }
      .flatMap { directive in
        directive.body.compactMap { line -> ResolvedClaim.Test? in
          guard let claim = try? Claim(parsing: line.value), case .greater = claim.relation else {
            return nil
          }
          return ResolvedClaim.Test(
            experiment: directive.argument?.value ?? "", arms: claim.arms.map(\.text).sorted(),
            metric: claim.metric.text)
        }
      }
    return Set(tests)
  }

  /// The experiments with a test of `notebook` that no result of `seeds`, by experiment, could make significant.
  static func hopeless(in notebook: Notebook, seeds: [String: Int]) -> Set<String> {
    let tests = tests(in: notebook).filter { seeds[$0.experiment] != nil }
    let names = tests.map(\.experiment)
    let smallest = smallestAdjusted(names.map { seeds[$0] ?? 1 })
    return Set(zip(names, smallest).filter { $1 >= ReportStatistics.significance }.map(\.0))
  }

  /// `1 test`, or `Holm over 3 tests`.
  var words: String { count == 1 ? "1 test" : "Holm over \(count) tests" }

  func adjustedP(of test: ResolvedClaim.Test) -> Double? {
    tests.firstIndex(of: test).map { adjusted[$0] }
  }

  /// The fault of a claim that no result could make hold; nil for any other claim.
  ///
  /// With the smallest p-values that the seeds of all claims allow, Holm's method does not reject its test.
  func hopelessness(of claim: ResolvedClaim) -> String? {
    guard let test = claim.test, let index = tests.firstIndex(of: test),
      smallest[index] >= ReportStatistics.significance
    else { return nil }
    return "no result can make the claim '\(claim.claim.text)' hold: the smallest p-value that "
      + "\(SeedNotes.seeds([pairs[index]])) in common allow is "
      + "\(NumberText.pValue(smallest[index])) (\(words)); it would take \(leastSeeds) seeds"
  }

  /// The least number of seeds with which no claim is hopeless.
  private var leastSeeds: Int {
    (ReportStatistics.leastSeeds...SignFlipTest.mostEnumeratedPairs).first { seeds in
      Self.smallestAdjusted(pairs.map { max($0, seeds) })
        .allSatisfy { $0 < ReportStatistics.significance }
    } ?? SignFlipTest.mostEnumeratedPairs
  }

  private static func smallestAdjusted(_ pairs: [Int]) -> [Double] {
    holmAdjusted(pairs.map { SignFlipTest.smallestPValue(pairs: $0) })
  }
}
