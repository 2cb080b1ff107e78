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

  /// Whether `text` has the form of a digest.
  static func isHex(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy(isHexDigit)
  }

  /// Whether `byte` is one of `0…9` and `a…f`.
  static func isHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  private static func hex(_ digest: SHA256.Digest) -> String {
    String(unsafeUninitializedCapacity: 64) { text in
      var position = 0
      for byte in digest {
        for half in [byte >> 4, byte & 15] {
          text[position] = half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10
          position += 1
        }
      }
      return 64
    }
  }
}
