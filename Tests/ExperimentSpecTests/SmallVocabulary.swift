import Algorithms
import Environments
import ExperimentSpec
import LanguageTasks
import Metrics
import NeuralNetworks
import Settings
import Tensors

private enum Baseline: String, CaseIterable, Sendable { case none, value, group_mean, yes }

private struct AlphaSettings: DeclaredSettings {
  var learningRate = 0.001
  var clipRange: Double? = 0.2
  var groupSize = 1
  var baseline = Baseline.none
  var momentum = 0.0
  var isShuffled = false

  static let settings: [Setting<Self>] = [
    .number("learning_rate", \.learningRate, in: 0...10, "Step size."),
    .optionalNumber("clip_range", \.clipRange, in: 0...1, "How far a ratio may move."),
    .integer("group_size", \.groupSize, in: 1...4096, "Rollouts from each start."),
    .choice("baseline", \.baseline, "What is taken off the credit."),
    .number("momentum", \.momentum, in: 0...1, "A setting added later.", earlier: 0),
    .boolean("shuffled", \.isShuffled, "Whether it is shuffled.", earlier: false),
  ]
}

private struct BetaSettings: DeclaredSettings {
  var beta = 0.1
  var widths = [1]

  static let settings: [Setting<Self>] = [
    .number("beta", \.beta, in: .leastNonzeroMagnitude...10, "The strength."),
    .integers("widths", \.widths, in: 1...9, "Some widths."),
  ]
}

private struct BanditSettings: DeclaredSettings {
  var contexts = 4

  static let settings: [Setting<Self>] = [
    .integer("contexts", \.contexts, in: 1...100, "How many contexts there are.")
  ]
}

private struct TuneSettings: DeclaredSettings {
  var learningRate = 0.002

  static let settings: [Setting<Self>] = [
    .number("learning_rate", \.learningRate, in: 0...10, "Step size.")
  ]
}

private struct RiddleSettings: DeclaredSettings {
  var words = [2, 3]
  var heldOutWords = [4]

  static let settings: [Setting<Self>] = [
    .integers("words", \.words, in: 1...9, "Lengths that training draws from."),
    .integers("held_out_words", \.heldOutWords, in: 1...9, "Lengths that it never sees."),
  ]
}

/// The settings of the network of the small vocabulary's language tasks.
private struct NetSettings: DeclaredSettings {
  enum Network: String, CaseIterable, Sendable { case transformer }

  var network = Network.transformer
  var width = 8
  var heads = 2
  var context = 16

  static let settings: [Setting<Self>] = [
    .choice("network", \.network, "The kind of network."),
    .integer("width", \.width, in: 1...64, "The width."),
    .integer("heads", \.heads, in: 1...8, "Heads."),
    .integer("context", \.context, in: 1...64, "The most tokens."),
  ]
}

private struct PolicySettings: DeclaredSettings {
  enum Network: String, CaseIterable, Sendable { case mlp }

  var network = Network.mlp
  var hidden = [64, 64]

  static let settings: [Setting<Self>] = [
    .choice("network", \.network, "The kind of network."),
    .integers("hidden", \.hidden, in: 1...1024, "Widths of the hidden layers."),
  ]
}

private struct Budget: DeclaredSettings {
  var steps = 100_000

  static let settings: [Setting<Self>] = [
    .integer("environment_steps", \.steps, in: 1...1_000_000, "Steps that training may take.")
  ]
}

private struct TokenBudget: DeclaredSettings {
  var tokens = 100_000

  static let settings: [Setting<Self>] = [
    .integer("tokens", \.tokens, in: 1...1_000_000, "Tokens that training may generate.")
  ]
}

private struct Evaluation: DeclaredSettings {
  var every = 5000
  var episodes = 20

  static let settings: [Setting<Self>] = [
    .integer("every", \.every, in: 1...1_000_000, "Steps between evaluations."),
    .integer("episodes", \.episodes, in: 1...1000, "Episodes of each evaluation."),
  ]
}

