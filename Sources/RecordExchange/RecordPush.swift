package import ResultStore

/// The way of records from a store to a remote.
package struct RecordPush {
  private let store: ResultStore
  private let rclone: Rclone
  /// The folder of the caller's session.
  private let session: String

  /// So many bytes of objects are made before they are uploaded and removed.
  private static let batch = 1 << 30

  /// Creates the way from `store` to the remote of `rclone`.
  package init(from store: ResultStore, to rclone: Rclone, session: String) {
    self.store = store
    self.rclone = rclone
    self.session = session
  }

  /// The outcome of a push.
  package struct Result: Sendable {
    /// The records that are at the remote, in the order of their runs.
    package var records: [RecordIdentity] = []
    /// How many of them were not there before.
    package var uploaded = 0
    /// The bytes of these.
    package var bytes = 0
    /// The records that are damaged here and stay here.
    package var damages: [StoreError] = []
  }

  /// Puts the records of runs into the remote, but those that are there.
  ///
  /// - Parameters:
  ///   - keys: The runs; one without a record is left out.
  ///   - progress: Called with how many runs are done, and how many there are.
  /// - Returns: The outcome.
  /// - Throws: If the remote cannot be written; what arrived stays there and does no harm.
  package func push(
    _ keys: [RunKey], progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> Result {
    let present = Set(try rclone.names(in: RecordIdentity.folder))
    var result = Result()
    var batch: [String] = []
    var bytes = 0
    let folder = try DurableFiles.temporaryFolder(in: session, prefix: "objects-")
    func upload() throws {
      try rclone.upload(batch, from: folder, session: session)
      for name in batch { DurableFiles.removeFile("\(folder)/\(name)") }
      result.uploaded += batch.count
      result.bytes += bytes
      (batch, bytes) = ([], 0)
    }
    for (number, key) in keys.enumerated() {
      progress(number, keys.count)
      do throws(StoreError) {
        guard let known = try store.identity(of: key) else { continue }
        if !present.contains(known.objectName) {
          let file = "\(folder)/\(known.objectName)"
          try DurableFiles.createFolder(DurableFiles.parent(of: file))
          guard try store.writeObject(of: key, to: file) == known else { continue }
          batch.append(known.objectName)
          bytes += DurableFiles.size(of: file)
        }
        result.records.append(known)
      } catch {
        guard case .damaged = error else { throw error }
        result.damages.append(error)
      }
      if bytes >= Self.batch { try upload() }
    }
    try upload()
    return result
  }

  /// Signs a text that nobody reads, to find out whether that is possible.
  ///
  /// - Parameter key: The path of the signing key.
  /// - Throws: The words of ssh-keygen.
  package func check(_ key: String) throws {
    _ = try ManifestSignature.sign("Can this key sign?\n", with: key, session: session)
  }

  /// Signs a manifest of records and puts it beside them.
  ///
  /// - Parameters:
  ///   - records: The records that are vouched for.
  ///   - key: The path of the signing key.
  /// - Returns: The manifest.
  /// - Throws: If it cannot be signed, or the remote not be written.
  package func sign(
    _ records: [RecordIdentity], with key: String
  ) throws -> SignedManifest {
    let text = RecordManifest(records).text
    let signed = SignedManifest(
      text: text, signature: try ManifestSignature.sign(text, with: key, session: session))
    let folder = try DurableFiles.temporaryFolder(in: session, prefix: "manifest-")
    let file = "\(folder)/\(signed.objectName)"
    try DurableFiles.createFolder(DurableFiles.parent(of: file))
    try DurableFiles.create(file, signed.content)
    try rclone.upload([signed.objectName], from: folder, session: session)
    return signed
  }
}
