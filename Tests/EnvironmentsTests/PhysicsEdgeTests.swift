import Environments
import Foundation
import SeededRandom
import TestSupport
import Testing

/// Walls, limits and the two ways in which an episode ends.
@Suite struct PhysicsEdgeTests {
  private var unused = SeededGenerator(key: 0)

  private func step(
    _ environment: some DiscreteEnvironment, _ action: Int
  ) -> (Transition, [Float]) {
    var environment = environment
    var generator = unused
    let transition = environment.step(action, using: &generator)
    return (transition, environment.observation)
  }

  // MARK: MountainCar

  @Test func `the left wall stops the car, and only when it rolls into it`() {
    func after(position: Double, velocity: Double, action: Int) -> MountainCar.State {
      var car = MountainCar(state: .init(position: position, velocity: velocity))
      var generator = unused
      _ = car.step(action, using: &generator)
      return car.state
    }
    #expect(
      after(position: -1.19, velocity: -0.07, action: 0) == .init(position: -1.2, velocity: 0))
    // At the wall the slope alone pushes the car away: −0.0025 cos(−3.6) > 0.
    let away = after(position: -1.2, velocity: 0, action: 1)
    #expect(away.velocity > 0 && away.position > -1.2)
    #expect(after(position: 0, velocity: 0.0705, action: 2).velocity <= 0.07)
    #expect(after(position: -0.5, velocity: 0.07, action: 2).velocity == 0.07)
    #expect(after(position: 0.59, velocity: 0.07, action: 2).position == 0.6)
  }

  @Test func `the car is at the goal from 0.5 on, and not while it rolls back`() {
    func ending(position: Double, velocity: Double, stepCount: Int = 0) -> EpisodeEnding? {
      step(
        MountainCar(state: .init(position: position, velocity: velocity), stepCount: stepCount), 1
      ).0.ending
    }
    #expect(ending(position: 0.49, velocity: 0.02) == .terminated)
    #expect(ending(position: 0.45, velocity: 0.02) == nil)
    #expect(ending(position: 0.58, velocity: -0.02) == nil)
    #expect(ending(position: 0.49, velocity: 0.02, stepCount: 199) == .terminated)
    #expect(ending(position: 0.45, velocity: 0.02, stepCount: 199) == .truncated)
    #expect(ending(position: 0.45, velocity: 0.02, stepCount: 198) == nil)
  }

  // MARK: MountainCarContinuous

  private func stepped(
    position: Double, velocity: Double, force: Float, stepCount: Int = 0
  ) -> (MountainCarContinuous.State, Transition) {
    var car = MountainCarContinuous(
      state: .init(position: position, velocity: velocity), stepCount: stepCount)
    var generator = unused
    let transition = car.step(actionAt: 1, of: [7, force, 7], using: &generator)
    return (car.state, transition)
  }

  @Test func `a force beyond the bounds is clipped, and charged as clipped`() {
    let (clipped, transition) = stepped(position: -0.5, velocity: 0, force: 25)
    let (exact, same) = stepped(position: -0.5, velocity: 0, force: 1)
    #expect(clipped == exact && transition == same)
    #expect(transition.reward == -0.1)
    #expect(stepped(position: -0.5, velocity: 0, force: -3).1.reward == -0.1)
    expectClose(
      stepped(position: -0.5, velocity: 0, force: 0.5).1.reward, -0.025, tolerance: 1e-15)
  }

  @Test func `the goal pays 100 less the force, and comes before the limit`() {
    let (_, atGoal) = stepped(position: 0.4375, velocity: 0.0625, force: 1, stepCount: 998)
    #expect(atGoal == Transition(reward: 99.9, ending: .terminated))
    let (_, below) = stepped(position: -0.5, velocity: 0, force: 0, stepCount: 998)
    #expect(below == Transition(reward: 0, ending: .truncated))
    #expect(stepped(position: -0.5, velocity: 0, force: 0, stepCount: 997).1.ending == nil)
  }

  @Test func `the left wall stops the car with any force, at its single-precision place`() {
    let (state, _) = stepped(position: -1.1875, velocity: -0.0625, force: -1)
    #expect(state == .init(position: Double(Float(-1.2)), velocity: 0))
  }

  @Test func `a start is stepped in double precision, a stored state in single`() {
    // 0.1 + 2⁻⁵⁰ is no single-precision number: only its change is rounded.
    let start = -0.5 + 0x1p-50
    let (after, _) = stepped(position: start, velocity: 0, force: 0)
    let acceleration = Double(-Float(0.0025 * cos(3 * start)))
    #expect(after.position == Double(Float(start + acceleration)))
    let (stored, _) = stepped(position: -0.5, velocity: 0, force: 0)
    let single = -Float(0.0025 * cos(Double(3 * Float(-0.5))))
    #expect(stored.position == Double(Float(-0.5) + single))
    #expect(stored.velocity == Double(single))
  }

  // MARK: Pendulum

  @Test func `costs wrap at half a turn, and turns are never taken out of the angle`() {
    func transition(angle: Double, velocity: Double = 0, torque: Float = 0) -> Transition {
      var pendulum = Pendulum(state: .init(angle: angle, angularVelocity: velocity))
      var generator = unused
      return pendulum.step(actionAt: 0, of: [torque], using: &generator)
    }
    #expect(transition(angle: 0).reward == 0)
    expectClose(transition(angle: 3).reward, -9, tolerance: 1e-14)
    expectClose(transition(angle: 3 + 4 * .pi).reward, -9, tolerance: 1e-12)
    expectClose(transition(angle: -3 - 6 * .pi).reward, -9, tolerance: 1e-12)
    expectClose(transition(angle: .pi + 0.25).reward, -pow(.pi - 0.25, 2), tolerance: 1e-12)
    expectClose(transition(angle: -Double.pi).reward, -Double.pi * .pi, tolerance: 1e-14)
    expectClose(
      transition(angle: 0, velocity: 2, torque: 9).reward, -(0.4 + 0.004), tolerance: 1e-9)
  }

  @Test func `the pendulum's velocity and torque are clipped, and it never terminates`() {
    var pendulum = Pendulum(state: .init(angle: 1, angularVelocity: 7.9), stepCount: 198)
    var clipped = pendulum
    var generator = unused
    #expect(pendulum.step(actionAt: 0, of: [2], using: &generator).ending == nil)
    #expect(clipped.step(actionAt: 0, of: [50], using: &generator).ending == nil)
    #expect(pendulum.state == clipped.state && pendulum.state.angularVelocity == 8)
    #expect(pendulum.state.angle == 1 + 8 * 0.05)
    #expect(pendulum.step(actionAt: 0, of: [2], using: &generator).ending == .truncated)
  }

  // MARK: Acrobot

  @Test func `Acrobot hangs still without torque, and mirrors its torque`() {
    let (still, observation) = step(
      Acrobot(state: .init(firstAngle: 0, secondAngle: 0, firstVelocity: 0, secondVelocity: 0)), 1)
    #expect(still == Transition(reward: -1))
    expectClose(observation, [1, 0, 1, 0, 0, 0], tolerance: 1e-14)

    func after(_ sign: Double, action: Int) -> [Double] {
      var acrobot = Acrobot(
        state: .init(
          firstAngle: 0.4 * sign, secondAngle: -1.1 * sign, firstVelocity: 2 * sign,
          secondVelocity: -3 * sign))
      var generator = unused
      _ = acrobot.step(action, using: &generator)
      let state = acrobot.state
      return [
        state.firstAngle, state.secondAngle, state.firstVelocity, state.secondVelocity,
      ]
    }
    expectClose(after(1, action: 2), after(-1, action: 0).map { -$0 }, tolerance: 1e-13)
  }

  @Test func `Acrobot keeps its energy without torque`() {
    func energy(_ state: Acrobot.State) -> Double {
      let (a, b) = (state.firstAngle, state.secondAngle)
      let (v, w) = (state.firstVelocity, state.secondVelocity)
      let d1 = 3.5 + cos(b)
      let d2 = 1.25 + 0.5 * cos(b)
      let kinetic = 0.5 * d1 * v * v + d2 * v * w + 0.5 * 1.25 * w * w
      return kinetic - 1.5 * 9.8 * cos(a) - 0.5 * 9.8 * cos(a + b)
    }
    var acrobot = Acrobot(
      state: .init(firstAngle: 0.3, secondAngle: 0.2, firstVelocity: 0, secondVelocity: 0))
    let start = energy(acrobot.state)
    var generator = unused
    for _ in 0..<50 { _ = acrobot.step(1, using: &generator) }
    expectClose(energy(acrobot.state), start, tolerance: 0.01)
  }

  @Test func `Acrobot's angles wrap at half a turn and its velocities are bounded`() {
    func after(_ state: Acrobot.State) -> Acrobot.State {
      var acrobot = Acrobot(state: state)
      var generator = unused
      _ = acrobot.step(1, using: &generator)
      return acrobot.state
    }
    let fast = after(
      .init(firstAngle: 3, secondAngle: -3, firstVelocity: 12.5, secondVelocity: -28))
    #expect(fast.firstAngle.magnitude <= .pi && fast.secondAngle.magnitude <= .pi)
    #expect(fast.firstVelocity.magnitude <= 4 * .pi && fast.secondVelocity.magnitude <= 9 * .pi)
    let bounded = after(
      .init(firstAngle: 0, secondAngle: 0, firstVelocity: 40, secondVelocity: 90))
    #expect(bounded.firstVelocity.magnitude <= 4 * .pi)
    #expect(bounded.secondVelocity.magnitude <= 9 * .pi)
  }

  @Test func `Acrobot terminates above one link with reward 0, before the limit`() {
    func ending(angle: Double, stepCount: Int = 0) -> Transition {
      step(
        Acrobot(
          state: .init(firstAngle: angle, secondAngle: 0, firstVelocity: 0, secondVelocity: 0),
          stepCount: stepCount), 1
      ).0
    }
    // Both links up but for a little: −2 cos θ is about 1.9.
    #expect(ending(angle: 2.9) == Transition(reward: 0, ending: .terminated))
    #expect(ending(angle: 2.9, stepCount: 499) == Transition(reward: 0, ending: .terminated))
    #expect(ending(angle: 1, stepCount: 499) == Transition(reward: -1, ending: .truncated))
    #expect(ending(angle: 1, stepCount: 498) == Transition(reward: -1))
  }

  // MARK: All

  @Test func `resets draw in the stated order, from the stated ranges`() {
    let streams = RandomStreams(identity: "resets", replicateSeed: 0)
    for start in 0..<200 {
      var generator = streams.generator(for: .start, start)
      var again = generator
      var acrobot = Acrobot()
      acrobot.reset(using: &generator)
      let state = acrobot.state
      for number in [
        state.firstAngle, state.secondAngle, state.firstVelocity, state.secondVelocity,
      ] {
        #expect(number == Double(Float(again.nextUniform(in: -0.1..<0.1))))
      }
      var car = MountainCar()
      car.reset(using: &generator)
      #expect(car.state == .init(position: again.nextUniform(in: -0.6 ..< -0.4), velocity: 0))
      var continuous = MountainCarContinuous()
      continuous.reset(using: &generator)
      #expect(
        continuous.state == .init(position: again.nextUniform(in: -0.6 ..< -0.4), velocity: 0))
      var pendulum = Pendulum()
      pendulum.reset(using: &generator)
      let angle = again.nextUniform(in: -Double.pi..<Double.pi)
      #expect(
        pendulum.state == .init(angle: angle, angularVelocity: again.nextUniform(in: -1..<1)))
    }
  }

  @Test func `observations are cosines, sines and velocities in single precision`() {
    let acrobot = Acrobot(
      state: .init(firstAngle: 0.5, secondAngle: -2, firstVelocity: 1.5, secondVelocity: -0.25))
    expectClose(
      acrobot.observation,
      [Float(cos(0.5)), Float(sin(0.5)), Float(cos(2.0)), Float(-sin(2.0)), 1.5, -0.25],
      tolerance: 1e-7)
    let pendulum = Pendulum(state: .init(angle: 10, angularVelocity: -4))
    expectClose(pendulum.observation, [Float(cos(10.0)), Float(sin(10.0)), -4], tolerance: 1e-7)
    var buffer = [Float](repeating: 9, count: 4)
    MountainCar(state: .init(position: 0.25, velocity: -0.5)).writeObservation(
      into: &buffer, at: 1)
    #expect(buffer == [9, 0.25, -0.5, 9])
  }

  @Test func `stepping without an episode, or with no such action, stops the program`() async {
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      var environment = Acrobot()
      _ = environment.step(0, using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      var environment = MountainCar()
      environment.reset(using: &generator)
      _ = environment.step(3, using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = SeededGenerator(key: 0)
      var environment = Pendulum(state: .init(angle: 0, angularVelocity: 0), stepCount: 199)
      _ = environment.step(actionAt: 0, of: [0], using: &generator)
      _ = environment.step(actionAt: 0, of: [0], using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      _ = Acrobot(
        state: .init(
          firstAngle: .infinity, secondAngle: 0, firstVelocity: 0, secondVelocity: 0))
    }
  }
}
