/// A completion that a run shows: the policy's answer to a prompt at some point of training.
public struct TrainingSample: Hashable, Sendable {
  /// Tokens of the budget used by then.
  public var step: Int
  /// The prompt's difficulty level.
  public var level: String
  /// The prompt as text.
  public var prompt: String
  /// The policy's answer as text.
  public var completion: String
  /// The reward of the completion by the task's rule.
  public var reward: Double
  /// Whether the task's rule accepts the answer.
  public var isCorrect: Bool
  /// Whether the completion reached the longest length without an end token.
  public var isTruncated: Bool
  /// How the completion was chosen: `greedy` or `sampled`.
  public var kind: String

  /// Creates a sample.
  public init(
    step: Int, level: String, prompt: String, completion: String, reward: Double,
    isCorrect: Bool, isTruncated: Bool, kind: String
  ) {
    self.step = step
    self.level = level
    self.prompt = prompt
    self.completion = completion
    self.reward = reward
    self.isCorrect = isCorrect
    self.isTruncated = isTruncated
    self.kind = kind
  }
}
