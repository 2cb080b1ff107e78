internal import Crypto

/// SHA-256 as 64 lower-case hexadecimal digits.
public enum Digest {
  /// The digest of `bytes`.
  public static func hex(of bytes: [UInt8]) -> String {
    hex(SHA256.hash(data: bytes))
  }

  /// The digest of the UTF-8 encoding of `text`.
  public static func hex(of text: String) -> String {
    var text = text
    return text.withUTF8 { hex(of: UnsafeRawBufferPointer($0)) }
  }

  /// The digest of the bytes in memory.
  static func hex(of bytes: UnsafeRawBufferPointer) -> String {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    return hex(hash.finalize())
  }

  /// The first half of the digest of the bytes in memory, as two numbers.
  static func firstHalf(of bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    return hash.finalize().withUnsafeBytes { digest in
      (
        UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
        UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      )
    }
  }

  /// The digests of texts that begin alike; what they begin with is read once.
  struct Beginning: Sendable {
    private let hash: SHA256

    /// Reads the beginning.
    init(_ text: String) {
      var hash = SHA256()
      var text = text
      text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
      self.hash = hash
    }

    /// The digest of the whole text.
    func hex(followedBy rest: String) -> String {
      var hash = hash
      var rest = rest
      rest.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
      return Digest.hex(hash.finalize())
    }
  }

  /// Whether `text` has the form of a digest.
  package static func isHex(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy(isHexDigit)
  }

  /// Whether `byte` is one of `0…9` and `a…f`.
  static func isHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  /// The number below 16 that a digit stands for; nil if it is none.
  static func value(ofDigit byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  /// A number in as many digits, which have to suffice.
  static func hex(_ number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }

  /// The number that at most 16 digits stand for; nil if one is none.
  static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
    var number: UInt64 = 0
    for byte in digits {
      guard let digit = value(ofDigit: byte) else { return nil }
      number = number << 4 | UInt64(digit)
    }
    return number
  }

  /// Appends the digits of the digest of `bytes` to `text`.
  static func append(digestOf bytes: [UInt8], to text: inout [UInt8]) {
    for byte in SHA256.hash(data: bytes) {
      text.append(digit(byte >> 4))
      text.append(digit(byte & 15))
    }
  }

  static func hex(_ digest: SHA256.Digest) -> String {
    String(unsafeUninitializedCapacity: 64) { text in
      var position = 0
      for byte in digest {
        text[position] = digit(byte >> 4)
        text[position + 1] = digit(byte & 15)
        position += 2
      }
      return 64
    }
  }

  /// The digit of a number below 16.
  private static func digit(_ half: UInt8) -> UInt8 {
    half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10
  }
}
