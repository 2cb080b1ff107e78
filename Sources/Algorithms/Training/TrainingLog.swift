internal import Checkpoints
import Metrics
import NeuralNetworks
import Settings
import Tensors

/// The diagnostics of one update of an algorithm, by curve name.
package typealias Diagnostics = [(name: String, value: Double)]

/// The counts of a run so far, and its curves.
///
/// Curves have their points where the run is evaluated; a diagnostic's value there is its mean over the
/// updates since the point before.
package struct TrainingLog {
  /// The used part of the budget: environment steps, or tokens on a language task.
  package var used = 0
  /// The part of that which went into the batch of groups that the end of the budget cut off.
  var droppedSteps = 0
  /// Sampled episodes that ended.
  private(set) var episodes = 0
  package private(set) var curves: [String: TrainingCurve] = [:]
  /// The curve of the mean return of the latest 100 episodes, if there is one.
  private let returnCurve: String?
  /// The world whose declared curves are recorded; none: all diagnostics are.
  private let world: World?
  /// Whether a diagnostic is recorded, by name, as far as it has been asked.
  private var isRecorded: [String: Bool] = [:]

  /// Returns of the latest 100 episodes; the oldest at `episodes % 100` once there are 100.
  private var latestReturns: [Double] = []
  private var pending: [String: (sum: Double, count: Int)] = [:]
  private var latest: [String: Double] = [:]
  /// The mean return of the latest episodes as it was after the latest update.
  private var returnAtUpdate: Double?
  /// A digest for each step of the optimizer, of all parameters after it and of the digests before it.
  package private(set) var updateDigests: [UInt32] = []
  private var updateDigest: UInt64 = 0
  /// The recorder of more of each step of the optimizer, where two executions are to be compared.
  package var recorder: UpdateRecorder?
  /// Metrics that are measured on the batches of training, by name.
  private(set) var measured: [String: Double] = [:]

  /// Creates the log of a run that has spent nothing.
  init(returnCurve: String? = "training_return", world: World? = nil) {
    self.returnCurve = returnCurve
    self.world = world
  }

  /// The mean return of the latest 100 episodes, `nil` before the first.
  var recentReturn: Double? {
    latestReturns.isEmpty
      ? nil : latestReturns.reduce(0, +) / Double(latestReturns.count)
  }

  /// Records a sampled episode that ended.
  mutating func recordEpisode(return value: Double) {
    if latestReturns.count < 100 {
      latestReturns.append(value)
    } else {
      latestReturns[episodes % 100] = value
    }
    episodes += 1
  }

  /// Records a step of the optimizer, by the parameters that it led to.
  mutating func recordStep(to parameters: ParameterSet...) {
    recorder?.record(parameters, used: used)
    for set in parameters { updateDigest = set.values.bitDigest(after: updateDigest) }
    updateDigests.append(UInt32(truncatingIfNeeded: updateDigest))
  }

  /// Records an update: those of its diagnostics that are declared as curves of the world.
  mutating func record(_ diagnostics: Diagnostics) {
    returnAtUpdate = recentReturn
    for (name, value) in diagnostics where records(name) {
      let sofar = pending[name, default: (0, 0)]
      pending[name] = (sofar.sum + value, sofar.count + 1)
    }
  }

  /// Whether a diagnostic is a curve of the world.
  private mutating func records(_ name: String) -> Bool {
    guard let world else { return true }
    if let known = isRecorded[name] { return known }
    let isDeclared = MetricDeclaration.named(name, .curve, in: world) != nil
    isRecorded[name] = isDeclared
    return isDeclared
  }

  /// Records a metric that is measured on a batch of training.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - estimate: Its value with its standard error, if it has one; `nil` where it cannot be told.
  mutating func measure(_ name: String, _ estimate: (value: Double, standardError: Double?)?) {
    guard let estimate else { return }
    measured[name] = estimate.value
    measured[name + MetricDeclaration.standardErrorSuffix] = estimate.standardError
  }

  /// Adds a point to the curve `name`.
  mutating func addPoint(_ name: String, step: Int, value: Double) {
    curves[name, default: TrainingCurve(name: name)].steps.append(step)
    curves[name, default: TrainingCurve(name: name)].values.append(value)
  }

  /// Adds a point to every diagnostic's curve at each of `steps`, and starts their next means.
  ///
  /// A diagnostic without an update since the last point keeps its value.
  mutating func closeInterval(at steps: [Int]) {
    for (name, sofar) in pending.sorted(by: { $0.key < $1.key }) {
      latest[name] = sofar.sum / Double(sofar.count)
    }
    pending = [:]
    if let returnCurve, let returnAtUpdate { latest[returnCurve] = returnAtUpdate }
    for (name, value) in latest.sorted(by: { $0.key < $1.key }) {
      for step in steps { addPoint(name, step: step, value: value) }
    }
  }
}

