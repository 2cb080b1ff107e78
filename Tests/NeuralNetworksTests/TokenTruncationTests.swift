import NeuralNetworks
import Tensors
import TestSupport
import Testing

@Suite struct TokenTruncationTests {
  /// The tokens that remain of a distribution with the given weights.
  private func kept(_ weights: [Float], _ settings: SamplingSettings) -> [Int] {
    let logits = Tensor(
      rows: 1, columns: weights.count, elements: values(of: .log, at: weights))
    let probabilities = Tensor(rows: 1, columns: weights.count)
    softmax(of: logits.matrix, into: probabilities.matrix)
    var order: [Int32] = []
    truncate(
      logits: logits.matrix, probabilities: probabilities.matrix, settings: settings, order: &order)
    return logits.array.indices.filter { logits[$0] > -.infinity }
  }

  @Test func `top-k keeps the most probable, the lowest of equal ones`() {
    #expect(kept([1, 4, 2, 4, 2], SamplingSettings(topK: 1)) == [1])
    #expect(kept([1, 4, 2, 4, 2], SamplingSettings(topK: 3)) == [1, 2, 3])
    #expect(kept([1, 4, 2, 4, 2], SamplingSettings(topK: 9)) == [0, 1, 2, 3, 4])
  }

  @Test func `top-p keeps the fewest tokens that reach the share`() {
    // Shares 1/16, 8/16, 4/16, 3/16.
    let weights: [Float] = [1, 8, 4, 3]
    #expect(kept(weights, SamplingSettings(topP: 0.01)) == [1])
    #expect(kept(weights, SamplingSettings(topP: 0.49)) == [1])
    #expect(kept(weights, SamplingSettings(topP: 0.51)) == [1, 2])
    #expect(kept(weights, SamplingSettings(topP: 0.74)) == [1, 2])
    #expect(kept(weights, SamplingSettings(topP: 0.76)) == [1, 2, 3])
    #expect(kept(weights, SamplingSettings(topP: 1)) == [0, 1, 2, 3])
  }

  @Test func `top-p is a share of what top-k left`() {
    // Of the three most probable, 8 + 4 is 12/15 = 0.8 of them, but 0.75 of all.
    let weights: [Float] = [1, 8, 4, 3]
    #expect(kept(weights, SamplingSettings(topK: 3, topP: 0.78)) == [1, 2])
    #expect(kept(weights, SamplingSettings(topP: 0.78)) == [1, 2, 3])
  }

  @Test func `an impossible token is never kept`() {
    #expect(kept([0, 1, 0, 1], SamplingSettings(topK: 3)) == [1, 3])
    #expect(kept([0, 1, 0, 1], SamplingSettings(topP: 1)) == [1, 3])
  }

  @Test func `drawing inverts the cumulative distribution and skips impossible tokens`() {
    let probabilities = Tensor(
      rows: 2, columns: 5, elements: [1, 0, 0, 0, 0, 0, 0.25, 0, 0.75, 0])
    let uniforms: [Float] = [0, 0.2499, 0.25, 1 - 0x1p-24]
    #expect(
      uniforms.map { sampledToken(probabilities: probabilities, row: 1, uniform: $0) }
        == [1, 1, 3, 3])
  }

  @Test func `what rounding leaves goes to the last possible token`() {
    let probabilities = Tensor(
      rows: 1, columns: 13, elements: [Float](repeating: 1 / 12, count: 13))
    probabilities[12] = 0
    #expect(probabilities.array.reduce(0, +) == 1 - 0x1p-23)
    #expect(sampledToken(probabilities: probabilities, row: 0, uniform: 1 - 0x1p-24) == 11)
  }
}
