import LanguageTasks
import NeuralNetworks

/// A completion of a test prompt, judged by the task.
struct TestAnswer {
  var prompt: TestPrompts.Prompt
  var completion: Completion
  var text: String
  var reward: TaskReward

  /// Judges a completion.
  init(_ completion: Completion, to prompt: TestPrompts.Prompt, task: any LanguageTask) {
    self.prompt = prompt
    self.completion = completion
    let judged = task.judge(completion.tokens, answering: prompt.example)
    text = judged.text
    reward = judged.reward
  }
}

/// The results of a policy's answers to test prompts: means over the prompts of a level, or over such levels.
struct TestSummary {
  var accuracy: Double
  var formatRate: Double
  var reward: Double
  /// The parts of the reward, in the order of the rule.
  var components: [(name: String, value: Double)]
  /// Tokens of a completion, the end token included.
  var responseLength: Double
  var truncatedFraction: Double

  /// Summarizes the answers of one level; `nil` for none.
  init?(of answers: [TestAnswer]) {
    self.init(
      meanOf: answers.map { answer in
        TestSummary(
          accuracy: answer.reward.isCorrect ? 1 : 0,
          formatRate: answer.reward.isWellFormed ? 1 : 0, reward: answer.reward.total,
          components: answer.reward.components.map { ($0.name, $0.value) },
          responseLength: Double(answer.completion.tokens.count),
          truncatedFraction: answer.completion.isTruncated ? 1 : 0)
      })
  }

  /// Averages summaries, each with the same weight; `nil` for none.
  ///
  /// A part of the reward that a rule leaves out of an answer is worth 0 there.
  init?(meanOf summaries: [TestSummary]) {
    guard !summaries.isEmpty else { return nil }
    func mean(_ value: (TestSummary) -> Double) -> Double {
      summaries.reduce(0) { $0 + value($1) } / Double(summaries.count)
    }
    var names: [String] = []
    for part in summaries.lazy.flatMap(\.components) where !names.contains(part.name) {
      names.append(part.name)
    }
    self.init(
      accuracy: mean(\.accuracy), formatRate: mean(\.formatRate), reward: mean(\.reward),
      components: names.map { name in
        (name, mean { $0.components.first { $0.name == name }?.value ?? 0 })
      },
      responseLength: mean(\.responseLength), truncatedFraction: mean(\.truncatedFraction))
  }

  private init(
    accuracy: Double, formatRate: Double, reward: Double,
    components: [(name: String, value: Double)], responseLength: Double, truncatedFraction: Double
  ) {
    self.accuracy = accuracy
    self.formatRate = formatRate
    self.reward = reward
    self.components = components
    self.responseLength = responseLength
    self.truncatedFraction = truncatedFraction
  }
}
