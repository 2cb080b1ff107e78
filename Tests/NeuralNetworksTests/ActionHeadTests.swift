import Foundation
import NeuralNetworks
import SeededRandom
import Tensors
import TestSupport
import Testing

/// A linear policy: its last layer is its only one, and its features are its inputs.
struct LinearPolicy {
  let parameters = ParameterSet()
  let network: MLP
  let head: any ActionHead

  init(_ exploration: HeadKind, features: Int, components: Int, capacity: Int) {
    network = MLP(
      name: "policy", inputs: features, hidden: [], outputs: components, activation: .tanh,
      capacity: capacity, parameters: parameters)
    switch exploration {
    case .gaussian:
      head = GaussianHead(
        name: "policy", components: components, capacity: capacity, parameters: parameters)
    case .stateDependent:
      head = StateDependentHead(
        name: "policy", features: features, components: components, capacity: capacity,
        parameters: parameters)
    }
  }

  enum HeadKind: String, CaseIterable, Sendable {
    case gaussian
    case stateDependent = "state_dependent"
  }

  /// log σ.
  var logDeviations: ParameterSet.Slice { parameters.slices[2] }

  /// Runs the policy with `means` in the network's output instead of what it computes.
  func update(means: [Float]? = nil, features: [Float], logDeviations values: [Float], rows: Int) {
    parameters.values.copy(from: values, at: logDeviations.offset)
    network.input.copy(from: features)
    network.forward(rows: rows)
    if let means { network.output.copy(from: means) }
    head.update(after: network, rows: rows)
  }
}

@Suite struct ActionHeadTests {
  /// Values of Stable-Baselines3, from `Goldens/action_heads.py`.
  private struct Peer: Decodable {
    var means: [Float]
    var features: [Float]?
    var log_deviations: [Float]
    var actions: [Float]
    var log_probability_gradients: [Float]
    var entropy_gradients: [Float]
    var log_probabilities: [Double]
    var entropies: [Double]
    var mean_gradients: [Double]
    var log_deviation_gradients: [Double]
  }

  private struct Peers: Decodable {
    var gaussian: Peer
    var state_dependent: Peer
  }

  @Test(arguments: LinearPolicy.HeadKind.allCases)
  func `log-probabilities, entropies and gradients are those of Stable-Baselines3`(
    kind: LinearPolicy.HeadKind
  ) throws {
    let file = testFolder().appending(components: "Goldens", "action_heads.json")
    let peers = try JSONDecoder().decode(Peers.self, from: Data(contentsOf: file))
    let peer = kind == .gaussian ? peers.gaussian : peers.state_dependent
    let rows = peer.entropies.count
    let components = peer.means.count / rows
    let features = peer.features ?? [Float](repeating: 0, count: rows)
    let policy = LinearPolicy(
      kind, features: features.count / rows, components: components, capacity: rows)
    policy.update(
      means: peer.means, features: features, logDeviations: peer.log_deviations, rows: rows)
    for row in 0..<rows {
      expectClose(
        Double(policy.head.logProbability(of: peer.actions, at: row * components, row: row)),
        peer.log_probabilities[row], tolerance: 3e-6 * max(1, peer.log_probabilities[row].magnitude))
      expectClose(Double(policy.head.entropy(row: row)), peer.entropies[row], tolerance: 1e-6)
    }
    policy.head.writeGradients(
      rows: rows, actions: peer.actions, logProbabilityGradients: peer.log_probability_gradients,
      entropyGradients: peer.entropy_gradients, into: policy.network)
    policy.head.finishGradients()
    func expectRelative(_ computed: [Float], _ expected: [Double]) {
      let scale = expected.map(\.magnitude).max() ?? 1
      expectClose(computed.map(Double.init), expected, tolerance: 2e-6 * scale)
    }
    expectRelative(policy.network.outputGradient.array, peer.mean_gradients)
    expectRelative(
      policy.parameters.gradients(of: policy.logDeviations).array, peer.log_deviation_gradients)
  }

  @Test func `the density of a normal distribution, by hand`() {
    let policy = LinearPolicy(.gaussian, features: 1, components: 2, capacity: 1)
    policy.update(means: [1, -1], features: [0], logDeviations: [0, Float(log(2.0))], rows: 1)
    // z = (2 − 1) / 1 = 1 and (3 + 1) / 2 = 2.
    let expected = -0.5 * (1 + 4) - log(2.0) - log(2 * Double.pi)
    expectClose(
      Double(policy.head.logProbability(of: [2, 3], at: 0, row: 0)), expected, tolerance: 1e-6)
    expectClose(
      Double(policy.head.entropy(row: 0)), 1 + log(2 * Double.pi) + log(2.0), tolerance: 1e-6)
    // (z/σ)² + (z² − 1)²: 1 + 0, and 1 + 9.
    expectClose(
      policy.head.squaredScoreNorm(of: [2, 3], at: 0, row: 0), 11, tolerance: 1e-5)
  }

