import LanguageTasks
import Settings
import Testing

/// What is paid for tokens that are no answer.
@Suite struct UnfinishedCompletionTests {
  private static let names = LanguageTaskRegistry.all.map(\.name)

  private func declaration(_ name: String) throws -> LanguageTaskDeclaration {
    try #require(LanguageTaskRegistry.declaration(named: name))
  }

  private func task(_ name: String, _ pay: UnfinishedPay? = nil) throws -> any LanguageTask {
    try declaration(name).make(pay.map { ["unfinished": .choice($0.rawValue)] } ?? [:])
  }

  @Test(arguments: TaskVariant.all.filter { $0.settings["unfinished"] == nil })
  func `a demonstration is paid in full with its end, and without it as what is no answer`(
    variant: TaskVariant
  ) throws {
    let task = try variant.task()
    let least = variant.declaration.rewardRange.lowerBound
    for example in try variant.examples(10) {
      let tokens = try task.tokenizer.encode(example.demonstration)
      let finished = task.judge(tokens + [task.tokenizer.endToken], answering: example)
      #expect(finished.reward == example.reward(example.demonstration))
      #expect(finished.text == example.demonstration)
      let unfinished = task.judge(tokens, answering: example)
      #expect(unfinished.text == example.demonstration)
      #expect(!unfinished.reward.isCorrect && !unfinished.reward.isWellFormed)
      // Never to finish is never better than to finish badly.
      #expect(unfinished.reward.total == least)
      #expect(
        unfinished.reward.components.map(\.name) == finished.reward.components.map(\.name))
      #expect(unfinished.reward.components.reduce(0) { $0 + $1.value } == least)
    }
  }

  @Test(arguments: names) func `the setting says what is paid`(name: String) throws {
    let least = try declaration(name).rewardRange.lowerBound
    for pay in UnfinishedPay.allCases {
      let task = try self.task(name, pay)
      let example = task.testExample(level: 0, 0)
      let tokens = try task.tokenizer.encode(example.demonstration)
      let reward = task.judge(tokens, answering: example).reward
      switch pay {
      case .zero:
        #expect(reward.total == 0 && reward.components.allSatisfy { $0.value == 0 })
        #expect(!reward.isCorrect && !reward.isWellFormed)
      case .penalty:
        #expect(reward.total == least && reward == task.leastReward)
        #expect(!reward.isCorrect && !reward.isWellFormed)
      case .asIs: #expect(reward == example.reward(example.demonstration))
      }
      // The end alone is an answer, an empty one.
      let empty = task.judge([task.tokenizer.endToken], answering: example)
      #expect(empty == JudgedCompletion(text: "", reward: example.reward("")))
      #expect(!empty.reward.isCorrect && !empty.reward.isWellFormed)
      #expect(task.judge([], answering: example).reward.isCorrect == false)
    }
  }

  @Test(arguments: names)
  func `with a special token anywhere before the end nothing is an answer`(name: String) throws {
    for pay in UnfinishedPay.allCases {
      let task = try self.task(name, pay)
      let tokenizer = task.tokenizer
      let example = task.testExample(level: 0, 1)
      let tokens = try tokenizer.encode(example.demonstration)
      for special in [tokenizer.padToken, tokenizer.unknownToken, tokenizer.endToken] {
        for place in tokens.indices.map({ $0 }) + [tokens.count] {
          var spoiled = tokens
          spoiled.insert(special, at: place)
          // An end token in the last place is an end.
          let hasEnd = special == tokenizer.endToken && place == tokens.count
          for completion in [spoiled + [tokenizer.endToken], hasEnd ? tokens : spoiled] {
            let judged = task.judge(completion, answering: example)
            if completion != tokens {
              #expect(judged.text.contains(tokenizer.vocabulary[Int(special)]))
              #expect(judged.reward.total == (pay == .zero ? 0 : task.leastReward.total))
            }
            #expect(pay == .asIs || !judged.reward.isCorrect && !judged.reward.isWellFormed)
          }
        }
      }
    }
  }

  /// The tokens that a run was once paid for without having written an answer.
  @Test func `letters among unknown tokens are not the answer that they spell`() throws {
    let task = try #require(LanguageTaskRegistry.declaration(named: "sequences")).make([
      "lengths": .integers([2]), "held_out_lengths": .integers([]), "symbols": .integer(5),
    ])
    let example = task.trainingExample(0)
    let answer = try task.tokenizer.encode(example.demonstration)
    let (end, unknown) = (task.tokenizer.endToken, task.tokenizer.unknownToken)
    func judged(_ tokens: [Int32]) -> TaskReward {
      task.judge(tokens, answering: example).reward
    }
    // As long as a completion may be: with an end in the last place it is whole, else cut off.
    #expect(task.longestCompletion == 3)
    #expect(judged(answer + [end]).total == 1)
    for tokens in [
      [unknown] + answer, [answer[0], unknown, answer[1]], answer + [unknown],
      answer + [answer[0]], answer + [0], answer,
    ] {
      #expect(judged(tokens).total == 0 && !judged(tokens).isCorrect)
      #expect(!judged(tokens).isWellFormed)
    }
    #expect(
      task.judge([unknown] + answer, answering: example).text
        == "<unknown> \(example.demonstration)")
    let digits = try self.task("arithmetic")
    let sum = digits.testExample(level: 1, 0)
    let written = try digits.tokenizer.encode(sum.demonstration)
    #expect(
      digits.judge([written[0], 2] + written.dropFirst() + [1], answering: sum).text
        == "\(sum.demonstration.prefix(1))<unknown>\(sum.demonstration.dropFirst())")
  }

  @Test(arguments: names)
  func `what a completion is paid for changes no prompt`(name: String) throws {
    func texts(_ pay: UnfinishedPay) throws -> [String] {
      let task = try self.task(name, pay)
      let evaluated = EvaluationSplit.allCases.flatMap { split in
        task.levels.indices.flatMap { level in
          (0..<10).map { task.evaluationExample(split, level: level, $0) }
        }
      }
      return ((0..<50).map(task.trainingExample) + evaluated).map {
        "\($0.prompt)|\($0.demonstration)"
      }
    }
    let zero = try texts(.zero)
    for pay in [UnfinishedPay.penalty, .asIs] { #expect(try texts(pay) == zero) }
    let declared = try declaration(name).settings.filter { !$0.namesStreams }
    #expect(declared.map(\.name) == ["unfinished"])
  }
}
