extension Tensor {
  /// A 64-bit digest of the elements' bits that also depends on a digest before it.
  ///
  /// A change of one bit of one element always changes the digest: each element enters by steps that can
  /// be undone. It tells executions apart that differ by accident; it does not resist an adversary, as the
  /// SHA-256 of a stored part does.
  ///
  /// - Parameters:
  ///   - previous: The digest that it continues; 0 for the first.
  ///   - range: The elements, counted row after row; none: all of them.
  /// - Returns: The digest; the same on every machine.
  public func bitDigest(after previous: UInt64, of range: Range<Int>? = nil) -> UInt64 {
    let range = range ?? 0..<count
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "elements out of range")
    // Sixteen chains of the steps of 32-bit FNV-1a, each with a rotation so that no bit stays where it is.
    var lanes = SIMD16<UInt32>(repeating: 0x811C_9DC5)
    let prime = SIMD16<UInt32>(repeating: 0x0100_0193)
    let whole = range.lowerBound + range.count / 16 * 16
    let bits = UnsafeRawPointer(base)
    for index in stride(from: range.lowerBound, to: whole, by: 16) {
      let block = bits.loadUnaligned(
        fromByteOffset: index &* MemoryLayout<Float>.stride, as: SIMD16<UInt32>.self)
      lanes = (((lanes &<< 5) | (lanes &>> 27)) ^ block) &* prime
    }
    var digest = previous
    func absorb(_ word: UInt32) {
      digest = (digest ^ UInt64(word)) &* 0x9E37_79B9_7F4A_7C15
      digest ^= digest >> 32
    }
    for lane in 0..<16 { absorb(lanes[lane]) }
    for index in whole..<range.upperBound { absorb(base[index].bitPattern) }
    return digest
  }
}
