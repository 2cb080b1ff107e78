import Settings

/// The pay of a completion that is no answer: one without an end token, or with a special token
/// before it.
public enum UnfinishedPay: String, CaseIterable, Sendable {
  /// Nothing, 0: safe where the rule pays nobody less.
  case zero
  /// The least that the rule pays, ``LanguageTask/leastReward``.
  case penalty
  /// The rule's pay for the text as it stands; with a special token in it, the penalty.
  case asIs = "as_is"
}

/// A completion as text, and what is paid for it.
public struct JudgedCompletion: Hashable, Sendable {
  /// The text without the end token; other special tokens are written out, such as `<unknown>`.
  public let text: String
  /// The reward that training, evaluation and preferences go by.
  public let reward: TaskReward

  /// Creates a judgement.
  public init(text: String, reward: TaskReward) {
    self.text = text
    self.reward = reward
  }
}

extension LanguageTask {
  /// Returns what is paid for a completion: the one way from tokens to a reward.
  ///
  /// The rule of the example reads texts, in which a special token would leave no trace. So it is asked
  /// about answers alone: tokens of the task's vocabulary, and an end token after them. What is no answer
  /// is neither right nor well-formed, and is paid as ``unfinished`` says.
  ///
  /// - Parameters:
  ///   - tokens: The completion, its end token included if it came.
  ///   - example: The example that it completes.
  /// - Returns: The text and the reward.
  public func judge(_ tokens: [Int32], answering example: TaskExample) -> JudgedCompletion {
    let hasEnd = tokens.last == tokenizer.endToken
    let body = tokens.dropLast(hasEnd ? 1 : 0)
    let text = tokenizer.decode(body)
    let isText = !body.contains(where: tokenizer.isSpecial)
    let reward =
      if isText && (hasEnd || unfinished == .asIs) {
        example.reward(text)
      } else {
        unfinished == .zero ? leastReward.withoutPay : leastReward
      }
    return JudgedCompletion(text: text, reward: reward)
  }
}

extension TaskReward {
  /// The same parts, each 0.
  fileprivate var withoutPay: TaskReward {
    TaskReward(
      total: 0, components: components.map { Component(name: $0.name, value: 0) },
      isCorrect: false, isWellFormed: false)
  }
}

extension Setting {
  /// The setting that says what is paid for a completion that is no answer.
  static func unfinished(
    _ path: any WritableKeyPath<Root, UnfinishedPay> & Sendable
  ) -> Self {
    .choice(
      "unfinished", path,
      "What a completion without an end is paid: nothing, the least that the rule pays, or as its text.",
      namesStreams: false)
  }
}
