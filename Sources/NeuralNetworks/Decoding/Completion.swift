/// A text that a language model wrote after a prompt, with the log-probability and entropy of each token.
public struct Completion: Hashable, Sendable {
  /// The new tokens, the end token included if it came.
  public var tokens: [Int32]
  /// log π of each token, in nats.
  public var logProbabilities: [Float]
  /// The entropy of the distribution of each token, in nats.
  public var entropies: [Float]
  /// Σπ² of the distribution of each token.
  public var squaredProbabilities: [Float]
  /// Whether it was cut off before an end token came.
  public var isTruncated: Bool
  /// The tokens that each was drawn from, where ``logProbabilities`` are of a truncated distribution; else
  /// empty.
  public var supports: TokenSupports

  /// Creates a completion.
  init(
    tokens: [Int32], logProbabilities: [Float], entropies: [Float],
    squaredProbabilities: [Float], isTruncated: Bool,
    supports: TokenSupports = TokenSupports()
  ) {
    self.tokens = tokens
    self.logProbabilities = logProbabilities
    self.entropies = entropies
    self.squaredProbabilities = squaredProbabilities
    self.isTruncated = isTruncated
    self.supports = supports
  }
}
