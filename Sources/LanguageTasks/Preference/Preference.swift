import SeededRandom
public import Settings

/// Short texts about given topics with a known worth, the gold reward; a word a token.
///
/// A prompt is `write about sea garden :`, a completion a few words. The reward is a real number, the sum
/// of what ``GoldReward`` lists. Preference pairs follow it with Bradley–Terry noise; what a reward
/// model learns from pairs of demonstrations is its proxy, which is right where the demonstrations
/// are and wrong beyond, so that optimizing it too far lowers the gold reward.
///
/// Demonstrations leave room. Their length is uniform in 4...10 words. Each word is relevant with a
/// probability q drawn from 0.2, 0.3, …, 0.6 for the whole text, praise with probability 0.1,
/// and of the remaining words two in five are about another topic and three in five filler.
///
/// Source: Gao, Schulman & Hilton, "Scaling Laws for Reward Model Overoptimization", 2022,
/// https://arxiv.org/abs/2210.10760 (gold and proxy reward).
public struct Preference: LanguageTask {
  /// The settings that a spec may give.
  public struct Settings: DeclaredSettings {
    var topics = [2, 3]
    var heldOutTopics = [4]
    public var noise = 1.0
    var unfinished = UnfinishedPay.penalty

    public init() {}

    public static let settings: [Setting<Self>] = [
      .integers("topics", \.topics, in: 2...6, "How many topics a prompt in training names."),
      .integers(
        "held_out_topics", \.heldOutTopics, in: 2...6,
        "How many topics prompts name that are in tests only."),
      .number(
        "noise", \.noise, in: 0...100,
        "Gold reward by which two texts differ if one is preferred e times as often as the other."),
      .unfinished(\.unfinished),
    ]
  }

  static let declaration = LanguageTaskDeclaration(
    name: "preference", revision: 2,
    summary:
      "Short texts about topics with a known gold reward, to be learned from noisy preferences.",
    // A text without an end token; five relevant words and two of praise.
    rewardRange: GoldReward.ofUnfinished.total...5, settings: Settings.self
  ) { settings throws(SettingProblem) in try Preference(settings) }

  /// The topics of a prompt, as indices in its order.
  private struct Problem: SplitProblem {
    let topics: [Int]

    /// The same topics in another order are the same problem.
    var canonicalText: String { "\(topics.sorted())" }
  }

  public let tokenizer = Tokenizer(words: TopicWords.all)
  public let preferenceNoise: Double
  public let unfinished: UnfinishedPay
  private let taskLevels: TaskLevels
  private let source: ProblemSource

  /// Creates the task.
  ///
  /// - Throws: Lists of counts that do not go together.
  public init(_ settings: Settings = Settings()) throws(SettingProblem) {
    preferenceNoise = settings.noise
    unfinished = settings.unfinished
    taskLevels = try TaskLevels(
      trained: ("topics", settings.topics),
      heldOut: ("held_out_topics", settings.heldOutTopics), unit: "topic")
    source = ProblemSource(task: "preference", settings: settings)
  }

  public var levels: [TaskLevel] { taskLevels.all }
  public var longestPrompt: Int { taskLevels.hardest + TopicWords.frame.count }
  /// Room for more than twice the words of a demonstration.
  public var longestCompletion: Int { GoldReward.mostWords }
  public var leastReward: TaskReward { GoldReward.ofUnfinished }

  public func trainingExample(_ index: Int) -> TaskExample {
    let (problem, level, generator) = source.training(index, levels: taskLevels, draw: draw)
    return example(problem, level: level, generator)
  }

  public func evaluationExample(
    _ split: EvaluationSplit, level: Int, _ index: Int
  ) -> TaskExample {
    let (problem, generator) = source.evaluation(
      split, level: level, index, levels: taskLevels, draw: draw)
    return example(problem, level: level, generator)
  }

  private func draw(count: Int, using generator: inout SeededGenerator) -> Problem {
    Problem(topics: Array(generator.permutation(count: TopicWords.topics.count).prefix(count)))
  }

  private func example(
    _ problem: Problem, level: Int, _ generator: SeededGenerator
  ) -> TaskExample {
    let topics = problem.topics.map { TopicWords.topics[$0] }
    let relevant = topics.flatMap(\.words)
    let others = TopicWords.topics.indices.filter { !problem.topics.contains($0) }
      .flatMap { TopicWords.topics[$0].words }
    let set = Set(relevant)
    var generator = generator
    return TaskExample(
      prompt: "write about \(topics.map(\.name).joined(separator: " ")) :",
      demonstration: Self.demonstration(relevant: relevant, others: others, using: &generator),
      level: level
    ) { completion in
      GoldReward.reward(of: completion, relevant: set)
    }
  }

  private static func demonstration(
    relevant: [String], others: [String], using generator: inout SeededGenerator
  ) -> String {
    let length = 4 + generator.nextIndex(below: 7)
    let relevance = 0.2 + 0.1 * Double(generator.nextIndex(below: 5))
    let words = (0..<length).map { _ in
      let draw = generator.nextUnitDouble()
      let choices =
        if draw < relevance {
          relevant
        } else if draw < relevance + 0.1 {
          TopicWords.praise
        } else if generator.nextIndex(below: 5) < 2 {
          others
        } else {
          TopicWords.filler
        }
      return choices[generator.nextIndex(below: choices.count)]
    }
    return words.joined(separator: " ")
  }
}
