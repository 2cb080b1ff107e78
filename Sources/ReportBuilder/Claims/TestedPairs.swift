internal import Notebook
internal import ReportRendering
internal import ResultStore

/// The claims of a notebook about two arms, for tables to name the test of a difference.
struct TestedPairs {
  /// One claim about two arms.
  struct Entry {
    var number: Int
    var experiment: String
    /// Sorted.
    var arms: [String]
    var metric: String
    /// Whether the claim says that one arm is better, and holds.
    var holdsDifference: Bool
  }

  private(set) var entries: [Entry] = []

  /// Adds a claim, if it is about two arms.
  mutating func add(_ claim: ResolvedClaim, number: Int, verdict: ReportClaim.Verdict) {
    guard claim.scores.count == 2 else { return }
    entries.append(
      Entry(
        number: number, experiment: claim.experiment.name, arms: claim.scores.map(\.arm).sorted(),
        metric: claim.scores[0].metric, holdsDifference: claim.test != nil && verdict == .holds))
  }

  /// The claims about two arms on a metric, in reading order.
  func claims(
    on experiment: String, _ arm: String, _ other: String, metric: String
  ) -> [Entry] {
    let arms = [arm, other].sorted()
    return entries.filter { $0.experiment == experiment && $0.arms == arms && $0.metric == metric }
  }

  /// `claim 3`, or `claims 3, 5`, each number a link to the claim.
  static func links(_ entries: [Entry]) -> [Inline] {
    links(toClaims: Set(entries.map(\.number)).sorted())
  }

  /// `claim 3`, or `claims 3, 5`, each number a link to the claim.
  static func links(toClaims numbers: [Int]) -> [Inline] {
    numbers.enumerated().flatMap { index, number -> [Inline] in
      let word = index > 0 ? "" : numbers.count == 1 ? "claim " : "claims "
      return (index > 0 ? [.text(", ")] : []) + [
        .link(
          destination: "#" + ReportClaim.anchor(number), title: "",
          content: [.text("\(word)\(number)")])
      ]
    }
  }
}
