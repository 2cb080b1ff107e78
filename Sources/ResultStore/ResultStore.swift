public import Foundation

/// The records of a lab, each in a folder named by its run key.
///
/// A record is written under a temporary name in the same folder tree and renamed, so it is there
/// as a whole or not at all, whenever a writer stops. Any number of writers may share a store: the
/// one whose rename comes second compares. There is no index or process id to go stale; the lock on what
/// is being written ends with the process that holds it.
///
///     records/0a/0a3f…/    a record
///     conflicts/0a3f…/     other results for the same key, each in a folder named by its digest
///     resolutions/0a3f…/   a person's decisions between results, by number; the last one is in force
///     traces/0a3f…/        what executions did update by update, each named by the digest of its record
///     quarantine/          records that were found damaged
///     checkpoints/0a3f…    the state of a run that was interrupted
///     temporary/           records that are being written, in the sessions of their writers, and claims of runs
///     logs/0a3f….log       the output of a failed run, and of one of an external trainer
///     repetitions/0a3f…/   further executions of an observed run, by number
///     submissions/3f2a…/   runs that were given to a cluster
///     file-digests         what is remembered of the inputs of external trainers
///     manifests/           signed lists of records that came from remotes
///     checked-records      what is remembered of records that were checked
///     plan                 what is remembered of the specs
///     answers              what is remembered of statistics that were computed
public struct ResultStore: Sendable {
  /// The folder, such as `.labbook`; it is created with the first record.
  public let root: URL
  let path: String

