private import CKernels
public import Checkpoints
public import SeededRandom
import Settings

/// Two links that hang from a fixed joint and are swung up by the joint between them: `Acrobot-v1`.
///
/// Gymnasium's: the equations of the book, links of length and mass 1 and moment of inertia 1, one step
/// of Runge and Kutta's fourth-order method over 0.2 s, in double precision. Every step gives a reward
/// of −1 but the one that terminates, which gives 0. The episode terminates when the free end is higher
/// than one link above the fixed joint, and is truncated after 500 steps; a step that does both
/// terminates.
///
/// Source: Sutton & Barto, "Reinforcement Learning: An Introduction";
/// https://gymnasium.farama.org/environments/classic_control/acrobot/.
public struct Acrobot: DiscreteEnvironment {
  /// The state that the equations of motion carry forward.
  public struct State: Hashable, Sendable {
    /// Of the first link from hanging straight down, in radians, −π...π after a step.
    public var firstAngle: Double
    /// Of the second link from the first's direction, in radians, −π...π after a step.
    public var secondAngle: Double
    /// In radians per second, at most 4π either way after a step.
    public var firstVelocity: Double
    /// In radians per second, at most 9π either way after a step.
    public var secondVelocity: Double

    /// Creates a state.
    public init(
      firstAngle: Double, secondAngle: Double, firstVelocity: Double, secondVelocity: Double
    ) {
      self.firstAngle = firstAngle
      self.secondAngle = secondAngle
      self.firstVelocity = firstVelocity
      self.secondVelocity = secondVelocity
    }

    fileprivate init(_ vector: SIMD4<Double>) {
      self.init(
        firstAngle: vector.x, secondAngle: vector.y, firstVelocity: vector.z,
        secondVelocity: vector.w)
    }

    fileprivate var vector: SIMD4<Double> {
      SIMD4(firstAngle, secondAngle, firstVelocity, secondVelocity)
    }
  }

  public static let drawsNoise = false
  public let observationWidth = 6
  public let actionCount = 3
  public let stepLimit = 500

  /// The state of the episode under way.
  public private(set) var state = State(SIMD4())
  private var clock = EpisodeClock()

  /// Creates the environment with no episode under way.
  public init() {}

  /// Creates the environment with an episode in `state`, `stepCount` steps after its beginning.
  ///
  /// - Precondition: No number of the state is above 10⁶ in magnitude.
  public init(state: State, stepCount: Int = 0) {
    // Angles are brought back to −π...π turn by turn, as Gymnasium does.
    let vector = state.vector
    precondition(
      vector.indices.allSatisfy { vector[$0].magnitude <= 1e6 }, "Acrobot-v1 cannot be in \(state)")
    self.state = state
    clock = EpisodeClock(startedAt: stepCount)
  }

  /// Starts an episode with both angles and both velocities drawn in this order, each uniform in
  /// −0.1..<0.1 and rounded to single precision, as Gymnasium's are.
  public mutating func reset(using generator: inout SeededGenerator) {
    var vector = SIMD4<Double>()
    for index in vector.indices {
      vector[index] = Double(Float(generator.nextUniform(in: -0.1..<0.1)))
    }
    state = State(vector)
    clock.start()
  }

  /// Applies a torque of −1, 0 or 1 to the joint between the links for 0.2 s: actions 0, 1 and 2.
  ///
  /// The dynamics have no noise: nothing is drawn from the generator.
  public mutating func step(_ action: Int, using generator: inout SeededGenerator) -> Transition {
    clock.requireUnderWay("Acrobot-v1")
    precondition((0..<3).contains(action), "Acrobot-v1 has actions 0, 1 and 2, got \(action)")
    state = Self.state(after: Double(action - 1), in: state)
    let isUp = -lb_cos(state.firstAngle) - lb_cos(state.secondAngle + state.firstAngle) > 1
    return Transition(
      reward: isUp ? 0 : -1, ending: clock.tick(terminates: isUp, limit: stepLimit))
  }

