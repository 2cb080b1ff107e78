import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct AttentionTests {
  /// Queries, keys and values of one sequence with the buffers of both passes.
  private struct Fixture {
    let length: Int
    let heads: Int
    let width: Int
    let projected: Tensor
    let out: Tensor
    let workspace: Tensor

    init(length: Int, heads: Int, headWidth: Int) {
      var numbers = Numbers(seed: UInt64(length))
      self.length = length
      self.heads = heads
      width = heads * headWidth
      projected = numbers.tensor(length, 3 * width)
      out = Tensor(rows: length, columns: width)
      workspace = Tensor(
        rows: 1, columns: attentionWorkspace(length: length, headWidth: headWidth, backward: true))
    }

    func part(_ index: Int, of tensor: Tensor, rows: Int) -> Matrix {
      tensor.firstRows(rows).columns(index * width..<(index + 1) * width)
    }

    /// Attention of the first `rows` rows.
    func forward(rows: Int, scale: Float = 0.4) {
      causalAttention(
        queries: part(0, of: projected, rows: rows), keys: part(1, of: projected, rows: rows),
        values: part(2, of: projected, rows: rows), heads: heads, scale: scale,
        into: out.firstRows(rows), workspace: workspace)
    }

    func backward(_ outGradient: Tensor, into gradient: Tensor, scale: Float = 0.4) {
      writeCausalAttentionGradients(
        queries: part(0, of: projected, rows: length),
        keys: part(1, of: projected, rows: length),
        values: part(2, of: projected, rows: length), heads: heads, scale: scale,
        out: out.matrix, outGradient: outGradient.matrix,
        queryGradients: part(0, of: gradient, rows: length),
        keyGradients: part(1, of: gradient, rows: length),
        valueGradients: part(2, of: gradient, rows: length), workspace: workspace)
    }

    /// The definition in Double.
    func reference(scale: Double = 0.4) -> [Double] {
      let headWidth = width / heads
      func element(_ row: Int, _ part: Int, _ head: Int, _ i: Int) -> Double {
        Double(projected[row, part * width + head * headWidth + i])
      }
      return (0..<length).flatMap { row in
        (0..<heads).flatMap { head in
          let scores = (0...row).map { key in
            (0..<headWidth).reduce(0) {
              $0 + element(row, 0, head, $1) * element(key, 1, head, $1)
            } * scale
          }
          let best = scores.max() ?? 0
          let weights = scores.map { Foundation.exp($0 - best) }
          let total = weights.reduce(0, +)
          return (0..<headWidth).map { i in
            (0...row).reduce(0) { $0 + weights[$1] / total * element($1, 2, head, i) }
          }
        }
      }
    }
  }

  private static let shapes = [
    (1, 1, 2), (2, 2, 3), (7, 1, 16), (8, 3, 32), (17, 2, 20), (33, 1, 48), (40, 2, 64),
  ]

  @Test(arguments: shapes)
  func `attention agrees with double precision`(length: Int, heads: Int, headWidth: Int) {
    let fixture = Fixture(length: length, heads: heads, headWidth: headWidth)
    fixture.forward(rows: length)
    expectClose(fixture.out.array.map(Double.init), fixture.reference(), tolerance: 2e-6)
  }

  @Test(arguments: shapes)
  func `a row depends on the rows up to it alone, in every variant`(
    length: Int, heads: Int, headWidth: Int
  ) {
    let fixture = Fixture(length: length, heads: heads, headWidth: headWidth)
    fixture.forward(rows: length)
    let all = fixture.out.array
    for instructionSet in availableInstructionSets {
      for rows in 1...length {
        fixture.out.fill(with: .nan)
        Kernels.using(instructionSet) { fixture.forward(rows: rows) }
        #expect(
          bits(fixture.out.array(rows: rows)) == bits(Array(all.prefix(rows * fixture.width))),
          "\(instructionSet), \(rows) rows")
      }
    }
  }

  @Test func `infinities in later rows do not reach earlier ones`() {
    let fixture = Fixture(length: 12, heads: 1, headWidth: 16)
    fixture.forward(rows: 12)
    let expected = fixture.out.array(rows: 10)
    for row in 10..<12 {
      for column in 16..<48 { fixture.projected[row, column] = .infinity }
    }
    fixture.forward(rows: 12)
    #expect(bits(fixture.out.array(rows: 10)) == bits(expected))
  }

  @Test(arguments: [(1, 1, 2), (5, 2, 3), (8, 1, 16), (19, 2, 4)])
  func `gradients match central differences`(length: Int, heads: Int, headWidth: Int) {
    let fixture = Fixture(length: length, heads: heads, headWidth: headWidth)
    var numbers = Numbers(seed: 77)
    let weights = numbers.tensor(length, fixture.width)
    let start = fixture.projected.array
    fixture.forward(rows: length)
    let gradient = Tensor(rows: length, columns: 3 * fixture.width)
    fixture.backward(weights, into: gradient)
    func loss(_ elements: [Float]) -> Float {
      fixture.projected.copy(from: elements)
      fixture.forward(rows: length)
      return zip(fixture.out.array, weights.array).reduce(0) { $0 + $1.0 * $1.1 }
    }
    expectGradient(gradient.array, matches: loss, at: start, step: 4e-3, tolerance: 2e-3)
  }

  @Test(arguments: shapes)
  func `gradients have the same bits in every variant`(length: Int, heads: Int, headWidth: Int) {
    let fixture = Fixture(length: length, heads: heads, headWidth: headWidth)
    var numbers = Numbers(seed: 78)
    let weights = numbers.tensor(length, fixture.width)
    fixture.forward(rows: length)
    func gradients() -> [UInt32] {
      let gradient = Tensor(rows: length, columns: 3 * fixture.width)
      fixture.workspace.fill(with: .nan)
      fixture.backward(weights, into: gradient)
      return bits(gradient.array)
    }
    let expected = gradients()
    for instructionSet in availableInstructionSets {
      #expect(Kernels.using(instructionSet) { gradients() } == expected, "\(instructionSet)")
    }
  }
}
