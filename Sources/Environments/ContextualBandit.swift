public import Checkpoints
public import SeededRandom
public import Settings

/// A contextual bandit small enough to be enumerated: `ContextualBandit-v0`.
///
/// Each episode shows one of a few contexts, takes one action and ends with its reward, as a prompt
/// does with a completion. The table of mean rewards is drawn once, uniform in 0..<1, from the table
/// seed alone, so the expected reward of a policy, its gradient and the best baselines can be computed
/// exactly: see ``BanditTable``.
public struct ContextualBandit: DiscreteEnvironment {
  /// How the reward of an action is drawn.
  public enum RewardNoise: String, CaseIterable, Sendable {
    /// The reward is the mean reward.
    case none
    /// The reward is 1 with the mean reward as its probability, else 0.
    case bernoulli
  }

  /// The settings that a spec may give.
  public struct Settings: DeclaredSettings {
    public var contexts = 4
    public var actions = 5
    public var tableSeed = 0
    var rewardNoise = RewardNoise.bernoulli

    public init() {}

    public static let settings: [Setting<Self>] = [
      .integer("contexts", \.contexts, in: 1...1024, "Contexts, each equally likely."),
      .integer("actions", \.actions, in: 2...1024, "Actions in each context."),
      .integer(
        "table_seed", \.tableSeed, in: 0...Int(Int32.max), "Seed of the table of mean rewards."),
      .choice(
        "reward_noise", \.rewardNoise,
        "`none`: the reward is its mean; `bernoulli`: 1 with the mean as its probability, else 0."),
    ]
  }

  public static let drawsNoise = true
  /// The mean rewards and their noise, for exact computations.
  public let table: BanditTable
  /// The context of the latest episode.
  public private(set) var context = 0
  private var isUnderWay = false

  /// Creates the bandit with no episode under way.
  public init(_ settings: Settings = Settings()) {
    let streams = RandomStreams(
      identity: "ContextualBandit-v0 table", replicateSeed: settings.tableSeed)
    let meanRewards = (0..<settings.contexts).map { context in
      var generator = streams.generator(for: .taskGeneration, context)
      return (0..<settings.actions).map { _ in generator.nextUnitDouble() }
    }
    self.init(BanditTable(meanRewards: meanRewards, noise: settings.rewardNoise))
  }

  /// Creates the bandit of a given table with no episode under way.
  public init(_ table: BanditTable) {
    self.table = table
  }

  /// One for each context.
  public var observationWidth: Int { table.contextCount }
  public var actionCount: Int { table.actionCount }
  public var stepLimit: Int { 1 }

  /// Starts an episode in a context drawn uniformly.
  public mutating func reset(using generator: inout SeededGenerator) {
    context = generator.nextIndex(below: table.contextCount)
    isUnderWay = true
  }

  /// Draws the action's reward and terminates the episode.
  public mutating func step(_ action: Int, using generator: inout SeededGenerator) -> Transition {
    precondition(
      isUnderWay, "ContextualBandit-v0: step without an episode under way; reset it first")
    precondition(
      (0..<actionCount).contains(action),
      "ContextualBandit-v0 has actions in 0..<\(actionCount), got \(action)")
    isUnderWay = false
    let mean = table.meanRewards[context][action]
    let reward =
      switch table.noise {
      case .none: mean
      case .bernoulli: generator.nextBernoulli(probability: mean) ? 1.0 : 0.0
      }
    return Transition(reward: reward, ending: .terminated)
  }

  /// Writes 1 at the context and 0 elsewhere.
  public func writeObservation(into buffer: inout [Float], at offset: Int) {
    for index in 0..<observationWidth {
      buffer[offset + index] = index == context ? 1 : 0
    }
  }
}

extension ContextualBandit {
  /// The declaration of the environment, as specs name and configure it.
  ///
  /// Solved is the expected reward of the best policy on the default table; both figures are exact.
  public static let declaration = EnvironmentDeclaration(
    name: "ContextualBandit-v0", revision: 1,
    summary: "One action in one of a few contexts; exact gradients and baselines by enumeration.",
    returnRange: 0...1, threshold: nil,
    scoreNormalization: ScoreNormalization(random: 0.5646, constant: 0.7353, solved: 0.895),
    settings: Settings.self
  ) { ContextualBandit($0) }
}

extension ContextualBandit {
  /// Passes the episode through an archive.
  public mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    try archive.pass("context", &context, in: 0...(table.contextCount - 1))
    try archive.pass("is_under_way", known: isUnderWay)
  }
}
