import SeededRandom
import Testing

@Suite struct Philox4x32Tests {
  struct Vector: Sendable {
    let counter: SIMD4<UInt32>
    let key: SIMD2<UInt32>
    let block: SIMD4<UInt32>
  }

  /// The known answers for philox4x32-10 in Random123's `tests/kat_vectors`.
  static let vectors = [
    Vector(
      counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0),
      block: SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
    Vector(
      counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max),
      block: SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)),
    Vector(
      counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
      key: SIMD2(0xa409_3822, 0x299f_31d0),
      block: SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)),
  ]

  @Test(arguments: vectors) func `the published vectors come out`(vector: Vector) {
    #expect(Philox4x32.block(counter: vector.counter, key: vector.key) == vector.block)
  }

  @Test func `one bit of counter or key changes about half the bits of the block`() {
    let reference = Philox4x32.block(counter: SIMD4(1, 2, 3, 4), key: SIMD2(5, 6))
    func changedBits(_ block: SIMD4<UInt32>) -> Int {
      (0..<4).reduce(0) { $0 + (block[$1] ^ reference[$1]).nonzeroBitCount }
    }
    for bit in 0..<32 {
      let flip = UInt32(1) << UInt32(bit)
      for word in 0..<4 {
        var counter = SIMD4<UInt32>(1, 2, 3, 4)
        counter[word] ^= flip
        let changed = changedBits(Philox4x32.block(counter: counter, key: SIMD2(5, 6)))
        #expect((36...92).contains(changed), "counter word \(word), bit \(bit)")
      }
      for word in 0..<2 {
        var key = SIMD2<UInt32>(5, 6)
        key[word] ^= flip
        let changed = changedBits(Philox4x32.block(counter: SIMD4(1, 2, 3, 4), key: key))
        #expect((36...92).contains(changed), "key word \(word), bit \(bit)")
      }
    }
  }
}
