import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct RowsTests {
  @Test func `rows are gathered and added back in order`() {
    let table = Tensor(rows: 3, columns: 2, elements: [1, 2, 3, 4, 5, 6])
    let out = Tensor(rows: 4, columns: 2)
    gatherRows(of: table.matrix, at: [2, 0, 2, 1], into: out.matrix)
    #expect(out.array == [5, 6, 1, 2, 5, 6, 3, 4])
    addRows(out.matrix, to: table.matrix, at: [1, 1, 0, 1])
    // Row 1 gets 3 + 5 + 1 + 3 and 4 + 6 + 2 + 4.
    let expected: [Float] = [6, 8, 12, 16, 5, 6]
    #expect(table.array == expected)
  }

  @Test func `a sum, a copy and a clear respect gaps between rows`() {
    let tensor = Tensor(rows: 2, columns: 4, elements: [1, 2, 3, 4, 5, 6, 7, 8])
    let copied = Tensor(rows: 2, columns: 2)
    copy(tensor.matrix.columns(1..<3), to: copied.matrix)
    #expect(copied.array == [2, 3, 6, 7])
    add(copied.matrix, to: copied.matrix.rows(0..<2))
    #expect(copied.array == [4, 6, 12, 14])
    clear(tensor.matrix.columns(0..<2))
    #expect(tensor.array == [0, 0, 3, 4, 0, 0, 7, 8])
    #expect(tensor.matrix.rows(1..<2).columns(2..<4).array == [7, 8])
  }

  @Test func `squares of rows are summed`() {
    let tensor = Tensor(rows: 2, columns: 2, elements: [0.5, 0.5, 1, 0])
    let squares = Tensor(rows: 2, columns: 1)
    writeRowSquares(of: tensor.matrix, into: squares.matrix)
    #expect(squares.array == [0.5, 1])
  }

  @Test func `an index beyond the table is refused`() async {
    await #expect(processExitsWith: .failure) {
      let table = Tensor(rows: 3, columns: 2)
      gatherRows(of: table.matrix, at: [3], into: Tensor(rows: 1, columns: 2).matrix)
    }
  }

  @Test func `pairs are turned by the angle of their position`() {
    let rotary = RotaryPositions(count: 4, headWidth: 4, theta: 100)
    // Two heads of width 4: pairs (0, 2) and (1, 3); the second turns θ^(−1/2) = 0.1 times as fast.
    let row: [Float] = [1, 0, 0, 1, 0, 2, 1, 0]
    let tensor = Tensor(rows: 2, columns: 8, elements: row + row)
    rotary.rotate(tensor.matrix, positions: [0, 3])
    let (fastCosine, fastSine) = (Float(cos(3.0)), Float(sin(3.0)))
    let (slowCosine, slowSine) = (Float(cos(0.3)), Float(sin(0.3)))
    let expected: [Float] = [
      fastCosine, -slowSine, fastSine, slowCosine, -fastSine, 2 * slowCosine, fastCosine,
      2 * slowSine,
    ]
    expectClose(tensor.array, row + expected, tolerance: 1e-6)
    rotary.rotate(tensor.matrix, positions: [0, 3], backwards: true)
    expectClose(tensor.array, row + row, tolerance: 1e-6)
  }

  @Test func `gradients of logits match central differences`() {
    var numbers = Numbers(seed: 85)
    let (rows, columns, scale) = (2, 19, Float(1.25))
    let start = numbers.tensor(rows, columns).array.map { 2 * $0 }
    let (a, b) = (numbers.tensor(rows, 1), numbers.tensor(rows, 1))
    let targets: [Int32] = [3, 17]
    func distribution(_ elements: [Float]) -> (log: Tensor, p: Tensor, entropies: Tensor) {
      let logits = Tensor(
        rows: rows, columns: columns, elements: elements.map { $0 * scale })
      let (log, p) = (
        Tensor(rows: rows, columns: columns), Tensor(rows: rows, columns: columns)
      )
      let entropies = Tensor(rows: rows, columns: 1)
      logSoftmax(
        of: logits.matrix, logProbabilities: log.matrix, probabilities: p.matrix,
        entropies: entropies.matrix)
      return (log, p, entropies)
    }
    let now = distribution(start)
    let gradient = Tensor(rows: rows, columns: columns)
    writeLogitGradients(
      targets: targets[...], scale: scale, logProbabilities: now.log.matrix,
      probabilities: now.p.matrix, entropies: now.entropies.matrix,
      logProbabilityGradients: a.matrix, entropyGradients: b.matrix, into: gradient.matrix)
    func loss(_ elements: [Float]) -> Float {
      let values = distribution(elements)
      return (0..<rows).reduce(0) {
        $0 + a[$1] * values.log[$1, Int(targets[$1])] + b[$1] * values.entropies[$1]
      }
    }
    expectGradient(gradient.array, matches: loss, at: start, step: 1e-2, tolerance: 2e-3)
  }

  @Test func `a token of probability 0 has no part in the entropy's gradient`() {
    let (log, p) = (
      Tensor(rows: 1, columns: 2, elements: [0, -.infinity]),
      Tensor(rows: 1, columns: 2, elements: [1, 0])
    )
    let gradient = Tensor(rows: 1, columns: 2)
    let one = Tensor(rows: 1, columns: 1, elements: [1])
    writeLogitGradients(
      targets: [0], scale: 1, logProbabilities: log.matrix, probabilities: p.matrix,
      entropies: Tensor(rows: 1, columns: 1).matrix, logProbabilityGradients: one.matrix,
      entropyGradients: one.matrix, into: gradient.matrix)
    #expect(gradient.array == [0, 0])
  }
}
