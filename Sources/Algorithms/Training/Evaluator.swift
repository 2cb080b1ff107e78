import Environments
import NeuralNetworks
import SeededRandom
import Tensors

/// Evaluates policies: greedy episodes from starts that are the same for all arms and points.
struct Evaluator {
  let environment: any DiscreteEnvironment
  let streams: RandomStreams
  let settings: EvaluationSettings

  /// Returns the mean undiscounted return of the greedy policy.
  ///
  /// Episode e starts from, and draws its noise from, the evaluation stream e.
  ///
  /// - Throws: If the policy's output is not finite: its greedy action would mean nothing.
  func meanReturn(of policy: Policy) throws(NotFiniteOutput) -> Double {
    var total = 0.0
    try forEachChunk(of: 0..<settings.episodes) { episodes throws(NotFiniteOutput) in
      var batch = Batch(self)
      for episode in episodes { batch.add(episode: episode) }
      total += try batch.play(policy)
    }
    return total / Double(settings.episodes)
  }

  /// Episodes that are played side by side.
  private struct Batch {
    let evaluator: Evaluator
    var environments: [any DiscreteEnvironment] = []
    var generators: [SeededGenerator] = []

    init(_ evaluator: Evaluator) { self.evaluator = evaluator }

    mutating func add(episode: Int) {
      var environment = evaluator.environment
      var generator = evaluator.streams.generator(for: .evaluation, episode)
      environment.reset(using: &generator)
      environments.append(environment)
      generators.append(generator)
    }

    /// Returns the sum of the episodes' returns.
    mutating func play(_ policy: Policy) throws(NotFiniteOutput) -> Double {
      let width = evaluator.environment.observationWidth
      var observations = [Float](repeating: 0, count: environments.count * width)
      var returns = [Double](repeating: 0, count: environments.count)
      var live = Array(environments.indices)
      while !live.isEmpty {
        for (row, episode) in live.enumerated() {
          environments[episode].writeObservation(into: &observations, at: row * width)
        }
        policy.network.input.copy(from: observations)
        policy.network.forward(rows: live.count)
        try requireFinite(policy.network.output, rows: live.count)
        var row = 0
        live.removeAll { episode in
          let action = greedyAction(logits: policy.network.output, row: row)
          row += 1
          let transition = environments[episode].step(action, using: &generators[episode])
          returns[episode] += transition.reward
          return transition.ending != nil
        }
      }
      return returns.reduce(0, +)
    }
  }

  /// Returns the exact expected reward of the stochastic policy, where the environment allows it.
  ///
  /// - Throws: If the policy's output is not finite.
  func expectedReward(of policy: Policy) throws(NotFiniteOutput) -> Double? {
    guard let bandit = environment as? ContextualBandit else { return nil }
    let contexts = bandit.table.contextCount
    var table: [[Double]] = []
    try forEachChunk(of: 0..<contexts) { chunk throws(NotFiniteOutput) in
      var observations = [Float](repeating: 0, count: chunk.count * contexts)
      for (row, context) in chunk.enumerated() { observations[row * contexts + context] = 1 }
      policy.network.input.copy(from: observations)
      policy.forward(rows: chunk.count)
      try requireFinite(policy.network.output, rows: chunk.count)
      for row in 0..<chunk.count {
        table.append(
          (0..<bandit.actionCount).map { Double(policy.head.probabilities[row, $0]) })
      }
    }
    return bandit.table.expectedReward(of: table)
  }
}

/// A network computed something infinite or not a number.
struct NotFiniteOutput: Error {
  var value: Float
}

/// Throws if one of the first `rows` rows of `output` is not finite.
private func requireFinite(_ output: Tensor, rows: Int) throws(NotFiniteOutput) {
  for index in 0..<(rows * output.columns) where !output[index].isFinite {
    throw NotFiniteOutput(value: output[index])
  }
}
