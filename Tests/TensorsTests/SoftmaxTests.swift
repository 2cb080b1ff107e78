import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct SoftmaxTests {
  /// Log-softmax, softmax and entropies of `logits`.
  private func distributions(
    _ logits: Tensor
  ) -> (logProbabilities: [Float], probabilities: [Float], entropies: [Float]) {
    let logProbabilities = Tensor(rows: logits.rows, columns: logits.columns)
    let probabilities = Tensor(rows: logits.rows, columns: logits.columns)
    let entropies = Tensor(rows: logits.rows, columns: 1)
    logSoftmax(
      of: logits.matrix, logProbabilities: logProbabilities.matrix,
      probabilities: probabilities.matrix, entropies: entropies.matrix)
    return (logProbabilities.array, probabilities.array, entropies.array)
  }

  private func tensor(_ rows: [[Float]]) -> Tensor {
    Tensor(rows: rows.count, columns: rows[0].count, elements: rows.flatMap { $0 })
  }

  @Test func `equal logits are uniform`() {
    let result = distributions(tensor([[3, 3, 3, 3], [-200, -200, -200, -200]]))
    #expect(result.probabilities == [Float](repeating: 0.25, count: 8))
    expectClose(
      result.logProbabilities, [Float](repeating: -1.3862944, count: 8), tolerance: 2e-7)
    expectClose(result.entropies, [1.3862944, 1.3862944], tolerance: 4e-7)
  }

  @Test func `two actions by hand`() {
    // exp(−log 3) = 1/3, so the probabilities are 3/4 and 1/4.
    let result = distributions(tensor([[1.0986123, 0]]))
    expectClose(result.probabilities, [0.75, 0.25], tolerance: 1e-7)
    expectClose(result.logProbabilities, [-0.28768207, -1.3862944], tolerance: 2e-7)
    expectClose(result.entropies, [0.56233514], tolerance: 2e-7)
  }

  @Test(arguments: [1, 2, 3, 15, 16, 17, 31, 32, 33, 100])
  func `every width agrees with double precision`(columns: Int) {
    var numbers = Numbers(seed: UInt64(columns))
    let logits = numbers.tensor(19, columns)
    scale(logits.matrix, by: 10)
    let result = distributions(logits)
    for row in 0..<19 {
      let x = (0..<columns).map { Double(logits[row, $0]) }
      let largest = x.max() ?? 0
      let e = x.map { exp($0 - largest) }
      let total = e.reduce(0, +)
      let log = x.map { $0 - largest - Foundation.log(total) }
      let entropy = -zip(e, log).reduce(0) { $0 + $1.0 / total * $1.1 }
      let cells = (row * columns)..<((row + 1) * columns)
      expectClose(
        result.probabilities[cells].map(Double.init), e.map { $0 / total }, tolerance: 3e-7)
      expectClose(result.logProbabilities[cells].map(Double.init), log, tolerance: 3e-6)
      expectClose(Double(result.entropies[row]), entropy, tolerance: 3e-6)
    }
  }

  /// The documented arithmetic of one row, with functions that have their own tests.
  private func model(_ logits: [Float]) -> (
    logProbabilities: [Float], probabilities: [Float], Float
  ) {
    func laned(_ terms: [Float]) -> Float {
      sum(of: Tensor(rows: 1, columns: terms.count, elements: terms).matrix)
    }
    let largest = logits.max() ?? 0
    let shifted = logits.map { $0 - largest }
    let e = values(of: .exp, at: shifted)
    let total = laned(e)
    let reciprocal = 1 / total
    let logTotal = values(of: .log, at: [total])[0]
    let probabilities = e.map { $0 * reciprocal }
    let logProbabilities = shifted.map { $0 - logTotal }
    let entropy = dotProduct(
      Tensor(rows: 1, columns: e.count, elements: probabilities).matrix,
      Tensor(rows: 1, columns: e.count, elements: logProbabilities).matrix)
    return (logProbabilities, probabilities, 0 - entropy)
  }

  @Test(arguments: [1, 2, 5, 16, 17, 32, 45])
  func `the bits are those of the documented arithmetic in every variant`(columns: Int) {
    var numbers = Numbers(seed: 11)
    let logits = numbers.tensor(21, columns)
    scale(logits.matrix, by: 5)
    let models = (0..<21).map { model(logits.rows($0..<($0 + 1)).array) }
    for instructionSet in availableInstructionSets {
      let result = Kernels.using(instructionSet) { distributions(logits) }
      #expect(bits(result.logProbabilities) == bits(models.flatMap(\.logProbabilities)))
      #expect(bits(result.probabilities) == bits(models.flatMap(\.probabilities)))
      #expect(bits(result.entropies) == bits(models.map(\.2)))
      let alone = Tensor(rows: 21, columns: columns)
      Kernels.using(instructionSet) { softmax(of: logits.matrix, into: alone.matrix) }
      #expect(bits(alone.array) == bits(result.probabilities))
    }
  }

  @Test(arguments: [2, 40])
  func `a row does not depend on the batch`(columns: Int) {
    var numbers = Numbers(seed: 12)
    let logits = numbers.tensor(33, columns)
    let all = distributions(logits)
    for row in 0..<33 {
      let one = distributions(
        Tensor(rows: 1, columns: columns, elements: logits.rows(row..<(row + 1)).array))
      let cells = (row * columns)..<((row + 1) * columns)
      #expect(bits(one.logProbabilities) == bits(Array(all.logProbabilities[cells])))
      #expect(one.entropies[0].bitPattern == all.entropies[row].bitPattern)
    }
  }

  @Test(arguments: [3, 20])
  func `an impossible action has probability zero and no share in the entropy`(columns: Int) {
    var logits = [Float](repeating: -.infinity, count: columns)
    logits[1] = 2
    var result = distributions(tensor([logits]))
    var certain = [Float](repeating: 0, count: columns)
    certain[1] = 1
    #expect(bits(result.probabilities) == bits(certain))
    #expect(result.entropies == [0])
    logits[0] = 2
    result = distributions(tensor([logits]))
    #expect(result.probabilities.prefix(3) == [0.5, 0.5, 0])
    expectClose(result.entropies, [0.6931472], tolerance: 1e-7)
    #expect(result.logProbabilities[2] == -.infinity)
  }

  @Test(arguments: [2, 20])
  func `NaN spreads over its own row only`(columns: Int) {
    var rows = [[Float]](repeating: [Float](repeating: 1, count: columns), count: 3)
    rows[1][columns - 1] = .nan
    let result = distributions(tensor(rows))
    for row in 0..<3 {
      let cells = (row * columns)..<((row + 1) * columns)
      #expect(result.probabilities[cells].allSatisfy { $0.isNaN == (row == 1) })
      #expect(result.logProbabilities[cells].allSatisfy { $0.isNaN == (row == 1) })
      #expect(result.entropies[row].isNaN == (row == 1))
    }
  }

  @Test func `softmax may overwrite its input`() {
    let logits = tensor([[1, 2, 3], [3, 2, 1]])
    let apart = Tensor(rows: 2, columns: 3)
    softmax(of: logits.matrix, into: apart.matrix)
    softmax(of: logits.matrix, into: logits.matrix)
    #expect(bits(logits.array) == bits(apart.array))
  }
}
