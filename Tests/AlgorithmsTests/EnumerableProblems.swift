import Algorithms
import Environments
import LanguageTasks
import NeuralNetworks
import SeededRandom
import Settings
import Tensors

/// The problems on which estimators are enumerated.
enum TestProblem: String, CaseIterable {
  /// Two contexts and a table of logits.
  case bandit
  /// The same with rewards that are drawn.
  case noisyBandit
  /// A multilayer perceptron on `ContextualBandit-v0`.
  case banditNetwork
  /// Two cells near the goal of the slippery frozen lake, two steps, and a table of logits.
  case lake
  /// The same with a multilayer perceptron.
  case lakeNetwork
  /// A transformer's completions of one or two tokens.
  case twoTokens
  /// A transformer's answers to two puzzles about two people.
  case puzzles

  /// Those whose scores are exact to double precision.
  static let double: [TestProblem] = [.bandit, .noisyBandit, .lake]

  /// How far expectations may be from each other, relative to the length of the gradient.
  var tolerance: Double { Self.double.contains(self) ? 1e-10 : 1e-5 }

  static let banditTable = BanditTable(
    meanRewards: [[0.9, 0.2, 0.6, 0.1], [0.4, 0.5, 0.3, 0.8]], noise: .none)
  static let noisyTable = BanditTable(
    meanRewards: [[0.9, 0.2, 0.6], [0.4, 0.5, 1]], noise: .bernoulli)
  static let banditPolicy = [[0.1, 0.2, 0.3, 0.4], [0.25, 0.25, 0.25, 0.25]]
  static let noisyPolicy = [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]

  func problem() throws -> EnumerableProblem {
    switch self {
    case .bandit:
      return try EnumerableProblem(
        FiniteDecisionProcess(Self.banditTable), ScoredPolicy(softmax: Self.banditPolicy))
    case .noisyBandit:
      return try EnumerableProblem(
        FiniteDecisionProcess(Self.noisyTable), ScoredPolicy(softmax: Self.noisyPolicy))
    case .banditNetwork:
      return try EnumerableProblem(
        FiniteDecisionProcess(
          ContextualBandit(try ContextualBandit.Settings(Self.banditSettings)).table),
        Self.policyNetwork("ContextualBandit-v0", Self.banditSettings))
    case .lake:
      var generator = SeededGenerator(key: 7)
      let logits = (0..<16).map { _ in (0..<4).map { _ in generator.nextNormal() } }
      return try EnumerableProblem(
        Self.lakeProcess, ScoredPolicy(softmax: BanditTable.policy(logits: logits)))
    case .lakeNetwork:
      return try EnumerableProblem(Self.lakeProcess, Self.policyNetwork("FrozenLake-v1"))
    case .twoTokens:
      return try EnumerableProblem(
        Self.transformer(vocabulary: 4), vocabulary: 4, Self.twoTokenSets)
    case .puzzles:
      let (task, sets) = try Self.puzzles()
      let vocabulary = task.tokenizer.vocabulary.count
      return try EnumerableProblem(
        Self.transformer(vocabulary: vocabulary), vocabulary: vocabulary, sets)
    }
  }

  static let banditSettings: [String: SettingValue] = [
    "contexts": .integer(2), "actions": .integer(3),
  ]

  static var lakeProcess: FiniteDecisionProcess {
    FiniteDecisionProcess(FrozenLake().transitions, starts: [14, 10], stepLimit: 2)
  }

  /// A run whose policy network has a hidden layer of 8.
  static func networkRun(
    _ environment: String, _ settings: [String: SettingValue] = [:]
  ) -> RunConfiguration {
    RunConfiguration(
      world: .environments, task: environment, taskSettings: settings,
      policy: ["hidden": .integers([8])],
      budget: ["environment_steps": .integer(100)],
      evaluation: ["every": .integer(100), "episodes": .integer(1)], algorithm: "reinforce")
  }

  /// A policy network with weights that make some actions clearly likelier than others.
  static func policyNetwork(
    _ environment: String, _ settings: [String: SettingValue] = [:], seed: UInt64 = 3
  ) throws -> ScoredPolicy {
    let run = networkRun(environment, settings)
    let count = try ScoredPolicy(network: run).scores[0].count
    return try ScoredPolicy(network: run, parameters: weights(count: count, seed: seed))
  }

  static func weights(count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(key: seed)
    return (0..<count).map { _ in Float(0.7 * generator.nextNormal()) }
  }

  static let twoTokenSets = [Int32(2), 3].map { prompt in
    CompletionSet(twoTokensAfter: [prompt], vocabulary: 4, endToken: 1) { completion in
      completion == [prompt, 1] ? 1 : completion.first == 0 ? 0.25 : completion.count == 1 ? 0.5 : 0
    }
  }

  /// A transformer of one layer whose weights are large enough to prefer some tokens.
  static func transformer(vocabulary: Int) throws -> Transformer {
    var settings = TransformerSettings()
    settings.layers = 1
    settings.width = 8
    settings.heads = 2
    settings.feedForward = 16
    settings.context = 48
    let parameters = ParameterSet()
    let transformer = Transformer(
      settings: settings, vocabulary: vocabulary, head: .tokens, parameters: parameters)
    parameters.allocate()
    transformer.initialize(streams: RandomStreams(identity: "enumerated", replicateSeed: 0))
    for index in 0..<parameters.values.count { parameters.values[index] *= index < 400 ? 15 : 3 }
    return transformer
  }

  /// Two puzzles about two people, with their four answers each.
  static func puzzles() throws -> (task: KnightsAndKnaves, sets: [CompletionSet]) {
    var settings = KnightsAndKnaves.Settings()
    settings.people = [2]
    settings.heldOutPeople = []
    settings.demonstration = .answerOnly
    let task = try KnightsAndKnaves(settings)
    return (
      task,
      try (0..<2).map { try CompletionSet(answersOf: task.testExample(level: 0, $0), task) }
    )
  }
}

/// A point on the axes at which estimates are enumerated: one advantage per trajectory, losses summed over steps.
func estimatePoint(
  _ baseline: Baseline, scale: AdvantageScale = .none, groupSize: Int = 1, groups: Int = 1,
  credit: CreditAssignment = .trajectory
) -> PolicyGradientSettings {
  var settings = PolicyGradientSettings()
  settings.credit = credit
  settings.discount = 1
  settings.baseline = baseline
  settings.scale = scale
  settings.scaleEpsilon = 0
  settings.groupSize = groupSize
  settings.groupsPerBatch = groups
  return settings
}
