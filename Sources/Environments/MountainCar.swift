private import CKernels
public import Checkpoints
public import SeededRandom
import Settings

/// A car too weak for the hill that it shall climb: `MountainCar-v0`.
///
/// Gymnasium's, in double precision. Every step gives a reward of −1. The episode terminates when the
/// car is at 0.5 or beyond and does not roll back, and is truncated after 200 steps; a step that does
/// both terminates. The left wall stops the car.
///
/// Source: Moore, "Efficient Memory-based Learning for Robot Control", 1990;
/// https://gymnasium.farama.org/environments/classic_control/mountain_car/.
public struct MountainCar: DiscreteEnvironment {
  /// The state that the equations of motion carry forward.
  public struct State: Hashable, Sendable {
    /// Along the track, in −1.2...0.6 after a step; the valley is at −π/6.
    public var position: Double
    /// Per step, in −0.07...0.07 after a step.
    public var velocity: Double

    /// Creates a state.
    public init(position: Double, velocity: Double) {
      self.position = position
      self.velocity = velocity
    }
  }

  public static let drawsNoise = false
  public let observationWidth = 2
  public let actionCount = 3
  public let stepLimit = 200

  /// The state of the episode under way.
  public private(set) var state = State(position: 0, velocity: 0)
  private var clock = EpisodeClock()

  /// Creates the environment with no episode under way.
  public init() {}

  /// Creates the environment with an episode in `state`, `stepCount` steps after its beginning.
  public init(state: State, stepCount: Int = 0) {
    self.state = state
    clock = EpisodeClock(startedAt: stepCount)
  }

  /// Starts an episode at rest, with the position uniform in −0.6..<−0.4.
  public mutating func reset(using generator: inout SeededGenerator) {
    state = State(position: generator.nextUniform(in: -0.6 ..< -0.4), velocity: 0)
    clock.start()
  }

  /// Accelerates to the left for action 0, not at all for 1, to the right for 2.
  ///
  /// The dynamics have no noise: nothing is drawn from the generator.
  public mutating func step(_ action: Int, using generator: inout SeededGenerator) -> Transition {
    clock.requireUnderWay("MountainCar-v0")
    precondition((0..<3).contains(action), "MountainCar-v0 has actions 0, 1 and 2, got \(action)")
    let force = 0.001
    let gravity = 0.0025
    let change = Double(action - 1) * force + lb_cos(3 * state.position) * -gravity
    var velocity = min(max(state.velocity + change, -0.07), 0.07)
    let position = min(max(state.position + velocity, -1.2), 0.6)
    if position == -1.2 && velocity < 0 { velocity = 0 }
    state = State(position: position, velocity: velocity)
    let isAtGoal = position >= 0.5 && velocity >= 0
    return Transition(reward: -1, ending: clock.tick(terminates: isAtGoal, limit: stepLimit))
  }

  /// Writes position and velocity, rounded to single precision.
  public func writeObservation(into buffer: inout [Float], at offset: Int) {
    buffer[offset] = Float(state.position)
    buffer[offset + 1] = Float(state.velocity)
  }
}

extension MountainCar {
  /// MountainCar has nothing to set.
  struct Settings: DeclaredSettings {
    static let settings: [Setting<Self>] = []
  }

  /// The declaration of the environment, as specs name and configure it.
  public static let declaration = EnvironmentDeclaration(
    name: "MountainCar-v0", revision: 1,
    summary: "Drive a weak car up a hill by swinging; a reward of -1 for each step.",
    returnRange: -200...0, threshold: -110,
    scoreNormalization: ScoreNormalization(random: -200, constant: -200, solved: -110),
    settings: Settings.self
  ) { _ in MountainCar() }
}

extension MountainCar {
  /// Passes the episode through an archive.
  public mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    try archive.pass("position", &state.position, in: -1.2...0.6)
    try archive.pass("velocity", &state.velocity, in: -0.07...0.07)
    try clock.passState(through: &archive, limit: stepLimit)
  }
}
