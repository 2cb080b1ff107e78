internal import Crypto

/// SHA-256 as 64 lower-case hexadecimal digits.
public enum Digest {
  /// The digest of `bytes`.
  public static func hex(of bytes: [UInt8]) -> String {
    hex(SHA256.hash(data: bytes))
  }

  /// The digest of the UTF-8 encoding of `text`.
  public static func hex(of text: String) -> String {
    hex(of: Array(text.utf8))
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
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
