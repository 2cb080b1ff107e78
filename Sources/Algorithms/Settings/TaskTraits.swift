public import Environments

/// What is known of a task before anything is trained on it, as far as it decides which settings have
/// an effect.
public struct TaskTraits: Hashable, Sendable {
  /// Whether an action is one of a number of choices; `nil` if that is not known.
  public var hasDiscreteActions: Bool?
  /// The most steps of an episode; `nil` if that is not known.
  public var longestEpisode: Int?
  /// How many tokens the vocabulary has; `nil` on environments.
  public var tokens: Int?

  /// Creates the traits of a task; what is left out is not known.
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
  }
}

/// What is likely not meant about settings that can be run.
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
