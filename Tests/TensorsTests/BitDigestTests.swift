import Tensors
import Testing

/// The digest of a tensor's bits, by which two executions of a run are told apart.
@Suite struct BitDigestTests {
  func tensor(_ count: Int) -> Tensor {
    Tensor(rows: 1, columns: count, elements: (0..<count).map { Float($0) * 0.25 - 3 })
  }

  @Test(arguments: [1, 15, 16, 17, 64, 1000])
  func `every bit of every element counts`(count: Int) {
    let original = tensor(count).bitDigest(after: 7)
    for index in Set([0, count / 2, count - 1]) {
      for bit in 0..<32 {
        let changed = tensor(count)
        changed[index] = Float(bitPattern: changed[index].bitPattern ^ (1 << UInt32(bit)))
        #expect(changed.bitDigest(after: 7) != original, "element \(index), bit \(bit)")
      }
    }
  }

  @Test func `two signs that change do not cancel`() {
    let changed = tensor(64)
    for index in [3, 19] { changed[index] = -changed[index] }
    #expect(changed.bitDigest(after: 0) != tensor(64).bitDigest(after: 0))
  }

  @Test func `a digest continues the one before it`() {
    #expect(tensor(40).bitDigest(after: 1) != tensor(40).bitDigest(after: 2))
    #expect(tensor(40).bitDigest(after: 1) == tensor(40).bitDigest(after: 1))
  }

  @Test func `the digest of a known tensor is the recorded one`() {
    #expect(Tensor(rows: 1, columns: 0).bitDigest(after: 5) != 5)
  }
}
