/// The share of samples of a kind whose ``meanInterval(_:)`` holds the mean, as simulated.
///
/// `make check-statistics` measures the shares again and fails where one is off by more than a hundredth.
public struct MeasuredCoverage: Hashable, Sendable {
  /// The distribution of the scores.
  public var kind: Kind
  /// The number of seeds.
  public var seeds: Int
  /// The share of samples whose interval holds the mean.
  public var share: Double

  /// The kinds of scores that reports speak of.
  public enum Kind: String, CaseIterable, Sendable {
    case normal
    case skewed = "skewed (exponential)"
    case heavilySkewed = "heavily skewed (lognormal, 1)"
    case oneInTenCollapses = "one seed in ten collapses"
  }

  /// Returns the share measured at the largest tabulated number of seeds up to `seeds`.
  ///
  /// - Parameters:
  ///   - kind: The distribution of the scores.
  ///   - seeds: The number of seeds.
  /// - Returns: Nil below ``leastScoresOfInterval`` seeds.
  public static func of(_ kind: Kind, seeds: Int) -> MeasuredCoverage? {
    all.last { $0.kind == kind && $0.seeds <= seeds }
  }

  /// Everything tabulated, by ascending number of seeds.
  public static let all: [MeasuredCoverage] = [
    (4, [0.937, 0.914, 0.874, 0.818]), (5, [0.939, 0.926, 0.896, 0.790]),
    (6, [0.936, 0.936, 0.905, 0.771]), (8, [0.939, 0.947, 0.924, 0.754]),
    (10, [0.945, 0.952, 0.930, 0.758]), (20, [0.945, 0.952, 0.940, 0.861]),
  ].flatMap { seeds, shares in
    zip(Kind.allCases, shares).map { MeasuredCoverage(kind: $0, seeds: seeds, share: $1) }
  }
}
