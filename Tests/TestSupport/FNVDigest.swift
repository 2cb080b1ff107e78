/// A 64-bit FNV-1a digest of bytes and of the bits of numbers: the same on every machine.
public struct FNVDigest {
  private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Creates the digest of nothing.
  public init() {}

  /// Adds bytes.
  public mutating func absorb(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }

  /// Adds the eight bytes of a number, the lowest first.
  public mutating func absorb(_ value: Double) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      hash = (hash ^ (value.bitPattern >> shift & 0xFF)) &* 0x100_0000_01B3
    }
  }

  /// Adds the four bytes of a number, the lowest first; all NaN count as one.
  public mutating func absorb(_ value: Float) {
    let pattern = value.isNaN ? 0x7FC0_0000 : value.bitPattern
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      hash = (hash ^ UInt64(pattern >> shift & 0xFF)) &* 0x100_0000_01B3
    }
  }

  /// The digest in 16 hexadecimal digits.
  public var hex: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