extension TrainingLog {
  /// Passes counts, curves and digests through an archive, in a run of a budget.
  mutating func passState(
    through archive: inout CheckpointArchive, budget: Int
  ) throws(CheckpointProblem) {
    try archive.pass("log.used", &used, in: 0...budget)
    // A batch that does not fit into the budget is counted as a whole.
    try archive.pass("log.dropped_steps", &droppedSteps, in: CheckpointArchive.counts)
    // Every episode has a step.
    try archive.pass("log.episodes", &episodes, in: 0...used)
    try archive.pass("log.latest_returns", &latestReturns, count: min(100, episodes))
    try archive.pass("log.return_at_update", &returnAtUpdate)
    // A diagnostic may have no finite value, which its curve shows.
    try archive.pass("log.latest", &latest, in: nil)
    try requireCurves(latest, "log.latest", archive)
    try archive.pass("log.measured", &measured)
    try requireMetrics(archive)
    try archive.pass("log.update_digest", bits: &updateDigest)
    try archive.pass("log.update_digests", &updateDigests)
    try archive.require(
      updateDigests.last ?? 0 == UInt32(truncatingIfNeeded: updateDigest),
      "its field log.update_digest is not that of the latest update")
    try passCurves(through: &archive, budget: budget)
    try passPending(through: &archive)
  }

  private mutating func passCurves(
    through archive: inout CheckpointArchive, budget: Int
  ) throws(CheckpointProblem) {
    var names = curves.keys.sorted()
    try archive.pass("log.curves", &names)
    if archive.isReading { curves = [:] }
    for name in names {
      var curve = curves[name] ?? TrainingCurve(name: name)
      try archive.pass("curve.steps", &curve.steps, in: 0...budget)
      try archive.require(
        zip(curve.steps, curve.steps.dropFirst()).allSatisfy { $0 < $1 },
        "the steps of its curve \(name) do not ascend")
      try archive.pass("curve.values", &curve.values, in: nil, count: curve.steps.count)
      curves[name] = curve
      try requireCurves([name: 0], "log.curves", archive)
      try archive.require(
        curve.values.allSatisfy(Self.isOfCurve), "its curve \(name) has a number beyond 1e300")
    }
  }

  private mutating func passPending(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    var sums = pending.mapValues(\.sum)
    var counts = pending.mapValues { Double($0.count) }
    try archive.pass("log.pending_sums", &sums, in: nil)
    try requireCurves(sums, "log.pending_sums", archive)
    try archive.pass("log.pending_counts", &counts, in: 1...0x1p53)
    try archive.require(
      sums.keys == counts.keys, "its fields log.pending_sums and log.pending_counts do not agree")
    if archive.isReading {
      pending = Dictionary(
        uniqueKeysWithValues: sums.map { ($0, (sum: $1, count: Int(counts[$0] ?? 1))) })
    }
  }

  /// Whether a number can be a curve's: one that a record can hold, or none where the quantity is not defined.
  private static func isOfCurve(_ value: Double) -> Bool {
    !value.isFinite || CheckpointArchive.finite.contains(value)
  }

  /// Throws if the archive reads and a name is no curve of the world, or has a number that a curve cannot have.
  private func requireCurves(
    _ values: [String: Double], _ field: String, _ archive: CheckpointArchive
  ) throws(CheckpointProblem) {
    guard archive.isReading else { return }
    let unknown = values.keys.sorted().first { name in
      world.map { MetricDeclaration.named(name, .curve, in: $0) == nil } ?? false
    }
    try archive.require(
      unknown == nil, "its field \(field) names \(unknown ?? ""), which is no curve of the run")
    try archive.require(
      values.values.allSatisfy(Self.isOfCurve), "its field \(field) has a number beyond 1e300")
  }

  /// Throws if the archive reads and a measured name is no metric of the world.
  private func requireMetrics(_ archive: CheckpointArchive) throws(CheckpointProblem) {
    guard archive.isReading else { return }
    let unknown = measured.keys.sorted().first { name in
      world.map { MetricDeclaration.named(name, in: $0) == nil } ?? false
    }
    try archive.require(
      unknown == nil,
      "its field log.measured names \(unknown ?? ""), which is no metric of the run")
  }
}
