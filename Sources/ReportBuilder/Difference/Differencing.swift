internal import Metrics
public import ResultStore
internal import Statistics

extension LockDifference {
  /// Compares two locks; nothing else is read.
  ///
  /// - Parameters:
  ///   - old: The earlier lock.
  ///   - oldName: Its name, such as `2026-W44`.
  ///   - new: The later lock.
  ///   - newName: Its name.
  ///   - catalog: The ranges of the metrics; a margin is 5 % of the range.
  ///   - experiments: The experiments compared; all, if nil.
  ///   - metrics: The metrics compared; all that an arm has in both locks, if nil.
  public init(
    from old: Lock, named oldName: String, to new: Lock, named newName: String,
    catalog: MetricCatalog, experiments: [String]? = nil, metrics: [String]? = nil
  ) {
    self.init(
      from: old, named: oldName, to: new, named: newName, catalog: catalog,
      experiments: experiments, metricsOf: { _ in metrics })
  }

  /// Compares two locks in the metrics that `metricsOf` chooses for an experiment; all, if nil.
  ///
  /// Without `isTested` there are intervals, and no p-values.
  init(
    from old: Lock, named oldName: String, to new: Lock, named newName: String,
    catalog: MetricCatalog, experiments: [String]?, isTested: Bool = true,
    metricsOf: (LockedExperiment) -> [String]?
  ) {
    let names = Set((old.experiments + new.experiments).map(\.name)).sorted()
      .filter { experiments?.contains($0) ?? true }
    self.oldName = oldName
    self.newName = newName
    testedRows = 0
    self.experiments = names.map { name in
      ExperimentDifference(
        name: name, old: old.experiment(name), new: new.experiment(name), catalog: catalog,
        metricsOf: metricsOf)
    }
    adjust(isTested: isTested)
  }

  /// Adjusts the p-values over all tested rows, and gives the verdicts that depend on them.
  private mutating func adjust(isTested: Bool) {
    var family: [(pValue: Double, pairs: Int)] = []
    for experiment in experiments {
      for metric in experiment.arms.flatMap(\.metrics) {
        guard let change = metric.change, let pValue = change.adjustedP else { continue }
        family.append((pValue, change.pairs))
      }
    }
    guard isTested, !family.isEmpty else { return forgetTests() }
    testedRows = family.count
    let smallest = holmAdjusted(family.map { SignFlipTest.smallestPValue(pairs: $0.pairs) })
    isFamilyTooLarge = smallest.allSatisfy { $0 >= ReportStatistics.significance }
    var adjusted = holmAdjusted(family.map(\.pValue)).makeIterator()
    forEachMetric { metric in
      guard metric.change?.adjustedP != nil, let pValue = adjusted.next() else { return }
      metric.change?.adjustedP = pValue
      if pValue < ReportStatistics.significance { metric.verdict = .changed }
    }
  }

  private mutating func forgetTests() {
    forEachMetric { $0.change?.adjustedP = nil }
  }

  private mutating func forEachMetric(_ body: (inout MetricDifference) -> Void) {
    for experiment in experiments.indices {
      for arm in experiments[experiment].arms.indices {
        for metric in experiments[experiment].arms[arm].metrics.indices {
          body(&experiments[experiment].arms[arm].metrics[metric])
        }
      }
    }
  }
}

extension ExperimentDifference {
  fileprivate init(
    name: String, old: LockedExperiment?, new: LockedExperiment?, catalog: MetricCatalog,
    metricsOf: (LockedExperiment) -> [String]?
  ) {
    self.name = name
    presence = old == nil ? .added : new == nil ? .removed : .both
    let oldArms = old?.arms ?? []
    let newArms = new?.arms ?? []
    let metrics = (new ?? old).flatMap(metricsOf)
    let scales = (new ?? old).map(MetricScales.init)
    arms = ArmPairing(old: oldArms, new: newArms).pairs.map { pair in
      ArmDifference(
        experiments: (old, new), old: pair.old.map { oldArms[$0] },
        new: pair.new.map { newArms[$0] }, metrics: metrics, catalog: catalog, scales: scales)
    }
  }
}

