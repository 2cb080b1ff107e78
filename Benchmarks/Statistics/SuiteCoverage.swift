import SeededRandom
import Statistics

/// How often the intervals of several tasks as one hold the truth.
struct SuiteCoverage {
  var trials: Int
  /// Of each bootstrap.
  var resamples: Int

  func measure(into findings: inout Findings) {
    let resamples = resamples
    for (title, estimate, interval) in [
      (
        "interquartile mean", interquartileMean,
        { interquartileMeanInterval(strata: $0, resamples: resamples, using: &$1) }
      ),
      (
        "optimality gap", { optimalityGap($0) },
        { strata, _ in optimalityGapInterval(strata: strata) }
      ),
    ]
      as [(
        String, ([Double]) -> Double, ([[Double]], inout SeededGenerator) -> ConfidenceInterval?
      )]
    {
      findings.head("95 % interval of the \(title) over the runs of several tasks")
      for tasks in [1, 2, 8] {
        for scores in [Scores.normal, .skewed, .bimodal] {
          // Tasks lie a deviation apart, as tasks that differ in difficulty do.
          let all = (0..<tasks).map { scores.shifted(by: Double($0)) }
          let truth = estimate(
            all.enumerated().flatMap { $1.sample(200_000 / tasks, of: UInt64($0)) })
          let shares = Findings.seeds.map { seeds in
            share(trials, key: UInt64(seeds)) { generator in
              let strata = all.map { $0.sample(seeds, using: &generator) }
              return interval(strata, &generator)?.contains(truth) ?? false
            }
          }
          let isPromised = scores.name != Scores.bimodal.name
          findings.row(
            "\(tasks) \(tasks == 1 ? "task" : "tasks"), \(scores.name)", trials: trials,
            shares: shares,
            promises: [
              .none, isPromised ? .atLeast(0.93) : .none, isPromised ? .atLeast(0.93) : .none,
            ])
        }
      }
    }
  }
}
