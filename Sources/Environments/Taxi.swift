public import Checkpoints
public import SeededRandom
public import Settings

/// A taxi that fetches a passenger and brings it where it wants: `Taxi-v4`.
///
/// Gymnasium's 5 × 5 cells with their walls. A step gives −1, bringing the passenger there gives 20, and
/// taking up or setting down where that is not possible gives −10. In rain a move goes where it should
/// with the rainy probability, else to one of its sides. A fickle passenger makes up its mind anew, with
/// the fickle probability, at the first move with it in the taxi. The episode terminates when the
/// passenger is there, and is truncated after 200 steps; a step that does both terminates. An
/// observation is one-hot, as Stable-Baselines3 encodes Gymnasium's integer.
///
/// Source: Dietterich, "Hierarchical Reinforcement Learning with the MAXQ Value Function Decomposition",
/// Journal of Artificial Intelligence Research 13, 2000;
/// https://gymnasium.farama.org/environments/toy_text/taxi/.
public struct Taxi: DiscreteEnvironment {
  /// The settings that a spec may give.
  public struct Settings: DeclaredSettings {
    public var isRainy = false
    public var hasFicklePassenger = false
    /// The probability that a move in rain goes in its direction.
    var rainyProbability = 0.8
    /// The probability that a fickle passenger changes its mind.
    public var fickleProbability = 0.3

    public init() {}

    public static let settings: [Setting<Self>] = [
      .boolean("is_rainy", \.isRainy, "Whether a move may go to one of its sides."),
      .boolean(
        "fickle_passenger", \.hasFicklePassenger,
        "Whether the passenger may change its mind at the first move with it."),
      .number(
        "rainy_probability", \.rainyProbability, in: 0...1,
        "How likely a move in rain goes where it should."),
      .number(
        "fickle_probability", \.fickleProbability, in: 0...1,
        "How likely a fickle passenger changes its mind."),
    ]

    public var idle: [String: String] {
      var idle: [String: String] = [:]
      if !isRainy { idle["rainy_probability"] = "is_rainy: false" }
      if !hasFicklePassenger { idle["fickle_probability"] = "fickle_passenger: false" }
      return idle
    }
  }

  /// The places of taxi and passenger, and the destination.
  public struct State: Hashable, Sendable {
    /// In 0..<5, from the top.
    public var row: Int
    /// In 0..<5, from the left.
    public var column: Int
    /// The stand at which the passenger waits: 0 red, 1 green, 2 yellow, 3 blue; 4 is in the taxi.
    public var passenger: Int
    /// The stand that the passenger wants to go to, 0..<4.
    public var destination: Int
    /// Whether the passenger will change its mind at the first move with it in the taxi.
    public var willChangeMind: Bool

    /// Creates a state.
    public init(
      row: Int, column: Int, passenger: Int, destination: Int, willChangeMind: Bool = false
    ) {
      self.row = row
      self.column = column
      self.passenger = passenger
      self.destination = destination
      self.willChangeMind = willChangeMind
    }

    /// Creates the state that Gymnasium numbers `index`, in 0..<500.
    public init(index: Int, willChangeMind: Bool = false) {
      self.init(
        row: index / 100, column: index / 20 % 5, passenger: index / 4 % 5, destination: index % 4,
        willChangeMind: willChangeMind)
    }

    /// Gymnasium's number of the state, in 0..<500.
    public var index: Int { ((row * 5 + column) * 5 + passenger) * 4 + destination }
  }

  public static let drawsNoise = true
  public let observationWidth = 500
  public let actionCount = 6
  public let stepLimit = 200
  /// The outcomes of each action in each state, as long as the passenger does not change its mind.
  public let transitions: TransitionTable

  /// The states in which the passenger waits where it does not want to go.
  private static let starts = (0..<500).filter {
    let state = State(index: $0)
    return state.passenger < 4 && state.passenger != state.destination
  }

