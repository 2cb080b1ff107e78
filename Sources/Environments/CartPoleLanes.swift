private import CKernels
import SeededRandom

/// Lanes of CartPole: an array for each number of the state, stepped by a kernel.
///
/// The arrays are longer than the lanes, since the kernel may read behind them.
struct CartPoleLanes: DiscreteLanes {
  let count: Int
  private var positions: [Double]
  private var velocities: [Double]
  private var angles: [Double]
  private var angularVelocities: [Double]
  /// Steps of an episode under way; their complement, which is negative, where none is.
  private var clocks: [Int32]
  /// The state of each lane after a step, in the coding of the kernel.
  private var codes: [UInt8]

  /// Creates `count` copies of `environment`.
  ///
  /// - Precondition: `count` is at least 1.
  init(_ environment: CartPole, count: Int) {
    precondition(count >= 1, "there are no \(count) lanes")
    self.count = count
    let padded = count + Int(lb_lane_padding)
    positions = Array(repeating: 0, count: padded)
    velocities = positions
    angles = positions
    angularVelocities = positions
    clocks = Array(repeating: 0, count: padded)
    codes = Array(repeating: 0, count: padded)
    for lane in 0..<count { self[lane] = environment }
  }

  var observationWidth: Int { 4 }
  var stepLimit: Int { Int(Self.stepLimit) }
  var actionCount: Int { 2 }

  private static let stepLimit = Int32(CartPole().stepLimit)

  subscript(lane: Int) -> CartPole {
    get {
      check(lane..<(lane + 1), rows: 1)
      return CartPole(
        state: CartPole.State(
          position: positions[lane], velocity: velocities[lane], angle: angles[lane],
          angularVelocity: angularVelocities[lane]),
        clock: EpisodeClock(code: clocks[lane]))
    }
    set {
      check(lane..<(lane + 1), rows: 1)
      positions[lane] = newValue.state.position
      velocities[lane] = newValue.state.velocity
      angles[lane] = newValue.state.angle
      angularVelocities[lane] = newValue.state.angularVelocity
      clocks[lane] = newValue.clock.code
    }
  }

  mutating func reset(lane: Int, using generator: inout SeededGenerator) {
    var environment = CartPole()
    environment.reset(using: &generator)
    self[lane] = environment
  }

  mutating func copy(lane source: Int, to target: Int) { self[target] = self[source] }

  func writeObservations(of lanes: Range<Int>, into buffer: inout [Float], at offset: Int) {
    check(lanes, rows: offset < 0 ? 0 : (buffer.count - offset) / 4)
    lb_cart_pole_observations(
      lanes.lowerBound, lanes.count, positions, velocities, angles, angularVelocities, offset,
      &buffer)
  }

  mutating func step(
    _ lanes: Range<Int>, actions: [Int], generators: inout [SeededGenerator],
    rewards: inout [Double], endings: inout [EpisodeEnding?]
  ) {
    check(lanes, rows: min(actions.count, rewards.count, endings.count))
    let problems = lb_cart_pole_step(
      lanes.lowerBound, lanes.count, Self.stepLimit, actions, &positions, &velocities, &angles,
      &angularVelocities, &clocks, &codes)
    precondition(
      problems & Int32(lb_lane_has_no_episode) == 0,
      "CartPole-v1: step of a lane without an episode under way; reset it first")
    precondition(
      problems & Int32(lb_lane_has_wrong_action) == 0, "CartPole-v1 has actions 0 and 1")
    for row in 0..<lanes.count {
      rewards[row] = 1
      endings[row] =
        switch Int(codes[row]) {
        case lb_ending_none: nil
        case lb_ending_terminated: .terminated
        default: .truncated
        }
    }
  }

  /// The kernels check no bounds.
  private func check(_ lanes: Range<Int>, rows: Int) {
    precondition(
      lanes.lowerBound >= 0 && lanes.upperBound <= count && lanes.count <= rows,
      "lanes \(lanes) of \(count) with \(rows) rows")
  }
}

extension EpisodeClock {
  /// The steps of an episode under way; their complement where none is.
  fileprivate var code: Int32 { isUnderWay ? Int32(stepCount) : ~Int32(stepCount) }

  fileprivate init(code: Int32) {
    self.init(stepCount: Int(code < 0 ? ~code : code), isUnderWay: code >= 0)
  }
}

extension CartPole {
  /// Returns `count` copies of the environment, to be stepped together.
  public func lanes(count: Int) -> any DiscreteLanes { CartPoleLanes(self, count: count) }
}
