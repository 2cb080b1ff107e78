public import LanguageTasks

/// A prompt with the completions that a language model may give, and what each is paid.
public struct CompletionSet: Hashable, Sendable {
  /// The tokens before the completion, at least 1.
  public var prompt: [Int32]
  /// The tokens of each completion, none of them the beginning of another.
  public var completions: [[Int32]]
  /// The reward of each completion, all of it with its last token.
  public var rewards: [Double]

  /// Creates a set.
  ///
  /// - Precondition: There is a reward for each completion, and no completion is the beginning of another.
  public init(prompt: [Int32], completions: [[Int32]], rewards: [Double]) {
    precondition(
      !prompt.isEmpty && !completions.isEmpty && completions.count == rewards.count,
      "\(completions.count) completions with \(rewards.count) rewards")
    for (index, completion) in completions.enumerated() {
      precondition(
        !completion.isEmpty
          && !completions.enumerated().contains { $0 != index && $1.starts(with: completion) },
        "completion \(index) is the beginning of another")
    }
    self.prompt = prompt
    self.completions = completions
    self.rewards = rewards
  }

  /// Creates the set of all completions of at most two tokens.
  ///
  /// The end token ends a completion; a second token ends it too, as the longest length does.
  ///
  /// - Parameters:
  ///   - prompt: The tokens before.
  ///   - vocabulary: How many tokens there are; all may come.
  ///   - endToken: The token that ends a completion.
  ///   - reward: What a completion is paid.
  public init(
    twoTokensAfter prompt: [Int32], vocabulary: Int, endToken: Int32,
    reward: ([Int32]) -> Double
  ) {
    let completions = (0..<Int32(vocabulary)).flatMap { first in
      first == endToken ? [[first]] : (0..<Int32(vocabulary)).map { [first, $0] }
    }
    self.init(prompt: prompt, completions: completions, rewards: completions.map(reward))
  }

  /// Creates the set of a knights-and-knaves puzzle's answers: its demonstration with every choice of who is what.
  ///
  /// With demonstrations that are the answer alone, 2 people have 4 answers. The rule that trains pays them.
  ///
  /// - Parameters:
  ///   - example: A prompt of the task.
  ///   - task: The task, whose demonstrations name nobody's kind before the answer.
  /// - Throws: Where the vocabulary lacks a word.
  public init(
    answersOf example: TaskExample, _ task: KnightsAndKnaves
  ) throws(TokenizerError) {
    let tokenizer = task.tokenizer
    let kinds = try tokenizer.encode("knight knave")
    let shown = try tokenizer.encode(example.demonstration) + [tokenizer.endToken]
    let places = shown.indices.filter { kinds.contains(shown[$0]) }
    let completions = (0..<(1 << places.count)).map { choice in
      var completion = shown
      for (person, place) in places.enumerated() { completion[place] = kinds[choice >> person & 1] }
      return completion
    }
    self.init(
      prompt: try tokenizer.encode(example.prompt), completions: completions,
      rewards: completions.map { task.judge($0, answering: example).reward.total })
  }
}
