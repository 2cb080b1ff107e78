private import CKernels
public import Checkpoints
public import SeededRandom
import Settings

/// A pendulum that is swung up and held there by a torque: `Pendulum-v1`.
///
/// Gymnasium's, in double precision but for the torque, which is single: mass and length 1, gravity 10,
/// steps of 0.05 s in which the new velocity moves the angle. A step costs θ² + 0.1 ω² + 0.001 u², with
/// the angle θ in −π..<π from upright and velocity ω of before the step and the clipped torque u. The
/// episode never terminates and is truncated after 200 steps.
///
/// Source: https://gymnasium.farama.org/environments/classic_control/pendulum/.
public struct Pendulum: ContinuousEnvironment {
  /// The state that the equations of motion carry forward.
  public struct State: Hashable, Sendable {
    /// From upright, in radians; turns are not taken out.
    public var angle: Double
    /// In radians per second, at most 8 either way after a step.
    public var angularVelocity: Double

    /// Creates a state.
    public init(angle: Double, angularVelocity: Double) {
      self.angle = angle
      self.angularVelocity = angularVelocity
    }
  }

  public static let drawsNoise = false
  public let observationWidth = 3
  public let actionBounds: [ClosedRange<Float>] = [-2...2]
  public let stepLimit = 200

  /// The state of the episode under way.
  public private(set) var state = State(angle: 0, angularVelocity: 0)
  private var clock = EpisodeClock()

  /// Creates the environment with no episode under way.
  public init() {}

  /// Creates the environment with an episode in `state`, `stepCount` steps after its beginning.
  public init(state: State, stepCount: Int = 0) {
    self.state = state
    clock = EpisodeClock(startedAt: stepCount)
  }

  /// Starts an episode with the angle uniform in −π..<π, then the velocity uniform in −1..<1.
  public mutating func reset(using generator: inout SeededGenerator) {
    state.angle = generator.nextUniform(in: -Double.pi..<Double.pi)
    state.angularVelocity = generator.nextUniform(in: -1..<1)
    clock.start()
  }

  /// Applies the torque `actions[offset]`, clipped to −2...2, for 0.05 s.
  ///
  /// The dynamics have no noise: nothing is drawn from the generator.
  public mutating func step(
    actionAt offset: Int, of actions: [Float], using generator: inout SeededGenerator
  ) -> Transition {
    clock.requireUnderWay("Pendulum-v1")
    let timeStep = 0.05
    let torque = min(max(actions[offset], -2), 2)
    let (angle, velocity) = (state.angle, state.angularVelocity)
    let error = Self.normalized(angle)
    let cost =
      error * error + 0.1 * (velocity * velocity) + Double(Float(0.001) * (torque * torque))

    let acceleration = 15 * lb_sin(angle) + Double(3 * torque)
    state.angularVelocity = min(max(velocity + acceleration * timeStep, -8), 8)
    state.angle = angle + state.angularVelocity * timeStep
    return Transition(reward: -cost, ending: clock.tick(terminates: false, limit: stepLimit))
  }

  /// Writes cosine and sine of the angle and the velocity, rounded to single precision.
  public func writeObservation(into buffer: inout [Float], at offset: Int) {
    buffer[offset] = Float(lb_cos(state.angle))
    buffer[offset + 1] = Float(lb_sin(state.angle))
    buffer[offset + 2] = Float(state.angularVelocity)
  }

  /// Takes turns out of an angle: the result is in −π..<π, up to rounding.
  private static func normalized(_ angle: Double) -> Double {
    var remainder = (angle + .pi).truncatingRemainder(dividingBy: 2 * .pi)
    if remainder < 0 { remainder += 2 * .pi }
    return remainder - .pi
  }
}

extension Pendulum {
  /// Pendulum has nothing to set.
  struct Settings: DeclaredSettings {
    static let settings: [Setting<Self>] = []
  }

  /// The declaration of the environment, as specs name and configure it.
  ///
  /// Gymnasium names no threshold. Solved is the best that RL Baselines3 Zoo lists of any algorithm, TD3's
  /// −151.855, https://github.com/DLR-RM/rl-baselines3-zoo/blob/master/benchmark.md.
  public static let declaration = EnvironmentDeclaration(
    name: "Pendulum-v1", revision: 1,
    summary: "Swing a pendulum up and hold it; angle, speed and torque cost.",
    returnRange: -200 * (Double.pi * Double.pi + 6.404)...0, threshold: nil,
    scoreNormalization: ScoreNormalization(random: -1227.4, constant: -1220.3, solved: -152),
    settings: Settings.self
  ) { _ in Pendulum() }
}

extension Pendulum {
  /// Passes the episode through an archive.
  public mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    try archive.pass("angle", &state.angle, in: -1e3...1e3)
    try archive.pass("angular_velocity", &state.angularVelocity, in: -8...8)
    try clock.passState(through: &archive, limit: stepLimit)
  }
}
