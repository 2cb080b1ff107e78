import NeuralNetworks
import TestSupport
import Testing

@Suite struct LearningRateScheduleTests {
  private func values(
    _ schedule: LearningRateSchedule, peak: Double, updates: [Int], of total: Double
  ) -> [Double] {
    updates.map { schedule.value(peak: peak, update: $0, progress: Double($0) / total) }
  }

  @Test func `a warm-up rises to the peak in equal steps and starts above zero`() {
    let schedule = LearningRateSchedule(warmupUpdates: 4)
    #expect(
      values(schedule, peak: 8, updates: [0, 1, 2, 3, 4, 50], of: 100) == [2, 4, 6, 8, 8, 8])
  }

  @Test func `a linear decay goes straight to its final share`() {
    let schedule = LearningRateSchedule(decay: .linear, finalShare: 0.25)
    #expect(values(schedule, peak: 8, updates: [0, 50, 100], of: 100) == [8, 5, 2])
  }

  @Test func `a cosine decay follows half a cosine to its final share`() {
    // cos(π/3) = 1/2, cos(π/2) = 0, cos(2π/3) = −1/2.
    let schedule = LearningRateSchedule(decay: .cosine)
    expectClose(
      values(schedule, peak: 8, updates: [0, 20, 30, 40, 60], of: 60), [8, 6, 4, 2, 0],
      tolerance: 1e-14)
    let floored = LearningRateSchedule(decay: .cosine, finalShare: 0.5)
    expectClose(
      values(floored, peak: 8, updates: [0, 20, 30, 40, 60], of: 60), [8, 7, 6, 5, 4],
      tolerance: 1e-14)
  }

  @Test func `warm-up and decay multiply`() {
    let schedule = LearningRateSchedule(decay: .linear, warmupUpdates: 2)
    #expect(values(schedule, peak: 8, updates: [0, 1, 2], of: 4) == [4, 6, 4])
  }

  @Test func `without a warm-up it is the schedule that environments use`() {
    for progress in [0, 0.125, 0.7, 1] {
      #expect(
        LearningRateSchedule(decay: .linear).value(peak: 3e-4, update: 7, progress: progress)
          == Schedule.linear.value(3e-4, progress: progress))
    }
  }

  @Test func `the names are those of specs`() {
    #expect(
      LearningRateSchedule.Decay.allCases.map(\.rawValue) == ["constant", "linear", "cosine"])
  }
}
