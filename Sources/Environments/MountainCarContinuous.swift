private import CKernels
public import Checkpoints
public import SeededRandom
import Settings

/// A car too weak for the hill that it shall climb, with any force in −1...1:
/// `MountainCarContinuous-v0`.
///
/// Gymnasium's behind its `ClipAction` wrapper, as CleanRL and Stable-Baselines3 run it: the action is
/// clipped first and the clipped one is charged. A step costs 0.1 times the square of the force; the one
/// that terminates gives 100 besides. The episode terminates when the car is at 0.45 or beyond and does
/// not roll back, and is truncated after 999 steps; a step that does both terminates.
///
/// Gymnasium starts an episode in double precision and then keeps its state in single: so a state whose
/// numbers are all single-precision numbers is stepped in single precision here, any other in double, and
/// the state after a step is rounded to single.
///
/// Source: Moore, "Efficient Memory-based Learning for Robot Control", 1990;
/// https://gymnasium.farama.org/environments/classic_control/mountain_car_continuous/.
public struct MountainCarContinuous: ContinuousEnvironment {
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

    fileprivate var isSinglePrecision: Bool {
      Double(Float(position)) == position && Double(Float(velocity)) == velocity
    }
  }

  public static let drawsNoise = false
  public let observationWidth = 2
  public let actionBounds: [ClosedRange<Float>] = [-1...1]
  public let stepLimit = 999

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

  /// Pushes the car with the force `actions[offset]`, clipped to −1...1.
  ///
  /// The dynamics have no noise: nothing is drawn from the generator.
  public mutating func step(
    actionAt offset: Int, of actions: [Float], using generator: inout SeededGenerator
  ) -> Transition {
    clock.requireUnderWay("MountainCarContinuous-v0")
    let force = min(max(actions[offset], -1), 1)
    let isAtGoal = state.isSinglePrecision ? stepInSingle(force) : stepInDouble(force)
    let cost = Double(force) * Double(force) * 0.1
    return Transition(
      reward: (isAtGoal ? 100 : 0) - cost,
      ending: clock.tick(terminates: isAtGoal, limit: stepLimit))
  }

  /// Writes position and velocity, rounded to single precision.
  public func writeObservation(into buffer: inout [Float], at offset: Int) {
    buffer[offset] = Float(state.position)
    buffer[offset + 1] = Float(state.velocity)
  }

  /// The car's acceleration, in single precision but for the cosine; `phase` is three times the position,
  /// rounded as the position is.
  private func acceleration(_ force: Float, phase: Double) -> Float {
    force * 0.0015 - Float(0.0025 * lb_cos(phase))
  }

  /// Moves the car, all in single precision, and returns whether it is at the goal.
  private mutating func stepInSingle(_ force: Float) -> Bool {
    let start = Float(state.position)
    var velocity = Float(state.velocity) + acceleration(force, phase: Double(3 * start))
    velocity = min(max(velocity, -0.07), 0.07)
    let position = min(max(start + velocity, -1.2), 0.6)
    if position == -1.2 && velocity < 0 { velocity = 0 }
    state = State(position: Double(position), velocity: Double(velocity))
    return position >= 0.45 && velocity >= 0
  }

  /// Moves the car, with positions in double precision, rounds, and returns whether it is at the goal.
  private mutating func stepInDouble(_ force: Float) -> Bool {
    let acceleration = acceleration(force, phase: 3 * state.position)
    var velocity = min(max(state.velocity + Double(acceleration), -0.07), 0.07)
    let position = min(max(state.position + velocity, -1.2), 0.6)
    if position == -1.2 && velocity < 0 { velocity = 0 }
    state = State(position: Double(Float(position)), velocity: Double(Float(velocity)))
    return position >= 0.45 && velocity >= 0
  }
}

extension MountainCarContinuous {
  /// MountainCarContinuous has nothing to set.
  struct Settings: DeclaredSettings {
    static let settings: [Setting<Self>] = []
  }

  /// The declaration of the environment, as specs name and configure it.
  public static let declaration = EnvironmentDeclaration(
    name: "MountainCarContinuous-v0", revision: 1,
    summary: "Drive a weak car up a hill by swinging; 100 at the top, less what the force cost.",
    returnRange: -99.9...100, threshold: 90,
    scoreNormalization: ScoreNormalization(random: -33.1, constant: 0, solved: 90),
    settings: Settings.self
  ) { _ in MountainCarContinuous() }
}

extension MountainCarContinuous {
  /// Passes the episode through an archive.
  public mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    try archive.pass("position", &state.position, in: -1.2...0.6)
    try archive.pass("velocity", &state.velocity, in: -0.07...0.07)
    try clock.passState(through: &archive, limit: stepLimit)
  }
}
