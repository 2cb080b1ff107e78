import Environments

/// The kind of an environment's actions.
enum ActionKind: Hashable {
  /// One of a number of choices.
  case discrete(Int)
  /// A vector of so many components.
  case continuous(Int)

  /// The kind of an environment's actions, `nil` where it has neither.
  init?(of environment: any Environment) {
    switch environment {
    case let environment as any DiscreteEnvironment: self = .discrete(environment.actionCount)
    case let environment as any ContinuousEnvironment:
      self = .continuous(environment.actionBounds.count)
    default: return nil
    }
  }

  /// How many numbers the policy network puts out.
  var count: Int {
    switch self {
    case .discrete(let count), .continuous(let count): count
    }
  }
}
