internal import ReportRendering
internal import ResultStore
internal import Statistics

/// The outcome of a claim's test.
struct ClaimOutcome {
  var verdict: ReportClaim.Verdict
  /// The numbers behind the verdict, in words.
  var evidence: String
  /// The numbers of a comparison of two arms; nil where there is none.
  var comparison: ReportClaim.Comparison?

  init(
    _ verdict: ReportClaim.Verdict, _ evidence: String,
    _ comparison: ReportClaim.Comparison? = nil
  ) {
    self.verdict = verdict
    self.evidence = evidence
    self.comparison = comparison
  }
}

extension ResolvedClaim {
  /// Returns the verdict of the test, and the numbers behind it.
  func check(family: ClaimFamily, catalog: MetricCatalog) -> ClaimOutcome {
    let metric = claim.metric.text
    let information = experiment.information(on: metric, from: catalog)
    let decimals = experiment.decimals(of: metric, information: information)
    guard undefined.isEmpty else {
      return ClaimOutcome(
        .untested, "no finite \(metric): \(undefined.joined(separator: "; ")), so nothing is tested"
      )
    }
    if case .bound(_, let side, let bound, let needed, let total) = claim.relation {
      return check(side, bound, needed: needed, of: total, decimals: decimals)
    }
    guard let pair else {
      return ClaimOutcome(.untested, "\(title(0)) and \(title(1)) have no seed in common")
    }
    let common = [scores[0].restricted(to: scores[1]), scores[1].restricted(to: scores[0])]
    let means = common.indices.map {
      "\(title($0)) \(NumberText.fixed(mean(common[$0].values), decimals: decimals))"
    }.joined(separator: ", ")
    guard let interval = pair.interval else {
      return ClaimOutcome(
        .untested,
        "too few seeds (\(pair.pairs) in common, \(ReportStatistics.leastSeeds) needed): \(means), "
          + "difference \(NumberText.fixed(pair.difference, decimals: decimals))"
      )
    }
    let numbers = "\(means), difference \(pair.text(decimals: decimals))"
    let scope = scope(pair, information: information, decimals: decimals)
    func comparison(
      _ interval: ConfidenceInterval, _ text: String? = nil, margin: Double? = nil,
      pValue: String? = nil, notes: [String]
    ) -> ReportClaim.Comparison {
      ReportClaim.Comparison(
        metric: metric, means: means,
        difference: NumberText.fixed(pair.difference, decimals: decimals),
        interval: text
          ?? PairSummary.intervalText(
            interval, isConstant: pair.isConstant, pairs: pair.pairs, decimals: decimals),
        ends: (interval.lower, pair.difference, interval.upper), margin: margin, pValue: pValue,
        notes: notes + spreadNote(pair, decimals: decimals),
        explanations: pair.hasUnequalSpreads
          ? [
            "where standard deviations are told, they differ clearly over seeds, and the test asks whether runs of the "
              + "two arms could be swapped, which is more than whether their means are equal"
          ] : [])
    }
    let seeds = seedWords(pair, information: information, decimals: decimals)

    switch claim.relation {
    case .greater:
      guard let adjusted = test.flatMap(family.adjustedP) else {
        return ClaimOutcome(.untested, numbers)
      }
      let holds = adjusted < ReportStatistics.significance && pair.difference > 0
      let pValue = NumberText.pEquals(adjusted)
      return ClaimOutcome(
        holds ? .holds : .fails, "\(numbers), \(pValue) (\(family.words)), \(scope)",
        comparison(interval, pValue: pValue, notes: ["p-values: \(family.words)"] + seeds)
      )
    case .unresolved:
      return interval.contains(0)
        ? ClaimOutcome(
          .unresolved, "\(numbers), \(scope); this does not show that they are equal",
          comparison(interval, notes: seeds))
        : ClaimOutcome(
          .fails, "\(numbers), \(scope); the interval leaves out 0",
          comparison(interval, notes: seeds + ["the interval leaves out 0"]))
    case .equivalent(_, _, let margin):
      guard let equivalence = pair.equivalence(within: margin) else {
        return ClaimOutcome(.untested, numbers)
      }
      let narrow = NumberText.interval(
        equivalence.interval, decimals: decimals, apartFrom: [-margin, margin])
      let pValue = NumberText.pEquals(equivalence.pValue)
      return ClaimOutcome(
        equivalence.pValue < ReportStatistics.significance ? .holds : .fails,
        "\(means), difference \(NumberText.fixed(pair.difference, decimals: decimals)), 90 % interval "
          + "\(narrow) against ±\(NumberText.shortest(margin)), "
          + "\(pValue) (two one-sided tests), \(scope)",
        comparison(
          equivalence.interval, narrow + " (90 %)", margin: margin, pValue: pValue,
          notes: ["two one-sided tests"] + seeds)
      )
    case .bound: preconditionFailure("a bound compares no arms")
    }
  }

  /// The scope of the test: its seeds, the items, and the runs that diverged.
  private func scope(
    _ pair: PairSummary, information: MetricInformation, decimals: Int
  ) -> String {
    var words = seedWords(pair, information: information, decimals: decimals)
      .joined(separator: "; ")
    if pair.hasUnequalSpreads {
      words +=
        "; spreads over seeds differ clearly (standard deviations "
        + NumberText.fixed(pair.deviations.first, decimals: decimals) + " and "
        + NumberText.fixed(pair.deviations.second, decimals: decimals)
        + "), so the test asks whether runs of the two could be swapped, which is more than whether "
        + "their means are equal"
    }
    return words
  }

  /// The seeds of the test with the items, and each arm of which runs diverged.
  private func seedWords(
    _ pair: PairSummary, information: MetricInformation, decimals: Int
  ) -> [String] {
    let most = scores.map(\.seeds.count).max() ?? 0
    let arms = scores.compactMap { experiment.arm($0.arm) }
    let items = MeasuredItems(of: arms, information: information, decimals: decimals)
    let seeds =
      pair.pairs == most
      ? SeedNotes.seeds([most]) : "\(pair.pairs) of \(SeedNotes.seeds([most])) in common"
    return [seeds + (items?.place ?? "")]
      + arms.compactMap { arm in
        SeedNotes.divergedSeeds(of: arm).map { "\(arm.title) diverged in \($0)" }
      }
  }

  /// The standard deviations of both arms, if they differ clearly.
  private func spreadNote(_ pair: PairSummary, decimals: Int) -> [String] {
    pair.hasUnequalSpreads
      ? [
        "standard deviations " + NumberText.fixed(pair.deviations.first, decimals: decimals)
          + " and " + NumberText.fixed(pair.deviations.second, decimals: decimals)
      ] : []
  }

  private func check(
    _ side: Claim.Side, _ bound: Double, needed: Int, of total: Int, decimals: Int
  ) -> ClaimOutcome {
    let values = scores[0].values
    guard values.count == total else {
      return ClaimOutcome(
        .fails, "\(title(0)) has \(SeedNotes.seeds([values.count])), not \(total)")
    }
    let count = values.count { side == .atLeast ? $0 >= bound : $0 <= bound }
    let worst = side == .atLeast ? values.min() : values.max()
    let extreme = side == .atLeast ? "lowest" : "highest"
    return ClaimOutcome(
      count >= needed ? .holds : .fails,
      "\(title(0)) in \(count) of \(total) seeds, \(extreme) "
        + NumberText.fixed(worst ?? 0, decimals: decimals)
    )
  }

  private func title(_ index: Int) -> String {
    experiment.arm(scores[index].arm)?.title ?? scores[index].arm
  }
}
