import Environments
import Foundation
import SeededRandom
import Settings
import TestSupport
import Testing

/// Each environment, in each of its declared choices, has a golden trajectory under its revision.
///
/// `RECORD_SNAPSHOTS=1` writes the goldens anew; do so only together with a raised revision.
@Suite struct TrajectoryTests {
  /// The environment with one choice made, and everything else at its default.
  private struct Variant {
    let declaration: EnvironmentDeclaration
    let settings: [String: SettingValue]
    var title: String {
      settings.sorted { $0.key < $1.key }.reduce(declaration.name) {
        "\($0) \($1.key)=\($1.value)"
      }
    }
  }

  /// The defaults of each environment, and each case of each of its choices.
  private var variants: [Variant] {
    EnvironmentRegistry.all.flatMap { declaration in
      let choices = declaration.settings.flatMap { setting in
        setting.listedValues.map {
          Variant(declaration: declaration, settings: [setting.name: $0])
        }
      }
      return [Variant(declaration: declaration, settings: [:])] + choices
    }
  }

  /// FNV-1a over words.
  private struct Digest {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    mutating func add(_ bits: UInt64) { value = (value ^ bits) &* 0x100_0000_01b3 }
    mutating func add(_ number: Double) { add(number.bitPattern) }
  }

  /// Returns the digest of all bits of a few episodes, and their lengths.
  private func trajectories(of variant: Variant) throws -> String {
    var environment = try variant.declaration.make(variant.settings)
    let streams = RandomStreams(identity: "golden trajectory", replicateSeed: 0)
    var digest = Digest()
    var lengths: [Int] = []
    for start in 0..<8 {
      var startGenerator = streams.generator(for: .start, start)
      environment.reset(using: &startGenerator)
      var step = 0
      var ending: EpisodeEnding?
      while ending == nil {
        var generator = streams.generator(for: .actions, start, 0, step)
        let transition = try self.step(&environment, start: start, using: &generator)
        for value in environment.observation { digest.add(Double(value)) }
        for number in stateNumbers(environment) { digest.add(number) }
        digest.add(transition.reward)
        ending = transition.ending
        step += 1
      }
      digest.add(ending == .terminated ? 1.0 : 2.0)
      lengths.append(step)
    }
    return "\(String(digest.value, radix: 16)) \(lengths.map(String.init).joined(separator: ","))"
  }

  /// Takes a step with an action drawn first from the generator.
  private func step(
    _ environment: inout any Environment, start: Int, using generator: inout SeededGenerator
  ) throws -> Transition {
    if var discrete = environment as? any DiscreteEnvironment {
      let action = balancingAction(discrete, start: start, using: &generator)
      defer { environment = discrete }
      return discrete.step(action, using: &generator)
    }
    var continuous = try #require(environment as? any ContinuousEnvironment)
    let action = continuous.actionBounds.map {
      // Beyond the bounds too.
      1.5 * ($0.lowerBound + ($0.upperBound - $0.lowerBound) * generator.nextUnitFloat())
    }
    defer { environment = continuous }
    return continuous.step(actionAt: 0, of: action, using: &generator)
  }

  /// The state in double precision, of the environments whose observations are rounded.
  private func stateNumbers(_ environment: any Environment) -> [Double] {
    switch environment {
    case let pole as CartPole:
      [
        pole.state.position, pole.state.velocity, pole.state.angle, pole.state.angularVelocity,
      ]
    case let acrobot as Acrobot:
      [
        acrobot.state.firstAngle, acrobot.state.secondAngle, acrobot.state.firstVelocity,
        acrobot.state.secondVelocity,
      ]
    case let car as MountainCar: [car.state.position, car.state.velocity]
    case let car as MountainCarContinuous: [car.state.position, car.state.velocity]
    case let pendulum as Pendulum: [pendulum.state.angle, pendulum.state.angularVelocity]
    default: []
    }
  }

  /// Random actions; for CartPole mostly those that balance it, so that episodes are long.
  private func balancingAction(
    _ environment: any DiscreteEnvironment, start: Int, using generator: inout SeededGenerator
  ) -> Int {
    let random = generator.nextIndex(below: environment.actionCount)
    let isRandom = generator.nextUnitDouble() < Double(start) / 8
    guard !isRandom, let state = (environment as? CartPole)?.state else { return random }
    return state.angle + 0.5 * state.angularVelocity > 0 ? 1 : 0
  }

  @Test func `trajectories change only with the environment's revision`() throws {
    let file = testFolder().appending(components: "Goldens", "trajectories.txt")
    let lines = try variants.map {
      "\($0.title) | revision \($0.declaration.revision) | \(try trajectories(of: $0))"
    }
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
      Issue.record("recorded trajectories.txt; read the diff, then run again")
      return
    }
    let goldens = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
    for (variant, line) in zip(variants, lines) {
      let fields = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard let golden = goldens.first(where: { $0[0] == variant.title }) else {
        Issue.record("\(variant.title) has no golden trajectory")
        continue
      }
      if golden[1] == fields[1] {
        #expect(
          golden[2] == fields[2],
          "\(variant.title): the trajectory changed; raise the revision of \(variant.declaration.name)"
        )
      } else {
        Issue.record("\(variant.title) is at \(fields[1]), its golden at \(golden[1]): record it")
      }
    }
    #expect(goldens.count == lines.count)
  }
}
