public import Environments
public import LanguageTasks

/// A task's properties before anything is trained on it: they decide which settings have an effect on it, and which
/// metrics its runs have.
public struct TaskTraits: Hashable, Sendable {
  /// Whether an action is one of a number of choices; `nil` if that is not known.
  public var hasDiscreteActions: Bool?
  /// The most steps of an episode; `nil` if that is not known.
  public var longestEpisode: Int?
  /// How many tokens the vocabulary has, special ones included; `nil` on environments.
  public var tokens: Int?
  /// Whether expected rewards are known by enumeration.
  public var hasExactRewards = false
  /// The tokenizer's identity, which is part of the run key; `nil` on environments.
  public var tokenizer: String?
  /// The most tokens of a prompt and its completion, the end token included; `nil` on environments.
  public var longestSequence: Int?
  /// The names of the levels that training draws from, in order of difficulty.
  public var levels: [String] = []
  /// The names of the levels that it never sees.
  public var heldOutLevels: [String] = []
  /// The names of the parts of the reward.
  public var rewardComponents: [String] = []
  /// The names of the known ways of looking for the reward.
  public var hacks: [String] = []
  /// Whether prompts have perturbed twins, which tell knowing from having memorized.
  public var hasTwins = false

  /// Creates the traits of a task; those left out are unknown.
  public init(
    hasDiscreteActions: Bool? = nil, longestEpisode: Int? = nil, tokens: Int? = nil
  ) {
    self.hasDiscreteActions = hasDiscreteActions
    self.longestEpisode = longestEpisode
    self.tokens = tokens
  }

  /// The traits of an environment.
  public init(of environment: any Environment) {
    self.init(
      hasDiscreteActions: environment is any DiscreteEnvironment,
      longestEpisode: environment.stepLimit)
    hasExactRewards = environment is ContextualBandit
  }

  /// The traits of a language task.
  public init(of task: any LanguageTask) {
    self.init(tokens: task.tokenizer.vocabulary.count)
    tokenizer = task.tokenizer.identity
    longestSequence = task.longestPrompt + task.longestCompletion
    levels = task.levels.filter { !$0.isHeldOut }.map(\.name)
    heldOutLevels = task.levels.filter(\.isHeldOut).map(\.name)
    rewardComponents = task.leastReward.components.map(\.name)
    hasTwins = task.perturbedExample(of: 0, in: .test) != nil
    guard !task.levels.isEmpty else { return }
    for hack in task.hacks(for: task.testExample(level: 0, 0)) where !hacks.contains(hack.name) {
      hacks.append(hack.name)
    }
  }
}

/// A warning about settings that are valid and likely not meant.
public struct Caution: Hashable, Sendable {
  /// The settings that bring it about, the one it is told of first.
  public var settings: [String]
  /// A clause that follows the name of one of them.
  public var message: String

  /// Creates a caution.
  public init(_ settings: [String], _ message: String) {
    self.settings = settings
    self.message = message
  }
}
