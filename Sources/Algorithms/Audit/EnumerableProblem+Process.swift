import Objectives

extension EnumerableProblem {
  /// Lists the episodes of a finite decision process under a policy, chance included.
  ///
  /// - Parameters:
  ///   - process: The process; its starts are the prompts.
  ///   - policy: The policy, of the same states and actions.
  ///   - limit: The most sequences that there may be.
  /// - Throws: If there are more.
  public init(
    _ process: FiniteDecisionProcess, _ policy: ScoredPolicy, limit: Int = 100_000
  ) throws(EnumerationProblem) {
    precondition(
      policy.probabilities.count == process.stateCount
        && policy.probabilities.allSatisfy { $0.count == process.actionCount },
      "a policy of \(policy.probabilities.count) states on a process of \(process.stateCount)")
    let listing = EpisodeListing(process: process, policy: policy)
    var prompts: [Prompt] = []
    var count = 0
    for start in process.starts {
      var sequences: [Sequence] = []
      listing.forEachEpisode(from: start) { if sequences.count <= limit { sequences.append($0) } }
      count += sequences.count
      guard count <= limit else {
        throw EnumerationProblem(
          "there are more than \(limit) episodes of \(process.stepLimit) steps; lower the step limit"
        )
      }
      prompts.append(
        Prompt(
          probability: 1 / Double(process.starts.count), sequences: sequences,
          greedy: listing.greedyRollouts(from: start)))
    }
    self.init(prompts: prompts, scores: policy.scores, longestSequence: process.stepLimit)
  }
}

/// The episodes of a process under a policy.
private struct EpisodeListing {
  let process: FiniteDecisionProcess
  let policy: ScoredPolicy
  /// [steps left][states] what is expected of the rest.
  private let values: [[Double]]
  /// [states] Σₐ π(a|s)².
  private let squares: [Double]

  init(process: FiniteDecisionProcess, policy: ScoredPolicy) {
    self.process = process
    self.policy = policy
    squares = policy.probabilities.map { $0.reduce(0) { $0 + $1 * $1 } }
    var values = [[Double](repeating: 0, count: process.stateCount)]
    for left in 0..<process.stepLimit {
      let later = values[left]
      values.append(
        process.outcomes.indices.map { state in
          var value = 0.0
          for (action, outcomes) in process.outcomes[state].enumerated() {
            for outcome in outcomes {
              value +=
                policy.probabilities[state][action] * outcome.probability
                * (outcome.reward + (outcome.next.map { later[$0] } ?? 0))
            }
          }
          return value
        })
    }
    self.values = values
  }

  /// Calls `body` with every episode from a state.
  func forEachEpisode(from start: Int, _ body: (EnumerableProblem.Sequence) -> Void) {
    var sequence = EnumerableProblem.Sequence(probability: 1, rewards: [], steps: [])
    func go(from state: Int, _ probability: Double) {
      let left = process.stepLimit - sequence.steps.count
      for (action, outcomes) in process.outcomes[state].enumerated() {
        let chosen = policy.probabilities[state][action]
        guard chosen > 0 else { continue }
        sequence.steps.append(
          EnumerableProblem.Step(
            score: state * process.actionCount + action, value: values[left][state],
            squaredScoreNorm: squaredScoreNorm(
              probability: chosen, squaredProbabilities: squares[state])))
        for outcome in outcomes {
          sequence.rewards.append(outcome.reward)
          let reached = probability * chosen * outcome.probability
          if let next = outcome.next, left > 1 {
            go(from: next, reached)
          } else {
            sequence.probability = reached
            body(sequence)
          }
          sequence.rewards.removeLast()
        }
        sequence.steps.removeLast()
      }
    }
    go(from: start, 1)
  }

  /// Returns what the greedy rollout from a state can earn; rollouts with the same rewards are one.
  func greedyRollouts(from start: Int) -> [EnumerableProblem.GreedyRollout] {
    var rollouts: [EnumerableProblem.GreedyRollout] = []
    func go(from state: Int, _ probability: Double, _ rewards: [Double]) {
      let probabilities = policy.probabilities[state]
      let best = probabilities.indices.reduce(0) {
        probabilities[$1] > probabilities[$0] ? $1 : $0
      }
      for outcome in process.outcomes[state][best] {
        let earned = rewards + [outcome.reward]
        let reached = probability * outcome.probability
        if let next = outcome.next, earned.count < process.stepLimit {
          go(from: next, reached, earned)
        } else if let same = rollouts.firstIndex(where: { $0.rewards == earned }) {
          rollouts[same].probability += reached
        } else {
          rollouts.append(EnumerableProblem.GreedyRollout(probability: reached, rewards: earned))
        }
      }
    }
    go(from: start, 1, [])
    return rollouts
  }
}
