import Environments
import SeededRandom
import Settings
import Tensors
import Testing

/// Lanes give the bits of the environment on its own, whatever the range and the processor.
@Suite struct EnvironmentLanesTests {
  private let streams = RandomStreams(identity: "lanes", replicateSeed: 0)

  /// What can be seen of an environment.
  private struct Glance: Equatable {
    var observation: [UInt32]
    var reward: UInt64?
    var ending: EpisodeEnding?
  }

  private func glance(_ environment: any Environment, _ transition: Transition? = nil) -> Glance {
    Glance(
      observation: environment.observation.map(\.bitPattern),
      reward: transition?.reward.bitPattern, ending: transition?.ending)
  }

  private func glances(
    _ lanes: any EnvironmentLanes, _ range: Range<Int>, rewards: [Double],
    endings: [EpisodeEnding?]
  ) -> [Glance] {
    let width = lanes.observationWidth
    var buffer = [Float](repeating: 7, count: range.count * width + 3)
    lanes.writeObservations(of: range, into: &buffer, at: 2)
    #expect(buffer[0] == 7 && buffer[1] == 7 && buffer[buffer.count - 1] == 7)
    return range.indices.map { lane in
      let row = lane - range.lowerBound
      let start = 2 + row * width
      return Glance(
        observation: buffer[start..<(start + width)].map(\.bitPattern),
        reward: rewards[row].bitPattern, ending: endings[row])
    }
  }