  /// Creates a store over a folder, which need not exist.
  public init(root: URL) {
    self.root = root
    let path = root.path(percentEncoded: false)
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// Whether there is a record for `key`, damaged or not; what cannot be looked up counts as missing, so that it is
  /// executed again and compared.
  public func contains(_ key: RunKey) -> Bool {
    DurableFiles.exists(folder(of: key))
  }

  /// Reads a record and checks every part against its digest.
  ///
  /// - Parameters:
  ///   - key: The run.
  ///   - name: The run's name for error messages, such as `cartpole/PPO/3`.
  /// - Returns: The record, or `nil` if the store has none for this run.
  /// - Throws: ``StoreError/damaged(_:)`` naming file, run and part.
  public func record(for key: RunKey, named name: String? = nil) throws(StoreError) -> Record? {
    try recordFolder(key, name)?.read()
  }

  /// Reads and checks the metrics and digests of a record; curves, samples and weights stay unread.
  public func summary(
    for key: RunKey, named name: String? = nil
  ) throws(StoreError) -> (metrics: [String: Double], digest: RecordDigest)? {
    try recordFolder(key, name)?.readSummary()
  }

  /// The preimage that a record was made from.
  public func preimage(
    for key: RunKey, named name: String? = nil
  ) throws(StoreError) -> RunPreimage? {
    try recordFolder(key, name)?.readPreimage()
  }

  /// The circumstances of its making.
  public func provenance(
    for key: RunKey, named name: String? = nil
  ) throws(StoreError) -> Provenance? {
    try recordFolder(key, name)?.readProvenance()
  }

  /// Returns the damage to the record of a run, its provenance included.
  ///
  /// - Returns: The first damage that is found; `nil` if there is none, or no record.
  public func damage(
    of key: RunKey, named name: String? = nil
  ) throws(StoreError) -> RecordDamage? {
    guard let folder = try recordFolder(key, name) else { return nil }
    do throws(StoreError) {
      try folder.check()
      return nil
    } catch {
      guard case .damaged(let damage) = error else { throw error }
      return damage
    }
  }

  /// The keys of all records, sorted.
  public func keys() throws(StoreError) -> [RunKey] {
    try keys(startingWith: "")
  }

  /// The keys of the records that start with `prefix`, sorted.
  public func keys(startingWith prefix: String) throws(StoreError) -> [RunKey] {
    let shards =
      prefix.utf8.count >= 2
      ? [String(prefix.prefix(2))] : try DurableFiles.names(in: "\(path)/records")
    var keys: [RunKey] = []
    for shard in shards where shard.utf8.allSatisfy(Digest.isHexDigit) {
      keys += try DurableFiles.names(in: "\(path)/records/\(shard)").compactMap { RunKey(hex: $0) }
    }
    return keys.filter { $0.hex.hasPrefix(prefix) }
  }

  /// The one key that starts with `prefix`.
  ///
  /// - Throws: ``StoreError/ambiguous(prefix:keys:)`` if there is none or more than one.
  public func key(startingWith prefix: String) throws(StoreError) -> RunKey {
    let keys = try keys(startingWith: prefix)
    guard keys.count == 1, let key = keys.first else {
      throw .ambiguous(prefix: prefix, keys: keys)
    }
    return key
  }

  /// The outcome of storing a record.
  public enum Outcome: Equatable, Sendable {
    /// The run had no record.
    case stored
    /// The run had a record, and it agrees; the earlier one stays.
    case same
    /// The run had another result in these parts; both are kept.
    case conflict([String])
    /// The run's record was damaged; it was moved away and this one took its place.
    case replacedDamaged
  }

  /// Stores a record.
  ///
  /// - Throws: If the record is invalid or cannot be written; then nothing of it is visible.
  public func store(
    _ record: Record, for preimage: RunPreimage, provenance: Provenance?, named name: String? = nil
  ) throws(StoreError) -> Outcome {
    let session = try makeSession()
    defer { withExtendedLifetime(session) {} }
    let staged = try stage(
      record, for: preimage, provenance: provenance, named: name, session: session.path)
    return try adopt(staged, for: preimage.key, named: name)
  }

  /// Begins a session: an empty folder in which one execution keeps what it has not finished.
  package func makeSession() throws(StoreError) -> StoreSession {
    try StoreSession(in: temporaries)
  }

  /// Writes a record into a folder of its own in the folder `session`, to be adopted later, perhaps by
  /// another process.
  ///
  /// The files that the record keeps are moved from the folder `files`.
  ///
  /// - Returns: The path of the folder.
  public func stage(
    _ record: Record, for preimage: RunPreimage, provenance: Provenance?, named name: String? = nil,
    session: String, files: String? = nil
  ) throws(StoreError) -> String {
    let temporary = try DurableFiles.temporaryFolder(in: session, prefix: "")
    let folder = RecordFolder(path: temporary, key: preimage.key, run: name)
    do {
      try folder.write(record, preimage: preimage, provenance: provenance, files: files)
    } catch {
      DurableFiles.remove(temporary)
      throw error
    }
    return temporary
  }

  /// Takes a staged record into the store after checking every digest in it.
  ///
  /// - Parameters:
  ///   - staged: The path that ``stage(_:for:provenance:named:session:)`` returned; it is gone afterwards
  ///     unless an error is thrown.
  ///   - key: The run that the record must belong to.
  ///   - name: The run's name for error messages.
  /// - Returns: The outcome.
  /// - Throws: If the staged record is damaged or cannot be moved.
  public func adopt(
    _ staged: String, for key: RunKey, named name: String? = nil
  ) throws(StoreError) -> Outcome {
    try adoptWithDigest(staged, for: key, named: name).outcome
  }

  /// As ``adopt(_:for:named:)``, with the digest of the staged record.
  package func adoptWithDigest(
    _ staged: String, for key: RunKey, named name: String? = nil
  ) throws(StoreError) -> (outcome: Outcome, digest: RecordDigest) {
    let digest = try RecordFolder(path: staged, key: key, run: name).readWithDigest().digest
    return (try move(staged, digest, to: key, named: name), digest)
  }

  /// The circumstances of the making of a staged record; `nil` if it says nothing of them.
  package func provenance(staged: String, for key: RunKey) throws(StoreError) -> Provenance? {
    try RecordFolder(path: staged, key: key).readProvenance()
  }

  /// Moves a checked record to its place, or compares it with the one that is there.
  private func move(
    _ staged: String, _ digest: RecordDigest, to key: RunKey, named name: String?
  ) throws(StoreError) -> Outcome {
    let destination = folder(of: key)
    try DurableFiles.createFolder(DurableFiles.parent(of: destination))
    if try DurableFiles.moveFolder(staged, to: destination) { return .stored }
    let present: RecordDigest
    do {
      present = try RecordFolder(path: destination, key: key, run: name).check()
    } catch StoreError.damaged {
      try quarantine(destination)
      let isFirst = try DurableFiles.moveFolder(staged, to: destination)
      return isFirst ? .replacedDamaged : try move(staged, digest, to: key, named: name)
    }
    let parts = digest.disagreements(with: present)
    if !parts.isEmpty {
      let conflicts = conflictsFolder(of: key)
      try DurableFiles.createFolder(conflicts)
      _ = try DurableFiles.moveFolder(staged, to: "\(conflicts)/\(digest.all)")
    }
    DurableFiles.remove(staged)
    return parts.isEmpty ? .same : .conflict(parts)
  }
}

extension ResultStore {
  /// Removes the sessions and claims of processes that have ended.
  ///
  /// - Returns: The number removed.
  /// - Throws: If the folder of temporaries cannot be read.
  @discardableResult
  public func removeLeftovers() throws(StoreError) -> Int {
    try StoreSession.removeAbandoned(in: temporaries) + RunClaim.removeAbandoned(in: temporaries)
  }

