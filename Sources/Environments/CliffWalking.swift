public import Checkpoints
public import SeededRandom
public import Settings

/// A walk along a cliff: `CliffWalking-v1`.
///
/// Gymnasium's 4 × 12 cells: the start is the lower left corner, the goal the lower right one, and the
/// cells between them are the cliff. A step gives −1; a step off the cliff gives −100 and leads back to
/// the start. On slippery ground a step goes where it should with probability ⅓, and to each of its two
/// sides with ⅓. The episode terminates at the goal, and is truncated after 500 steps; a step that does
/// both terminates. Gymnasium itself sets no limit, and a greedy policy can walk for ever. An observation
/// is one-hot, as Stable-Baselines3 encodes Gymnasium's integer.
///
/// Source: Sutton & Barto, "Reinforcement Learning: An Introduction", 2nd edition, example 6.6;
/// https://gymnasium.farama.org/environments/toy_text/cliff_walking/.
public struct CliffWalking: DiscreteEnvironment {
  /// The settings that a spec may give.
  public struct Settings: DeclaredSettings {
    var isSlippery = false

    public init() {}

    public static let settings: [Setting<Self>] = [
      .boolean(
        "is_slippery", \.isSlippery,
        "Whether a step goes to each of its sides as likely as where it should.")
    ]
  }

  /// The place on the grid.
  public struct State: Hashable, Sendable {
    /// The row times 12, plus the column; rows go down, columns right.
    public var cell: Int

    /// Creates a state.
    public init(cell: Int) { self.cell = cell }
  }

  public static let drawsNoise = true
  public let observationWidth = 48
  public let actionCount = 4
  public let stepLimit = 500
  /// The outcomes of each action in each cell.
  public let transitions: TransitionTable

  private static let start = 36
  /// The state of the episode under way.
  public private(set) var state = State(cell: CliffWalking.start)
  private var clock = EpisodeClock()

  /// Creates the environment with no episode under way.
  public init(_ settings: Settings = Settings()) {
    transitions = Self.transitions(isSlippery: settings.isSlippery)
  }

  /// Creates the environment with an episode in `state`, `stepCount` steps after its beginning.
  ///
  /// - Precondition: The cell is one of the 48.
  public init(_ settings: Settings = Settings(), state: State, stepCount: Int = 0) {
    self.init(settings)
    start(in: state, stepCount: stepCount)
  }

  /// Starts an episode in `state`, as if `stepCount` steps had been taken.
  ///
  /// - Precondition: The cell is one of the 48.
  public mutating func start(in state: State, stepCount: Int = 0) {
    precondition((0..<48).contains(state.cell), "CliffWalking-v1 has no cell \(state.cell)")
    self.state = state
    clock = EpisodeClock(startedAt: stepCount)
  }

  /// Starts an episode in the lower left corner; nothing is drawn.
  public mutating func reset(using generator: inout SeededGenerator) {
    state = State(cell: Self.start)
    clock.start()
  }

  /// Walks up for action 0, right for 1, down for 2, left for 3; the edges hold one back.
  public mutating func step(_ action: Int, using generator: inout SeededGenerator) -> Transition {
    clock.requireUnderWay("CliffWalking-v1")
    precondition((0..<4).contains(action), "CliffWalking-v1 has actions 0 to 3, got \(action)")
    let outcome = transitions.draw(action, in: state.cell, using: &generator)
    state.cell = outcome.state
    return Transition(
      reward: outcome.reward,
      ending: clock.tick(terminates: outcome.terminates, limit: stepLimit))
  }

  /// Writes 1 at the cell and 0 elsewhere.
  public func writeObservation(into buffer: inout [Float], at offset: Int) {
    writeOneHot(state.cell, width: observationWidth, into: &buffer, at: offset)
  }

  private static func transitions(isSlippery: Bool) -> TransitionTable {
    TransitionTable(states: 48, actions: 4) { cell, action in
      let directions =
        isSlippery ? [(action + 3) % 4, action, (action + 1) % 4] : [action]
      return directions.map { direction in
        var (row, column) = (cell / 12, cell % 12)
        switch direction {
        case 0: row = max(row - 1, 0)
        case 1: column = min(column + 1, 11)
        case 2: row = min(row + 1, 3)
        default: column = max(column - 1, 0)
        }
        let isCliff = row == 3 && (1...10).contains(column)
        return TransitionTable.Outcome(
          probability: 1 / Double(directions.count),
          state: isCliff ? start : row * 12 + column, reward: isCliff ? -100 : -1,
          terminates: row == 3 && column == 11)
      }
    }
  }
}

extension CliffWalking {
  /// The declaration of the environment, as specs name and configure it.
  ///
  /// Gymnasium names no threshold. Solved is the return of the shortest way, 13 steps along the cliff.
  public static let declaration = EnvironmentDeclaration(
    name: "CliffWalking-v1", revision: 1,
    summary: "Walk along a cliff to the goal; -1 for each step, -100 for each fall.",
    returnRange: -50_000...(-13), threshold: nil,
    scoreNormalization: ScoreNormalization(random: -4975.8, constant: -500, solved: -13),
    settings: Settings.self
  ) { CliffWalking($0) }
}

extension CliffWalking {
  /// Passes the episode through an archive.
  public mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    try archive.pass("cell", &state.cell, in: 0...47)
    try clock.passState(through: &archive, limit: stepLimit)
  }
}
