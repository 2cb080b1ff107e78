import Foundation
import NeuralNetworks
import SeededRandom
import Tensors
import TestSupport
import Testing

@Suite struct MLPTests {
  /// The network in Double, without any of the project's kernels.
  private func reference(_ fixture: Fixture, _ row: [Float]) -> [Double] {
    var x = row.map(Double.init)
    let slices = fixture.parameters.slices
    for layer in stride(from: 0, to: slices.count, by: 2) {
      let (weight, bias) = (
        fixture.parameters.values(of: slices[layer]),
        fixture.parameters.values(of: slices[layer + 1])
      )
      x = (0..<weight.columns).map { j in
        x.indices.reduce(Double(bias[0, j])) { $0 + x[$1] * Double(weight[$1, j]) }
      }
      if layer + 2 < slices.count {
        x = x.map { fixture.network.activation == .tanh ? Foundation.tanh($0) : max($0, 0) }
      }
    }
    return x
  }

  @Test(arguments: Activation.allCases, NumericsProfile.allCases)
  func `forward agrees with double precision`(activation: Activation, profile: NumericsProfile) {
    for hidden in [[], [5], [64, 64], [17, 3, 33]] {
      let fixture = Fixture(hidden: hidden, activation: activation, capacity: 9, profile: profile)
      fixture.setValues(numbers(fixture.parameters.count, seed: 1).map { $0 / 2 })
      let inputs = numbers(9 * 4, seed: 2)
      fixture.network.input.copy(from: inputs)
      fixture.network.forward(rows: 9)
      for row in 0..<9 {
        let expected = reference(fixture, Array(inputs[(4 * row)..<(4 * row + 4)]))
        let computed = fixture.network.output.rows(row..<(row + 1)).array.map(Double.init)
        let scale = max(1, expected.map(\.magnitude).max() ?? 1)
        expectClose(computed, expected, tolerance: 2e-6 * scale)
      }
    }
  }

  @Test(arguments: Activation.allCases, NumericsProfile.allCases)
  func `backward matches central differences`(activation: Activation, profile: NumericsProfile) {
    for hidden in [[], [5], [6, 3]] {
      let fixture = Fixture(
        inputs: 3, hidden: hidden, activation: activation, capacity: 4, profile: profile)
      let start = numbers(fixture.parameters.count, seed: 3)
      let weights = numbers(4 * 2, seed: 4)
      fixture.network.input.copy(from: numbers(4 * 3, seed: 5))
      func loss(_ values: [Float]) -> Float {
        fixture.setValues(values)
        fixture.network.forward(rows: 4)
        return zip(fixture.network.output.array, weights).reduce(0) { $0 + $1.0 * $1.1 }
      }
      _ = loss(start)
      fixture.network.outputGradient.copy(from: weights)
      fixture.parameters.zeroGradients()
      fixture.network.backward(rows: 4)
      expectGradient(fixture.gradients, matches: loss, at: start, step: 2e-3, tolerance: 2e-3)
    }
  }

  @Test func `backward adds to the gradients`() {
    let fixture = Fixture(capacity: 3)
    fixture.network.input.copy(from: numbers(12, seed: 6))
    fixture.network.outputGradient.copy(from: numbers(6, seed: 7))
    fixture.network.forward(rows: 3)
    fixture.network.backward(rows: 3)
    let once = fixture.gradients
    // The output's gradient is read, the hidden ones are made anew.
    fixture.network.backward(rows: 3)
    #expect(bits(fixture.gradients) == bits(once.map { $0 + $0 }))
  }

