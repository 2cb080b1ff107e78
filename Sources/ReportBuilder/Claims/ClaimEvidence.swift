internal import ReportRendering
internal import ResultStore
internal import Statistics

extension ResolvedClaim {
  /// Returns the verdict of the test, and the numbers behind it.
  func check(family: ClaimFamily, catalog: MetricCatalog) -> (ReportClaim.Verdict, String) {
    let metric = claim.metric.text
    let information = experiment.information(on: metric, from: catalog)
    let decimals = experiment.decimals(of: metric, information: information)
    guard undefined.isEmpty else {
      return (
        .untested, "no finite \(metric): \(undefined.joined(separator: "; ")), so nothing is tested"
      )
    }
    if case .bound(_, let side, let bound, let needed, let total) = claim.relation {
      return check(side, bound, needed: needed, of: total, decimals: decimals)
    }
    guard let pair else { return (.untested, "\(title(0)) and \(title(1)) have no seed in common") }
    let common = [scores[0].restricted(to: scores[1]), scores[1].restricted(to: scores[0])]
    let means = common.indices.map {
      "\(title($0)) \(NumberText.fixed(mean(common[$0].values), decimals: decimals))"
    }.joined(separator: ", ")
    guard pair.interval != nil else {
      return (
        .untested,
        "too few seeds (\(pair.pairs) in common, \(ReportStatistics.leastSeeds) needed): \(means), "
          + "difference \(NumberText.fixed(pair.difference, decimals: decimals))"
      )
    }
    let numbers = "\(means), difference \(pair.text(decimals: decimals))"
    let scope = scope(pair, information: information, decimals: decimals)
    switch claim.relation {
    case .greater:
      guard let adjusted = test.flatMap(family.adjustedP) else { return (.untested, numbers) }
      let holds = adjusted < ReportStatistics.significance && pair.difference > 0
      return (
        holds ? .holds : .fails,
        "\(numbers), \(NumberText.pEquals(adjusted)) (\(family.words)), \(scope)"
      )
    case .unresolved:
      let holdsZero = pair.interval?.contains(0) ?? false
      return holdsZero
        ? (.unresolved, "\(numbers), \(scope); this does not show that they are equal")
        : (.fails, "\(numbers), \(scope); the interval leaves out 0")
    case .equivalent(_, _, let margin):
      guard let equivalence = pair.equivalence(within: margin) else { return (.untested, numbers) }
      let interval = NumberText.interval(equivalence.interval, decimals: decimals)
      return (
        equivalence.pValue < ReportStatistics.significance ? .holds : .fails,
        "\(means), difference \(NumberText.fixed(pair.difference, decimals: decimals)), 90 % interval "
          + "\(interval) against ±\(NumberText.shortest(margin)), "
          + "\(NumberText.pEquals(equivalence.pValue)) (two one-sided tests), \(scope)"
      )
    case .bound: preconditionFailure("a bound compares no arms")
    }
  }

  /// The scope of the test: its seeds, the items, and the runs that diverged.
  private func scope(
    _ pair: PairSummary, information: MetricInformation, decimals: Int
  ) -> String {
    let most = scores.map(\.seeds.count).max() ?? 0
    var words =
      pair.pairs == most
      ? SeedNotes.seeds([most]) : "\(pair.pairs) of \(SeedNotes.seeds([most])) in common"
    let arms = scores.compactMap { experiment.arm($0.arm) }
    let items = MeasuredItems(of: arms, information: information, decimals: decimals)
    words += items?.place ?? ""
    for arm in arms {
      if let seeds = SeedNotes.divergedSeeds(of: arm) {
        words += "; \(arm.title) diverged in \(seeds)"
      }
    }
    if pair.hasUnequalSpreads {
      words +=
        "; spreads over seeds differ clearly (standard deviations "
        + NumberText.fixed(pair.deviations.first, decimals: decimals) + " and "
        + NumberText.fixed(pair.deviations.second, decimals: decimals)
        + "), so that the test is of runs that can be exchanged, not of equal means alone"
    }
    return words
  }

  private func check(
    _ side: Claim.Side, _ bound: Double, needed: Int, of total: Int, decimals: Int
  ) -> (ReportClaim.Verdict, String) {
    let values = scores[0].values
    guard values.count == total else {
      return (.fails, "\(title(0)) has \(SeedNotes.seeds([values.count])), not \(total)")
    }
    let count = values.count { side == .atLeast ? $0 >= bound : $0 <= bound }
    let worst = side == .atLeast ? values.min() : values.max()
    let extreme = side == .atLeast ? "lowest" : "highest"
    return (
      count >= needed ? .holds : .fails,
      "\(title(0)) in \(count) of \(total) seeds, \(extreme) "
        + NumberText.fixed(worst ?? 0, decimals: decimals)
    )
  }

  private func title(_ index: Int) -> String {
    experiment.arm(scores[index].arm)?.title ?? scores[index].arm
  }
}
