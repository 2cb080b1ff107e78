/// The 64-bit Philox key of a stream, made from the fields that name it.
///
/// Fields are absorbed one after another, in blocks of 128 bits, each of which replaces the key k by
/// k ⊕ the folded Philox block of the data under k: Philox serves as the compression function of a
/// Merkle–Damgård hash. It is not proof against an adversary, and need not be: two names meet with
/// probability 2⁻⁶⁴, so a lab with a million keys has one pair in common with probability 3 · 10⁻⁸,
/// and then two streams are equal where they should be independent.
///
/// Every field ends with a marker that no UTF-8 text can contain, so fields cannot run into each
/// other: ("ab", "c") and ("a", "bc") have different keys.
struct StreamKey {
  /// The key so far.
  private(set) var value: UInt64

  /// Begins with the digits of the golden ratio, a number nobody chose, or where another key ended.
  init(continuing key: UInt64 = 0x9E37_79B9_7F4A_7C15) {
    value = key
  }

  private mutating func absorb(_ block: SIMD4<UInt32>) {
    let mixed = Philox4x32.block(
      counter: block,
      key: SIMD2(UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)))
    let low = mixed.x ^ mixed.z
    let high = mixed.y ^ mixed.w
    value ^= UInt64(high) << 32 | UInt64(low)
  }

  /// Absorbs the UTF-8 bytes of `text`, padded with zeros to whole blocks, then their count.
  mutating func absorb(_ text: String) {
    var block = SIMD4<UInt32>()
    var count = 0
    for byte in text.utf8 {
      block[count / 4 % 4] |= UInt32(byte) << UInt32(count % 4 * 8)
      count += 1
      if count.isMultiple(of: 16) {
        absorb(block)
        block = SIMD4()
      }
    }
    if !count.isMultiple(of: 16) { absorb(block) }
    absorb(UInt64(count), marker: 0xFFFF_FFFF)
  }

  /// Absorbs a whole number.
  mutating func absorb(_ number: Int) {
    absorb(UInt64(bitPattern: Int64(number)), marker: 0xFFFF_FFFE)
  }

  /// Absorbs 64 bits in a block of their own; the byte 0xFF does not occur in UTF-8.
  private mutating func absorb(_ bits: UInt64, marker: UInt32) {
    absorb(
      SIMD4(UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits >> 32), 0, marker))
  }
}
