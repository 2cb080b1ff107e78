internal import CanonicalJSON

/// The name of a run in the store: the SHA-256 of everything that its result depends on.
public struct RunKey: Hashable, Sendable {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// The key that `hex` spells, or `nil` if it is not 64 lower-case hexadecimal digits.
  public init?(hex: String) {
    guard Digest.isHex(hex) else { return nil }
    self.hex = hex
  }

  /// The key of a preimage, by its digest.
  init(digest: String) { hex = digest }

  /// The key of a preimage.
  init(digestOf preimageText: String) {
    self.hex = Digest.hex(of: preimageText)
  }

  /// The first 12 digits, for people.
  public var short: String { String(hex.prefix(12)) }
}

extension RunKey {
  /// Hashes the first 16 digits: they are those of a digest, and no two of a store's runs have them in common.
  public func hash(into hasher: inout Hasher) {
    var hex = hex
    let start = hex.withUTF8 { digits in
      (
        UnsafeRawBufferPointer(digits).loadUnaligned(fromByteOffset: 0, as: UInt64.self),
        UnsafeRawBufferPointer(digits).loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      )
    }
    hasher.combine(start.0)
    hasher.combine(start.1)
  }
}

extension RunKey: Comparable {
  public static func < (first: Self, second: Self) -> Bool {
    CanonicalText.precedes(first.hex, second.hex)
  }
}

extension RunKey: CustomStringConvertible {
  public var description: String { hex }
}
