public import ResultStore

/// The results that the store has of an experiment on its metric: a row for each arm, for people who have just run it.
public struct StoredResults: Equatable, Sendable {
  /// The cells of each row, the head first: arm, mean, 95 % interval, seeds.
  public var rows: [[String]]

  /// Reads the metrics of the records that are there; nil if no arm has a value of the experiment's metric.
  ///
  /// The numbers are those of a report's table: the same means, intervals, digits and marks of the best arms.
  ///
  /// - Parameters:
  ///   - experiment: The experiment as its spec has it now.
  ///   - store: The store; runs that have no record, or one that is damaged or in conflict, are left out.
  ///   - catalog: The titles, ranges and units of metrics.
  public init?(of experiment: PlannedExperiment, in store: ResultStore, catalog: MetricCatalog) {
    let arms = experiment.arms.map { arm in
      LockedArm(
        label: arm.label, title: arm.title, isStage: arm.isStage, identity: arm.identity,
        runs: arm.seeds.sorted().compactMap { seed -> LockedRun? in
          let key = arm.identity.run(seed: seed).key
          guard store.contains(key), (try? store.conflict(for: key)) == nil,
            let found = try? store.summary(for: key)
          else { return nil }
          return LockedRun(seed: seed, key: key, metrics: found.metrics, digest: found.digest)
        })
    }
    let metric = experiment.metric
    let measured = LockedExperiment(
      name: experiment.name, question: experiment.question, metric: metric,
      varied: experiment.varied, stated: experiment.stated,
      arms: arms.filter { $0.measures(metric) })
    guard let first = measured.arms.first else { return nil }
    let information = measured.information(on: metric, of: first, from: catalog)
    let decimals = measured.decimals(of: metric, information: information)
    let counts = measured.countStyle(of: metric, information: information)
    let scores = measured.arms.compactMap {
      SeedScores(experiment: experiment.name, arm: $0, metric: metric)
    }
    let best = BestArms.labels(of: scores, higherIsBetter: information.higherIsBetter)
    rows = [["arm", information.columnTitle, "95 % interval", "seeds"]]
    for (arm, scores) in zip(measured.arms, scores) {
      let summary = ArmSummary(scores, range: information.range)
      let asked = experiment.arms.first { $0.label == arm.label }?.seeds.count ?? 0
      rows.append([
        arm.title,
        (best.contains(arm.label) ? BestArms.mark : "")
          + (information.isCount
            ? counts.text(summary.mean) : NumberText.fixed(summary.mean, decimals: decimals)),
        information.isCount ? "" : summary.intervalText(decimals: decimals),
        "\(arm.runs.count) of \(asked)",
      ])
    }
  }
}
