import AllocationCounter
import NeuralNetworks
import SeededRandom
import Tensors
import Testing

/// What asks for memory once everything is warm.
@Suite struct AllocationTests {
  /// How many times `body` asks for memory on this thread.
  private func allocations(_ body: () -> Void) -> Int {
    let before = allocation_count()
    body()
    return Int(allocation_count() - before)
  }

  @Test func `the counter counts`() {
    var array: [Int] = []
    #expect(allocations { array = (0..<1000).map { $0 } } >= 1)
    #expect(array.count == 1000)
    #expect(allocations {} == 0)
  }

  @Test(arguments: transformerShapes)
  func `a training step of a transformer allocates nothing once it is warm`(
    shape: TransformerShape
  ) {
    let fixture = TransformerFixture(shape)
    let optimizer = Adam(fixture.parameters, weightDecay: 0.01)
    var generator = SeededGenerator(key: 5)
    let isScalar = fixture.network.head == .scalar
    // Two batches of different lengths, as minibatches are.
    let batches = [[12, 40, 7], [33, 5]].map { lengths in
      var batch = TokenBatch()
      for length in lengths {
        let tokens = (0..<length).map { _ in Int32(generator.nextIndex(below: 7)) }
        batch.append(tokens, firstScored: 2)
      }
      return batch
    }
    let network = fixture.network
    func step() {
      fixture.parameters.zeroGradients()
      for batch in batches {
        network.forward(batch)
        for row in 0..<batch.scoredCount {
          if isScalar {
            network.valueGradients[row] = 0.01
          } else {
            network.logProbabilityGradients[row] = -0.01
            network.entropyGradients[row] = 0.001
          }
        }
        network.backward()
      }
      clipGradients(of: fixture.parameters, toGlobalNorm: 0.1)
      optimizer.update(learningRate: 1e-3)
    }
    step()
    #expect(allocations(step) == 0)
  }

  @Test func `a training step of a multilayer perceptron allocates nothing once it is warm`() {
    let parameters = ParameterSet()
    let network = MLP(
      name: "policy", inputs: 4, hidden: [16, 16], outputs: 3, activation: .tanh, capacity: 64,
      parameters: parameters)
    let optimizer = Adam(parameters)
    let head = CategoricalHead(actions: 3, capacity: 64)
    network.initializeOrthogonally(
      outputGain: 1, streams: RandomStreams(identity: "allocations", replicateSeed: 0))
    let actions = (0..<64).map { Float($0 % 3) }
    let gradients = [Float](repeating: -1 / 64, count: 64)
    func step() {
      parameters.zeroGradients()
      network.forward(rows: 64)
      head.update(after: network, rows: 64)
      head.writeGradients(
        rows: 64, actions: actions, logProbabilityGradients: gradients,
        entropyGradients: gradients, into: network)
      network.backward(rows: 64)
      clipGradients(of: parameters, toGlobalNorm: 0.5)
      optimizer.update(learningRate: 1e-3)
    }
    step()
    #expect(allocations(step) == 0)
  }
}
