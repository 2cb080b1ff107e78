public import ResultStore
internal import Statistics

extension LockDifference {
  /// Compares two locks; nothing else is read.
  ///
  /// - Parameters:
  ///   - old: The earlier lock.
  ///   - oldName: What it is called.
  ///   - new: The later lock.
  ///   - newName: What it is called.
  ///   - catalog: What is known of the metrics; a margin is 5 % of a metric's range unless declared.
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
  init(
    from old: Lock, named oldName: String, to new: Lock, named newName: String,
    catalog: MetricCatalog, experiments: [String]?,
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
    adjust()
  }

  /// Adjusts the p-values over all tested rows, and gives the verdicts that depend on them.
  private mutating func adjust() {
    let rows = experiments.indices.flatMap { experiment in
      experiments[experiment].arms.indices.flatMap { arm in
        experiments[experiment].arms[arm].metrics.indices.map { (experiment, arm, $0) }
      }
    }
    let tested = rows.filter { experiment, arm, metric in
      experiments[experiment].arms[arm].metrics[metric].change?.adjustedP != nil
    }
    testedRows = tested.count
    let adjusted = holmAdjusted(
      tested.compactMap { experiments[$0].arms[$1].metrics[$2].change?.adjustedP })
    for (row, pValue) in zip(tested, adjusted) {
      experiments[row.0].arms[row.1].metrics[row.2].change?.adjustedP = pValue
      if pValue < ReportStatistics.significance {
        experiments[row.0].arms[row.1].metrics[row.2].verdict = .changed
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
    arms = ArmPairing(old: oldArms, new: newArms).pairs.map { pair in
      ArmDifference(
        experiments: (old, new), old: pair.old.map { oldArms[$0] },
        new: pair.new.map { newArms[$0] }, metrics: metrics, catalog: catalog)
    }
  }
}

extension ArmDifference {
  fileprivate init(
    experiments: (old: LockedExperiment?, new: LockedExperiment?), old: LockedArm?,
    new: LockedArm?, metrics: [String]?, catalog: MetricCatalog
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
      && pairs.allSatisfy { $0.recordDigest.disagreements(with: $1.recordDigest).isEmpty }
    changedFields = []
    if let old, let new {
      changedFields = ChangedField.between(
        old.identity, new.identity, labels: (experiments.old.labels, experiments.new.labels))
    }
    let names = [old, new].compactMap { $0 }.map(\.metricNames)
    let common = names.dropFirst().reduce(names.first ?? []) { known, more in
      known.filter(more.contains)
    }
    let own = common.filter { $0 == experiment?.metric }
    let available = own + common.filter { !own.contains($0) }
    self.metrics = available.filter { metrics?.contains($0) ?? true }.map { metric in
      MetricDifference(metric, experiment: experiment, old: old, new: new, catalog: catalog)
    }
  }
}

extension MetricDifference {
  /// Compares a metric that every run has; a p-value is not adjusted yet.
  fileprivate init(
    _ metric: String, experiment: LockedExperiment?, old: LockedArm?, new: LockedArm?,
    catalog: MetricCatalog
  ) {
    let name = experiment?.name ?? ""
    let information = catalog.information(
      on: metric, preimage: (new ?? old)?.preimage ?? [:])
    self.metric = metric
    margin = information.margin
    decimals = experiment?.decimals(of: metric, information: information) ?? 3
    var oldScores = old.flatMap { SeedScores(experiment: name, arm: $0, metric: metric) }
    var newScores = new.flatMap { SeedScores(experiment: name, arm: $0, metric: metric) }
    if let former = oldScores, let latter = newScores {
      let (olds, news) = (former.restricted(to: latter), latter.restricted(to: former))
      if !olds.seeds.isEmpty { (oldScores, newScores) = (olds, news) }
      let pair = PairSummary(
        news.values, minus: olds.values,
        generator: ReportStatistics.generator("change", name, latter.arm, metric))
      let isIdentical =
        !olds.values.isEmpty && olds.values.map(\.bitPattern) == news.values.map(\.bitPattern)
      change = pair.map {
        Change(
          difference: $0.difference, lower: $0.interval.lower, upper: $0.interval.upper,
          adjustedP: isIdentical || information.isCount ? nil : $0.pValue)
      }
      // A cost is counted, not sampled: it is the same or it is not, and takes no part in the tests.
      verdict =
        isIdentical
        ? .identical
        : information.isCount
          ? nil : Self.untestedVerdict(change, pairs: olds.seeds.count, margin: margin)
    }
    self.old = oldScores.map { interquartileMean($0.values) }
    self.new = newScores.map { interquartileMean($0.values) }
  }

  /// The verdict on values that differ, unless the test finds a change.
  private static func untestedVerdict(
    _ change: Change?, pairs: Int, margin: Double?
  ) -> Verdict {
    guard let change, let margin, pairs >= ReportStatistics.leastSeeds else { return .tooFewSeeds }
    return change.lower >= 0 - margin && change.upper <= margin ? .withinNoise : .tooFewSeeds
  }
}
