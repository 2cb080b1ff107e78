import SeededRandom
import Statistics

/// How often the sign-flip test rejects what is true, and its interval leaves out the truth.
struct TestLevels {
  var trials: Int

  /// Two arms whose scores are drawn with one seed.
  private struct Pair {
    var name: String
    var first: Scores
    var second: Scores
    /// How much of a score the two arms of a seed have in common.
    var common = 0.0

    func differences(_ count: Int, using generator: inout SeededGenerator) -> [Double] {
      (0..<count).map { _ in
        let shared = common * generator.nextNormal()
        return (first.draw(&generator) + shared) - (second.draw(&generator) + shared)
      }
    }
  }

  func measure(into findings: inout Findings) {
    let exchangeable = [
      Pair(name: "normal", first: .normal, second: .normal),
      Pair(name: "normal, seeds in common", first: .normal, second: .normal, common: 2),
      Pair(name: "skewed (exponential)", first: .skewed, second: .skewed),
      Pair(name: "heavily skewed (lognormal, 1)", first: .heavilySkewed, second: .heavilySkewed),
      Pair(name: "bimodal", first: .bimodal, second: .bimodal),
      Pair(name: "either arm collapses in one seed of five", first: .oneInFive, second: .oneInFive),
      Pair(name: "normal, one arm three times as wide", first: .normal, second: .wide),
    ]
    findings.head("Sign-flip test at .05: how often it rejects two arms that do not differ")
    for pair in exchangeable {
      // Of 64 patterns at most 3 are below .05, and they come in twos.
      findings.row(
        pair.name, trials: trials, shares: rejections(of: pair),
        promises: [.within(2.0 / 64...2.0 / 64), .within(0.04...0.05), .within(0.04...0.05)])
    }
    findings.head("The same, where means are equal and distributions are not (no promise)")
    for pair in [
      Pair(
        name: "one arm collapses in one seed of five", first: .oneInFive.shifted(by: 2),
        second: .normal),
      Pair(
        name: "one arm collapses in one seed of ten", first: .oneInTen.shifted(by: 1),
        second: .normal),
      Pair(
        name: "one arm is skewed (exponential)", first: .skewed.shifted(by: -1), second: .normal),
    ] {
      findings.row(
        pair.name, trials: trials, shares: rejections(of: pair),
        promises: [.none, .none, .none])
    }
    findings.head("95 % interval of a difference: how often it holds the difference")
    for pair in exchangeable {
      findings.row(
        pair.name, trials: trials / 10, shares: coverages(of: pair),
        promises: [.atLeast(0.95), .atLeast(0.95), .atLeast(0.95)])
    }
    findings.head(
      "Two one-sided tests at .05: how often arms are called equivalent that differ by the margin")
    for pair in exchangeable {
      findings.row(
        pair.name, trials: trials, shares: equivalences(of: pair),
        promises: [.atMost(0.05), .atMost(0.05), .atMost(0.05)])
    }
    findings.require(
      intervalsAgreeWithTests(exchangeable), "an interval leaves out 0 exactly where p is below .05"
    )
  }

  private func rejections(of pair: Pair) -> [Double] {
    shares(of: pair, trials: trials) { differences, generator in
      SignFlipTest(differences: differences, using: &generator).pValue() < 0.05
    }
  }

  private func coverages(of pair: Pair) -> [Double] {
    shares(of: pair, trials: trials / 10) { differences, generator in
      let test = SignFlipTest(differences: differences.map { $0 + 1.5 }, using: &generator)
      return test.interval()?.contains(1.5) ?? false
    }
  }

  private func equivalences(of pair: Pair) -> [Double] {
    let margin = 12.0
    return shares(of: pair, trials: trials) { differences, generator in
      let test = SignFlipTest(differences: differences.map { $0 + margin }, using: &generator)
      return test.equivalencePValue(within: margin) < 0.05
    }
  }

  private func shares(
    of pair: Pair, trials: Int, where isCounted: ([Double], inout SeededGenerator) -> Bool
  ) -> [Double] {
    Findings.seeds.map { seeds in
      var generator = SeededGenerator(key: UInt64(seeds))
      let count = (0..<trials).reduce(0) { count, _ in
        let differences = pair.differences(seeds, using: &generator)
        return count + (isCounted(differences, &generator) ? 1 : 0)
      }
      return Double(count) / Double(trials)
    }
  }

  private func intervalsAgreeWithTests(_ pairs: [Pair]) -> Bool {
    var generator = SeededGenerator(key: 5)
    return pairs.allSatisfy { pair in
      (0..<50).allSatisfy { trial in
        let differences = pair.differences(6 + trial % 10, using: &generator)
        let test = SignFlipTest(
          differences: differences.map { $0 + 0.7 }, using: &generator)
        let margin = 2.0
        return test.interval().map { !$0.contains(0) } == (test.pValue() < 0.05)
          && test.interval(significance: 0.1).map { $0.lower > -margin && $0.upper < margin }
            == (test.equivalencePValue(within: margin) < 0.05)
      }
    }
  }
}