  @Test func `a state without features has the variance of the epsilon alone`() {
    let policy = LinearPolicy(.stateDependent, features: 3, components: 1, capacity: 1)
    policy.update(
      means: [0.5], features: [0, 0, 0], logDeviations: [0, 0, 0], rows: 1)
    expectClose(
      Double(policy.head.logProbability(of: [0.5], at: 0, row: 0)),
      -0.5 * (log(1e-6) + log(2 * Double.pi)), tolerance: 1e-6)
    var action: [Float] = [0]
    var generator = SeededGenerator(key: 1)
    policy.head.sampleAction(
      row: 0, using: &generator, noise: [5, 5, 5], at: 0, into: &action, at: 0)
    #expect(action == [0.5])
  }

  /// A loss with every term, as a function of the network's weights and log σ.
  @Test(arguments: LinearPolicy.HeadKind.allCases)
  func `gradients match central differences`(kind: LinearPolicy.HeadKind) {
    let (rows, features, components) = (4, 3, 2)
    let policy = LinearPolicy(kind, features: features, components: components, capacity: rows)
    let inputs = numbers(rows * features, seed: 11)
    let actions = numbers(rows * components, seed: 12)
    let logProbabilityGradients: [Float] = [1, -0.5, 2, 0.25]
    let entropyGradients: [Float] = [0.3, -1, 0, 0.5]
    func set(_ values: [Float]) {
      var start = 0
      for slice in policy.parameters.slices {
        policy.parameters.values.copy(
          from: Array(values[start..<(start + slice.count)]), at: slice.offset)
        start += slice.count
      }
    }
    func loss(_ values: [Float]) -> Float {
      set(values)
      policy.network.input.copy(from: inputs)
      policy.network.forward(rows: rows)
      policy.head.update(after: policy.network, rows: rows)
      return (0..<rows).reduce(0) {
        $0 + logProbabilityGradients[$1]
          * policy.head.logProbability(of: actions, at: $1 * components, row: $1)
          + entropyGradients[$1] * policy.head.entropy(row: $1)
      }
    }
    let start = numbers(policy.parameters.count, seed: 13).map { $0 / 2 }
    _ = loss(start)
    policy.parameters.zeroGradients()
    policy.head.writeGradients(
      rows: rows, actions: actions, logProbabilityGradients: logProbabilityGradients,
      entropyGradients: entropyGradients, into: policy.network)
    policy.network.backward(rows: rows)
    policy.head.finishGradients()
    let gradient = policy.parameters.slices.flatMap { policy.parameters.gradients(of: $0).array }
    // The inputs are no parameters, so that the features of gSDE are constants here as well.
    expectGradient(gradient, matches: loss, at: start, step: 1e-3, tolerance: 5e-3)
  }

  @Test(arguments: LinearPolicy.HeadKind.allCases)
  func `the squared score is that of the gradient`(kind: LinearPolicy.HeadKind) {
    let policy = LinearPolicy(kind, features: 3, components: 2, capacity: 1)
    let logDeviations = numbers(policy.logDeviations.count, seed: 21).map { $0 / 2 }
    policy.update(
      means: [0.5, -0.25], features: [0.5, -1, 0.75], logDeviations: logDeviations, rows: 1)
    policy.head.writeGradients(
      rows: 1, actions: [1, 0.5], logProbabilityGradients: [1], entropyGradients: [0],
      into: policy.network)
    policy.head.finishGradients()
    let scores =
      policy.network.outputGradient.array
      + policy.parameters.gradients(of: policy.logDeviations).array
    let norm = scores.reduce(0.0) { $0 + Double($1) * Double($1) }
    expectClose(
      policy.head.squaredScoreNorm(of: [1, 0.5], at: 0, row: 0), norm, tolerance: 1e-5 * norm)
  }

  @Test(arguments: LinearPolicy.HeadKind.allCases)
  func `sampled actions have the distribution's mean and variance`(kind: LinearPolicy.HeadKind) {
    let policy = LinearPolicy(kind, features: 2, components: 1, capacity: 1)
    let logDeviations = [Float](repeating: Float(log(0.5)), count: policy.logDeviations.count)
    policy.update(means: [2], features: [0.6, 0.8], logDeviations: logDeviations, rows: 1)
    var generator = SeededGenerator(key: 5)
    var noise = [Float](repeating: 0, count: policy.head.noiseWidth)
    var action: [Float] = [0]
    var (sum, squares) = (0.0, 0.0)
    let count = 20_000
    for _ in 0..<count {
      policy.head.drawNoise(using: &generator, into: &noise, at: 0)
      policy.head.sampleAction(
        row: 0, using: &generator, noise: noise, at: 0, into: &action, at: 0)
      sum += Double(action[0] - 2)
      squares += Double(action[0] - 2) * Double(action[0] - 2)
    }
    // The features have norm 1, so that both deviate by 0.5. Four standard errors each.
    expectClose(sum / Double(count), 0, tolerance: 0.0142)
    expectClose(squares / Double(count), 0.25, tolerance: 0.01)
  }

