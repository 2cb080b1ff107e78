import Environments
import NeuralNetworks
import SeededRandom
import Tensors

/// Evaluates policies: greedy episodes from starts that are the same for all arms and points.
struct Evaluator {
  let environment: any Environment
  let streams: RandomStreams
  /// The split that the episodes are of: the last index of their streams.
  let splitIndex: Int
  /// Called before each step of the episodes; its error ends the evaluation.
  let lookUp: () throws(TrainingError) -> Void

  /// Returns the undiscounted return of each episode of the greedy policy.
  ///
  /// Episode e starts from, and draws its noise from, the evaluation stream e of the split.
  ///
  /// - Parameters:
  ///   - policy: Whose most probable actions are taken.
  ///   - normalization: The normalization of observations; evaluation adds nothing to its moments.
  ///   - count: How many episodes; they are the first of a larger number.
  /// - Returns: [count] sums of the environment's own rewards.
  /// - Throws: If the policy's output is not finite: its greedy action would mean nothing; or if training is to end.
  func returns(
    of policy: Policy, seeing normalization: ObservationNormalization, episodes count: Int
  ) throws(EvaluationFailure) -> [Double] {
    var returns: [Double] = []
    try forEachChunk(of: 0..<count) { episodes throws(EvaluationFailure) in
      var batch = Batch(self, episodes: episodes)
      returns += try batch.play(policy, seeing: normalization, lookingUp: lookUp)
    }
    return returns
  }

  /// Episodes that are played side by side; those under way are in front.
  private struct Batch {
    let width: Int
    var environments: EnvironmentCopies
    var generators: [SeededGenerator]

    init(_ evaluator: Evaluator, episodes: Range<Int>) {
      width = evaluator.environment.observationWidth
      environments = EnvironmentCopies(of: evaluator.environment, count: episodes.count)
      generators = episodes.map {
        evaluator.streams.generator(for: .evaluation, $0, evaluator.splitIndex)
      }
      for index in generators.indices { environments.reset(index, using: &generators[index]) }
    }

    /// Returns the episodes' returns.
    mutating func play(
      _ policy: Policy, seeing normalization: ObservationNormalization,
      lookingUp lookUp: () throws(TrainingError) -> Void
    ) throws(EvaluationFailure) -> [Double] {
      let actionWidth = policy.head.actionWidth
      var observations = [Float](repeating: 0, count: generators.count * width)
      var actions = [Float](repeating: 0, count: generators.count * actionWidth)
      var rewards = [Double](repeating: 0, count: generators.count)
      var endings = [EpisodeEnding?](repeating: nil, count: generators.count)
      var returns = rewards
      var live = Array(generators.indices)
      while !live.isEmpty {
        do throws(TrainingError) { try lookUp() } catch { throw .ended(error) }
        environments.writeObservations(of: live.indices, into: &observations, at: 0)
        normalization.apply(to: &observations, rows: live.indices)
        policy.network.input.copy(from: observations, range: 0..<(live.count * width))
        policy.network.forward(rows: live.count)
        try requireFinite(policy.network.output, rows: live.count)
        for row in live.indices {
          policy.head.writeGreedyAction(
            of: policy.network.output, row: row, into: &actions, at: row * actionWidth)
        }
        environments.step(
          live.count, actions: actions, generators: &generators, rewards: &rewards,
          endings: &endings)
        var kept = 0
        for row in live.indices {
          returns[live[row]] += rewards[row]
          guard endings[row] == nil else { continue }
          if kept < row {
            environments.copy(row, to: kept)
            generators[kept] = generators[row]
            live[kept] = live[row]
          }
          kept += 1
        }
        live.removeLast(live.count - kept)
      }
      return returns
    }
  }

  /// Returns the exact expected reward of the stochastic policy, where the environment allows it.
  ///
  /// - Throws: If the policy's output is not finite.
  func expectedReward(
    of policy: Policy, seeing normalization: ObservationNormalization
  ) throws(EvaluationFailure) -> Double? {
    guard let bandit = environment as? ContextualBandit,
      let head = policy.head as? CategoricalHead
    else { return nil }
    let contexts = bandit.table.contextCount
    var table: [[Double]] = []
    try forEachChunk(of: 0..<contexts) { chunk throws(EvaluationFailure) in
      var observations = [Float](repeating: 0, count: chunk.count * contexts)
      for (row, context) in chunk.enumerated() { observations[row * contexts + context] = 1 }
      normalization.apply(to: &observations, rows: 0..<chunk.count)
      policy.network.input.copy(from: observations)
      policy.forward(rows: chunk.count)
      try requireFinite(policy.network.output, rows: chunk.count)
      for row in 0..<chunk.count {
        table.append(
          (0..<bandit.actionCount).map { Double(head.probabilities[row, $0]) })
      }
    }
    return bandit.table.expectedReward(of: table)
  }
}

/// The reason why an evaluation has no result.
enum EvaluationFailure: Error {
  /// The output of the network is infinite or not a number.
  case notFinite(Float)
  /// Training is to end.
  case ended(TrainingError)
}

/// Throws if one of the first `rows` rows of `output` is not finite.
private func requireFinite(_ output: Tensor, rows: Int) throws(EvaluationFailure) {
  for index in 0..<(rows * output.columns) where !output[index].isFinite {
    throw .notFinite(output[index])
  }
}
