public import Checkpoints
public import SeededRandom
public import Settings

/// A walk over ice with holes, to a goal in the far corner: `FrozenLake-v1` and `FrozenLake8x8-v1`.
///
/// Gymnasium's maps `4x4` and `8x8` with its reward of 1 for the goal. On slippery ice a step goes where
/// it should with the success rate, else to one of the two sides. The episode terminates at the goal or
/// in a hole, and is truncated after 100 steps, or 200 in `FrozenLake8x8-v1`; a step that does both
/// terminates. An observation is one-hot, as Stable-Baselines3 encodes Gymnasium's integer.
///
/// Source: https://gymnasium.farama.org/environments/toy_text/frozen_lake/.
public struct FrozenLake: DiscreteEnvironment {
  /// A map of Gymnasium's: S is the start, F frozen, H a hole, G the goal.
  public enum Map: String, CaseIterable, Sendable {
    case small = "4x4"
    case large = "8x8"

    fileprivate var rows: [String] {
      switch self {
      case .small: ["SFFF", "FHFH", "FFFH", "HFFG"]
      case .large:
        [
          "SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF",
          "FFFHFFFG",
        ]
      }
    }
  }

  /// The settings that a spec may give.
  public struct Settings: DeclaredSettings {
    var map = Map.small
    var isSlippery = true
    /// The probability that a step on slippery ice goes in its direction.
    var successRate = 1.0 / 3

    public init() {}

    public static let settings: [Setting<Self>] = [
      .choice("map", \.map, "Gymnasium's map; the limit stays at 100 steps."),
      .boolean("is_slippery", \.isSlippery, "Whether a step may go to one of its sides."),
      .number(
        "success_rate", \.successRate, in: 0...1,
        "How likely a step on slippery ice goes where it should."),
    ]

    public var idle: [String: String] {
      isSlippery ? [:] : ["success_rate": "is_slippery: false"]
    }
  }

  /// The place on the lake.
  public struct State: Hashable, Sendable {
    /// The row times the number of columns, plus the column; rows go down, columns right.
    public var cell: Int

    /// Creates a state.
    public init(cell: Int) { self.cell = cell }
  }

  public static let drawsNoise = true
  public let actionCount = 4
  public let stepLimit: Int
  /// The outcomes of each action in each cell.
  public let transitions: TransitionTable

  /// The state of the episode under way.
  public private(set) var state = State(cell: 0)
  private var clock = EpisodeClock()

  /// Creates the lake with no episode under way.
  public init(_ settings: Settings = Settings(), stepLimit: Int = 100) {
    self.stepLimit = stepLimit
    transitions = Self.transitions(settings)
  }

  /// Starts an episode in `state`, as if `stepCount` steps had been taken.
  ///
  /// - Precondition: The cell is on the map.
  public mutating func start(in state: State, stepCount: Int = 0) {
    precondition(
      (0..<transitions.stateCount).contains(state.cell), "the lake has no cell \(state.cell)")
    self.state = state
    clock = EpisodeClock(startedAt: stepCount)
  }

  /// One for each cell.
  public var observationWidth: Int { transitions.stateCount }

  /// Starts an episode in the upper left corner; nothing is drawn.
  public mutating func reset(using generator: inout SeededGenerator) {
    state = State(cell: 0)
    clock.start()
  }

  /// Walks left for action 0, down for 1, right for 2, up for 3; the edge of the lake holds one back.
  public mutating func step(_ action: Int, using generator: inout SeededGenerator) -> Transition {
    clock.requireUnderWay("FrozenLake-v1")
    precondition((0..<4).contains(action), "FrozenLake-v1 has actions 0 to 3, got \(action)")
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

  private static func transitions(_ settings: Settings) -> TransitionTable {
    typealias Outcome = TransitionTable.Outcome
    let tiles = settings.map.rows.map { Array($0) }
    let size = tiles.count
    let failRate = (1 - settings.successRate) / 2

    func outcome(of direction: Int, from cell: Int, probability: Double) -> Outcome {
      var (row, column) = (cell / size, cell % size)
      switch direction {
      case 0: column = max(column - 1, 0)
      case 1: row = min(row + 1, size - 1)
      case 2: column = min(column + 1, size - 1)
      default: row = max(row - 1, 0)
      }
      let tile = tiles[row][column]
      return Outcome(
        probability: probability, state: row * size + column, reward: tile == "G" ? 1 : 0,
        terminates: tile == "G" || tile == "H")
    }

    return TransitionTable(states: size * size, actions: 4) { cell, action in
      let tile = tiles[cell / size][cell % size]
      if tile == "G" || tile == "H" {
        return [Outcome(probability: 1, state: cell, reward: 0, terminates: true)]
      }
      guard settings.isSlippery else { return [outcome(of: action, from: cell, probability: 1)] }
      return [(action + 3) % 4, action, (action + 1) % 4].map {
        outcome(
          of: $0, from: cell, probability: $0 == action ? settings.successRate : failRate)
      }
    }
  }
}

extension FrozenLake {
  /// The settings of `FrozenLake8x8-v1`: those of the lake but for the map.
  struct LargeSettings: DeclaredSettings {
    var lake: Settings = {
      var settings = Settings()
      settings.map = .large
      return settings
    }()

    static let settings: [Setting<Self>] = [
      .boolean("is_slippery", \.lake.isSlippery, "Whether a step may go to one of its sides."),
      .number(
        "success_rate", \.lake.successRate, in: 0...1,
        "How likely a step on slippery ice goes where it should."),
    ]

    var idle: [String: String] { lake.idle }
  }

  /// The declaration of the environment, as specs name and configure it.
  public static let declaration = EnvironmentDeclaration(
    name: "FrozenLake-v1", revision: 1,
    summary: "Walk over slippery ice with holes to the goal; a reward of 1 there.",
    returnRange: 0...1, threshold: 0.7,
    scoreNormalization: ScoreNormalization(random: 0.01394, constant: 0.04945, solved: 0.7),
    settings: Settings.self
  ) { FrozenLake($0) }

  /// The declaration of the large lake, as specs name and configure it.
  public static let largeDeclaration = EnvironmentDeclaration(
    name: "FrozenLake8x8-v1", revision: 1,
    summary: "Walk over a large lake of slippery ice with holes to the goal; a reward of 1 there.",
    returnRange: 0...1, threshold: 0.85,
    scoreNormalization: ScoreNormalization(random: 0.0019014, constant: 0.3237347, solved: 0.85),
    settings: LargeSettings.self
  ) { FrozenLake($0.lake, stepLimit: 200) }
}

extension FrozenLake {
  /// Passes the episode through an archive.
  public mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    try archive.pass("cell", &state.cell, in: 0...(transitions.stateCount - 1))
    try clock.passState(through: &archive, limit: stepLimit)
  }
}
