/// One stream of random numbers: the project's only source of randomness.
///
/// The stream is the sequence of Philox blocks whose counters are (0, indices), (1, indices), …
/// under one key, read word by word. Streams of one key with different indices therefore never share
/// a block. A copy continues independently of the original.
///
/// It does not conform to `RandomNumberGenerator`: the standard library's shuffles and ranges may
/// draw differently in a later version, and its system generator must not fit where a result has to
/// be reproducible. Get one from ``RandomStreams``.
public struct SeededGenerator: Sendable {
  private let key: SIMD2<UInt32>
  private let indices: SIMD3<UInt32>
  private var words = SIMD4<UInt32>()
  /// Words of `words` already given out.
  private var position = 4
  /// The number of the next block.
  private var nextBlock: UInt64 = 0

  /// Creates the stream of `key` and `indices`, at its beginning.
  ///
  /// - Parameters:
  ///   - key: Any 64 bits; the lower half is the first word of the Philox key.
  ///   - indices: The upper three words of the counter.
  public init(key: UInt64, indices: SIMD3<UInt32> = SIMD3()) {
    self.key = SIMD2(
      UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    self.indices = indices
  }

  /// Returns the next word of the stream.
  ///
  /// - Precondition: Fewer than 2³⁴ words have been drawn.
  public mutating func nextBits32() -> UInt32 {
    if position == 4 {
      precondition(nextBlock >> 32 == 0, "a stream holds 2^34 words, and all have been drawn")
      words = Philox4x32.block(
        counter: SIMD4(UInt32(truncatingIfNeeded: nextBlock), indices.x, indices.y, indices.z),
        key: key)
      nextBlock += 1
      position = 0
    }
    let word = words[position]
    position += 1
    return word
  }

  /// Returns the next two words of the stream, the first as the lower half.
  public mutating func nextBits() -> UInt64 {
    let low = UInt64(nextBits32())
    return UInt64(nextBits32()) << 32 | low
  }

  /// Returns a multiple of 2⁻²⁴ uniform in 0..<1, from one word.
  public mutating func nextUnitFloat() -> Float {
    Float(nextBits32() >> 8) * 0x1p-24
  }

  /// Returns a multiple of 2⁻⁵³ uniform in 0..<1, from two words.
  public mutating func nextUnitDouble() -> Double {
    Double(nextBits() >> 11) * 0x1p-53
  }
}
