internal import CanonicalJSON

/// Claims that were written down before the runs that they are about, as a lock holds them.
///
/// That the lock was made before is not in it: the history of git shows it.
public struct Preregistration: Equatable, Sendable {
  /// One claim, about the arms of one experiment.
  public struct Claim: Hashable, Sendable {
    /// The experiment that it is about.
    public var experiment: String
    /// The claim with single spaces.
    public var text: String

    /// Creates a claim.
    public init(experiment: String, text: String) {
      self.experiment = experiment
      self.text = text
    }
  }

  /// Each once, by experiment and text: where they stand in a notebook does not count.
  public let claims: [Claim]
  /// The digest of the keys of all runs of each experiment that a claim is about: ``LockedPlan/runs``.
  public let runs: [String: String]

  /// Creates the registration of `claims`; `runs` has the experiments of all of them.
  public init(claims: some Sequence<Claim>, runs: [String: String]) {
    self.claims = Set(claims).sorted {
      $0.experiment == $1.experiment
        ? CanonicalText.precedes($0.text, $1.text)
        : CanonicalText.precedes($0.experiment, $1.experiment)
    }
    self.runs = runs
  }

  /// The digest of the claims and of the keys of the runs that they are about, in 64 hexadecimal digits.
  public var digest: String {
    var lines = ["labbook preregistration 1"]
    for (name, keys) in runs.sorted(by: { CanonicalText.precedes($0.key, $1.key) }) {
      lines.append("runs \(name) \(keys)")
    }
    lines += claims.map { "claim \($0.experiment) \($0.text)" }
    return Digest.hex(of: lines.joined(separator: "\n") + "\n")
  }

  /// The first eight digits of the digest, as a page shows it.
  public var shortDigest: String { String(digest.prefix(8)) }
}
