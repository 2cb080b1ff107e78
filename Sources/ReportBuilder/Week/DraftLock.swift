internal import ResultStore

/// The lock of a draft, made from the records in a store.
struct DraftLock {
  var experiments: [LockedExperiment]
  /// The records of all runs by key.
  var records: [String: Record]

  /// Reads the records of every run of `planned`.
  ///
  /// A decision between results that the store does not know is taken from `former`, as long as its record counts.
  ///
  /// - Throws: ``ReportFailure/missingRuns(_:)``, ``ReportFailure/conflicts(_:)``, or
  ///   ``ReportFailure/store(_:)`` for a record that is not what was written.
  init(
    planned: [PlannedExperiment], store: ResultStore, former: Lock? = nil
  ) throws(ReportFailure) {
    let decided = Dictionary(
      (former?.runs ?? []).compactMap { run in run.run.resolution.map { (run.run.key, $0) } }
    ) { first, _ in first }
    var records: [String: Record] = [:]
    var missing: [String] = []
    var conflicts: [String] = []
    var experiments: [LockedExperiment] = []
    for experiment in planned {
      var arms: [LockedArm] = []
      for arm in experiment.arms {
        var runs: [LockedRun] = []
        for seed in arm.seeds {
          let name = "\(experiment.name)/\(arm.label)/\(seed)"
          let key = arm.identity.run(seed: seed).key
          do throws(StoreError) {
            if experiment.promisesBits,
              try store.conflict(for: key, named: name) != nil
            {
              conflicts.append(name)
            }
            guard let record = try store.record(for: key, named: name) else {
              missing.append(name)
              continue
            }
            records[key.hex] = record
            var run = LockedRun(seed: seed, key: key, record: record)
            run.resolution = [try store.resolution(for: key), decided[key.hex]]
              .compactMap(\.self).first { $0.kept == run.digest }
            if run.observation != nil {
              run.repetitions = try store.repetitions(of: key, named: name)
                .prefix(LockedRepetition.most)
                .map { LockedRepetition(digest: $0.digest.all, metrics: $0.metrics) }
            }
            runs.append(run)
          } catch {
            throw .store(error)
          }
        }
        arms.append(
          LockedArm(
            label: arm.label, title: arm.title, isStage: arm.isStage, identity: arm.identity,
            runs: runs))
      }
      experiments.append(
        LockedExperiment(
          name: experiment.name, question: experiment.question, metric: experiment.metric,
          varied: experiment.varied, stated: experiment.stated, arms: arms))
    }
    guard conflicts.isEmpty else { throw .conflicts(conflicts) }
    guard missing.isEmpty else { throw .missingRuns(missing) }
    self.experiments = experiments
    self.records = records
  }

  /// Adds the scales that make the scores of the experiments called `names` comparable, so that the report
  /// follows from its lock alone.
  mutating func normalize(_ names: Set<String>, from catalog: MetricCatalog) {
    for index in experiments.indices where names.contains(experiments[index].name) {
      let runs = experiments[index].arms.flatMap(\.runs)
      let curves = runs.flatMap { $0.parts.keys.filter { $0.hasPrefix("curve.") } }
        .map { String($0.dropFirst("curve.".count)) }
      for name in Set(experiments[index].metricNames + curves) {
        experiments[index].normalizations[name] =
          experiments[index].information(on: name, from: catalog).normalization
      }
    }
  }
}
