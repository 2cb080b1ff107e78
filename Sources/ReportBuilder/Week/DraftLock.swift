internal import ResultStore

/// The lock of a draft, made from the records in a store.
struct DraftLock {
  var experiments: [LockedExperiment]
  private let records: DraftRecords

  /// Reads the records of every run of `planned`.
  ///
  /// A decision between results that the store does not know is taken from `former`, as long as its record counts. What
  /// `former` says of a record that was checked before, and is as it was, is not read again.
  ///
  /// - Throws: ``ReportFailure/missingRuns(_:)``, ``ReportFailure/conflicts(_:)``, or
  ///   ``ReportFailure/store(_:)`` for a record that is not what was written.
  init(
    planned: [PlannedExperiment], store: ResultStore, checked: CheckedRecords, former: Lock? = nil
  ) throws(ReportFailure) {
    var formerRuns: [String: LockedRun] = [:]
    for arm in (former?.experiments ?? []).lazy.flatMap(\.arms) {
      for run in arm.runs where formerRuns[run.key] == nil { formerRuns[run.key] = run }
    }
    let isAbbreviated = Lock.abbreviatesDigests(
      ofRuns: planned.flatMap(\.arms).reduce(0) { $0 + $1.seeds.count })
    var missing: [String] = []
    var conflicts: [String] = []
    var experiments: [LockedExperiment] = []
    do throws(StoreError) {
      let disputed = Set(try store.conflictedKeys() + store.resolvedKeys())
      for experiment in planned {
        var arms: [LockedArm] = []
        for arm in experiment.arms {
          var runs: [LockedRun] = []
          for seed in arm.seeds {
            func name() -> String { "\(experiment.name)/\(arm.label)/\(seed)" }
            let key = arm.identity.key(seed: seed)
            let isDisputed = disputed.contains(key)
            if experiment.promisesBits, isDisputed,
              try store.conflict(for: key, named: name()) != nil
            {
              conflicts.append(name())
            }
            let known = formerRuns[key.hex]
            var run: LockedRun
            // Of an observation there may be more repetitions than there were.
            if let known, known.observation == nil, isAbbreviated || known.hasWholeDigests,
              try checked.check(key, named: name())?.isWhat(known) == true
            {
              run = known
            } else if let read = try Self.run(seed, key, named: name(), store, checked) {
              run = read
            } else {
              missing.append(name())
              continue
            }
            let decision = isDisputed ? try store.resolution(for: key) : nil
            run.resolution = [decision, known?.resolution].compactMap(\.self)
              .first { $0.kept == run.digest }
            runs.append(run)
          }
          arms.append(
            LockedArm(
              label: arm.label, title: arm.title, isStage: arm.isStage, identity: arm.identity,
              runs: runs))
        }
        experiments.append(
          LockedExperiment(
            name: experiment.name, question: experiment.question, metric: experiment.metric,
            varied: experiment.varied, stated: experiment.stated,
            repeatsExactly: experiment.promisesBits && arms.contains(where: \.isObserved),
            arms: arms))
      }
    } catch {
      throw .store(error)
    }
    guard conflicts.isEmpty else { throw .conflicts(conflicts) }
    guard missing.isEmpty else { throw .missingRuns(missing) }
    self.experiments = experiments
    records = DraftRecords(store)
  }

  /// The run as its record says; nil if there is none.
  private static func run(
    _ seed: Int, _ key: RunKey, named name: String, _ store: ResultStore, _ checked: CheckedRecords
  ) throws(StoreError) -> LockedRun? {
    guard let (record, digest, _) = try checked.read(key, named: name) else { return nil }
    var run = LockedRun(seed: seed, key: key, metrics: record.metrics, digest: digest)
    if run.observation != nil {
      run.repetitions = try store.repetitions(of: key, named: name)
        .prefix(LockedRepetition.most)
        .map { LockedRepetition(digest: $0.digest.all, metrics: $0.metrics) }
    }
    return run
  }

  /// The record of a run of the draft, for figures and samples; nil if it cannot be read, for ``problem``.
  func record(_ key: String) -> Record? { records.record(key) }

  /// The reason why a record could not be read.
  var problem: StoreError? { records.problem }

  /// Adds the scales that make the scores of the experiments called `names` comparable, so that the report
  /// follows from its lock alone.
  mutating func normalize(_ names: Set<String>, from catalog: MetricCatalog) {
    for index in experiments.indices where names.contains(experiments[index].name) {
      let runs = experiments[index].arms.flatMap(\.runs)
      let curves = runs.flatMap { $0.partNames.filter { $0.hasPrefix("curve.") } }
        .map { String($0.dropFirst("curve.".count)) }
      for name in Set(experiments[index].metricNames + curves) {
        experiments[index].normalizations[name] =
          experiments[index].information(on: name, from: catalog).normalization
      }
    }
  }
}

/// The records that the figures and samples of a draft show, each read when it is asked for: ten thousand do not fit in
/// memory.
private final class DraftRecords {
  private let store: ResultStore
  private(set) var problem: StoreError?
  /// The latest records without their weights, by key: figures of one experiment follow each other.
  private var latest: [String: Record] = [:]
  private static let most = 256

  init(_ store: ResultStore) { self.store = store }

  func record(_ hex: String) -> Record? {
    if let record = latest[hex] { return record }
    guard let key = RunKey(hex: hex) else { return nil }
    do throws(StoreError) {
      if var record = try store.record(for: key) {
        record.weights = []
        if latest.count == Self.most { latest = [:] }
        latest[hex] = record
        return record
      }
      // It was there when the lock was made.
      problem =
        problem
        ?? .cannot(
          action: "read", path: "the record of \(key.short)",
          reason: "it was removed while the report was built; build it again")
    } catch {
      problem = problem ?? error
    }
    return nil
  }
}
