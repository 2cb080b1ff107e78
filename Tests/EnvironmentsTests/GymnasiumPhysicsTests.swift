import Environments
import Foundation
import SeededRandom
import TestSupport
import Testing

/// What Gymnasium exported: the goldens, or what `make check-peers` drew anew.
enum GymnasiumExport {
  /// The lines of a file that `export_gymnasium.py` wrote.
  static func lines(of name: String) throws -> [Substring] {
    let goldens = testFolder().appending(component: "Goldens")
    let live = ProcessInfo.processInfo.environment["PEER_GYMNASIUM"]
    let folder = live.map { URL(filePath: $0) } ?? goldens
    return try String(contentsOf: folder.appending(component: name), encoding: .utf8)
      .split(separator: "\n")
  }
}

/// Whole episodes of the environments with equations of motion, against Gymnasium's.
@Suite struct GymnasiumPhysicsTests {
  /// A row of an exported episode: the action taken and what Gymnasium made of it.
  struct Row {
    let step: Int
    let action: Double?
    let state: [Double]
    let reward: Double?
    let ending: EpisodeEnding?
  }

  /// The exported episodes; the first row of each is its initial state.
  private func episodes(of file: String) throws -> [[Row]] {
    var episodes: [[Row]] = []
    for line in try GymnasiumExport.lines(of: "\(file).csv").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      let end = fields.count - 3
      let row = Row(
        step: try #require(Int(fields[1])), action: Double(fields[2]),
        state: try fields[3..<end].map { try #require(Double($0)) },
        reward: Double(fields[end]),
        ending: fields[end + 1] == "1" ? .terminated : fields[end + 2] == "1" ? .truncated : nil)
      if row.step == 0 { episodes.append([]) }
      episodes[episodes.count - 1].append(row)
    }
    return episodes
  }

  /// Steps each exported state once, so many steps after its episode's beginning, and expects Gymnasium's
  /// next state, reward and ending.
  private func expectSteps(
    _ file: String, rewardTolerance: Double = 1e-12,
    step: (_ state: [Double], _ stepCount: Int, _ action: Double) -> (Transition, [Double])
  ) throws {
    let episodes = try episodes(of: file)
    #expect(episodes.count >= 2)
    var endings = Set<EpisodeEnding>()
    for rows in episodes {
      for (before, after) in zip(rows, rows.dropFirst()) {
        let (transition, state) = step(before.state, before.step, try #require(after.action))
        expectClose(state, after.state, tolerance: 1e-12)
        expectClose(transition.reward, try #require(after.reward), tolerance: rewardTolerance)
        #expect(transition.ending == after.ending, "step \(after.step) of \(file)")
      }
      endings.insert(try #require(rows.last?.ending))
    }
    #expect(endings.contains(.truncated))
    #expect(endings.contains(.terminated) || file == "pendulum")
  }

  private func transition(
    _ environment: inout some DiscreteEnvironment, _ action: Double
  ) -> Transition {
    var generator = SeededGenerator(key: 0)
    return environment.step(Int(action), using: &generator)
  }

  private func transition(
    _ environment: inout some ContinuousEnvironment, _ action: Double
  ) -> Transition {
    var generator = SeededGenerator(key: 0)
    return environment.step(actionAt: 0, of: [Float(action)], using: &generator)
  }

  @Test func `each exported state of Acrobot, stepped once, gives Gymnasium's next`() throws {
    try expectSteps("acrobot") { state, stepCount, action in
      var environment = Acrobot(
        state: Acrobot.State(
          firstAngle: state[0], secondAngle: state[1], firstVelocity: state[2],
          secondVelocity: state[3]), stepCount: stepCount)
      let transition = transition(&environment, action)
      let next = environment.state
      return (
        transition, [next.firstAngle, next.secondAngle, next.firstVelocity, next.secondVelocity]
      )
    }
  }

  @Test func `each exported state of MountainCar, stepped once, gives Gymnasium's next`() throws {
    try expectSteps("mountain_car") { state, stepCount, action in
      var environment = MountainCar(
        state: MountainCar.State(position: state[0], velocity: state[1]), stepCount: stepCount)
      let transition = transition(&environment, action)
      return (transition, [environment.state.position, environment.state.velocity])
    }
  }

  @Test func `each exported state of MountainCarContinuous, stepped once, gives Gymnasium's next`()
    throws
  {
    try expectSteps("mountain_car_continuous") { state, stepCount, action in
      var environment = MountainCarContinuous(
        state: MountainCarContinuous.State(position: state[0], velocity: state[1]),
        stepCount: stepCount)
      let transition = transition(&environment, action)
      return (transition, [environment.state.position, environment.state.velocity])
    }
  }

  @Test func `each exported state of Pendulum, stepped once, gives Gymnasium's next`() throws {
    // NumPy squares the single-precision torque by powf, which is an ulp off once in a thousand times: up
    // to 0.001 · 2⁻²² of a reward.
    try expectSteps("pendulum", rewardTolerance: 3e-10) { state, stepCount, action in
      var environment = Pendulum(
        state: Pendulum.State(angle: state[0], angularVelocity: state[1]), stepCount: stepCount)
      let transition = transition(&environment, action)
      return (transition, [environment.state.angle, environment.state.angularVelocity])
    }
  }

  @Test func `thresholds, limits, actions and widths are those of Gymnasium's registry`() throws {
    let lines = try GymnasiumExport.lines(of: "specs.txt")
    #expect(lines.count == EnvironmentRegistry.all.count - 1)  // all but the bandit
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      let facts = Dictionary(
        uniqueKeysWithValues: words.dropFirst().map { word in
          let parts = word.split(separator: "=").map(String.init)
          return (parts[0], parts[1])
        })
      let declaration = try #require(
        EnvironmentRegistry.declaration(named: words[0]), "\(words[0])")
      let environment = try declaration.make()
      #expect(declaration.threshold == facts["threshold"].flatMap(Double.init), "\(words[0])")
      #expect(environment.observationWidth == facts["width"].flatMap { Int($0) }, "\(words[0])")
      // Gymnasium sets no limit to CliffWalking.
      #expect(
        environment.stepLimit == facts["limit"].flatMap { Int($0) } ?? 500, "\(words[0])")
      if let discrete = environment as? any DiscreteEnvironment {
        #expect(discrete.actionCount == facts["actions"].flatMap { Int($0) }, "\(words[0])")
      } else {
        let continuous = try #require(environment as? any ContinuousEnvironment)
        let bounds = continuous.actionBounds.map { "\($0.lowerBound):\($0.upperBound)" }
        #expect(bounds.joined(separator: ",") == facts["bounds"], "\(words[0])")
      }
    }
  }
}
