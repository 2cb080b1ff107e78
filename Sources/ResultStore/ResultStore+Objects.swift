internal import CanonicalJSON

/// Records that leave the store as one file each, and come into it so.
extension ResultStore {
  /// The identity of the record in place; nil if the run has none.
  ///
  /// Its metrics and digests are read and checked; the larger parts stay unread.
  package func identity(
    of key: RunKey, named name: String? = nil
  ) throws(StoreError) -> RecordIdentity? {
    try summary(for: key, named: name).map { RecordIdentity(key: key, digest: $0.digest.all) }
  }

  /// The folder of signed lists of records that came from remotes.
  package var manifestsFolder: String { "\(path)/manifests" }

  /// Whether this very record is here: in place, as another result of its run, or as a repetition.
  package func holds(_ identity: RecordIdentity) throws(StoreError) -> Bool {
    if try results(of: identity.key).contains(where: { $0.digest.all == identity.digest }) {
      return true
    }
    return try repetitions(of: identity.key).contains { $0.digest.all == identity.digest }
  }

  /// Writes the record of a run into a new file, after checking all of it.
  ///
  /// - Returns: Its identity; nil if the run has no record.
  /// - Throws: ``StoreError/damaged(_:)`` for a record that is not what was written; then there is no file.
  package func writeObject(
    of key: RunKey, to file: String, named name: String? = nil
  ) throws(StoreError) -> RecordIdentity? {
    guard contains(key) else { return nil }
    let folder = RecordFolder(path: self.folder(of: key), key: key, run: name)
    let (digest, names) = try folder.checkedFiles()
    do {
      try RecordObject.write(names, of: folder.path, to: file)
    } catch {
      DurableFiles.removeFile(file)
      throw error
    }
    return RecordIdentity(key: key, digest: digest.all)
  }

  /// How a record that came as an object was taken in.
  package enum Adoption: Equatable, Sendable {
    /// As ``ResultStore/adopt(_:for:named:)`` tells it.
    case record(Outcome)
    /// As a repetition of an observed run that has another record, by its number.
    case repetition(Int)
  }

  /// Writes the record in an object into a folder of its own and checks all of it.
  ///
  /// It need not be on disk when this returns.
  ///
  /// - Parameters:
  ///   - file: The path of the object, which stays.
  ///   - identity: The record that it must be.
  ///   - session: The folder of the caller's session.
  ///   - name: The run's name for error messages.
  /// - Returns: The path of the folder.
  /// - Throws: ``RecordObjectError/unsound(_:)`` if the object is not that record; then there is no folder.
  package func stage(
    objectAt file: String, as identity: RecordIdentity, session: String, named name: String? = nil
  ) throws(RecordObjectError) -> String {
    let staged: String
    do throws(StoreError) {
      staged = try DurableFiles.temporaryFolder(in: session, prefix: "")
    } catch {
      throw .store(error)
    }
    do throws(RecordObjectError) {
      try RecordObject.extract(file, into: staged)
      try checkStaged(RecordFolder(path: staged, key: identity.key, run: name), identity)
      return staged
    } catch {
      DurableFiles.remove(staged)
      throw error
    }
  }

  private func checkStaged(
    _ folder: RecordFolder, _ identity: RecordIdentity
  ) throws(RecordObjectError) {
    do throws(StoreError) {
      guard try folder.check().all != identity.digest else { return }
      throw folder.damage(RecordFile.record, nil, "is another record than the name says")
    } catch {
      guard case .damaged(let damage) = error else { throw .store(error) }
      let place = damage.file.split(separator: "/").last.map(String.init) ?? ""
      throw .unsound(
        "is damaged: \(damage.part.map { "\($0) in " } ?? "")\(place) \(damage.problem)")
    }
  }

  /// Takes a record that came as an object into the store, by the way that a worker's record takes.
  ///
  /// - Parameters:
  ///   - staged: The folder that ``stage(objectAt:as:session:named:)`` returned; it is gone afterwards.
  ///   - identity: The record that it is.
  ///   - name: The run's name for error messages.
  ///   - keepsRepetitions: Whether a record that differs from the one in place is kept as a repetition, if it is an
  ///     observation, and is no conflict.
  /// - Returns: How it was taken in.
  /// - Throws: If the store cannot be written.
  package func adopt(
    staged: String, as identity: RecordIdentity, named name: String? = nil,
    keepsRepetitions: Bool = true
  ) throws(StoreError) -> Adoption {
    try DurableFiles.synchronizeAll(in: staged)
    let own = try RecordFolder(path: staged, key: identity.key, run: name).readSummary().digest
    if keepsRepetitions, own.hex(of: Observation.part) != nil,
      let present = try? summary(for: identity.key)?.digest,
      !own.disagreements(with: present).isEmpty
    {
      return .repetition(try keepRepetition(staged, of: identity.key, named: name).number)
    }
    return .record(try adopt(staged, for: identity.key, named: name))
  }
}
