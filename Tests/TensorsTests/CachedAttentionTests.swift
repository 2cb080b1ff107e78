import Tensors
import TestSupport
import Testing

@Suite struct CachedAttentionTests {
  /// Numbers in −1…1 without a pattern of powers of two.
  private func tensor(rows: Int, columns: Int, seed: Int) -> Tensor {
    let elements = (0..<rows * columns).map { index in
      Float((index * 7919 + seed * 104_729) % 2003) / 1001 - 1
    }
    return Tensor(rows: rows, columns: columns, elements: elements)
  }

  private let shapes = [
    (heads: 1, headWidth: 1), (2, 4), (3, 8), (3, 16), (12, 16), (7, 32), (3, 64), (2, 24), (1, 80),
  ]

  @Test(arguments: availableInstructionSets)
  func `attention to a cache has the bits of attention to a whole sequence`(
    set: Kernels.InstructionSet
  ) {
    Kernels.using(set) {
      for (heads, headWidth) in shapes {
        let (length, width) = (70, heads * headWidth)
        let projected = tensor(rows: length, columns: 3 * width, seed: heads)
        let (queries, keys, values) = (
          projected.matrix.columns(0..<width), projected.matrix.columns(width..<2 * width),
          projected.matrix.columns(2 * width..<3 * width)
        )
        let expected = Tensor(rows: length, columns: width)
        causalAttention(
          queries: queries, keys: keys, values: values, heads: heads, scale: 0.3,
          into: expected.matrix,
          workspace: Tensor(
            rows: 1,
            columns: attentionWorkspace(length: length, headWidth: headWidth, backward: false)))
        let cache = AttentionCache(slots: 3, positions: length, width: width)
        let workspace = Tensor(rows: heads, columns: cache.positions)
        let found = Tensor(rows: length, columns: width)
        // The first rows at once in slot 2, then one by one, the last ones in a copy.
        var start = 0
        for end in [37] + Array(38...length) {
          let slot: Int32 = end <= 50 ? 2 : 0
          if end == 51 { cache.copy(positions: 50, of: 2, to: 0) }
          let slots = [Int32](repeating: slot, count: end - start)
          let positions = (start..<end).map(Int32.init)
          cache.store(
            keys: keys.rows(start..<end), values: values.rows(start..<end), slots: slots,
            positions: positions)
          cache.attend(
            queries: queries.rows(start..<end), heads: heads, scale: 0.3, slots: slots,
            positions: positions, into: found.rows(start..<end), workspace: workspace)
          start = end
        }
        #expect(
          found.array.map(\.bitPattern) == expected.array.map(\.bitPattern),
          "\(heads) heads of \(headWidth)")
      }
    }
  }

  @Test(arguments: availableInstructionSets)
  func `a product with a packed weight has the bits of a product`(set: Kernels.InstructionSet) {
    Kernels.using(set) {
      for (rows, depth, columns) in [
        (1, 1, 1), (3, 7, 31), (8, 40, 32), (13, 300, 33), (64, 65, 100),
      ] {
        let first = tensor(rows: rows, columns: depth, seed: 1)
        let second = tensor(rows: depth, columns: columns, seed: 2)
        let transposed = Tensor(
          rows: columns, columns: depth,
          elements: (0..<columns * depth).map { second[$0 % depth, $0 / depth] })
        let start = tensor(rows: rows, columns: columns, seed: 3)
        for mode in [ProductMode.overwrites, .continues] {
          let expected = Tensor(rows: rows, columns: columns, elements: start.array)
          multiply(first.matrix, second.matrix, into: expected.matrix, mode: mode)
          for source in [second, transposed] {
            let weight = PackedWeight(depth: depth, columns: columns)
            weight.pack(source.matrix, isTransposed: source === transposed)
            let found = Tensor(rows: rows, columns: columns, elements: start.array)
            multiply(first.matrix, weight, into: found.matrix, mode: mode)
            #expect(found.array.map(\.bitPattern) == expected.array.map(\.bitPattern))
          }
        }
      }
    }
  }

  @Test func `matrices packed side by side are one weight`() {
    let (first, second) = (
      tensor(rows: 5, columns: 20, seed: 1), tensor(rows: 5, columns: 29, seed: 2)
    )
    let x = tensor(rows: 4, columns: 5, seed: 3)
    let weight = PackedWeight(depth: 5, columns: 49)
    weight.pack(second.matrix, isTransposed: false, at: 20)
    weight.pack(first.matrix, isTransposed: false)
    let (found, expected) = (Tensor(rows: 4, columns: 49), Tensor(rows: 4, columns: 49))
    multiply(x.matrix, weight, into: found.matrix)
    multiply(x.matrix, first.matrix, into: expected.matrix.columns(0..<20))
    multiply(x.matrix, second.matrix, into: expected.matrix.columns(20..<49))
    #expect(found.array == expected.array)
  }
}
