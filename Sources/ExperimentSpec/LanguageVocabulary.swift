public import Settings

/// Every name that a spec on a language task may use, with the settings that belong to it.
public struct LanguageVocabulary: Sendable {
  /// A language task, and what follows from its settings without training.
  public struct Task: Sendable {
    public var component: Vocabulary.Component
    /// What follows from the settings, each of them valid on its own.
    public var facts: @Sendable ([String: SettingValue]) throws(SettingProblem) -> TaskFacts
    /// A prompt of the task with its defaults, as a person wants to see it.
    public var example: @Sendable () -> Example?

    /// Creates a task.
    public init(
      component: Vocabulary.Component,
      facts: @escaping @Sendable ([String: SettingValue]) throws(SettingProblem) -> TaskFacts,
      example: @escaping @Sendable () -> Example? = { nil }
    ) {
      self.component = component
      self.facts = facts
      self.example = example
    }
  }

  /// What is known of a task with given settings before anything is trained on it.
  public struct TaskFacts: Hashable, Sendable {
    /// The tokenizer's identity, which is part of the run key.
    public var tokenizer: String
    /// The names of the levels that training draws from, in order of difficulty.
    public var levels: [String]
    /// The names of the levels that it never sees.
    public var heldOutLevels: [String]
    /// The names of the parts of the reward.
    public var rewardComponents: [String]
    /// Whether prompts have perturbed twins, which tell knowing from having memorized.
    public var hasTwins: Bool
    /// The most tokens of a prompt and its completion, the end token included.
    public var longestSequence: Int
    /// How many tokens the vocabulary has, special ones included; `nil` if that is not known.
    public var tokens: Int?

    /// Creates the facts.
    public init(
      tokenizer: String, levels: [String], heldOutLevels: [String] = [],
      rewardComponents: [String] = [], hasTwins: Bool = false, longestSequence: Int,
      tokens: Int? = nil
    ) {
      self.tokenizer = tokenizer
      self.levels = levels
      self.heldOutLevels = heldOutLevels
      self.rewardComponents = rewardComponents
      self.hasTwins = hasTwins
      self.longestSequence = longestSequence
      self.tokens = tokens
    }
  }

  /// A prompt with a good answer and what answers are worth.
  public struct Example: Hashable, Sendable {
    public var prompt: String
    public var demonstration: String
    /// What the rule pays, as name and value: in all, then each part.
    public var reward: [Payment]
    /// What the rule pays for an empty completion.
    public var rewardOfNothing: Double
    /// What is paid for a completion that is cut off before its end.
    public var rewardOfUnfinished: Double

    /// A named amount.
    public struct Payment: Hashable, Sendable {
      public var name: String
      public var value: Double

      /// Creates an amount.
      public init(name: String, value: Double) {
        self.name = name
        self.value = value
      }
    }

    /// Creates an example.
    public init(
      prompt: String, demonstration: String, reward: [Payment], rewardOfNothing: Double,
      rewardOfUnfinished: Double
    ) {
      self.prompt = prompt
      self.demonstration = demonstration
      self.reward = reward
      self.rewardOfNothing = rewardOfNothing
      self.rewardOfUnfinished = rewardOfUnfinished
    }
  }

  public var algorithms: [Vocabulary.Algorithm]
  public var tasks: [Task]
  /// The settings of the policy; `network` is one of them and names a network.
  public var policy: [SettingDeclaration]
  /// Why no network can have these settings together, naming the settings, or `nil` if one can.
  public var policyConflict: @Sendable ([String: SettingValue]) -> String?
  /// The revision of each network by its name.
  public var networkRevisions: [String: Int]
  public var tokenizerRevision: Int
  public var budget: [SettingDeclaration]
  public var evaluation: [SettingDeclaration]
  /// The metrics; `<level>`, `<component>` and `<k>` in a name stand for the names of levels, the
  /// parts of the reward and powers of two up to the samples of an evaluation.
  public var metrics: [Vocabulary.Metric]

  /// Creates a vocabulary.
  public init(
    algorithms: [Vocabulary.Algorithm], tasks: [Task], policy: [SettingDeclaration],
    policyConflict: @escaping @Sendable ([String: SettingValue]) -> String? = { _ in nil },
    networkRevisions: [String: Int], tokenizerRevision: Int, budget: [SettingDeclaration],
    evaluation: [SettingDeclaration], metrics: [Vocabulary.Metric]
  ) {
    self.algorithms = algorithms
    self.tasks = tasks
    self.policy = policy
    self.policyConflict = policyConflict
    self.networkRevisions = networkRevisions
    self.tokenizerRevision = tokenizerRevision
    self.budget = budget
    self.evaluation = evaluation
    self.metrics = metrics
  }

  /// The task `name`, if there is one.
  public func task(named name: String) -> Task? {
    tasks.first { $0.component.name == name }
  }

  /// The algorithm `name`, if there is one.
  public func algorithm(named name: String) -> Vocabulary.Algorithm? {
    algorithms.first { $0.name == name }
  }

  /// The names of the metrics that runs on a task have.
  ///
  /// - Parameters:
  ///   - facts: What follows from the task's settings.
  ///   - samples: The completions that an evaluation samples for each prompt.
  /// - Returns: The names, those of families in place of the family.
  func metricNames(_ facts: TaskFacts, samples: Int) -> [String] {
    metrics.map(\.name).flatMap { name in
      guard let mark = name.firstIndex(of: "<") else {
        let isAbsent =
          name == "held_out_accuracy" && facts.heldOutLevels.isEmpty
          || name == "memorization_score" && !facts.hasTwins
        return isAbsent ? [] : [name]
      }
      let endings =
        switch name[mark...] {
        case "<level>": facts.levels + facts.heldOutLevels
        case "<component>": facts.rewardComponents
        case "<k>": (0...10).map { 1 << $0 }.filter { $0 <= samples }.map(String.init)
        default: [String]()
        }
      return endings.map { name[..<mark] + $0 }
    }
  }
}

extension Vocabulary.Metric {
  /// Whether `name` is this metric or one of the family that this is.
  func stands(for name: String) -> Bool {
    guard let mark = self.name.firstIndex(of: "<") else { return name == self.name }
    return name.hasPrefix(self.name[..<mark]) && name.count > self.name[..<mark].count
  }
}
