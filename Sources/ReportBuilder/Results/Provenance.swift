internal import ChildProcesses
internal import ReportRendering
internal import ResultStore

extension ReportProvenance {
  /// The origin of a statistic over the runs of `arm`.
  init(
    statistic: String, metric: String, experiment: LockedExperiment, arm: LockedArm, decimals: Int
  ) {
    let count = arm.runs.count
    self.init(
      summary: "\(statistic) of \(metric), \(count) \(count == 1 ? "seed" : "seeds")\(arm.promise)",
      arms: [Arm(metric: metric, experiment: experiment, arm: arm, decimals: decimals)])
  }
}

extension ReportProvenance.Arm {
  /// The runs of `arm` with their values of `metric`; those of `seeds` alone, if they are given.
  init(
    metric: String, experiment: LockedExperiment, arm: LockedArm, decimals: Int,
    seeds: [Int]? = nil
  ) {
    self.init(
      name: "\(experiment.name)/\(arm.label)", metric: metric,
      runs: arm.runs.filter { seeds?.contains($0.seed) ?? true }.map { run in
        ReportProvenance.Run(
          seed: "\(run.seed)", key: String(run.key.prefix(12)),
          value: (run.metric(metric) ?? run.undefined(metric)?.number)
            .map { NumberText.fixed($0, decimals: decimals) } ?? "—")
      },
      // Readers take the command over into a shell, and names may come from a lock that somebody else wrote.
      command:
        "labbook rerun \(ShellWord.readable(experiment.name)) --arm \(ShellWord.readable(arm.label))",
      promise: arm.promise)
  }
}
