import Foundation
import SeededRandom
import Statistics

/// How often the intervals of single arms and of probabilities of improvement hold the truth.
struct IntervalCoverage {
  var trials: Int
  var referenceTrials: Int

  func measure(into findings: inout Findings) {
    arms(into: &findings)
    references(into: &findings)
    improvements(into: &findings)
  }

  private func arms(into findings: inout Findings) {
    let columns = [4, 5, 6, 8, 10, 20]
    findings.head("95 % interval of an arm's mean: how often it holds the mean", columns: columns)
    // The documented coverage below ten seeds, and from ten on.
    let promises: [(Scores, few: Findings.Promise, many: Findings.Promise)] = [
      (.normal, .atLeast(0.9), .atLeast(0.93)), (.skewed, .atLeast(0.9), .atLeast(0.93)),
      (.mildlySkewed, .atLeast(0.9), .atLeast(0.93)), (.heavilySkewed, .none, .atLeast(0.93)),
      (.bimodal, .atLeast(0.9), .atLeast(0.93)), (.oneInFive, .none, .none),
      (.oneInTen, .none, .none),
    ]
    for (scores, few, many) in promises {
      let mean = scores.mean
      let shares = columns.map { seeds in
        share(trials, key: UInt64(seeds)) { generator in
          meanInterval(scores.sample(seeds, using: &generator))?.contains(mean) ?? false
        }
      }
      findings.row(
        scores.name, trials: trials, shares: shares,
        promises: columns.map { $0 >= 10 ? many : few })
      for printed in MeasuredCoverage.all where printed.kind.rawValue == scores.name {
        guard let column = columns.firstIndex(of: printed.seeds) else { continue }
        let error = 3 * (printed.share * (1 - printed.share) / Double(trials)).squareRoot()
        findings.require(
          abs(shares[column] - printed.share) <= 0.01 + error,
          "reports print \(percent(printed.share)) for \(scores.name) at \(printed.seeds) seeds, measured "
            + "is \(percent(shares[column]))")
      }
    }
  }

  /// The alternatives.
  private func references(into findings: inout Findings) {
    findings.head("For comparison: Student's interval of the mean")
    for scores in [Scores.normal, .skewed, .mildlySkewed, .heavilySkewed] {
      let mean = scores.mean
      reference(scores.name, into: &findings) { sample, _ in
        let shape = SampleShape(sample)
        let error =
          abs(Statistics.mean(sample) - mean) / shape.deviation * Double(sample.count).squareRoot()
        let quantiles: [Int: Double] = [6: 2.570581836, 10: 2.262157163, 20: 2.093024054]
        return error <= quantiles[sample.count, default: 0]
      } draw: {
        scores.sample($0, using: &$1)
      }
    }
    for isStudentized in [false, true] {
      findings.head(
        "For comparison: \(isStudentized ? "studentized" : "percentile") bootstrap of the mean")
      for scores in [Scores.normal, .skewed, .mildlySkewed, .heavilySkewed] {
        let mean = scores.mean
        reference(scores.name, into: &findings) { sample, generator in
          Bootstrap.holds(mean, sample, isStudentized: isStudentized, using: &generator)
        } draw: {
          scores.sample($0, using: &$1)
        }
      }
    }
    findings.head("For comparison: Yuen's interval of the mean of the middle half, of that mean")
    for scores in [Scores.normal, .skewed, .mildlySkewed, .heavilySkewed] {
      let large = scores.sample(400_000, of: 3).sorted()[100_000..<300_000]
      let truth = large.reduce(0, +) / 200_000
      reference(scores.name, into: &findings) { sample, _ in
        Yuen.holds(truth, sample)
      } draw: {
        scores.sample($0, using: &$1)
      }
    }
  }

  private func reference(
    _ name: String, into findings: inout Findings,
    holds: ([Double], inout SeededGenerator) -> Bool,
    draw: (Int, inout SeededGenerator) -> [Double]
  ) {
    let shares = Findings.seeds.map { seeds in
      share(referenceTrials, key: UInt64(seeds)) { generator in
        let sample = draw(seeds, &generator)
        return holds(sample, &generator)
      }
    }
    findings.row(name, trials: referenceTrials, shares: shares, promises: [.none, .none, .none])
  }

  private func improvements(into findings: inout Findings) {
    findings.head(
      "95 % interval of the probability of improvement: how often it holds the probability")
    let pairs: [(String, Scores, Scores)] = [
      ("normal", .normal, .normal), ("normal, far apart", .normal.shifted(by: 2), .normal),
      ("skewed (exponential)", .skewed.shifted(by: 1), .skewed),
      ("bimodal", .bimodal.shifted(by: 1), .bimodal),
      ("one arm three times as wide", .wide.shifted(by: 2), .normal),
      ("one arm collapses in one seed of five", .oneInFive.shifted(by: 1), .normal),
      ("a loss in one seed of five, else equal", .oneLossInFive, .zero),
    ]
    for (name, first, second) in pairs {
      let truth = Self.probability(first, second)
      let shares = Findings.seeds.map { seeds in
        share(trials, key: UInt64(seeds)) { generator in
          probabilityOfImprovementInterval(
            first.sample(seeds, using: &generator), over: second.sample(seeds, using: &generator)
          ).contains(truth)
        }
      }
      findings.row(
        "\(name) (\(percent(truth)))", trials: trials, shares: shares,
        promises: [.atLeast(0.93), .atLeast(0.93), .atLeast(0.93)])
    }
  }

  private static func probability(_ first: Scores, _ second: Scores) -> Double {
    let (firsts, seconds) = (first.sample(400_000, of: 1), second.sample(400_000, of: 2))
    return zip(firsts, seconds).reduce(0) { $0 + ($1.0 > $1.1 ? 1 : $1.0 == $1.1 ? 0.5 : 0) }
      / 400_000
  }
}

/// The share of `trials` in which something holds.
func share(
  _ trials: Int, key: UInt64, where holds: (inout SeededGenerator) -> Bool
) -> Double {
  var generator = SeededGenerator(key: key)
  let count = (0..<trials).reduce(0) { count, _ in count + (holds(&generator) ? 1 : 0) }
  return Double(count) / Double(trials)
}