  private let fickleProbability: Double?
  /// The state of the episode under way.
  public private(set) var state = State(row: 0, column: 0, passenger: 0, destination: 1)
  private var clock = EpisodeClock()

  /// Creates the environment with no episode under way.
  public init(_ settings: Settings = Settings()) {
    transitions = Self.transitions(
      rainyProbability: settings.isRainy ? settings.rainyProbability : nil)
    fickleProbability = settings.hasFicklePassenger ? settings.fickleProbability : nil
  }

  /// Creates the environment with an episode in `state`, `stepCount` steps after its beginning.
  ///
  /// - Precondition: The state is one of the 500.
  public init(_ settings: Settings = Settings(), state: State, stepCount: Int = 0) {
    self.init(settings)
    start(in: state, stepCount: stepCount)
  }

  /// Starts an episode in `state`, as if `stepCount` steps had been taken.
  ///
  /// - Precondition: The state is one of the 500.
  public mutating func start(in state: State, stepCount: Int = 0) {
    precondition(
      (0..<5).contains(state.row) && (0..<5).contains(state.column)
        && (0..<5).contains(state.passenger) && (0..<4).contains(state.destination),
      "Taxi-v4 cannot be in \(state)")
    self.state = state
    clock = EpisodeClock(startedAt: stepCount)
  }

  /// Starts an episode in one of the 300 states in which the passenger waits where it does not want to
  /// go, each equally likely; then it is drawn whether a fickle passenger will change its mind.
  public mutating func reset(using generator: inout SeededGenerator) {
    state = State(index: Self.starts[generator.nextIndex(below: Self.starts.count)])
    if let fickleProbability {
      state.willChangeMind = generator.nextBernoulli(probability: fickleProbability)
    }
    clock.start()
  }

  /// Drives down for action 0, up for 1, right for 2, left for 3; takes the passenger up for 4, sets it
  /// down for 5.
  public mutating func step(_ action: Int, using generator: inout SeededGenerator) -> Transition {
    clock.requireUnderWay("Taxi-v4")
    precondition((0..<6).contains(action), "Taxi-v4 has actions 0 to 5, got \(action)")
    let outcome = transitions.draw(action, in: state.index, using: &generator)
    var next = State(index: outcome.state, willChangeMind: state.willChangeMind)
    let hasMoved = next.row != state.row || next.column != state.column
    if state.willChangeMind && state.passenger == 4 && hasMoved {
      let others = (0..<4).filter { $0 != state.destination }
      next.destination = others[generator.nextIndex(below: others.count)]
      next.willChangeMind = false
    }
    state = next
    return Transition(
      reward: outcome.reward,
      ending: clock.tick(terminates: outcome.terminates, limit: stepLimit))
  }

  /// Writes 1 at Gymnasium's number of the state and 0 elsewhere.
  public func writeObservation(into buffer: inout [Float], at offset: Int) {
    writeOneHot(state.index, width: observationWidth, into: &buffer, at: offset)
  }
}

extension Taxi {
  /// The declaration of the environment, as specs name and configure it.
  public static let declaration = EnvironmentDeclaration(
    name: "Taxi-v4", revision: 1,
    summary: "Fetch a passenger and bring it where it wants; 20 for that, -1 for each other step.",
    returnRange: -2000...17, threshold: 8,
    scoreNormalization: ScoreNormalization(random: -771.1, constant: -200, solved: 8),
    settings: Settings.self
  ) { Taxi($0) }
}

extension Taxi {
  /// Passes the episode through an archive.
  public mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    try archive.pass("row", &state.row, in: 0...4)
    try archive.pass("column", &state.column, in: 0...4)
    try archive.pass("passenger", &state.passenger, in: 0...4)
    try archive.pass("destination", &state.destination, in: 0...3)
    try archive.pass("will_change_mind", &state.willChangeMind)
    try clock.passState(through: &archive, limit: stepLimit)
  }
}
