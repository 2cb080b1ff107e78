internal import ResultStore

extension ReportProvenance {
  /// Where a statistic over the runs of `arm` comes from.
  init(
    statistic: String, metric: String, experiment: LockedExperiment, arm: LockedArm, decimals: Int
  ) {
    let count = arm.runs.count
    self.init(
      summary: "\(statistic) of \(metric), \(count) \(count == 1 ? "seed" : "seeds")",
      runs: arm.runs.map { run in
        Run(
          name: "\(experiment.name)/\(arm.label)/\(run.seed)", key: String(run.key.prefix(12)),
          value: run.metrics[metric].map { NumberText.fixed($0, decimals: decimals) } ?? "—")
      },
      command: "labbook rerun \(experiment.name) --arm \(arm.label)")
  }
}