  /// Steps lanes and copies of the environment beside each other through many episodes.
  private func expectAgreement(discrete environment: any DiscreteEnvironment, steps: Int) {
    let count = 21
    var lanes = environment.lanes(count: count)
    #expect(lanes.count == count && lanes.actionCount == environment.actionCount)
    #expect(lanes.stepLimit == environment.stepLimit)
    #expect(lanes.observationWidth == environment.observationWidth)
    var scalars = [any DiscreteEnvironment](repeating: environment, count: count)
    for lane in 0..<count {
      var generator = streams.generator(for: .start, lane)
      var again = generator
      lanes.reset(lane: lane, using: &generator)
      scalars[lane].reset(using: &again)
    }
    var ends = 0
    for step in 0..<steps {
      // A range that begins and ends anywhere.
      let range = (step % 5)..<(count - step % 7)
      var generators = range.map { streams.generator(for: .actions, $0, 0, step) }
      let actions = range.indices.map { lane in
        let row = lane - range.lowerBound
        return generators[row].nextIndex(below: environment.actionCount)
      }
      var own = generators
      var rewards = [Double](repeating: .nan, count: range.count)
      var endings = [EpisodeEnding?](repeating: nil, count: range.count)
      if !lanes.drawsNoise { generators = [] }
      lanes.step(
        range, actions: actions, generators: &generators, rewards: &rewards, endings: &endings)
      let seen = glances(lanes, range, rewards: rewards, endings: endings)
      for (row, lane) in range.enumerated() {
        let transition = scalars[lane].step(actions[row], using: &own[row])
        #expect(seen[row] == glance(scalars[lane], transition), "lane \(lane), step \(step)")
        guard transition.ending != nil else { continue }
        ends += 1
        var generator = streams.generator(for: .start, count + ends)
        var again = generator
        lanes.reset(lane: lane, using: &generator)
        scalars[lane].reset(using: &again)
      }
      if lanes.drawsNoise { #expect(zip(generators, own).allSatisfy { drawn($0) == drawn($1) }) }
    }
    #expect(ends > 0)
  }

  private func drawn(_ generator: SeededGenerator) -> UInt32 {
    var generator = generator
    return generator.nextBits32()
  }

  private func expectAgreement(continuous environment: any ContinuousEnvironment, steps: Int) {
    let count = 11
    var lanes = environment.lanes(count: count)
    #expect(lanes.count == count && lanes.actionBounds == environment.actionBounds)
    var scalars = [any ContinuousEnvironment](repeating: environment, count: count)
    for lane in 0..<count {
      var generator = streams.generator(for: .start, lane)
      var again = generator
      lanes.reset(lane: lane, using: &generator)
      scalars[lane].reset(using: &again)
    }
    let components = environment.actionBounds.count
    var ends = 0
    for step in 0..<steps {
      let range = (step % 3)..<(count - step % 4)
      var generator = streams.generator(for: .actions, 0, 0, step)
      let actions = (0..<(range.count * components)).map { _ in
        3 * generator.nextUnitFloat() - 1.5
      }
      var rewards = [Double](repeating: .nan, count: range.count)
      var endings = [EpisodeEnding?](repeating: nil, count: range.count)
      var none: [SeededGenerator] = []
      lanes.step(
        range, actions: actions, generators: &none, rewards: &rewards, endings: &endings)
      let seen = glances(lanes, range, rewards: rewards, endings: endings)
      for (row, lane) in range.enumerated() {
        let transition = scalars[lane].step(
          actionAt: row * components, of: actions, using: &generator)
        #expect(seen[row] == glance(scalars[lane], transition), "lane \(lane), step \(step)")
        guard transition.ending != nil else { continue }
        ends += 1
        var generator = streams.generator(for: .start, count + ends)
        var again = generator
        lanes.reset(lane: lane, using: &generator)
        scalars[lane].reset(using: &again)
      }
    }
    #expect(ends > 0)
  }

  @Test(arguments: EnvironmentRegistry.all.map(\.name))
  func `lanes give the bits of the environment on its own`(name: String) throws {
    let declaration = try #require(EnvironmentRegistry.declaration(named: name))
    for instructionSet in Kernels.InstructionSet.allCases where instructionSet.isAvailable {
      try Kernels.using(instructionSet) {
        let environment = try declaration.make()
        if let discrete = environment as? any DiscreteEnvironment {
          expectAgreement(discrete: discrete, steps: 2 * discrete.stepLimit + 40)
        } else {
          let continuous = try #require(environment as? any ContinuousEnvironment)
          expectAgreement(continuous: continuous, steps: continuous.stepLimit + 40)
        }
      }
    }
  }

  @Test func `lanes of CartPole balance to the limit and fall off as the environment does`() {
    // Poles that are held up, started near every bound and near the limit.
    let states = (0..<67).map { lane in
      let share = Double(lane) / 66
      return CartPole(
        state: CartPole.State(
          position: 4.8 * share - 2.4, velocity: 3 - 6 * share,
          angle: 0.42 * (0.5 - (share * 7).truncatingRemainder(dividingBy: 1)),
          angularVelocity: (share * 13).truncatingRemainder(dividingBy: 1) - 0.5),
        stepCount: lane % 3 == 0 ? 490 : 0)
    }
    for instructionSet in Kernels.InstructionSet.allCases where instructionSet.isAvailable {
      Kernels.using(instructionSet) {
        var scalars = states
        var lanes = CartPole().lanes(count: states.count)
        for (lane, state) in states.enumerated() { lanes.set(lane: lane, to: state) }
        var live = states.count
        var generator = SeededGenerator(key: 0)
        var none: [SeededGenerator] = []
        var endings: [EpisodeEnding: Int] = [:]
        var rewards = [Double](repeating: 0, count: live)
        var ended = [EpisodeEnding?](repeating: nil, count: live)
        for _ in 0..<500 where live > 0 {
          let actions = scalars.prefix(live).map {
            $0.state.angle + 0.5 * $0.state.angularVelocity > 0 ? 1 : 0
          }
          lanes.step(
            0..<live, actions: actions, generators: &none, rewards: &rewards, endings: &ended)
          for lane in (0..<live).reversed() {
            let transition = scalars[lane].step(actions[lane], using: &generator)
            #expect(rewards[lane] == transition.reward && ended[lane] == transition.ending)
            #expect((lanes[lane] as? CartPole)?.state == scalars[lane].state)
            guard let ending = transition.ending else { continue }
            // Lanes under way stay in front.
            endings[ending, default: 0] += 1
            live -= 1
            lanes.copy(lane: live, to: lane)
            scalars[lane] = scalars[live]
          }
        }
        #expect(live == 0)
        #expect((endings[.terminated] ?? 0) > 5 && (endings[.truncated] ?? 0) > 5)
      }
    }
  }

  @Test func `a group forks one start`() {
    var lanes = CartPole().lanes(count: 4)
    var start = CartPole()
    var generator = streams.generator(for: .start, 9)
    start.reset(using: &generator)
    lanes.set(lane: 2, to: start)
    for lane in [0, 1, 3] { lanes.copy(lane: 2, to: lane) }
    var none: [SeededGenerator] = []
    var rewards = [0.0, 0, 0, 0]
    var endings: [EpisodeEnding?] = [nil, nil, nil, nil]
    lanes.step(
      0..<4, actions: [0, 0, 1, 1], generators: &none, rewards: &rewards, endings: &endings)
    let seen = (0..<4).map { lanes[$0].observation }
    #expect(seen[0] == seen[1] && seen[2] == seen[3] && seen[0] != seen[2])
    // A lane taken out is the environment, in the middle of its episode.
    var copy = lanes[3] as? CartPole
    #expect(copy?.step(0, using: &generator).ending == nil)
  }

  @Test func `a lane without an episode, a wrong action or a wrong environment stops the program`()
    async
  {
    await #expect(processExitsWith: .failure) {
      var lanes = CartPole().lanes(count: 2)
      var none: [SeededGenerator] = []
      var rewards = [0.0, 0]
      var endings: [EpisodeEnding?] = [nil, nil]
      lanes.step(0..<2, actions: [0, 0], generators: &none, rewards: &rewards, endings: &endings)
    }
    await #expect(processExitsWith: .failure) {
      var lanes = CartPole().lanes(count: 2)
      var generator = SeededGenerator(key: 0)
      for lane in 0..<2 { lanes.reset(lane: lane, using: &generator) }
      var none: [SeededGenerator] = []
      var rewards = [0.0, 0]
      var endings: [EpisodeEnding?] = [nil, nil]
      lanes.step(0..<2, actions: [0, 2], generators: &none, rewards: &rewards, endings: &endings)
    }
    await #expect(processExitsWith: .failure) {
      var lanes = CartPole().lanes(count: 2)
      lanes.set(lane: 0, to: Acrobot())
    }
    await #expect(processExitsWith: .failure) {
      var lanes = CartPole().lanes(count: 2)
      var generator = SeededGenerator(key: 0)
      for lane in 0..<2 { lanes.reset(lane: lane, using: &generator) }
      var none: [SeededGenerator] = []
      var rewards = [0.0]
      var endings: [EpisodeEnding?] = [nil, nil]
      lanes.step(0..<2, actions: [0, 1], generators: &none, rewards: &rewards, endings: &endings)
    }
  }
}