  /// Writes cosine and sine of the first angle, cosine and sine of the second, and both velocities,
  /// rounded to single precision.
  public func writeObservation(into buffer: inout [Float], at offset: Int) {
    buffer[offset] = Float(lb_cos(state.firstAngle))
    buffer[offset + 1] = Float(lb_sin(state.firstAngle))
    buffer[offset + 2] = Float(lb_cos(state.secondAngle))
    buffer[offset + 3] = Float(lb_sin(state.secondAngle))
    buffer[offset + 4] = Float(state.firstVelocity)
    buffer[offset + 5] = Float(state.secondVelocity)
  }

  /// Returns the state 0.2 s after `state` with `torque` on the joint between the links.
  private static func state(after torque: Double, in state: State) -> State {
    let timeStep = 0.2
    let start = state.vector
    let k1 = derivative(of: start, torque: torque)
    let k2 = derivative(of: start + timeStep / 2 * k1, torque: torque)
    let k3 = derivative(of: start + timeStep / 2 * k2, torque: torque)
    let k4 = derivative(of: start + timeStep * k3, torque: torque)
    var end = start + timeStep / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    end.x = wrapped(end.x)
    end.y = wrapped(end.y)
    end.z = min(max(end.z, -4 * .pi), 4 * .pi)
    end.w = min(max(end.w, -9 * .pi), 9 * .pi)
    return State(end)
  }

  /// Returns the change per second of both angles and both velocities.
  ///
  /// With masses, lengths and moments of inertia of 1 and centres of mass in the middle, most factors of
  /// the book's equations are 1 and left out.
  private static func derivative(
    of vector: SIMD4<Double>, torque: Double
  ) -> SIMD4<Double> {
    let gravity = 9.8
    let (angle1, angle2, velocity1, velocity2) = (vector.x, vector.y, vector.z, vector.w)
    let cosine = lb_cos(angle2)
    let sine = lb_sin(angle2)
    let d1 = 0.25 + (1.25 + cosine) + 1 + 1
    let d2 = (0.25 + 0.5 * cosine) + 1
    let phi2 = 0.5 * gravity * lb_cos(angle1 + angle2 - .pi / 2)
    let phi1 =
      -0.5 * (velocity2 * velocity2) * sine - velocity2 * velocity1 * sine
      + 1.5 * gravity * lb_cos(angle1 - .pi / 2) + phi2
    let acceleration2 =
      (torque + d2 / d1 * phi1 - 0.5 * (velocity1 * velocity1) * sine - phi2)
      / (1.25 - d2 * d2 / d1)
    let acceleration1 = -(d2 * acceleration2 + phi1) / d1
    return SIMD4(velocity1, velocity2, acceleration1, acceleration2)
  }

  /// Takes turns out of an angle until it is in −π...π.
  private static func wrapped(_ angle: Double) -> Double {
    var angle = angle
    while angle > .pi { angle -= 2 * .pi }
    while angle < -.pi { angle += 2 * .pi }
    return angle
  }
}

extension Acrobot {
  /// Acrobot has nothing to set.
  struct Settings: DeclaredSettings {
    static let settings: [Setting<Self>] = []
  }

  /// The declaration of the environment, as specs name and configure it.
  public static let declaration = EnvironmentDeclaration(
    name: "Acrobot-v1", revision: 1,
    summary: "Swing two links up by the joint between them; a reward of -1 for each step.",
    returnRange: -500...0, threshold: -100,
    scoreNormalization: ScoreNormalization(random: -499.0, constant: -500, solved: -100),
    settings: Settings.self
  ) { _ in Acrobot() }
}

extension Acrobot {
  /// Passes the episode through an archive.
  public mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    try archive.pass("first_angle", &state.firstAngle, in: -Double.pi...Double.pi)
    try archive.pass("second_angle", &state.secondAngle, in: -Double.pi...Double.pi)
    try archive.pass("first_velocity", &state.firstVelocity, in: -4 * Double.pi...4 * Double.pi)
    try archive.pass("second_velocity", &state.secondVelocity, in: -9 * Double.pi...9 * Double.pi)
    try clock.passState(through: &archive, limit: stepLimit)
  }
}
