/// A completion that a run shows: what the policy answered to a prompt at some point of training.
public struct TrainingSample: Hashable, Sendable {
  /// Tokens of the budget used by then.
  public var step: Int
  /// The prompt's difficulty level.
  public var level: String
  public var prompt: String
  public var completion: String
  /// What the task's rule pays for the completion.
  public var reward: Double
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
