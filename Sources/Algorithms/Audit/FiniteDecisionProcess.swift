public import Environments

/// A decision process of finitely many states and actions, cut off after a number of steps.
public struct FiniteDecisionProcess: Sendable {
  /// One thing that an action can bring.
  public struct Outcome: Hashable, Sendable {
    /// Its probability, above 0.
    public var probability: Double
    /// The reward of the step.
    public var reward: Double
    /// The state afterwards; none where the episode ends.
    public var next: Int?

    /// Creates an outcome.
    public init(probability: Double, reward: Double, next: Int?) {
      self.probability = probability
      self.reward = reward
      self.next = next
    }
  }

  /// Where episodes begin, each equally likely: the prompts of a problem.
  public let starts: [Int]
  /// Steps after which an episode is over; nothing is bootstrapped then.
  public let stepLimit: Int
  /// [states][actions] what can follow, outcomes that are alike put together.
  let outcomes: [[[Outcome]]]

  /// How many states there are.
  public var stateCount: Int { outcomes.count }
  /// How many actions there are in each.
  public var actionCount: Int { outcomes[0].count }

  /// Creates a process from what each action can bring in each state.
  ///
  /// - Parameters:
  ///   - outcomes: [states][actions] outcomes whose probabilities sum to 1; those alike are put together, and the
  ///     impossible left out.
  ///   - starts: Where episodes begin.
  ///   - stepLimit: At least 1.
  public init(outcomes: [[[Outcome]]], starts: [Int], stepLimit: Int) {
    precondition(
      stepLimit >= 1 && !starts.isEmpty && starts.allSatisfy(outcomes.indices.contains),
      "starts \(starts) of \(outcomes.count) states, \(stepLimit) steps")
    self.starts = starts
    self.stepLimit = stepLimit
    self.outcomes = outcomes.map { $0.map(Self.merged) }
  }

  private static func merged(_ outcomes: [Outcome]) -> [Outcome] {
    var result: [Outcome] = []
    for outcome in outcomes where outcome.probability > 0 {
      if let same = result.firstIndex(where: {
        $0.reward == outcome.reward && $0.next == outcome.next
      }) {
        result[same].probability += outcome.probability
      } else {
        result.append(outcome)
      }
    }
    return result
  }

  /// Creates the process of a contextual bandit: a state for each context, and one step.
  public init(_ table: BanditTable) {
    self.init(
      outcomes: table.meanRewards.map { rewards in
        rewards.map { mean in
          switch table.noise {
          case .none: [Outcome(probability: 1, reward: mean, next: nil)]
          case .bernoulli:
            [
              Outcome(probability: mean, reward: 1, next: nil),
              Outcome(probability: 1 - mean, reward: 0, next: nil),
            ]
          }
        }
      }, starts: Array(table.meanRewards.indices), stepLimit: 1)
  }

  /// Creates the process of a small world whose transitions are tabulated, such as a frozen lake.
  ///
  /// - Parameters:
  ///   - table: The transitions.
  ///   - starts: Where episodes begin. From the lake's own start no episode of fewer than 6 steps earns anything, so
  ///     a short limit goes with cells nearer to the goal.
  ///   - stepLimit: Steps after which an episode is over.
  public init(_ table: TransitionTable, starts: [Int], stepLimit: Int) {
    self.init(
      outcomes: (0..<table.stateCount).map { state in
        (0..<table.actionCount).map { action in
          table.outcomes(of: action, in: state).map {
            Outcome(
              probability: $0.probability, reward: $0.reward, next: $0.terminates ? nil : $0.state)
          }
        }
      }, starts: starts, stepLimit: stepLimit)
  }
}
