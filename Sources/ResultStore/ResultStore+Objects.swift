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

  /// Takes the record in an object into the store, by the way that a worker's record takes.
  ///
  /// - Parameters:
  ///   - file: The path of the object, which stays.
  ///   - identity: The record that it must be.
  ///   - session: The folder of the caller's session.
  ///   - name: The run's name for error messages.
  ///   - keepsRepetitions: Whether a record that differs from the one in place is kept as a repetition, if it is an
  ///     observation, and is no conflict.
  /// - Returns: How it was taken in.
  /// - Throws: ``RecordObjectError/unsound(_:)`` if the object is not that record; then nothing has changed.
  package func adopt(
    objectAt file: String, as identity: RecordIdentity, session: String,
    named name: String? = nil, keepsRepetitions: Bool = true
  ) throws(RecordObjectError) -> Adoption {
    let staged: String
    do throws(StoreError) {
      staged = try DurableFiles.temporaryFolder(in: session, prefix: "")
    } catch {
      throw .store(error)
    }
    // It is gone already if all is well.
    defer { DurableFiles.remove(staged) }
    try RecordObject.extract(file, into: staged)
    do throws(StoreError) {
      let folder = RecordFolder(path: staged, key: identity.key, run: name)
      let digest = try folder.check()
      guard digest.all == identity.digest else {
        throw folder.damage(RecordFile.record, nil, "is another record than the name says")
      }
      try DurableFiles.synchronize(staged)
      if keepsRepetitions, digest.hex(of: Observation.part) != nil,
        let present = try? summary(for: identity.key)?.digest,
        !digest.disagreements(with: present).isEmpty
      {
        return .repetition(try keepRepetition(staged, of: identity.key, named: name).number)
      }
      return .record(try adopt(staged, for: identity.key, named: name))
    } catch {
      guard case .damaged(let damage) = error, damage.file.hasPrefix(staged) else {
        throw .store(error)
      }
      let place = damage.file.split(separator: "/").last.map(String.init) ?? ""
      throw .unsound(
        "is damaged: \(damage.part.map { "\($0) in " } ?? "")\(place) \(damage.problem)")
    }
  }
}