private struct LanguageEvaluation: DeclaredSettings {
  var every = 5000
  var samples = 4

  static let settings: [Setting<Self>] = [
    .integer("every", \.every, in: 1...1_000_000, "Tokens between evaluations."),
    .integer("samples", \.samples, in: 1...64, "Completions of each prompt."),
  ]
}

private struct NoSettings: DeclaredSettings {
  static let settings: [Setting<Self>] = []
}

/// Words to be turned round: a language task with levels, parts of the reward, and settings that exclude
/// each other.
private struct Riddles: LanguageTask {
  let settings: RiddleSettings
  let tokenizer = Tokenizer(characters: "ab?")
  let unfinished = UnfinishedPay.penalty

  init(_ settings: RiddleSettings) throws(SettingProblem) {
    guard Set(settings.words).isDisjoint(with: settings.heldOutWords) else {
      throw .wrongType(expected: "free of held-out lengths", found: "\(settings.words)")
    }
    self.settings = settings
  }

  var levels: [TaskLevel] {
    settings.words.map { TaskLevel(name: "\($0)", title: "\($0) words", isHeldOut: false) }
      + settings.heldOutWords.map {
        TaskLevel(name: "\($0)", title: "\($0) words", isHeldOut: true)
      }
  }

  var longestPrompt: Int { 2 * longestCompletion }
  var longestCompletion: Int { (settings.words + settings.heldOutWords).max() ?? 1 }
  var leastReward: TaskReward { Self.reward(format: -1, answer: 0) }

  func trainingExample(_ index: Int) -> TaskExample { example(level: 0) }

  func evaluationExample(_ split: EvaluationSplit, level: Int, _ index: Int) -> TaskExample {
    example(level: level)
  }

  private func example(level: Int) -> TaskExample {
    TaskExample(prompt: "ab?", demonstration: "ba", level: level) { completion in
      completion == "ba"
        ? Self.reward(format: 0.5, answer: 1.5) : Self.reward(format: -1, answer: 0)
    }
  }

  private static func reward(format: Double, answer: Double) -> TaskReward {
    TaskReward(
      total: format + answer,
      components: [.init(name: "format", value: format), .init(name: "answer", value: answer)],
      isCorrect: answer > 0, isWellFormed: format > 0)
  }
}

private func metrics(_ names: String..., in world: World) -> [MetricDeclaration] {
  MetricDeclaration.all(.metric, in: world).filter { names.contains($0.name) }
}

/// The language part of the vocabulary below: a task of riddles, an algorithm of each product.
private let smallLanguage = WorldVocabulary(
  .languageTasks,
  algorithms: [
    AlgorithmDeclaration(
      specOnly: "tune", title: "Tune", revision: 1, summary: "Imitates.",
      settings: SettingsDeclaration(TuneSettings.self), product: .imitation),
    AlgorithmDeclaration(
      specOnly: "judge", title: "Judge", revision: 1, summary: "Learns to judge.",
      settings: SettingsDeclaration(TuneSettings.self), product: .rewardModel),
    AlgorithmDeclaration(
      specOnly: "alpha", title: "Alpha", revision: 4, summary: "The first algorithm, on words.",
      settings: SettingsDeclaration(AlphaSettings.self), presets: ["paper"],
      preset: { name, _ in name == "paper" ? ["group_size": .integer(8)] : nil }),
  ],
  tasks: [
    LanguageTaskDeclaration(
      name: "riddles", revision: 6, summary: "Solve riddles.", rewardRange: -1...2,
      settings: RiddleSettings.self
    ) { settings throws(SettingProblem) in try Riddles(settings) }
  ],
  network: NetworkDeclaration(
    name: "transformer", revision: 9, summary: "A transformer.", settings: NetSettings.self
  ) { settings in
    settings.width.isMultiple(of: settings.heads)
      ? nil
      : SettingConflict(
        ["heads", "width"], "\(settings.heads) heads do not divide a width of \(settings.width)")
  },
  budget: SettingsDeclaration(TokenBudget.self),
  evaluation: SettingsDeclaration(LanguageEvaluation.self),
  metrics: metrics(
    "test_accuracy", "held_out_accuracy", "memorization_score", "test_reward",
    "test_accuracy_<level>", "test_reward_<component>", "pass_at_<k>", "proxy_reward",
    in: .languageTasks))