extension ArmDifference {
  fileprivate init(
    experiments: (old: LockedExperiment?, new: LockedExperiment?), old: LockedArm?,
    new: LockedArm?, metrics: [String]?, catalog: MetricCatalog, scales: MetricScales?
  ) {
    let experiment = experiments.new ?? experiments.old
    oldLabel = old?.label
    newLabel = new?.label
    title = (new ?? old)?.title ?? ""
    oldSeeds = old?.runs.count ?? 0
    newSeeds = new?.runs.count ?? 0
    let pairs = (old?.runs ?? []).compactMap { run in
      new?.run(seed: run.seed).map { (run, $0) }
    }
    commonSeeds = pairs.count
    hasSameRecords =
      !pairs.isEmpty
      && pairs.allSatisfy {
        $0.digest == $1.digest
          || $0.recordDigest.disagreements(with: $1.recordDigest).isEmpty
      }
    changedFields = []
    if let old, let new, old.identity != new.identity {
      changedFields = ChangedField.between(
        old.identity, new.identity, labels: (experiments.old.labels, experiments.new.labels))
    }
    let isUnchanged =
      hasSameRecords && commonSeeds == oldSeeds && commonSeeds == newSeeds
      && pairs.allSatisfy { $0.digest == $1.digest }
    let names = (isUnchanged ? [new] : [old, new]).compactMap { $0 }.map(\.shownMetricNames)
    let common = names.dropFirst().reduce(names.first ?? []) { known, more in
      known.filter(more.contains)
    }
    let own = common.filter { $0 == experiment?.metric }
    let available = own + common.filter { !own.contains($0) }
    self.metrics = available.filter {
      metrics?.contains($0) ?? !MetricDeclaration.isStandardError($0)
    }.map { metric in
      let information = experiment?.information(on: metric, of: new ?? old, from: catalog)
      return MetricDifference(
        metric, experiment: experiment?.name ?? "", old: old, new: new, isUnchanged: isUnchanged,
        information: information ?? catalog.information(on: metric, preimage: [:]), scales: scales)
    }
    guard isUnchanged, new?.isObserved == true else { return }
    for index in self.metrics.indices where self.metrics[index].verdict == .identical {
      self.metrics[index].verdict = .sameRecord
    }
  }
}

extension MetricDifference {
  /// Compares a metric that every run has; a p-value is not adjusted yet.
  ///
  /// Where `isUnchanged`, both arms have the same runs, and the new one's are read for both.
  fileprivate init(
    _ metric: String, experiment name: String, old: LockedArm?, new: LockedArm?,
    isUnchanged: Bool, information: MetricInformation, scales: MetricScales?
  ) {
    self.metric = metric
    margin = information.margin
    decimals = scales?.decimals(of: metric, information: information) ?? 3
    if isUnchanged, let new, !new.runs.isEmpty {
      // Ten thousand runs that are the same have a hundred thousand values that need no second look.
      let values = new.values(of: metric).compactMap(\.self)
      if values.count == new.runs.count {
        verdict = .identical
        change = Change(difference: 0, pairs: values.count)
        self.new = mean(values)
        self.old = self.new
        return
      }
    }
    func shown(_ arm: LockedArm?) -> ShownScores? {
      arm.flatMap { ShownScores(experiment: name, arm: $0, metric: metric) }
    }
    let newShown = shown(new)
    let oldShown = isUnchanged ? newShown : shown(old)
    if newShown?.undefined.isEmpty == false || oldShown?.undefined.isEmpty == false {
      self.old = oldShown?.mean
      self.new = newShown?.mean
      guard let former = oldShown, let latter = newShown else { return }
      verdict = former.isSame(as: latter) ? .identical : .notFinite
      return
    }
    var (oldScores, newScores) = (oldShown?.defined, newShown?.defined)
    if let former = oldScores, let latter = newScores {
      let (olds, news) = (former.restricted(to: latter), latter.restricted(to: former))
      let hasOtherSeeds = former.seeds != latter.seeds
      if hasOtherSeeds {
        (allOld, allNew) = (mean(former.values), mean(latter.values))
        if !olds.seeds.isEmpty { (oldScores, newScores) = (olds, news) }
      }
      if olds.values.isEmpty {
        verdict = .tooFewSeeds
      } else if olds.values.map(\.bitPattern) == news.values.map(\.bitPattern) {
        verdict = hasOtherSeeds ? .sameOnCommonSeeds : .identical
        change = Change(difference: 0, pairs: olds.seeds.count)
      } else {
        compare(
          olds, news, isCount: information.isCount,
          isStandardError: MetricDeclaration.isStandardError(metric),
          names: ["change", name, latter.arm, metric])
      }
    }
    self.new = newScores.map { mean($0.values) }
    self.old = isUnchanged ? self.new : oldScores.map { mean($0.values) }
  }

  /// Compares values that are not the same.
  private mutating func compare(
    _ olds: SeedScores, _ news: SeedScores, isCount: Bool, isStandardError: Bool, names: [String]
  ) {
    guard
      let pair = PairSummary(
        news.values, minus: olds.values, names: names)
    else { return }
    // A cost is counted, not sampled: it is the same or it is not, and takes no part in the tests.
    let isTested = !isCount && !isStandardError
    change = Change(
      difference: pair.difference, lower: pair.interval?.lower, upper: pair.interval?.upper,
      adjustedP: isTested ? pair.pValue : nil, pairs: pair.pairs)
    verdict =
      isCount ? nil : isStandardError ? .notTested : Self.verdict(of: pair, margin: margin)
  }

  /// The verdict by the interval alone.
  private static func verdict(of pair: PairSummary, margin: Double?) -> Verdict {
    guard let interval = pair.interval else { return .tooFewSeeds }
    if !interval.contains(0) { return .leavesOutZero }
    guard let margin else { return .undecided }
    return interval.lower >= 0 - margin && interval.upper <= margin ? .withinNoise : .undecided
  }
}
