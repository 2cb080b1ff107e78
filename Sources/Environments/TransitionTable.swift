import SeededRandom

/// The outcomes of each action in each state of a small world, as Gymnasium's `P` lists them.
public struct TransitionTable: Hashable, Sendable {
  /// One outcome of an action.
  public struct Outcome: Hashable, Sendable {
    /// The probability, in 0...1.
    public let probability: Double
    /// The state afterwards.
    public let state: Int
    /// The reward of the step.
    public let reward: Double
    /// Whether the task ends with it.
    public let terminates: Bool

    /// Creates an outcome.
    public init(probability: Double, state: Int, reward: Double, terminates: Bool) {
      self.probability = probability
      self.state = state
      self.reward = reward
      self.terminates = terminates
    }
  }

  /// The number of states.
  public let stateCount: Int
  /// The number of actions in each state.
  public let actionCount: Int
  /// The outcomes of all actions in all states, one list after the other.
  private let outcomes: [Outcome]
  /// Where the outcomes of each state and action begin, and where the last end.
  private let starts: [Int]

  /// Creates a table from the outcomes of each action in each state.
  init(
    states: Int, actions: Int, outcomes outcomesOf: (_ state: Int, _ action: Int) -> [Outcome]
  ) {
    stateCount = states
    actionCount = actions
    var outcomes: [Outcome] = []
    var starts = [0]
    for state in 0..<states {
      for action in 0..<actions {
        outcomes += outcomesOf(state, action)
        starts.append(outcomes.count)
      }
    }
    self.outcomes = outcomes
    self.starts = starts
  }

  /// Returns the outcomes of `action` in `state`; the order is Gymnasium's, and one may occur twice.
  public func outcomes(of action: Int, in state: Int) -> ArraySlice<Outcome> {
    let index = state * actionCount + action
    return outcomes[starts[index]..<starts[index + 1]]
  }

  /// Draws the outcome of `action` in `state`: the first one at which the running sum of probabilities
  /// exceeds a uniform draw.
  ///
  /// An action with a single outcome draws nothing from the generator.
  func draw(_ action: Int, in state: Int, using generator: inout SeededGenerator) -> Outcome {
    let outcomes = outcomes(of: action, in: state)
    var last = outcomes[outcomes.startIndex]
    guard outcomes.count > 1 else { return last }
    let draw = generator.nextUnitDouble()
    var sum = 0.0
    for outcome in outcomes {
      sum += outcome.probability
      if sum > draw { return outcome }
      // Where rounding leaves the sum short of the draw, the last outcome that is possible.
      if outcome.probability > 0 { last = outcome }
    }
    return last
  }
}

/// Writes 1 at `index` and 0 at the other places of `buffer[offset..<offset + width]`: how
/// Stable-Baselines3 shows a discrete observation to a network.
func writeOneHot(_ index: Int, width: Int, into buffer: inout [Float], at offset: Int) {
  for place in offset..<(offset + width) { buffer[place] = 0 }
  buffer[offset + index] = 1
}
