package import ResultStore

/// A record that is wanted, and how its run is called.
package struct WantedRecord: Hashable, Sendable {
  /// The record.
  package var identity: RecordIdentity
  /// The name of its run for people.
  package var run: String
  /// Whether a result that differs from the one here is a repetition, as of an external trainer that promises no bits.
  package var keepsRepetitions: Bool

  /// Creates a wanted record.
  package init(_ identity: RecordIdentity, run: String, keepsRepetitions: Bool = true) {
    self.identity = identity
    self.run = run
    self.keepsRepetitions = keepsRepetitions
  }
}

/// The way of records from a remote into a store.
package struct RecordPull {
  private let store: ResultStore
  private let rclone: Rclone
  /// The folder of the caller's session.
  private let session: String

  /// So many objects are downloaded before they are taken in and removed.
  private static let batch = 2000

  /// Creates the way from the remote of `rclone` to `store`.
  package init(from rclone: Rclone, to store: ResultStore, session: String) {
    self.store = store
    self.rclone = rclone
    self.session = session
  }

  /// The outcome of a pull.
  package struct Result: Sendable {
    /// How many were here already.
    package var held = 0
    /// How many were taken in.
    package var adopted = 0
    /// The wanted records that the remote does not have.
    package var missing: [WantedRecord] = []
    /// A sentence for each object that gave no record, with the run.
    package var unsound: [String] = []
    /// A sentence for each record that differs from the one here.
    package var differing: [String] = []
    /// The sentence of a remote that gave only a part.
    package var failure: String?
  }

  /// Fetches records that are not here and takes each into the store as a worker's record is taken.
  ///
  /// - Parameters:
  ///   - wanted: The records.
  ///   - progress: Called with how many are done, and how many there are to fetch.
  /// - Returns: The outcome.
  /// - Throws: If the remote cannot be read at all, or the store not be written.
  package func pull(
    _ wanted: [WantedRecord], progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> Result {
    var result = Result()
    var seen: Set<RecordIdentity> = []
    let fetched = try wanted.filter { record in
      guard seen.insert(record.identity).inserted else { return false }
      if try store.holds(record.identity) {
        result.held += 1
        return false
      }
      return true
    }
    for start in stride(from: 0, to: fetched.count, by: Self.batch) {
      progress(start, fetched.count)
      try pull(Array(fetched[start..<min(start + Self.batch, fetched.count)]), &result)
    }
    let hasNothing = result.missing.count == fetched.count && !fetched.isEmpty
    if hasNothing, let failure = result.failure { throw RemoteError(failure) }
    if hasNothing { try rclone.requireRecords() }
    return result
  }

  private func pull(_ wanted: [WantedRecord], _ result: inout Result) throws {
    let folder = try DurableFiles.temporaryFolder(in: session, prefix: "objects-")
    defer { DurableFiles.remove(folder) }
    let failure = try rclone.download(
      wanted.map(\.identity.objectName), to: folder, session: session)
    result.failure = result.failure ?? failure
    var staged: [(record: WantedRecord, folder: String)] = []
    for record in wanted {
      let file = "\(folder)/\(record.identity.objectName)"
      guard DurableFiles.exists(file) else {
        result.missing.append(record)
        continue
      }
      do throws(RecordObjectError) {
        staged.append(
          (
            record,
            try store.stage(
              objectAt: file, as: record.identity, session: session, named: record.run)
          ))
      } catch {
        switch error {
        case .unsound(let problem):
          result.unsound.append(
            "\(record.run): \(rclone.remote): \(record.identity.objectName) \(problem)")
        case .store(let error): throw error
        }
      }
      DurableFiles.removeFile(file)
    }
    // A record is renamed into the store when it is on disk; all of them are written before the first is waited for.
    for (record, folder) in staged {
      let adoption = try store.adopt(
        staged: folder, as: record.identity, named: record.run,
        keepsRepetitions: record.keepsRepetitions)
      result.adopted += 1
      if let words = words(on: adoption, record) { result.differing.append(words) }
    }
  }

  /// The sentence on a record that is not the one that was here; nil for all others.
  private func words(on adoption: ResultStore.Adoption, _ record: WantedRecord) -> String? {
    switch adoption {
    case .record(.conflict(let parts)):
      "\(record.run): the record of the remote differs from the one here in \(parts.joined(separator: ", ")); both are "
        + "kept, and 'labbook resolve' records which counts and why"
    case .repetition(let number):
      "\(record.run): there is another observation here already; that of the remote is kept as repetition \(number)"
    case .record(.stored), .record(.same), .record(.replacedDamaged): nil
    }
  }
}
