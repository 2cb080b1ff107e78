import Cluster
import ExperimentRunner
import ExternalTrainers
import Testing

/// What runs are estimated to take.
@Suite struct RunEstimatesTests {
  private static func isClose(_ first: Double, _ second: Double) -> Bool {
    abs(first - second) < 1e-9
  }

  @Test func `a run takes what other seeds of its arm took`() {
    let known = [(ClusterFixtures.run(0), 30.0), (ClusterFixtures.run(1), 50.0)]
    let estimates = RunEstimates(of: known.map { (run: $0.0, seconds: $0.1) })
    #expect(Self.isClose(estimates.seconds(of: ClusterFixtures.run(7)), 40 + RunEstimates.overhead))
  }

  @Test func `of another arm it is told by the speed of those that are known`() {
    // 400,000 steps took 40 s.
    let estimates = RunEstimates(of: [(ClusterFixtures.run("e", "B", 0, steps: 400_000), 40.0)])
    #expect(
      Self.isClose(
        estimates.seconds(of: ClusterFixtures.run(0, steps: 100_000)), 10 + RunEstimates.overhead))
  }

  @Test func `without anything to go by there is a usual speed, and for trainers their limit`() {
    let estimates = RunEstimates()
    #expect(
      Self.isClose(
        estimates.seconds(of: ClusterFixtures.run(0, steps: 600_000)), 3 + RunEstimates.overhead))
    #expect(
      estimates.seconds(of: ClusterFixtures.observed(0, TrainerResources(seconds: 7200))) == 7200)
    #expect(
      estimates.seconds(of: ClusterFixtures.observed(0, TrainerResources()))
        == RunEstimates.unknownTrainer)
  }

  @Test func `a duration that is none is not taken into account`() {
    let estimates = RunEstimates(of: [(ClusterFixtures.run(0), .nan), (ClusterFixtures.run(1), -1)])
    #expect(
      estimates.seconds(of: ClusterFixtures.run(2))
        == RunEstimates().seconds(of: ClusterFixtures.run(2)))
  }
}
