/// Philox 4×32 with 10 rounds: a keyed bijection of 128-bit counters whose values look random.
///
/// A counter-based generator has no state to carry: the n-th block of a stream is a pure function of
/// the stream's key and of n. It passes TestU01's BigCrush.
///
/// Source: Salmon, Moraes, Dror & Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011,
/// https://doi.org/10.1145/2063384.2063405.
public enum Philox4x32 {
  /// Returns the four random words of `counter` under `key`.
  ///
  /// - Parameters:
  ///   - counter: 128 bits as four words, the lowest first.
  ///   - key: 64 bits as two words, the lower first.
  /// - Returns: Four words, in the order of the published test vectors.
  @inlinable
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (x0, x1, x2, x3) = (counter.x, counter.y, counter.z, counter.w)
    var (key0, key1) = (key.x, key.y)
    for _ in 0..<10 {
      let product0 = UInt64(x0) &* 0xD251_1F53
      let product1 = UInt64(x2) &* 0xCD9E_8D57
      (x0, x1, x2, x3) = (
        UInt32(truncatingIfNeeded: product1 >> 32) ^ x1 ^ key0,
        UInt32(truncatingIfNeeded: product1),
        UInt32(truncatingIfNeeded: product0 >> 32) ^ x3 ^ key1,
        UInt32(truncatingIfNeeded: product0)
      )
      key0 &+= 0x9E37_79B9
      key1 &+= 0xBB67_AE85
    }
    return SIMD4(x0, x1, x2, x3)
  }
}
