import Environments
import Foundation
import SeededRandom
import TestSupport
import Testing

@Suite struct CartPoleTests {
  /// A row of `cartpole.csv`: the action taken and what Gymnasium made of it.
  struct Row {
    let action: Int?
    let state: CartPole.State
    let reward: Double?
    let ending: EpisodeEnding?
  }

  /// The exported episodes; the first row of each is its initial state.
  private func episodes() throws -> [[Row]] {
    let file = testFolder().appending(components: "Goldens", "cartpole.csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
    var episodes: [[Row]] = []
    for line in lines {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      let numbers = try fields[3...6].map { try #require(Double($0)) }
      let row = Row(
        action: Int(fields[2]),
        state: CartPole.State(
          position: numbers[0], velocity: numbers[1], angle: numbers[2],
          angularVelocity: numbers[3]),
        reward: Double(fields[7]),
        ending: fields[8] == "1" ? .terminated : fields[9] == "1" ? .truncated : nil)
      if fields[1] == "0" { episodes.append([]) }
      episodes[episodes.count - 1].append(row)
    }
    return episodes
  }

  private func numbers(_ state: CartPole.State) -> [Double] {
    [state.position, state.velocity, state.angle, state.angularVelocity]
  }

  private func state(
    position: Double = 0, velocity: Double = 0, angle: Double = 0, angularVelocity: Double = 0
  ) -> CartPole.State {
    CartPole.State(
      position: position, velocity: velocity, angle: angle, angularVelocity: angularVelocity)
  }

  private var unused = SeededGenerator(key: 0)

  @Test func `each exported state, stepped once, gives Gymnasium's next`() throws {
    var generator = unused
    let episodes = try episodes()
    #expect(episodes.count == 5)
    for (number, rows) in episodes.enumerated() {
      for (before, after) in zip(rows, rows.dropFirst()) {
        var environment = CartPole(state: before.state)
        let transition = environment.step(try #require(after.action), using: &generator)
        expectClose(numbers(environment.state), numbers(after.state), tolerance: 1e-12)
        #expect(transition.reward == after.reward)
        // A single step never reaches the time limit.
        #expect(
          transition.ending == (after.ending == .truncated ? nil : after.ending),
          "episode \(number)")
      }
    }
  }

  @Test func `exported episodes replayed open loop stay with Gymnasium's and end as they do`()
    throws
  {
    var generator = unused
    var endings: [EpisodeEnding?] = []
    for rows in try episodes() {
      var environment = CartPole(state: rows[0].state)
      for (step, row) in rows.enumerated().dropFirst() {
        let transition = environment.step(try #require(row.action), using: &generator)
        if step <= 200 {
          expectClose(numbers(environment.state), numbers(row.state), tolerance: 1e-6)
        }
        #expect(transition == Transition(reward: 1, ending: row.ending))
      }
      endings.append(rows.last?.ending)
    }
    #expect(endings == [.terminated, .terminated, .truncated, .terminated, .terminated])
  }

  @Test func `a push from rest moves as worked out by hand`() {
    // cos 0 = 1, sin 0 = 0: pull = 10/1.1, angular acceleration = −pull / (½ (4/3 − 0.1/1.1)).
    var environment = CartPole(state: state())
    var generator = unused
    let transition = environment.step(1, using: &generator)
    let pull = 10 / 1.1
    let angularAcceleration = -pull / (0.5 * (4.0 / 3 - 0.1 / 1.1))
    let acceleration = pull - 0.05 * angularAcceleration / 1.1
    #expect(transition == Transition(reward: 1))
    // Explicit Euler: position and angle move with the velocities from before the push.
    expectClose(
      numbers(environment.state), [0, 0.02 * acceleration, 0, 0.02 * angularAcceleration],
      tolerance: 1e-15)
  }

  @Test func `left and right are mirror images`() {
    var generator = unused
    var right = CartPole(
      state: state(position: 0.3, velocity: -0.2, angle: 0.05, angularVelocity: 0.4))
    var left = CartPole(
      state: state(position: -0.3, velocity: 0.2, angle: -0.05, angularVelocity: -0.4))
    _ = right.step(1, using: &generator)
    _ = left.step(0, using: &generator)
    #expect(numbers(right.state) == numbers(left.state).map { -$0 })
  }

  @Test func `leaving the track or the cone terminates, reaching their edge does not`() {
    let angleLimit = 12 * 2 * Double.pi / 360
    func ending(_ state: CartPole.State) -> EpisodeEnding? {
      var environment = CartPole(state: state)
      var generator = unused
      return environment.step(0, using: &generator).ending
    }
    // With no velocity, position and angle are still those of before after one step.
    #expect(ending(state(position: 2.4)) == nil)
    #expect(ending(state(position: -2.4)) == nil)
    #expect(ending(state(position: 2.4.nextUp)) == .terminated)
    #expect(ending(state(position: (-2.4).nextDown)) == .terminated)
    #expect(ending(state(angle: angleLimit)) == nil)
    #expect(ending(state(angle: -angleLimit)) == nil)
    #expect(ending(state(angle: angleLimit.nextUp)) == .terminated)
    #expect(ending(state(angle: (-angleLimit).nextDown)) == .terminated)
  }

  @Test func `a fall on the last step terminates, a balanced pole is truncated there`() throws {
    var generator = unused
    let episode = try episodes()[2]
    var balanced = CartPole(state: episode[0].state)
    var lastEnding: EpisodeEnding?
    var sawFallOnLastStep = false
    for (step, action) in episode.compactMap(\.action).enumerated() {
      // Leave the exported episode here and push one way, first held up for some steps, to the end.
      for (push, delay) in [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)] {
        var falling = balanced
        var length = step
        var ending: EpisodeEnding?
        while ending == nil {
          let pushed = length < step + delay ? 1 - push : push
          ending = falling.step(pushed, using: &generator).ending
          length += 1
        }
        let fell = falling.state.angle.magnitude > 12 * 2 * Double.pi / 360
        #expect(ending == (fell ? .terminated : .truncated))
        #expect(fell ? length <= 500 : length == 500)
        sawFallOnLastStep = sawFallOnLastStep || (fell && length == 500)
      }

      #expect(lastEnding == nil)
      lastEnding = balanced.step(action, using: &generator).ending
    }
    #expect(lastEnding == .truncated)
    #expect(sawFallOnLastStep)
  }

  @Test func `resets are uniform in the small box, drawn in the order of the observation`() {
    let streams = RandomStreams(identity: "test", replicateSeed: 0)
    var environment = CartPole()
    var sums = [0.0, 0, 0, 0]
    var squares = [0.0, 0, 0, 0]
    for start in 0..<4000 {
      var generator = streams.generator(for: .start, start)
      var again = generator
      environment.reset(using: &generator)
      let numbers = numbers(environment.state)
      #expect(numbers == (0..<4).map { _ in again.nextUniform(in: -0.05..<0.05) })
      for (index, number) in numbers.enumerated() {
        #expect(number >= -0.05 && number < 0.05)
        sums[index] += number
        squares[index] += number * number
      }
    }
    expectClose(sums.map { $0 / 4000 }, [0, 0, 0, 0], tolerance: 0.003)
    expectClose(
      squares.map { $0 / 4000 }, [Double](repeating: 0.1 * 0.1 / 12, count: 4), tolerance: 6e-5)
  }

  @Test func `a copy forks the episode, a reset begins anew`() {
    var generator = unused
    var original = CartPole(state: state(angle: 0.01))
    _ = original.step(1, using: &generator)
    let state = original.state
    var copy = original
    _ = copy.step(0, using: &generator)
    #expect(original.state == state && copy.state != state)

    // 500 steps count from the reset: an episode cut at its limit can be followed by a full one.
    copy.reset(using: &generator)
    #expect(copy.state != original.state)
    #expect(copy.step(0, using: &generator).ending == nil)
  }

  @Test func `an observation is the state in single precision, at its place in the buffer`() {
    let state = CartPole.State(
      position: 0.1, velocity: -2, angle: 1.0 / 3, angularVelocity: 1e-9)
    let environment = CartPole(state: state)
    #expect(environment.observation == [0.1, -2, Float(1.0 / 3), 1e-9])
    var buffer = [Float](repeating: 7, count: 7)
    environment.writeObservation(into: &buffer, at: 2)
    #expect(buffer == [7, 7, 0.1, -2, Float(1.0 / 3), 1e-9, 7])
  }

  @Test func `stepping without an episode, or with no such action, stops the program`() async {
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      var environment = CartPole()
      _ = environment.step(0, using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      var environment = CartPole(
        state: CartPole.State(position: 3, velocity: 0, angle: 0, angularVelocity: 0))
      _ = environment.step(0, using: &generator)
      _ = environment.step(0, using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      var environment = CartPole()
      environment.reset(using: &generator)
      _ = environment.step(2, using: &generator)
    }
  }
}
