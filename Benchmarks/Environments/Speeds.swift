import Environments
import Foundation
import SeededRandom
import Tensors

/// Steps per second of an environment in one way of stepping it.
struct Speed {
  var environment: String
  var way: String
  var count: Int
  var stepsPerSecond: Double
}

/// Prints steps per second of each environment at each number of copies, or one line of JSON.
func printSpeeds(of declarations: [EnvironmentDeclaration], counts: [Int], asJSON: Bool) throws {
  var speeds: [Speed] = []
  if !asJSON {
    print("Millions of steps per second, one core, kernels: \(Kernels.instructionSet)")
    print(row("", counts.flatMap { ["scalar \($0)", "lanes \($0)"] }))
  }
  for declaration in declarations {
    let environment = try declaration.make()
    var cells: [String] = []
    for count in counts {
      for (way, make) in [("scalar", scalarStepper), ("lanes", laneStepper)] {
        guard let stepper = make(environment, count) else { continue }
        let speed = stepsPerSecond(count: count, stepper)
        speeds.append(
          Speed(environment: declaration.name, way: way, count: count, stepsPerSecond: speed))
        cells.append(String(format: "%.2f", speed / 1e6))
      }
    }
    if !asJSON { print(row(declaration.name, cells)) }
  }
  if asJSON {
    let entries = speeds.map {
      "{\"environment\": \"\($0.environment)\", \"way\": \"\($0.way)\", \"count\": \($0.count), "
        + "\"steps_per_second\": \($0.stepsPerSecond)}"
    }
    print("[" + entries.joined(separator: ", ") + "]")
  }
}

private func row(_ name: String, _ cells: [String]) -> String {
  name.padding(toLength: 26, withPad: " ", startingAt: 0)
    + cells.map { String(repeating: " ", count: max(1, 13 - $0.count)) + $0 }.joined()
}

/// The best rate of several stretches of about 0.1 s each.
private func stepsPerSecond(count: Int, _ step: (Int) -> Void) -> Double {
  var round = 0
  func run(_ rounds: Int) -> Double {
    let start = processorSeconds()
    for _ in 0..<rounds {
      step(round)
      round += 1
    }
    return processorSeconds() - start
  }
  var rounds = 8
  while run(rounds) < 0.02 { rounds *= 2 }
  rounds *= 5
  let seconds = (0..<5).map { _ in run(rounds) }.min() ?? .infinity
  return Double(rounds * count) / seconds
}

/// Processor seconds that this process has used.
private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// Rounds of actions that are drawn before, taken in turn.
private let actionRounds = 64

private let streams = RandomStreams(identity: "speed", replicateSeed: 0)

/// Actions for every round, [rounds][count].
private func discreteActions(_ environment: any DiscreteEnvironment, _ count: Int) -> [[Int]] {
  (0..<actionRounds).map { round in
    var generator = streams.generator(for: .actions, 0, 0, round)
    return (0..<count).map { _ in generator.nextIndex(below: environment.actionCount) }
  }
}

/// Actions within the bounds for every round, [rounds][count · components].
private func continuousActions(
  _ environment: any ContinuousEnvironment, _ count: Int
) -> [[Float]] {
  (0..<actionRounds).map { round in
    var generator = streams.generator(for: .actions, 0, 0, round)
    return (0..<count).flatMap { _ in
      environment.actionBounds.map {
        $0.lowerBound + ($0.upperBound - $0.lowerBound) * generator.nextUnitFloat()
      }
    }
  }
}

/// Generators of the noise of every lane, where there is noise.
private func noise(_ count: Int, isDrawn: Bool) -> [SeededGenerator] {
  isDrawn ? (0..<count).map { streams.generator(for: .actions, $0) } : []
}

/// Steps existentials one after the other.
private func scalarStepper(_ environment: any Environment, count: Int) -> ((Int) -> Void)? {
  var observations = [Float](repeating: 0, count: count * environment.observationWidth)
  let width = environment.observationWidth
  var starts = 0
  if let discrete = environment as? any DiscreteEnvironment {
    var copies = [any DiscreteEnvironment](repeating: discrete, count: count)
    for lane in 0..<count { begin(&copies[lane]) }
    let actions = discreteActions(discrete, count)
    var generators = noise(count, isDrawn: true)
    func begin(_ copy: inout any DiscreteEnvironment) {
      var generator = streams.generator(for: .start, starts)
      starts += 1
      copy.reset(using: &generator)
    }
    return { round in
      let actions = actions[round % actionRounds]
      for lane in 0..<count {
        let transition = copies[lane].step(actions[lane], using: &generators[lane])
        if transition.ending != nil { begin(&copies[lane]) }
        copies[lane].writeObservation(into: &observations, at: lane * width)
      }
    }
  }
  guard let continuous = environment as? any ContinuousEnvironment else { return nil }
  var copies = [any ContinuousEnvironment](repeating: continuous, count: count)
  for lane in 0..<count { begin(&copies[lane]) }
  let components = continuous.actionBounds.count
  let actions = continuousActions(continuous, count)
  var generators = noise(count, isDrawn: true)
  func begin(_ copy: inout any ContinuousEnvironment) {
    var generator = streams.generator(for: .start, starts)
    starts += 1
    copy.reset(using: &generator)
  }
  return { round in
    let actions = actions[round % actionRounds]
    for lane in 0..<count {
      let transition = copies[lane].step(
        actionAt: lane * components, of: actions, using: &generators[lane])
      if transition.ending != nil { begin(&copies[lane]) }
      copies[lane].writeObservation(into: &observations, at: lane * width)
    }
  }
}

/// Steps lanes all together.
private func laneStepper(_ environment: any Environment, count: Int) -> ((Int) -> Void)? {
  var observations = [Float](repeating: 0, count: count * environment.observationWidth)
  var rewards = [Double](repeating: 0, count: count)
  var endings = [EpisodeEnding?](repeating: nil, count: count)
  var starts = 0
  if let discrete = environment as? any DiscreteEnvironment {
    var lanes = discrete.lanes(count: count)
    for lane in 0..<count { begin(lane) }
    let actions = discreteActions(discrete, count)
    var generators = noise(count, isDrawn: lanes.drawsNoise)
    func begin(_ lane: Int) {
      var generator = streams.generator(for: .start, starts)
      starts += 1
      lanes.reset(lane: lane, using: &generator)
    }
    return { round in
      lanes.step(
        0..<count, actions: actions[round % actionRounds], generators: &generators,
        rewards: &rewards, endings: &endings)
      for lane in 0..<count where endings[lane] != nil { begin(lane) }
      lanes.writeObservations(of: 0..<count, into: &observations, at: 0)
    }
  }
  guard let continuous = environment as? any ContinuousEnvironment else { return nil }
  var lanes = continuous.lanes(count: count)
  for lane in 0..<count { begin(lane) }
  let actions = continuousActions(continuous, count)
  var generators = noise(count, isDrawn: lanes.drawsNoise)
  func begin(_ lane: Int) {
    var generator = streams.generator(for: .start, starts)
    starts += 1
    lanes.reset(lane: lane, using: &generator)
  }
  return { round in
    lanes.step(
      0..<count, actions: actions[round % actionRounds], generators: &generators,
      rewards: &rewards, endings: &endings)
    for lane in 0..<count where endings[lane] != nil { begin(lane) }
    lanes.writeObservations(of: 0..<count, into: &observations, at: 0)
  }
}
