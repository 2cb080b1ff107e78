/// A problem all of whose sequences can be listed, each with its probability under one policy, its rewards and the
/// scores of its steps.
///
/// The objective is J = E Σₜ rₜ, undiscounted, over prompts and sequences. A prompt is what a group shares: a context,
/// a start state, a puzzle.
public struct EnumerableProblem: Sendable {
  /// One decision of a sequence.
  public struct Step: Hashable, Sendable {
    /// The index of ∇ log π(a|s) in ``EnumerableProblem/scores``.
    public var score: Int
    /// V(s), what the rest of the sequence is expected to earn when it is decided.
    public var value: Double
    /// ‖∇_logits log π(a|s)‖².
    public var squaredScoreNorm: Double

    /// Creates a step.
    public init(score: Int, value: Double, squaredScoreNorm: Double) {
      self.score = score
      self.value = value
      self.squaredScoreNorm = squaredScoreNorm
    }
  }

  /// One thing that can follow a prompt.
  public struct Sequence: Hashable, Sendable {
    /// Its probability given the prompt, chance included; above 0.
    public var probability: Double
    /// [T] what each step earns.
    public var rewards: [Double]
    /// [T] its steps, at least 1.
    public var steps: [Step]

    /// The undiscounted return.
    public var total: Double { rewards.reduce(0, +) }

    /// Creates a sequence.
    public init(probability: Double, rewards: [Double], steps: [Step]) {
      self.probability = probability
      self.rewards = rewards
      self.steps = steps
    }
  }

  /// One thing that the greedy rollout of a prompt can earn.
  public struct GreedyRollout: Hashable, Sendable {
    /// Its probability, of chance alone.
    public var probability: Double
    /// The reward of each of its steps.
    public var rewards: [Double]

    /// Creates a rollout.
    public init(probability: Double, rewards: [Double]) {
      self.probability = probability
      self.rewards = rewards
    }
  }

  /// A prompt with everything that can follow it.
  public struct Prompt: Hashable, Sendable {
    /// How often it is drawn.
    public var probability: Double
    /// Whatever can follow; the probabilities sum to 1.
    public var sequences: [Sequence]
    /// Whatever the greedy rollout can be; the probabilities sum to 1.
    public var greedy: [GreedyRollout]

    /// The expected return from the prompt.
    public var value: Double { sequences.reduce(0) { $0 + $1.probability * $1.total } }

    /// Creates a prompt.
    public init(probability: Double, sequences: [Sequence], greedy: [GreedyRollout]) {
      self.probability = probability
      self.sequences = sequences
      self.greedy = greedy
    }
  }

  /// The prompts; the probabilities sum to 1.
  public let prompts: [Prompt]
  /// [scores][parameters] ∇ log π of each step that can occur.
  public let scores: [[Double]]
  /// The most steps that a sequence may have.
  public let longestSequence: Int
  /// [scores · scores] the products of all pairs of scores, row by row.
  let products: [Double]
  /// [parameters] ∇J.
  public let gradient: [Double]
  /// [scores] the product of each score and ∇J.
  let alongGradient: [Double]

  /// Creates a problem from its prompts.
  ///
  /// - Precondition: Probabilities are above 0 and sum to 1 up to rounding, every step has a score, and every sequence
  ///   a reward for each of its steps.
  public init(prompts: [Prompt], scores: [[Double]], longestSequence: Int) {
    for (kind, probabilities) in [("prompts", prompts.map(\.probability))]
      + prompts.map({ ("sequences", $0.sequences.map(\.probability)) })
      + prompts.map({ ("greedy rollouts", $0.greedy.map(\.probability)) })
    {
      precondition(
        probabilities.allSatisfy { $0 > 0 } && (probabilities.reduce(0, +) - 1).magnitude < 1e-9,
        "the probabilities of \(kind) are \(probabilities)")
    }
    for sequence in prompts.lazy.flatMap(\.sequences) {
      precondition(
        sequence.rewards.count == sequence.steps.count
          && (1...longestSequence).contains(sequence.steps.count)
          && sequence.steps.allSatisfy { scores.indices.contains($0.score) },
        "a sequence of \(sequence.steps.count) steps with \(sequence.rewards.count) rewards")
    }
    self.prompts = prompts
    self.scores = scores
    self.longestSequence = longestSequence
    products = scores.flatMap { first in scores.map { product(first, $0) } }
    var coefficients = [Double](repeating: 0, count: scores.count)
    for prompt in prompts {
      for sequence in prompt.sequences {
        let weight = prompt.probability * sequence.probability * sequence.total
        for step in sequence.steps { coefficients[step.score] += weight }
      }
    }
    let gradient = Self.combination(of: scores, coefficients)
    self.gradient = gradient
    alongGradient = scores.map { product($0, gradient) }
  }

  /// J, the expected return.
  public var expectedReturn: Double {
    prompts.reduce(0) { $0 + $1.probability * $1.value }
  }

  /// Returns the problem of one prompt alone.
  public func given(prompt: Int) -> EnumerableProblem {
    var only = prompts[prompt]
    only.probability = 1
    return EnumerableProblem(prompts: [only], scores: scores, longestSequence: longestSequence)
  }

  /// Returns Σₛ cₛ ∇ log πₛ, summed in ascending order.
  func combination(_ coefficients: [Double]) -> [Double] {
    Self.combination(of: scores, coefficients)
  }

  private static func combination(of scores: [[Double]], _ coefficients: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: scores.first?.count ?? 0)
    for (score, coefficient) in zip(scores, coefficients) where coefficient != 0 {
      add(score, times: coefficient, to: &sum)
    }
    return sum
  }
}