/// A vocabulary made up for these tests, which no change of the engine's registries can touch.
///
/// - Parameter alphaRevision: The revision of the algorithm alpha.
/// - Returns: Two algorithms, two environments, one network; and one language task.
func smallVocabulary(alphaRevision: Int = 3) -> Vocabulary {
  Vocabulary(
    environments: WorldVocabulary(
      .environments,
      algorithms: [
        AlgorithmDeclaration(
          specOnly: "alpha", title: "Alpha", revision: alphaRevision,
          summary: "The first algorithm.", settings: SettingsDeclaration(AlphaSettings.self),
          presets: ["paper", "zoo"],
          preset: { name, environment in
            switch (name, environment) {
            case ("paper", _): ["learning_rate": .number(0.01), "group_size": .integer(8)]
            case ("zoo", "Pole-v1"): ["learning_rate": .number(0.02), "clip_range": .none]
            default: nil
            }
          },
          conflict: { values in
            guard values["baseline"] == .choice("group_mean"), values["group_size"] == .integer(1)
            else { return nil }
            return SettingConflict(
              ["baseline", "group_size"],
              "baseline group_mean compares the members of a group; group_size is 1")
          }),
        AlgorithmDeclaration(
          specOnly: "beta", title: "Beta", revision: 1, summary: "The second algorithm.",
          settings: SettingsDeclaration(BetaSettings.self)),
      ],
      tasks: [
        EnvironmentDeclaration(
          name: "Pole-v1", revision: 2, summary: "Balance a pole.", returnRange: 0...500,
          threshold: nil,
          scoreNormalization: ScoreNormalization(random: 20, constant: 9.5, solved: 475),
          settings: NoSettings.self
        ) { _ in CartPole() },
        EnvironmentDeclaration(
          name: "Bandit-v0", revision: 1, summary: "Pull an arm.", returnRange: 0...1,
          threshold: nil,
          scoreNormalization: ScoreNormalization(random: 0.25, constant: 0.5, solved: 1),
          settings: BanditSettings.self
        ) { _ in ContextualBandit() },
      ],
      network: NetworkDeclaration(
        name: "mlp", revision: 5, summary: "A perceptron.", settings: PolicySettings.self),
      budget: SettingsDeclaration(Budget.self), evaluation: SettingsDeclaration(Evaluation.self),
      metrics: metrics("evaluation_return", "updates", in: .environments)),
    languageTasks: smallLanguage, kernelsRevision: 7, tokenizerRevision: 2,
    numericsFields: { $0 == .openblas ? ["numerics.library": "OpenBLAS 0.3"] : [:] })
}

/// Reads `texts["experiments/x.yaml"]` with the small vocabulary.
func experiment(_ texts: [String: String]) throws(SpecError) -> Experiment {
  try loadExperiment(
    at: "experiments/x.yaml", in: SpecFiles(texts), vocabulary: smallVocabulary())
}

/// Reads one spec with the small vocabulary.
func experiment(_ text: String) throws(SpecError) -> Experiment {
  try experiment(["experiments/x.yaml": text])
}

/// The lines that reading `texts["experiments/x.yaml"]` reports, without `experiments/`.
func complaints(_ texts: [String: String]) -> [String] {
  do throws(SpecError) {
    _ = try experiment(texts)
    return []
  } catch {
    return error.description.replacing("experiments/", with: "").split(separator: "\n").map(
      String.init)
  }
}

/// The lines that reading one spec reports.
func complaints(_ text: String) -> [String] {
  complaints(["experiments/x.yaml": text])
}