  @Test func `state-dependent noise is a linear function of the features until it is drawn anew`() {
    let policy = LinearPolicy(.stateDependent, features: 2, components: 1, capacity: 3)
    policy.update(
      means: [0, 0, 0], features: [1, 0, 0, 1, 0.5, -2], logDeviations: [0, 0], rows: 3)
    var generator = SeededGenerator(key: 6)
    var noise: [Float] = [0, 0]
    policy.head.drawNoise(using: &generator, into: &noise, at: 0)
    var actions: [Float] = [0, 0, 0]
    for row in 0..<3 {
      policy.head.sampleAction(
        row: row, using: &generator, noise: noise, at: 0, into: &actions, at: row)
    }
    #expect(actions[0] == noise[0] && actions[1] == noise[1])
    expectClose(actions[2], 0.5 * noise[0] - 2 * noise[1], tolerance: 1e-6)
  }

  @Test(arguments: LinearPolicy.HeadKind.allCases)
  func `a row does not depend on the batch, nor gradients on the chunks`(
    kind: LinearPolicy.HeadKind
  ) {
    // 1024 rows are a leaf of the sums over rows.
    let (rows, features, components) = (2100, 3, 2)
    let inputs = numbers(rows * features, seed: 31)
    let actions = numbers(rows * components, seed: 32)
    let logProbabilityGradients = numbers(rows, seed: 33)
    let entropyGradients = numbers(rows, seed: 34)
    func run(chunk: Int) -> (logProbabilities: [Float], gradients: [Float]) {
      let policy = LinearPolicy(kind, features: features, components: components, capacity: rows)
      let slices = policy.parameters.slices
      for (index, slice) in slices.enumerated() {
        policy.parameters.values.copy(
          from: numbers(slice.count, seed: 40 + UInt64(index)), at: slice.offset)
      }
      var logProbabilities: [Float] = []
      for start in stride(from: 0, to: rows, by: chunk) {
        let part = start..<min(start + chunk, rows)
        policy.network.input.copy(
          from: inputs, range: (part.lowerBound * features)..<(part.upperBound * features))
        policy.network.forward(rows: part.count)
        policy.head.update(after: policy.network, rows: part.count)
        let taken = Array(actions[(part.lowerBound * components)..<(part.upperBound * components)])
        for row in 0..<part.count {
          logProbabilities.append(
            policy.head.logProbability(of: taken, at: row * components, row: row))
        }
        policy.head.writeGradients(
          rows: part.count, actions: taken,
          logProbabilityGradients: Array(logProbabilityGradients[part]),
          entropyGradients: Array(entropyGradients[part]), into: policy.network)
        policy.network.backward(rows: part.count)
      }
      policy.head.finishGradients()
      return (
        logProbabilities, slices.flatMap { policy.parameters.gradients(of: $0).array }
      )
    }
    let whole = run(chunk: rows)
    let chunked = run(chunk: 1024)
    #expect(bits(whole.logProbabilities) == bits(chunked.logProbabilities))
    #expect(bits(whole.gradients) == bits(chunked.gradients))
    #expect(bits(run(chunk: 7).logProbabilities) == bits(whole.logProbabilities))
  }

  @Test func `the greedy action is the mean, or the best index`() {
    let output = Tensor(rows: 2, columns: 2, elements: [1, 2, 4, 3])
    let gaussian = LinearPolicy(.gaussian, features: 1, components: 2, capacity: 2)
    var actions = [Float](repeating: 0, count: 4)
    gaussian.head.writeGreedyAction(of: output, row: 1, into: &actions, at: 2)
    #expect(actions == [0, 0, 4, 3])
    let categorical = CategoricalHead(actions: 2, capacity: 2)
    categorical.writeGreedyAction(of: output, row: 1, into: &actions, at: 3)
    #expect(actions == [0, 0, 4, 0])
  }

  @Test func `uniform initialization is within the inverse root of the inputs, biases too`() {
    let fixture = Fixture(inputs: 16, hidden: [64], outputs: 3, capacity: 1)
    fixture.network.initializeUniformly(
      streams: RandomStreams(identity: "tests", replicateSeed: 0))
    for slice in fixture.parameters.slices {
      let values = fixture.parameters.values(of: slice).array
      let bound: Float = slice.name.contains("hidden") ? 0.25 : 0.125
      #expect(values.allSatisfy { $0.magnitude <= bound })
      #expect((values.map(\.magnitude).max() ?? 0) > 0.5 * bound, "\(slice.name)")
    }
  }
}
