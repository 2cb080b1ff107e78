import NeuralNetworks
import SeededRandom
import Tensors
import TestSupport
import Testing

@Suite struct CategoricalHeadTests {
  private func head(_ rows: [[Float]]) -> (head: CategoricalHead, logits: Tensor) {
    let logits = Tensor(
      rows: rows.count, columns: rows[0].count, elements: rows.flatMap { $0 })
    let head = CategoricalHead(actions: rows[0].count, capacity: rows.count)
    head.update(logits: logits, rows: rows.count)
    return (head, logits)
  }

  @Test func `sampling inverts the cumulative distribution`() {
    let (head, _) = head([[0, 0, 0, 0]])  // four times 1/4
    let actions = [0, 0.2499, 0.25, 0.4999, 0.5, 0.75, 0.99999].map {
      head.sampledAction(row: 0, uniform: $0)
    }
    #expect(actions == [0, 0, 1, 1, 2, 3, 3])
  }

  @Test func `an impossible action is never sampled`() {
    let (head, _) = head([[-.infinity, 0, -.infinity, 0, -.infinity]])
    let uniforms: [Float] = [0, 0.4999, 0.5, 1 - 0x1p-24]
    #expect(uniforms.map { head.sampledAction(row: 0, uniform: $0) } == [1, 1, 3, 3])
  }

  @Test func `what rounding leaves goes to the last possible action`() {
    // The f32 of 1/12 added up twelve times is 1 − 2⁻²³.
    let (head, _) = head([[Float](repeating: 0, count: 12) + [-.infinity]])
    #expect(head.probabilities.array.reduce(0, +) == 1 - 0x1p-23)
    #expect(head.sampledAction(row: 0, uniform: 1 - 0x1p-24) == 11)
  }

  @Test func `frequencies follow the probabilities`() {
    let (head, _) = head([[0, 1, -1]])
    var generator = SeededGenerator(key: 3)
    var counts = [0, 0, 0]
    for _ in 0..<20_000 {
      counts[head.sampledAction(row: 0, uniform: generator.nextUnitFloat())] += 1
    }
    // Four standard errors are 0.014.
    expectClose(
      counts.map { Double($0) / 20_000 }, head.probabilities.array.map(Double.init),
      tolerance: 0.014)
  }

  @Test func `the greedy action is the lowest of the best`() {
    let logits = Tensor(rows: 3, columns: 3, elements: [1, 3, 3, 2, 2, 2, -5, -6, -4])
    #expect((0..<3).map { greedyAction(logits: logits, row: $0) } == [1, 0, 2])
  }

  @Test func `greedy looks at logits, which tell apart what probabilities do not`() {
    let (head, logits) = head([[100, 0.25, 0.5], [-50, 0x1p-30, 0]])
    #expect(head.logProbabilities[1, 1] == head.logProbabilities[1, 2])
    #expect(greedyAction(logits: logits, row: 1) == 1)
  }

  @Test(arguments: [2, 3, 20])
  func `the gradient of the logits matches central differences`(actions: Int) {
    let rows = 3
    let start = numbers(rows * actions, seed: 1).map { 2 * $0 }
    let taken = (0..<rows).map { $0 % actions }
    let logProbabilityGradients: [Float] = [1, -0.5, 2]
    let entropyGradients: [Float] = [0.3, -1, 0]
    let head = CategoricalHead(actions: actions, capacity: rows)
    func loss(_ elements: [Float]) -> Float {
      head.update(
        logits: Tensor(rows: rows, columns: actions, elements: elements), rows: rows)
      return (0..<rows).reduce(0) {
        $0 + logProbabilityGradients[$1] * head.logProbabilities[$1, taken[$1]]
          + entropyGradients[$1] * head.entropies[$1]
      }
    }
    _ = loss(start)
    let gradients = Tensor(rows: rows, columns: actions)
    head.writeLogitGradients(
      rows: rows, actions: taken.map { Float($0) },
      logProbabilityGradients: logProbabilityGradients,
      entropyGradients: entropyGradients, into: gradients)
    expectGradient(gradients.array, matches: loss, at: start, tolerance: 2e-3)
    // A softmax does not change when all logits of a row do.
    for row in 0..<rows {
      expectClose(gradients.rows(row..<(row + 1)).array.reduce(0, +), 0, tolerance: 1e-6)
    }
  }

  @Test func `an impossible action has no gradient`() {
    let (head, _) = head([[0, -.infinity, 0]])
    let gradients = Tensor(rows: 1, columns: 3)
    head.writeLogitGradients(
      rows: 1, actions: [0], logProbabilityGradients: [2], entropyGradients: [1], into: gradients)
    #expect(gradients.array == [1, 0, -1])
  }

  @Test func `log-probabilities of a row do not depend on the batch`() {
    let elements = numbers(50 * 2, seed: 5)
    let all = CategoricalHead(actions: 2, capacity: 50)
    all.update(logits: Tensor(rows: 50, columns: 2, elements: elements), rows: 50)
    let few = CategoricalHead(actions: 2, capacity: 50)
    for row in 0..<47 {
      few.update(
        logits: Tensor(rows: 4, columns: 2, elements: Array(elements[(2 * row)..<(2 * row + 8)])),
        rows: 4)
      #expect(
        bits(few.logProbabilities.array(rows: 4))
          == bits(all.logProbabilities.rows(row..<(row + 4)).array))
    }
  }
}
