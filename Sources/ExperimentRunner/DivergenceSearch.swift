internal import Foundation
public import ResultStore

/// The search for the place at which a new execution of a run parts from a record made before.
public struct DivergenceSearch {
  /// The store with the new results, and with the stages that they stand on.
  let executed: ResultStore
  /// The store with the records made before.
  let references: ResultStore
  /// Executes a run again with every tensor noted, into the store of the new results; `nil` where nobody asked for
  /// the tensor.
  let executeAgain: ((PlannedRun) throws -> RunOutcome)?

  /// Creates a search.
  public init(
    executed: ResultStore, references: ResultStore,
    executeAgain: ((PlannedRun) throws -> RunOutcome)? = nil
  ) {
    self.executed = executed
    self.references = references
    self.executeAgain = executeAgain
  }

  /// Returns what can be told of the first difference between a new result and a record made before.
  ///
  /// - Parameters:
  ///   - outcome: The new result.
  ///   - reference: The digest of the record made before, as a lock or the store has it.
  /// - Returns: Clauses that follow the parts that differ.
  /// - Throws: If a store cannot be read, or the run cannot be executed again at all.
  public func clauses(on outcome: RunOutcome, reference: RecordDigest) throws -> [String] {
    let run = outcome.run
    let name = "\(run.name)"
    guard let digest = outcome.digest,
      let new = try executed.result(of: run.key, agreeingWith: digest, named: name)
    else { return [] }
    var clauses: [String] = []
    var found: FirstDivergence?
    if let former = try references.result(of: run.key, agreeingWith: reference, named: name) {
      found = FirstDivergence(
        between: former.record, and: new.record, unit: run.unit,
        traces: (
          try references.trace(of: run.key, record: former.digest),
          try executed.trace(of: run.key, record: new.digest)
        ))
      if let found { clauses.append("\(found)") }
      if let words = try circumstances(ofRecord: former.digest, outcome) { clauses.append(words) }
    } else {
      clauses.append(
        "the store has no record that agrees with the lock, which holds one digest of all updates, so that the "
          + "first update cannot be named")
    }
    if let executeAgain, found.map(Self.isSearchable) ?? true {
      clauses.append(try repetition(of: outcome, new, executeAgain))
    }
    return clauses
  }

  /// Whether another execution may tell more of a difference: which tensor it is in.
  private static func isSearchable(_ found: FirstDivergence) -> Bool {
    guard case .update(_, _, let tensor) = found.place else { return false }
    return tensor == nil
  }

  /// Executes the run once more: two executions of one program that part are told by tensor, and if they agree, it is
  /// the record that is another.
  private func repetition(
    of outcome: RunOutcome, _ new: (record: Record, digest: String),
    _ executeAgain: (PlannedRun) throws -> RunOutcome
  ) throws -> String {
    let run = outcome.run
    let second = try executeAgain(run)
    guard let digest = second.digest else {
      return "executed once more, it has no result: \(second)"
    }
    guard let again = try executed.result(of: run.key, agreeingWith: digest, named: "\(run.name)"),
      let found = FirstDivergence(
        between: new.record, and: again.record, unit: run.unit,
        traces: (
          try executed.trace(of: run.key, record: new.digest),
          try executed.trace(of: run.key, record: again.digest)
        ))
    else {
      return
        "executed once more it gives the same bits, so this program repeats itself and the record is another one's; a "
        + "record keeps no digests of single tensors, and no trace of its execution is here to name the tensor by "
        + "('labbook rerun --bisect' of the version that made it keeps one)"
    }
    return
      "executed once more it gives yet other bits: two executions of this program differ, \(found)"
  }

  /// In what the making of a record differs from that of the new result.
  private func circumstances(
    ofRecord digest: String, _ outcome: RunOutcome
  ) throws -> String? {
    let key = outcome.run.key
    guard try references.summary(for: key)?.digest.all == digest,
      let made = try references.provenance(for: key)
    else { return nil }
    var differences: [String] = []
    if made.executable != ProvenanceSources.executableDigest {
      differences.append(
        "by another build of labbook" + (made.gitCommit.map { " at commit \($0)" } ?? ""))
    }
    if let instructions = outcome.instructionSet, instructions != made.instructionSet {
      differences.append("with \(made.instructionSet) kernels and not \(instructions)")
    }
    return differences.isEmpty ? nil : "the record was made \(differences.joined(separator: ", "))"
  }
}
