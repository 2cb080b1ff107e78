import ExperimentRunner
import ExperimentSpec
import ReportBuilder
import ResultStore

/// The runs of a lock that this program would make as others, so that nothing could be compared.
struct NotComparable {
  /// A run with the reason.
  typealias Run = (run: PlannedRun, error: RunIdentityError)

  let week: Week
  /// The runs, of their own or because of a stage that they stand on.
  let runs: [Run]

  /// The sentences for a person.
  ///
  /// - Parameters:
  ///   - count: How many runs were chosen.
  ///   - store: The store, whose records may say by which commit they were made.
  /// - Returns: One for each kind of reason.
  func sentences(of count: Int, _ store: ResultStore) -> [String] {
    let libraries = runs.filter { $0.error.problems.allSatisfy(Self.isLibrary) }
    let revisions = runs.filter { !$0.error.problems.allSatisfy(Self.isLibrary) }
    var sentences: [String] = []
    if let first = revisions.first {
      sentences.append(
        "\(revisions.count) of \(count) runs were not executed, for they were made with other revisions, such as "
          + "\(first.run.name): \(first.error); raised since: \(Self.counts(of: revisions)); to execute them again, "
          + "check out \(commit(of: revisions, store))")
    }
    if let first = libraries.first {
      sentences.append(
        "\(libraries.count) of \(count) runs were not executed, for their numerics profile is openblas, whose bits are "
          + "those of one version of the library, such as \(first.run.name): \(first.error); install the version "
          + "that they were made with")
    }
    return sentences
  }

  private static func isLibrary(_ problem: RunIdentityError.Problem) -> Bool {
    if case .otherRevision(let field, _, _) = problem { return field.hasPrefix("numerics.") }
    return false
  }

  /// The components with their revisions and how many runs each is about.
  private static func counts(of runs: [Run]) -> String {
    var counts: [String: Int] = [:]
    for problem in runs.flatMap({ Set($0.error.problems) }) {
      guard case .otherRevision(let field, let made, let now) = problem, !isLibrary(problem) else {
        continue
      }
      counts["\(field) from \(made) to \(now)", default: 0] += 1
    }
    return counts.sorted { $0.key < $1.key }.map {
      "\($0.key) (\($0.value) \($0.value == 1 ? "run" : "runs"))"
    }.joined(separator: ", ")
  }

  /// The commit that made the records, if one and the same made all that are here; else how to find the one that
  /// locked them.
  private func commit(of runs: [Run], _ store: ResultStore) -> String {
    let commits = Set(
      runs.map { run in ((try? store.provenance(for: run.run.key)) ?? nil)?.gitCommit })
    if commits.count == 1, let commit = commits.first ?? nil {
      let isExact = commit.allSatisfy(\.isHexDigit)
      return "commit \(commit.prefix { $0.isHexDigit })"
        + (isExact ? "" : ", from which files may have differed when they were made")
    }
    return
      "the commit that locked them: git log -1 --format=%H -- \(week.folder.displayPath)/results.lock"
  }
}
