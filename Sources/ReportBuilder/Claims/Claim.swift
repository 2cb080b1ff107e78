/// A statement about the arms of an experiment that a test can check.
///
/// It is written in one of the forms of ``forms``.
public struct Claim: Equatable, Sendable {
  /// The statement as written, with single spaces.
  public var text: String
  /// The relation that is claimed to hold.
  public var relation: Relation
  /// The metric that the relation is about.
  public var metric: Name

  /// A relation of arms, or of an arm and a bound.
  public enum Relation: Equatable, Sendable {
    /// The first arm's mean is higher, by a paired test.
    case greater(Name, than: Name)
    /// In at least `seeds` of exactly `total` seeds the arm's value is on this side of `bound`.
    case bound(Name, Side, Double, seeds: Int, of: Int)
    /// The means differ by less than `margin`, by two one-sided tests.
    case equivalent(Name, Name, margin: Double)
    /// The runs do not tell which arm is better: the interval of the difference holds 0. This is not to say
    /// that the arms are equal.
    case unresolved(Name, Name)
  }

  /// The side of a bound that is claimed.
  public enum Side: String, Equatable, Sendable {
    case atLeast = ">="
    case atMost = "<="
  }

  /// A name in a claim.
  public struct Name: Equatable, Sendable {
    /// The name itself.
    public var text: String
    /// The place where it starts, in characters from the start of the line.
    public var offset: Int

    /// Creates a name.
    public init(text: String, offset: Int) {
      self.text = text
      self.offset = offset
    }
  }

  /// A way to write a claim, and when it holds.
  public struct Form: Equatable, Sendable {
    /// Claims of the arms `A` and `B` on the metric `M`.
    public var patterns: [String]
    /// The condition under which such a claim holds: the end of a sentence that begins with "if".
    public var condition: String
  }

  /// The forms a claim may take, for messages and documentation.
  public static let forms = [
    Form(
      patterns: ["A > B on M", "A < B on M"],
      condition:
        "the mean is higher (lower), and the sign-flip test, adjusted over the week's claims of this "
        + "kind, is below .05"),
    Form(
      patterns: ["A >= 475 on M in 9 of 10 seeds", "A <= 475 on M in 9 of 10 seeds"],
      condition: "there are exactly 10 seeds, and at least 9 of them are that good"),
    Form(
      patterns: ["A ~ B within 10 on M"],
      condition: "the means differ by less than 10: two one-sided tests, below .05"),
    Form(
      patterns: ["unresolved: A, B on M"],
      condition:
        "the interval of the difference holds 0: the runs do not tell the arms apart, which does not "
        + "show that they are equal"),
  ]

  /// The reason why a claim about `experiment` cannot name an arm of another one; nil if `arm` does not begin with the
  /// name of one of `experiments`.
  static func objection(
    to arm: String, in experiment: String, among experiments: [String]
  ) -> String? {
    guard let other = experiments.first(where: { $0 != experiment && arm.hasPrefix($0 + ".") })
    else { return nil }
    return "'\(arm)' is of the experiment '\(other)', and the claim is about '\(experiment)': "
      + "\(unpaired); '{comparison} \(experiment), \(other)' shows them in one table"
  }

  /// The reason why claims stay within an experiment.
  static let unpaired =
    "the seeds of two experiments are not paired, so no test compares an arm of one with an arm of another"

  /// The arms named, in the order of the relation.
  var arms: [Name] {
    switch relation {
    case .greater(let first, let second), .equivalent(let first, let second, _),
      .unresolved(let first, let second):
      [first, second]
    case .bound(let arm, _, _, _, _): [arm]
    }
  }
}

/// The reason why a line is not a claim.
public struct ClaimSyntaxError: Error, Equatable, Sendable {
  /// The place of the fault, in characters from the start of the line.
  public var offset: Int
  /// The fault in words.
  public var message: String
}
