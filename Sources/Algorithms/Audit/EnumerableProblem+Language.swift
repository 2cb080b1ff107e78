import CKernels
public import NeuralNetworks
import Objectives
import Tensors

extension EnumerableProblem {
  /// Lists the completions of some prompts under a transformer.
  ///
  /// The policy is the transformer's, held to the completions token by token: at each place the tokens that continue
  /// one of them share out the probability, as top-k sampling with `score: truncated` has it. Where all tokens do, it
  /// is the transformer's own policy. Log-probabilities and scores are those of its forward and backward passes, a
  /// step for each token; a token that has no alternative has the score 0.
  ///
  /// - Parameters:
  ///   - transformer: A policy over tokens; the gradients of its parameters are written over.
  ///   - vocabulary: How many tokens it knows.
  ///   - sets: The prompts, each equally likely, with their completions.
  /// - Throws: Where a log-probability or a score is not finite.
  public init(
    _ transformer: Transformer, vocabulary: Int, _ sets: [CompletionSet]
  ) throws(EnumerationProblem) {
    Kernels.setFloatingPointMode()
    var scores: [[Double]] = []
    var prompts: [Prompt] = []
    for set in sets {
      let root = CompletionNode(
        set, members: Array(set.completions.indices), depth: 0, transformer,
        vocabulary: vocabulary, scores: &scores)
      var sequences: [Sequence] = []
      root.append(to: &sequences, Sequence(probability: 1, rewards: [], steps: []))
      let greedy = set.completions[root.greedyCompletion]
      prompts.append(
        Prompt(
          probability: 1 / Double(sets.count), sequences: sequences,
          greedy: [
            GreedyRollout(
              probability: 1,
              rewards: tokenRewards(
                reward: set.rewards[root.greedyCompletion], length: greedy.count))
          ]))
    }
    guard scores.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw EnumerationProblem("the transformer's scores are not finite")
    }
    let longest = sets.flatMap(\.completions).reduce(0) { max($0, $1.count) }
    self.init(prompts: prompts, scores: scores, longestSequence: longest)
  }
}

/// The next step of a set of completions with a common beginning.
private struct CompletionNode {
  /// A token that can come next.
  struct Branch {
    var probability: Double
    /// The index of its score.
    var score: Int
    /// The sets that follow; none where the completion with the index ends with the token.
    var following: Following
  }

  indirect enum Following {
    case end(completion: Int, reward: Double)
    case node(CompletionNode)

    var value: Double {
      switch self {
      case .end(_, let reward): reward
      case .node(let node): node.value
      }
    }
  }

  private var branches: [Branch] = []

  /// The expected reward from here on.
  var value: Double { branches.reduce(0) { $0 + $1.probability * $1.following.value } }

  /// Scores the tokens that continue the completions `members`, whose first `depth` tokens are the same.
  init(
    _ set: CompletionSet, members: [Int], depth: Int, _ transformer: Transformer, vocabulary: Int,
    scores: inout [[Double]]
  ) {
    let next = Set(members.map { set.completions[$0][depth] }).sorted()
    let support = Tensor(rows: 1, columns: vocabulary)
    support.fill(with: -.infinity)
    for token in next { support[0, Int(token)] = 0 }
    var supports = TokenSupports()
    supports.append(possibleIn: support.rows(0..<1))
    let before = set.prompt + set.completions[members[0]].prefix(depth)
    for token in next {
      var batch = TokenBatch()
      batch.append(before + [token], firstScored: before.count, supports: supports)
      transformer.parameters.zeroGradients()
      transformer.forward(batch)
      let probability = lb_exp(Double(transformer.logProbabilities[0]))
      transformer.logProbabilityGradients[0] = 1
      transformer.entropyGradients[0] = 0
      transformer.backward()
      scores.append(transformer.parameters.gradients.array.map { Double($0) })
      let score = scores.count - 1
      let continuing = members.filter { set.completions[$0][depth] == token }
      let ended = continuing.first { set.completions[$0].count == depth + 1 }
      branches.append(
        Branch(
          probability: probability, score: score,
          following: ended.map { .end(completion: $0, reward: set.rewards[$0]) }
            ?? .node(
              CompletionNode(
                set, members: continuing, depth: depth + 1, transformer, vocabulary: vocabulary,
                scores: &scores))))
    }
    let total = branches.reduce(0) { $0 + $1.probability }
    for index in branches.indices { branches[index].probability /= total }
  }

  /// Adds the completions from here on to a list.
  func append(
    to sequences: inout [EnumerableProblem.Sequence], _ beginning: EnumerableProblem.Sequence
  ) {
    let squares = branches.reduce(0) { $0 + $1.probability * $1.probability }
    for branch in branches {
      var sequence = beginning
      sequence.probability *= branch.probability
      sequence.steps.append(
        EnumerableProblem.Step(
          score: branch.score, value: value,
          squaredScoreNorm: squaredScoreNorm(
            probability: branch.probability, squaredProbabilities: squares)))
      switch branch.following {
      case .node(let node): node.append(to: &sequences, sequence)
      case .end(_, let reward):
        sequence.rewards = tokenRewards(reward: reward, length: sequence.steps.count)
        sequences.append(sequence)
      }
    }
  }

  /// The completion whose tokens are each the most probable one, the lowest of several.
  var greedyCompletion: Int {
    let best = branches.indices.reduce(0) {
      branches[$1].probability > branches[$0].probability ? $1 : $0
    }
    switch branches[best].following {
    case .end(let completion, _): return completion
    case .node(let node): return node.greedyCompletion
    }
  }
}
