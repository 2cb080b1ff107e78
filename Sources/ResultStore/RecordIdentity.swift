internal import CanonicalJSON

/// A record as a remote names it: by the run, and by what the record says of it.
package struct RecordIdentity: Hashable, Sendable {
  /// The key of the run.
  package var key: RunKey
  /// The digest over all parts of the record.
  package var digest: String

  /// Creates an identity; `digest` has 64 hexadecimal digits.
  package init(key: RunKey, digest: String) {
    self.key = key
    self.digest = digest
  }

  /// Creates the identity of a record that a lock names.
  package init?(_ run: LockedRun) {
    guard let key = RunKey(hex: run.key) else { return nil }
    self.init(key: key, digest: run.digest)
  }

  /// The folder of a remote that holds records.
  package static let folder = "records"
  private static let ending = ".tar"

  /// The name of the object, such as `records/0a/0a3f…-77b1….tar`.
  package var objectName: String {
    "\(Self.folder)/\(key.hex.prefix(2))/\(key.hex)-\(digest)\(Self.ending)"
  }

  /// The record that an object's name stands for; nil if it is no name of a record.
  package init?(objectName: String) {
    let name = objectName.split(separator: "/").last ?? ""
    guard name.hasSuffix(Self.ending) else { return nil }
    let parts = name.dropLast(Self.ending.count).split(separator: "-")
    guard parts.count == 2, let key = RunKey(hex: String(parts[0])), Digest.isHex(parts[1]) else {
      return nil
    }
    self.init(key: key, digest: String(parts[1]))
    guard CanonicalText.same(self.objectName, objectName) else { return nil }
  }
}

extension RecordIdentity: Comparable {
  package static func < (first: Self, second: Self) -> Bool {
    first.key == second.key
      ? CanonicalText.precedes(first.digest, second.digest) : first.key < second.key
  }
}
