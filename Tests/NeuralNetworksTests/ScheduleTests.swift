import NeuralNetworks
import Testing

@Suite struct ScheduleTests {
  @Test func `a constant schedule stays`() {
    #expect(
      [0, 0.3, 1].map { Schedule.constant.value(2.5e-4, progress: $0) } == [2.5e-4, 2.5e-4, 2.5e-4])
  }

  @Test func `a linear schedule ends at zero`() {
    #expect([0, 0.25, 0.5, 1].map { Schedule.linear.value(8, progress: $0) } == [8, 6, 4, 0])
  }

  @Test func `the names are those of specs`() {
    #expect(Schedule.allCases.map(\.rawValue) == ["constant", "linear"])
  }
}
