public import Notebook
public import ResultStore

/// The reason why a week's report was not built; nothing was written.
public enum ReportFailure: Error, Equatable, Sendable {
  /// Mistakes in the notebook, names that stand for nothing, and claims that do not hold.
  case notebook(NotebookError)
  /// The lock cannot be read or was altered.
  case lock(LockError)
  /// The store cannot be read, or a record was altered.
  case store(StoreError)
  /// Runs, such as `cartpole/PPO/3`, that have no record yet.
  case missingRuns([String])
  /// Runs with more than one result in the store.
  case conflicts([String])
  /// Runs whose records are not the ones that the lock names.
  case disagreements([Lock.Disagreement], lock: String, isFinal: Bool)
  /// A final week without a file that it is rendered from.
  case incompleteFinal(String)
  /// A file that the lock holds the digest of is missing or was altered.
  case alteredDocument(String)
  /// A tool could not be started or failed.
  case tool(String)
  /// A file could not be read or written.
  case file(String)
}

extension ReportFailure: CustomStringConvertible {
  /// One line or more, each a sentence for a person.
  public var description: String {
    switch self {
    case .notebook(let error): error.description
    case .lock(let error): error.description
    case .store(let error): "error: \(error)"
    case .missingRuns(let runs):
      "error: \(runs.count == 1 ? "1 run has" : "\(runs.count) runs have") no record yet: "
        + Self.list(runs) + "\nrun them with 'labbook run "
        + Self.experiments(of: runs).joined(separator: " ") + "'"
    case .conflicts(let runs):
      "error: \(runs.count == 1 ? "1 run has" : "\(runs.count) runs have") more than one result in "
        + "the store: " + Self.list(runs)
        + "\n'labbook status' shows them, and 'labbook resolve' records which one counts and why"
    case .disagreements(let disagreements, let lock, let isFinal):
      disagreements.map { "\(lock): error: \($0)" }.joined(separator: "\n")
        + (isFinal
          ? "\nthe lock of a final week is not replaced; 'labbook verify' of the week executes its runs again and says "
            + "which of the two has their results"
          : "\nthe lock is as it was; 'labbook report --accept' replaces it by the records")
    case .incompleteFinal(let words), .alteredDocument(let words), .tool(let words),
      .file(let words):
      "error: \(words)"
    }
  }

  /// The first names of a list, and how many more there are.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }

  /// The experiments of runs, in order of first mention.
  private static func experiments(of runs: [String]) -> [String] {
    runs.reduce(into: []) { names, run in
      let name = String(run.prefix { $0 != "/" })
      if !names.contains(name) { names.append(name) }
    }
  }
}
