private import CKernels
public import Checkpoints
public import SeededRandom
import Settings

/// A pole balanced on a cart that is pushed left or right: `CartPole-v1`.
///
/// The equations, constants and limits of Gymnasium's, in double precision, with explicit Euler steps
/// of 0.02 s. Every step gives a reward of 1. The episode terminates when the cart leaves ±2.4 or the
/// pole ±12°, and is truncated after 500 steps; a step that does both terminates.
///
/// Source: Barto, Sutton & Anderson, "Neuronlike Adaptive Elements That Can Solve Difficult Learning
/// Control Problems", IEEE Transactions on Systems, Man, and Cybernetics, 1983;
/// https://gymnasium.farama.org/environments/classic_control/cart_pole/.
public struct CartPole: DiscreteEnvironment {
  /// The state that the equations of motion carry forward.
  public struct State: Hashable, Sendable {
    /// Of the cart on its track; the track ends at ±2.4.
    public var position: Double
    /// Per second.
    public var velocity: Double
    /// Of the pole from upright, in radians, positive to the right.
    public var angle: Double
    /// In radians per second.
    public var angularVelocity: Double

    /// Creates a state.
    public init(position: Double, velocity: Double, angle: Double, angularVelocity: Double) {
      self.position = position
      self.velocity = velocity
      self.angle = angle
      self.angularVelocity = angularVelocity
    }
  }

  public static let drawsNoise = false
  public let observationWidth = 4
  public let actionCount = 2
  public let stepLimit = 500

  /// The state of the episode under way.
  public private(set) var state = State(position: 0, velocity: 0, angle: 0, angularVelocity: 0)
  private(set) var clock = EpisodeClock()

  /// Creates the environment with no episode under way.
  public init() {}

  /// Creates the environment with an episode in `state`, `stepCount` steps after its beginning.
  public init(state: State, stepCount: Int = 0) {
    self.state = state
    clock = EpisodeClock(startedAt: stepCount)
  }

  /// Creates the environment as it is in the middle of an episode, or after one.
  init(state: State, clock: EpisodeClock) {
    self.state = state
    self.clock = clock
  }

  /// Starts an episode with position, velocity, angle and angular velocity drawn in this order, each
  /// uniform in −0.05..<0.05.
  public mutating func reset(using generator: inout SeededGenerator) {
    let range = -0.05..<0.05
    state.position = generator.nextUniform(in: range)
    state.velocity = generator.nextUniform(in: range)
    state.angle = generator.nextUniform(in: range)
    state.angularVelocity = generator.nextUniform(in: range)
    clock.start()
  }

  /// Pushes the cart for 0.02 s: to the left for action 0, to the right for 1.
  ///
  /// The dynamics have no noise: nothing is drawn from the generator.
  public mutating func step(_ action: Int, using generator: inout SeededGenerator) -> Transition {
    clock.requireUnderWay("CartPole-v1")
    precondition(action == 0 || action == 1, "CartPole-v1 has actions 0 and 1, got \(action)")
    state = Self.state(after: action == 1 ? 10 : -10, in: state)
    return Transition(
      reward: 1, ending: clock.tick(terminates: Self.isOutOfBounds(state), limit: stepLimit))
  }

  /// Writes position, velocity, angle and angular velocity, rounded to single precision.
  public func writeObservation(into buffer: inout [Float], at offset: Int) {
    buffer[offset] = Float(state.position)
    buffer[offset + 1] = Float(state.velocity)
    buffer[offset + 2] = Float(state.angle)
    buffer[offset + 3] = Float(state.angularVelocity)
  }

  /// Returns the state 0.02 s after `state` with `force` on the cart.
  private static func state(after force: Double, in state: State) -> State {
    let gravity = 9.8
    let poleMass = 0.1
    let totalMass = 1.1
    let halfLength = 0.5
    let timeStep = 0.02
    let poleMassLength = poleMass * halfLength

    let cosine = lb_cos(state.angle)
    let sine = lb_sin(state.angle)
    let pull =
      (force + poleMassLength * (state.angularVelocity * state.angularVelocity) * sine) / totalMass
    let angularAcceleration =
      (gravity * sine - cosine * pull)
      / (halfLength * (4.0 / 3.0 - poleMass * (cosine * cosine) / totalMass))
    let acceleration = pull - poleMassLength * angularAcceleration * cosine / totalMass

    return State(
      position: state.position + timeStep * state.velocity,
      velocity: state.velocity + timeStep * acceleration,
      angle: state.angle + timeStep * state.angularVelocity,
      angularVelocity: state.angularVelocity + timeStep * angularAcceleration)
  }

  private static func isOutOfBounds(_ state: State) -> Bool {
    state.position.magnitude > 2.4 || state.angle.magnitude > angleLimit
  }

  /// The angle of the pole at which an episode terminates, 12°.
  private static let angleLimit = 12 * 2 * Double.pi / 360
}

extension CartPole {
  /// CartPole has nothing to set: a variant would be another environment.
  struct Settings: DeclaredSettings {
    static let settings: [Setting<Self>] = []
  }

  /// The declaration of the environment, as specs name and configure it.
  public static let declaration = EnvironmentDeclaration(
    name: "CartPole-v1", revision: 1,
    summary: "Balance a pole on a cart for 500 steps; a reward of 1 for each step.",
    returnRange: 0...500, threshold: 475,
    scoreNormalization: ScoreNormalization(random: 22.1, constant: 9.36, solved: 475),
    settings: Settings.self
  ) { _ in CartPole() }
}

extension CartPole {
  /// Passes the episode through an archive.
  public mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    try archive.pass("position", &state.position, in: -2.4...2.4)
    try archive.pass("velocity", &state.velocity, in: -1e6...1e6)
    try archive.pass("angle", &state.angle, in: -Self.angleLimit...Self.angleLimit)
    try archive.pass("angular_velocity", &state.angularVelocity, in: -1e6...1e6)
    try clock.passState(through: &archive, limit: stepLimit)
  }
}
