import SeededRandom
import Statistics

/// How often the interval of a rank correlation leaves out 0 where all items are equal in truth.
struct RankCorrelationLevels {
  var trials: Int
  /// Of each bootstrap.
  var resamples: Int

  func measure(into findings: inout Findings) {
    let resamples = resamples
    findings.head(
      "Rank correlation of arms that are equal in truth, its 95 % interval leaves out 0")
    for arms in [4, 6, 10] {
      // The other side is known: an order that no seed changes.
      let order = (0..<arms).map { [Double($0)] }
      for scores in [Scores.normal, .heavilySkewed] {
        let shares = Findings.seeds.map { seeds in
          share(trials, key: UInt64(100 * arms + seeds)) { generator in
            let values = (0..<arms).map { _ in scores.sample(seeds, using: &generator) }
            let interval = kendallTauInterval(
              order, values, resamples: resamples, using: &generator)
            return interval.map { !$0.contains(0) } ?? false
          }
        }
        findings.row(
          "\(arms) arms, \(scores.name)", trials: trials, shares: shares,
          promises: Array(repeating: .atMost(0.05), count: shares.count))
      }
    }
  }
}