  @Test(arguments: Activation.allCases)
  func `a row does not depend on the batch in any variant`(activation: Activation) {
    let fixture = Fixture(activation: activation, capacity: 130)
    let inputs = numbers(130 * 4, seed: 8)
    fixture.network.input.copy(from: inputs)
    fixture.network.forward(rows: 130)
    let all = fixture.network.output.array
    for instructionSet in availableInstructionSets {
      for rows in [1, 2, 3, 4, 7, 16, 64, 129] {
        let first = 130 - rows
        fixture.network.input.copy(from: Array(inputs[(4 * first)...]))
        Kernels.using(instructionSet) { fixture.network.forward(rows: rows) }
        #expect(
          bits(fixture.network.output.array(rows: rows)) == bits(Array(all[(2 * first)...])),
          "\(instructionSet), \(rows) rows")
      }
    }
  }

  /// The gradients of a batch of 2,500 rows that is fed in chunks.
  private func gradients(ofChunks chunks: [Range<Int>]) -> [Float] {
    let fixture = Fixture(hidden: [9], outputs: 3, capacity: chunks.map(\.count).max() ?? 0)
    let (inputs, outputGradients) = (numbers(2500 * 4, seed: 9), numbers(2500 * 3, seed: 10))
    for chunk in chunks {
      fixture.network.input.copy(
        from: Array(inputs[(4 * chunk.lowerBound)..<(4 * chunk.upperBound)]))
      fixture.network.forward(rows: chunk.count)
      fixture.network.outputGradient.copy(
        from: Array(outputGradients[(3 * chunk.lowerBound)..<(3 * chunk.upperBound)]))
      fixture.network.backward(rows: chunk.count)
    }
    return fixture.gradients
  }

  @Test func `chunks of whole leaves give the gradients of the whole batch`() {
    let whole = bits(gradients(ofChunks: [0..<2500]))
    #expect(bits(gradients(ofChunks: [0..<1024, 1024..<2048, 2048..<2500])) == whole)
    #expect(bits(gradients(ofChunks: [0..<2048, 2048..<2500])) == whole)
    #expect(bits(gradients(ofChunks: [0..<512, 512..<2500])) != whole)
  }

  @Test func `all variants give the same training step`() {
    func step() -> [Float] {
      let fixture = Fixture(capacity: 128)
      let adam = Adam(fixture.parameters, epsilon: 1e-5)
      fixture.network.input.copy(from: numbers(128 * 4, seed: 11))
      for update in 0..<3 {
        fixture.network.forward(rows: 128)
        fixture.network.outputGradient.copy(from: numbers(256, seed: 12 + UInt64(update)))
        fixture.parameters.zeroGradients()
        fixture.network.backward(rows: 128)
        clipGradients(of: fixture.parameters, toGlobalNorm: 0.5)
        adam.update(learningRate: 1e-3)
      }
      return fixture.values + fixture.network.output.array
    }
    let expected = bits(step())
    for instructionSet in availableInstructionSets {
      #expect(Kernels.using(instructionSet) { bits(step()) } == expected, "\(instructionSet)")
    }
  }

  @Test func `the profiles agree within tolerance`() {
    func outputs(_ profile: NumericsProfile) -> [Float] {
      let fixture = Fixture(capacity: 128, profile: profile)
      fixture.network.input.copy(from: numbers(128 * 4, seed: 15))
      fixture.network.forward(rows: 128)
      fixture.network.outputGradient.copy(from: numbers(256, seed: 16))
      fixture.network.backward(rows: 128)
      return fixture.network.output.array + fixture.gradients
    }
    expectClose(outputs(.exact), outputs(.openblas), tolerance: 1e-4)
  }

  @Test func `parameters are named after their layers`() {
    let fixture = Fixture(inputs: 4, hidden: [8, 6], outputs: 2, capacity: 1)
    #expect(
      fixture.parameters.slices.map(\.name) == [
        "policy.hidden.0.weight", "policy.hidden.0.bias", "policy.hidden.1.weight",
        "policy.hidden.1.bias", "policy.output.weight", "policy.output.bias",
      ])
    #expect(
      fixture.parameters.slices.map(\.shape) == [[4, 8], [8], [8, 6], [6], [6, 2], [2]])
    #expect(fixture.parameters.count == 32 + 8 + 48 + 6 + 12 + 2)
  }

  @Test func `operations are counted per row`() {
    let network = Fixture(inputs: 4, hidden: [64, 64], outputs: 2, capacity: 1).network
    #expect(network.forwardOperationsPerRow == 2 * (4 * 64 + 64 * 64 + 64 * 2))
    #expect(network.backwardOperationsPerRow == 2 * (4 * 64 + 2 * 64 * 64 + 2 * 64 * 2))
  }

  @Test func `initial weights are orthogonal with their gains and biases are zero`() {
    let fixture = Fixture(hidden: [64, 48], capacity: 1, outputGain: 0.01)
    let slices = fixture.parameters.slices
    for (index, gain) in [(0, 2.0.squareRoot()), (2, 2.0.squareRoot()), (4, 0.01)] {
      let weight = fixture.parameters.values(of: slices[index])
      let isTall = weight.rows >= weight.columns
      let count = isTall ? weight.columns : weight.rows
      for first in 0..<count {
        for second in 0..<count {
          let product = (0..<(isTall ? weight.rows : weight.columns)).reduce(0.0) { sum, i in
            let x = isTall ? weight[i, first] : weight[first, i]
            let y = isTall ? weight[i, second] : weight[second, i]
            return sum + Double(x) * Double(y)
          }
          let expected = first == second ? gain * gain : 0
          #expect(abs(product - expected) < 1e-6 * gain * gain)
        }
      }
      #expect(fixture.parameters.values(of: slices[index + 1]).array.allSatisfy { $0 == 0 })
    }
  }

  @Test func `a weight's initial value depends on its name, shape and seed alone`() {
    func outputWeight(hidden: [Int], seed: Int, others: Bool) -> [Float] {
      let parameters = ParameterSet()
      let streams = RandomStreams(identity: "tests", replicateSeed: seed)
      if others {
        _ = MLP(
          name: "value", inputs: 4, hidden: [3], outputs: 1, activation: .tanh, capacity: 1,
          parameters: parameters)
      }
      let network = MLP(
        name: "policy", inputs: 4, hidden: hidden, outputs: 2, activation: .tanh, capacity: 1,
        parameters: parameters)
      network.initializeOrthogonally(outputGain: 1, streams: streams)
      let slice = parameters.slices[parameters.slices.count - 2]
      return parameters.values(of: slice).array
    }
    let expected = outputWeight(hidden: [8], seed: 0, others: false)
    #expect(outputWeight(hidden: [8], seed: 0, others: true) == expected)
    #expect(outputWeight(hidden: [20, 8], seed: 0, others: false) == expected)
    #expect(outputWeight(hidden: [8], seed: 1, others: false) != expected)
  }

  @Test func `rows beyond the capacity are refused`() async {
    await #expect(processExitsWith: .failure) {
      Fixture(capacity: 2).network.forward(rows: 3)
    }
  }
}
