package import ResultStore

/// The records that a remote's manifests vouch for, as far as the lab believes who signed them.
package struct TrustedManifests: Sendable {
  /// The name of a signer, by record.
  package private(set) var signers: [RecordIdentity: String] = [:]
  /// A sentence for each manifest that is not believed.
  package private(set) var refusals: [String] = []

  /// Reads the manifests of a remote; those that were read before are kept in the store.
  ///
  /// - Parameters:
  ///   - rclone: The remote.
  ///   - signersFile: The path of the lab's file of allowed signers.
  ///   - store: The store.
  ///   - session: The folder of the caller's session.
  /// - Throws: If the remote cannot be read, or the store not be written.
  package init(
    at rclone: Rclone, signersFile: String, store: ResultStore, session: String
  ) throws(RemoteError) {
    let names = try rclone.names(in: RecordManifest.folder).filter { $0.hasSuffix(".txt") }.sorted()
    guard !names.isEmpty else { return }
    guard DurableFiles.exists(signersFile) else {
      refusals = [
        "\(rclone.remote) has manifests, and the lab has no file \(ManifestSignature.signersFile) that says whose "
          + "signatures count"
      ]
      return
    }
    do {
      let kept = store.manifestsFolder
      let new = names.filter {
        !DurableFiles.exists(kept + $0.dropFirst(RecordManifest.folder.count))
      }
      let arrived = try DurableFiles.temporaryFolder(in: session, prefix: "manifests-")
      if let problem = try rclone.download(new, to: arrived, session: session) {
        refusals.append(problem)
      }
      let arrivals = Set(new)
      for name in names {
        let place = kept + name.dropFirst(RecordManifest.folder.count)
        let path = arrivals.contains(name) ? "\(arrived)/\(name)" : place
        guard let content = try DurableFiles.read(path, atMost: RecordManifest.mostBytes) else {
          continue
        }
        try read(content, name, rclone.remote, signersFile, session)
        guard arrivals.contains(name), SignedManifest(content: content, objectName: name) != nil
        else { continue }
        try DurableFiles.createFolder(kept)
        try DurableFiles.moveFile(path, to: place)
      }
    } catch let error as RemoteError {
      throw error
    } catch {
      throw RemoteError("\(error)")
    }
  }

  private mutating func read(
    _ content: [UInt8], _ name: String, _ remote: RemoteAddress, _ signersFile: String,
    _ session: String
  ) throws(RemoteError) {
    let place = "\(remote): \(name.prefix(RecordManifest.folder.count + 13))…"
    guard let signed = SignedManifest(content: content, objectName: name) else {
      refusals.append(
        "\(place) was altered: it is not the manifest that its name says; it is not believed")
      return
    }
    guard
      let signer = try ManifestSignature.signer(of: signed, among: signersFile, session: session)
    else {
      refusals.append(
        "\(place) is signed by nobody whom \(ManifestSignature.signersFile) names, or was altered; it is not believed"
      )
      return
    }
    guard let manifest = RecordManifest(text: signed.text) else {
      refusals.append("\(place), signed by \(signer), is no manifest as this version writes it")
      return
    }
    for record in manifest.records where signers[record] == nil { signers[record] = signer }
  }

  /// The records of a run that somebody vouches for, sorted.
  package func records(of keys: Set<RunKey>) -> [RecordIdentity] {
    signers.keys.filter { keys.contains($0.key) }.sorted()
  }
}
