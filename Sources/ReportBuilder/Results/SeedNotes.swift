internal import ResultStore
internal import Settings
internal import Statistics

/// The sentences below tables that say what an interval holds, and what it leaves open.
enum SeedNotes {
  /// `10 seeds`, or `8 to 10 seeds`.
  static func seeds(_ counts: [Int]) -> String {
    let (fewest, most) = (counts.min() ?? 0, counts.max() ?? 0)
    let words = most == 1 ? "seed" : "seeds"
    return fewest == most ? "\(most) \(words)" : "\(fewest) to \(most) \(words)"
  }

  /// `seed 3`, `seeds 0 to 9`, or `seeds 1, 4 and 7`; the seeds ascend.
  static func named(_ seeds: [Int]) -> String {
    guard let first = seeds.first, let last = seeds.last, seeds.count > 1 else {
      return "seed \(seeds.first ?? 0)"
    }
    return last - first == seeds.count - 1 && seeds.count > 2
      ? "seeds \(first) to \(last)" : "seeds \(listed(seeds.map(String.init)))"
  }

  // MARK: Coverage

  /// Below so many seeds, what an interval covers is said.
  private static let fewSeeds = 10
  /// Samples of normal scores are this skewed once in a hundred times.
  private static let clearSkewness = 1.5

  /// The sentences on how often intervals of these arms hold the mean, where it may be less than they say.
  static func coverage(_ arms: [(title: String, summary: ArmSummary)]) -> [String] {
    let shown = arms.filter { $0.summary.interval != nil && !$0.summary.isConstant }
    guard let fewest = shown.map(\.summary.seeds).min() else { return [] }
    func share(_ kind: MeasuredCoverage.Kind) -> String {
      let share = MeasuredCoverage.of(kind, seeds: fewest)?.share ?? 0
      return NumberText.fixed(100 * share, decimals: 0) + " %"
    }
    if fewest < fewSeeds {
      return [
        "At \(fewest) seeds such an interval holds the mean in \(share(.normal)) of simulated samples "
          + "of normal scores, \(share(.heavilySkewed)) of heavily skewed ones (lognormal), and "
          + "\(share(.oneInTenCollapses)) where one seed in ten collapses."
      ]
    }
    var skewed: [String] = []
    for arm in shown
    where arm.summary.shape.skewness.magnitude > clearSkewness && !skewed.contains(arm.title) {
      skewed.append(arm.title)
    }
    guard !skewed.isEmpty else { return [] }
    return [
      "The scores of \(listed(skewed)) are heavily skewed: where simulated samples are, such an interval "
        + "holds the true mean in \(share(.heavilySkewed)) of them (lognormal), and in "
        + "\(share(.oneInTenCollapses)) where one seed in ten collapses."
    ]
  }

  // MARK: Pairs

  /// The note on pairs whose spreads differ so much that a test of exchangeable runs is none of equal means alone.
  static func spreads(_ pairs: [(title: String, pair: PairSummary)], reference: String) -> [String]
  {
    let names = pairs.filter { $0.pair.interval != nil && $0.pair.hasUnequalSpreads }.map(\.title)
    guard !names.isEmpty else { return [] }
    return [
      "The scores of \(listed(names)) spread over seeds clearly more or less than those of "
        + "\(reference): there the sign-flip test, and the interval made from it, ask whether runs of "
        + "the two arms could be swapped, which is more than whether their means are equal."
    ]
  }

  /// The note on arms that have not all of their seeds in common with the reference.
  static func commonSeeds(
    _ pairs: [(title: String, pairs: Int, seeds: Int)], reference: String
  ) -> [String] {
    let lacking = pairs.filter { $0.pairs < $0.seeds }.map {
      "\($0.title) \($0.pairs) of \($0.seeds) seeds"
    }
    guard !lacking.isEmpty else { return [] }
    return ["In common with \(reference): \(listed(lacking)); differences are over these."]
  }

  // MARK: Diverged runs

  /// The note on runs of these arms that a bound or a number that is not finite ended; their values count.
  static func diverged(_ arms: [LockedArm]) -> [String] {
    let names = arms.compactMap { arm in
      divergedSeeds(of: arm).map { "\(arm.title) in \($0)" }
    }
    guard !names.isEmpty else { return [] }
    return ["Diverged: \(listed(names)); these runs count with the values of their last weights."]
  }

  /// `2 of 10 seeds (3, 7)`; nil where no run of the arm diverged.
  static func divergedSeeds(of arm: LockedArm) -> String? {
    let seeds = arm.runs.filter { $0.metric("diverged") == 1 }.map(\.seed).sorted()
    guard !seeds.isEmpty else { return nil }
    let numbers = seeds.map { "\($0)" }.joined(separator: ", ")
    return "\(seeds.count) of \(Self.seeds([arm.runs.count])) (\(numbers))"
  }
}

/// The items that the runs of a metric were measured on, beside the seeds that intervals are over.
struct MeasuredItems {
  /// The items in words, such as "100 evaluation episodes of each run"; nil where they are not known.
  var items: String?
  /// The largest standard error over the items, of an arm's runs on average, with the arm.
  var largest: (error: Double, title: String)
  var decimals: Int

  /// Looks up the standard errors of the metric that `information` is about; nil if no arm has them.
  init?(of arms: [LockedArm], information: MetricInformation, decimals: Int) {
    let standardError = information.standardError
    let errors = arms.compactMap { arm -> (error: Double, title: String)? in
      let errors = arm.values(of: standardError).compactMap(\.self)
      guard !errors.isEmpty, errors.count == arm.runs.count else { return nil }
      return (mean(errors), arm.title)
    }
    guard let first = errors.first else { return nil }
    largest = errors.dropFirst().reduce(first) { $1.error > $0.error ? $1 : $0 }
    items = information.items
    self.decimals = decimals
  }

  /// `, on these 100 evaluation episodes of each run`.
  var place: String { ", on these \(items ?? "items of each run's final evaluation")" }

  /// The place with the size of the error that intervals over seeds leave out.
  var words: String {
    "\(place) (a run's standard error over them is up to "
      + "\(NumberText.fixed(largest.error, decimals: decimals)), of \(largest.title))"
  }
}
