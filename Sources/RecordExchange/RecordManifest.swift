package import ResultStore

/// The records that somebody vouches for: a list that is signed as a whole.
///
///     labbook manifest 1
///     <run key> <digest of the record>
///     …
///
/// The lines are sorted, each once. Behind them stands the signature that `ssh-keygen -Y sign` made of all before it.
/// In a remote it is `manifests/<SHA-256 of the file>.txt`, so nothing is ever overwritten.
package struct RecordManifest: Hashable, Sendable {
  /// Sorted, each once.
  package let records: [RecordIdentity]

  /// The folder of a remote that holds manifests.
  package static let folder = "manifests"
  private static let header = "labbook manifest 1"
  /// The most bytes of a manifest with its signature: about half a million records.
  static let mostBytes = 64 << 20

  /// Creates the manifest of `records`, in any order.
  package init(_ records: some Sequence<RecordIdentity>) {
    self.records = Set(records).sorted()
  }

  /// The text that is signed.
  package var text: String {
    "\(Self.header)\n" + records.map { "\($0.key) \($0.digest)\n" }.joined()
  }

  /// Reads what ``text`` wrote; nil for anything else.
  package init?(text: String) {
    var records: [RecordIdentity] = []
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.count > 2, lines.last?.isEmpty == true, lines[0].elementsEqual(Self.header.utf8)
    else { return nil }
    for line in lines.dropFirst().dropLast() {
      let cells = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard cells.count == 2, let key = RunKey(hex: String(Substring(cells[0]))),
        Digest.isHex(Substring(cells[1]))
      else { return nil }
      let record = RecordIdentity(key: key, digest: String(Substring(cells[1])))
      if let last = records.last, last >= record { return nil }
      records.append(record)
    }
    self.records = records
  }
}

/// A manifest with its signature, as a file holds them.
package struct SignedManifest: Hashable, Sendable {
  /// The text that was signed.
  package var text: String
  /// The signature in its armour.
  package var signature: String

  private static let mark = "-----BEGIN SSH SIGNATURE-----\n"
  private static let end = "-----END SSH SIGNATURE-----\n"

  /// Creates a manifest with its signature.
  package init(text: String, signature: String) {
    self.text = text
    self.signature = signature
  }

  /// The content of the file.
  package var content: [UInt8] { Array((text + signature).utf8) }

  /// The name of the object in a remote.
  package var objectName: String {
    "\(RecordManifest.folder)/\(Digest.hex(of: content)).txt"
  }

  /// Reads the file that a remote has under `name`; nil if it was altered or is none.
  package init?(content: [UInt8], objectName name: String) {
    guard let all = String(validating: content, as: UTF8.self), all.hasSuffix(Self.end),
      let start = all.firstRange(of: Self.mark)
    else { return nil }
    self.init(
      text: String(all[..<start.lowerBound]), signature: String(all[start.lowerBound...]))
    guard objectName == name else { return nil }
  }
}
