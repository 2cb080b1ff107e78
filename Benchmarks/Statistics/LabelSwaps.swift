import Foundation
import Notebook
import ReportBuilder
import ResultStore
import SeededRandom

/// The claims `A > B` of a week's notebook, tested once more by swapping labels.
///
/// If the two arms did not differ, the two scores of a seed could as well have each other's label. What
/// is computed anew for every way to swap them is the difference as it is printed: one mean less the other.
/// Above 20 seeds the ways are too many, and 100,000 of them are drawn.
/// A claim that was registered before its runs stands whatever came out, so it may fall.
/// Nothing here is shared with the test that the reports use.
struct LabelSwaps {
  let week: String
  private var tests: [(claim: String, isRegistered: Bool, difference: Double, pValue: Double)] = []

  /// Reads the notebook and the lock in `folder`; nil without either.
  init?(folder: URL) throws {
    week = folder.lastPathComponent
    guard
      let source = try? String(
        contentsOf: folder.appending(path: "notebook.md"), encoding: .utf8),
      let text = try? String(contentsOf: folder.appending(path: "results.lock"), encoding: .utf8)
    else { return nil }
    let lock = try Lock(text: text, path: "\(week)/results.lock")
    let notebook = try parseNotebook(source, path: "\(week)/notebook.md")
    for directive in notebook.directives where directive.declaration.body == .claims {
      guard let experiment = directive.argument.flatMap({ lock.experiment($0.value) }) else {
        continue
      }
      for line in directive.body {
        let claim = try Claim(parsing: line.value)
        guard case .greater(let first, let second) = claim.relation,
          let arm = experiment.arm(first.text), let other = experiment.arm(second.text)
        else { continue }
        let pairs = arm.runs.compactMap { run -> (Double, Double)? in
          guard let value = run.metrics[claim.metric.text],
            let partner = other.run(seed: run.seed)?.metrics[claim.metric.text]
          else { return nil }
          return (value, partner)
        }
        tests.append(
          (
            claim.text, directive.declaration.name == "preregistered", Self.difference(pairs),
            Self.pValue(pairs)
          ))
      }
    }
  }

  /// Whether every claim holds, at .05 and adjusted for their number.
  func measure(into findings: inout Findings) {
    let ascending = tests.indices.sorted { tests[$0].pValue < tests[$1].pValue }
    var fallen: [(claim: String, isRegistered: Bool)] = []
    var largest = 0.0
    for (rank, index) in ascending.enumerated() {
      largest = max(largest, tests[index].pValue * Double(tests.count - rank))
      if largest >= 0.05 || tests[index].difference <= 0 {
        fallen.append((tests[index].claim, tests[index].isRegistered))
      }
    }
    print("  \(week): \(tests.count - fallen.count) of \(tests.count) claims of a difference hold")
    for (claim, isRegistered) in fallen {
      if isRegistered { print("  \(week): '\(claim)', registered before its runs, does not hold") }
      findings.require(
        isRegistered, "\(week): '\(claim)' does not hold when labels are swapped")
    }
  }

  private static func difference(_ pairs: [(Double, Double)]) -> Double {
    let count = Double(pairs.count)
    return pairs.reduce(0) { $0 + $1.0 } / count - pairs.reduce(0) { $0 + $1.1 } / count
  }

  /// The share of all ways to swap labels that make the difference as large; of drawn ways for more than 20 pairs,
  /// the one that is found among them.
  private static func pValue(_ pairs: [(Double, Double)]) -> Double {
    guard !pairs.isEmpty else { return 1 }
    let printed = abs(difference(pairs))
    let rounding = 1e-10 * pairs.reduce(0) { $0 + abs($1.0 - $1.1) }
    func isAsLarge(_ way: UInt64) -> Bool {
      let swapped = pairs.enumerated().map { index, pair in
        way >> UInt64(index) & 1 == 1 ? (pair.1, pair.0) : pair
      }
      return abs(difference(swapped)) >= printed - rounding
    }
    if pairs.count <= 20 {
      let ways = UInt64(1) << pairs.count
      return Double((0..<ways).count(where: isAsLarge)) / Double(ways)
    }
    precondition(pairs.count <= 64, "a way to swap labels is a bit for each of at most 64 pairs")
    var generator = SeededGenerator(key: 6)
    let drawn = 100_000
    let asLarge = (0..<drawn).count { _ in isAsLarge(generator.nextBits()) }
    return Double(asLarge + 1) / Double(drawn + 1)
  }
}
