import ExperimentSpec
import Settings

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

/// The language part of the vocabulary below: a task of riddles, an algorithm of each product.
private let smallLanguage = LanguageVocabulary(
  algorithms: [
    .init(
      component: .init(
        name: "tune", revision: 1, summary: "Imitates.", settings: TuneSettings().declarations),
      title: "Tune", product: .imitation),
    .init(
      component: .init(
        name: "judge", revision: 1, summary: "Learns to judge.",
        settings: TuneSettings().declarations),
      title: "Judge", product: .rewardModel),
    .init(
      component: .init(
        name: "alpha", revision: 4, summary: "The first algorithm, on words.",
        settings: AlphaSettings().declarations),
      title: "Alpha", presets: ["paper"],
      preset: { name, _ in name == "paper" ? ["group_size": .integer(8)] : nil }),
  ],
  tasks: [
    .init(
      component: .init(
        name: "riddles", revision: 6, summary: "Solve riddles.",
        settings: RiddleSettings().declarations, returnRange: -1...2),
      facts: { values throws(SettingProblem) in
        let settings = try RiddleSettings(values)
        guard Set(settings.words).isDisjoint(with: settings.heldOutWords) else {
          throw .wrongType(expected: "free of held-out lengths", found: "\(settings.words)")
        }
        return .init(
          tokenizer: "characters a b", levels: settings.words.map { "\($0)" },
          heldOutLevels: settings.heldOutWords.map { "\($0)" },
          rewardComponents: ["format", "answer"],
          longestSequence: 3 * ((settings.words + settings.heldOutWords).max() ?? 1))
      },
      example: {
        .init(
          prompt: "ab?\nAnswer:", demonstration: "ba",
          reward: [.init(name: "in all", value: 2), .init(name: "answer", value: 1.5)],
          rewardOfNothing: -1, rewardOfUnfinished: -0.5)
      })
  ],
  policy: NetSettings().declarations,
  policyConflict: { values in
    guard case .integer(let width) = values["width"], case .integer(let heads) = values["heads"],
      !width.isMultiple(of: heads)
    else { return nil }
    return "\(heads) heads do not divide a width of \(width)"
  },
  networkRevisions: ["transformer": 9], tokenizerRevision: 2,
  budget: [
    .init(
      name: "tokens", kind: .integer(1...1_000_000), defaultValue: .integer(100_000),
      documentation: "Tokens that training may generate.")
  ],
  evaluation: [
    .init(
      name: "every", kind: .integer(1...1_000_000), defaultValue: .integer(5000),
      documentation: "Tokens between evaluations."),
    .init(
      name: "samples", kind: .integer(1...64), defaultValue: .integer(4),
      documentation: "Completions of each prompt."),
  ],
  metrics: [
    .init(name: "test_accuracy", documentation: "The accuracy.", range: .fixed(0...1)),
    .init(name: "held_out_accuracy", documentation: "Of held-out levels.", range: .fixed(0...1)),
    .init(name: "memorization_score", documentation: "Of twins.", range: .fixed(0...1)),
    .init(name: "test_reward", documentation: "The reward.", range: .environmentReturns),
    .init(name: "test_accuracy_<level>", documentation: "Of a level.", range: .fixed(0...1)),
    .init(name: "test_reward_<component>", documentation: "A part."),
    .init(name: "pass_at_<k>", documentation: "One of k.", range: .fixed(0...1)),
  ])

/// A vocabulary made up for these tests, which no change of the engine can touch.
///
/// - Parameter alphaRevision: The revision of the algorithm alpha.
/// - Returns: Two algorithms, two environments, one network; and one language task.
func smallVocabulary(alphaRevision: Int = 3) -> Vocabulary {
  Vocabulary(
    algorithms: [
      .init(
        component: .init(
          name: "alpha", revision: alphaRevision, summary: "The first algorithm.",
          settings: AlphaSettings().declarations),
        title: "Alpha", presets: ["paper", "zoo"],
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
          return "baseline group_mean compares the members of a group; group_size is 1"
        }),
      .init(
        component: .init(
          name: "beta", revision: 1, summary: "The second algorithm.",
          settings: BetaSettings().declarations),
        title: "Beta"),
    ],
    environments: [
      .init(
        name: "Pole-v1", revision: 2, summary: "Balance a pole.", settings: [],
        returnRange: 0...500),
      .init(
        name: "Bandit-v0", revision: 1, summary: "Pull an arm.",
        settings: BanditSettings().declarations),
    ],
    policy: [
      .init(
        name: "network", kind: .choice(["mlp"]), defaultValue: .choice("mlp"),
        documentation: "The kind of network."),
      .init(
        name: "hidden", kind: .integers(1...1024), defaultValue: .integers([64, 64]),
        documentation: "Widths of the hidden layers."),
    ],
    networkRevisions: ["mlp": 5], kernelsRevision: 7,
    budget: [
      .init(
        name: "environment_steps", kind: .integer(1...1_000_000), defaultValue: .integer(100_000),
        documentation: "Steps that training may take.")
    ],
    evaluation: [
      .init(
        name: "every", kind: .integer(1...1_000_000), defaultValue: .integer(5000),
        documentation: "Steps between evaluations."),
      .init(
        name: "episodes", kind: .integer(1...1000), defaultValue: .integer(20),
        documentation: "Episodes of each evaluation."),
    ],
    metrics: [
      .init(
        name: "evaluation_return", documentation: "The return.", range: .environmentReturns),
      .init(name: "updates", documentation: "The updates."),
    ],
    language: smallLanguage,
    numericsFields: { $0 == "openblas" ? ["numerics.library": "OpenBLAS 0.3"] : [:] })
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