  /// Replaces the file at `path` as a whole: readers see the old content or the new one.
  ///
  /// The new content is written in a session of the store; only where that lies on another file system or cannot be
  /// written, in one beside the file, where git would show it if the process were killed. A file of the store itself has
  /// nothing to gain from that, and nobody would look for a session beside it.
  package func replaceFile(_ path: String, _ bytes: [UInt8]) throws(StoreError) {
    do throws(StoreError) {
      let session = try makeSession()
      defer { withExtendedLifetime(session) {} }
      return try DurableFiles.replace(path, bytes, by: "\(session.path)/content")
    } catch {
      if path.hasPrefix("\(self.path)/") { throw error }
    }
    let session = try StoreSession(in: DurableFiles.parent(of: path), .besideFile)
    try DurableFiles.replace(path, bytes, by: "\(session.path)/content")
  }

  /// The place of what is remembered of files outside of the store.
  package var fileDigestsFile: String { "\(path)/file-digests" }

  /// The place of the log of a failed run.
  public func logFile(for key: RunKey) -> String {
    "\(path)/logs/\(key.hex).log"
  }
}

extension ResultStore {
  /// The folders of the sessions in the store, of live processes and of dead ones.
  package func sessions() throws(StoreError) -> [String] {
    try DurableFiles.names(in: temporaries).filter {
      $0.hasPrefix(StoreSession.Place.store.rawValue)
    }
    .map { "\(temporaries)/\($0)" }
  }

  /// The place of a record's files, if there is one; they are checked by reading the record.
  public func location(of key: RunKey) -> URL {
    URL(filePath: folder(of: key), directoryHint: .isDirectory)
  }

  func folder(of key: RunKey) -> String {
    "\(path)/records/\(key.hex.prefix(2))/\(key.hex)"
  }

  private func recordFolder(_ key: RunKey, _ name: String?) throws(StoreError) -> RecordFolder? {
    let folder = folder(of: key)
    return try DurableFiles.isThere(folder) ? RecordFolder(path: folder, key: key, run: name) : nil
  }

  var temporaries: String { "\(path)/temporary" }

  /// Moves a damaged folder out of the way; nothing of it is deleted.
  ///
  /// - Returns: Its new path.
  @discardableResult
  func quarantine(_ folder: String) throws(StoreError) -> String {
    try DurableFiles.createFolder("\(path)/quarantine")
    let name = folder.split(separator: "/").last.map { $0.prefix(12) + "-" } ?? ""
    let aside = try DurableFiles.temporaryFolder(in: "\(path)/quarantine", prefix: String(name))
    // Is there still something in it, it stays.
    defer { DurableFiles.removeEmptyFolder(aside) }
    _ = try DurableFiles.moveFolder(folder, to: "\(aside)/record")
    return "\(aside)/record"
  }
}
