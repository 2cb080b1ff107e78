import NeuralNetworks
import Tensors

/// The diagnostics of one update of an algorithm, by curve name.
package typealias Diagnostics = [(name: String, value: Double)]

/// What a run has seen and spent so far, and its curves.
///
/// Curves have their points where the run is evaluated; a diagnostic's value there is its mean over the
/// updates since the point before.
package struct TrainingLog {
  /// What training has used of the budget: environment steps, or tokens on a language task.
  package var used = 0
  /// What the batch of groups that the end of the budget cut off took of it.
  var droppedSteps = 0
  /// Sampled episodes that ended.
  private(set) var episodes = 0
  package private(set) var curves: [String: TrainingCurve] = [:]
  /// The curve of the mean return of the latest 100 episodes, if there is one.
  private let returnCurve: String?

  /// Returns of the latest 100 episodes; the oldest at `episodes % 100` once there are 100.
  private var latestReturns: [Double] = []
  private var pending: [String: (sum: Double, count: Int)] = [:]
  private var latest: [String: Double] = [:]
  /// The mean return of the latest episodes as it was after the latest update.
  private var returnAtUpdate: Double?
  /// A digest for each step of the optimizer, of all parameters after it and of the digests before it.
  package private(set) var updateDigests: [UInt32] = []
  private var updateDigest: UInt64 = 0
  /// What training itself measured, as metrics by name.
  private(set) var measured: [String: Double] = [:]

  /// Creates the log of a run that has spent nothing.
  init(returnCurve: String? = "training_return") {
    self.returnCurve = returnCurve
  }

  /// The mean return of the latest 100 episodes, `nil` before the first.
  var recentReturn: Double? {
    latestReturns.isEmpty
      ? nil : latestReturns.reduce(0, +) / Double(latestReturns.count)
  }

  /// Takes note of a sampled episode that ended.
  mutating func recordEpisode(return value: Double) {
    if latestReturns.count < 100 {
      latestReturns.append(value)
    } else {
      latestReturns[episodes % 100] = value
    }
    episodes += 1
  }

  /// Takes note of a step of the optimizer, by the parameters that it led to.
  mutating func recordStep(to parameters: ParameterSet...) {
    for set in parameters { updateDigest = set.values.bitDigest(after: updateDigest) }
    updateDigests.append(UInt32(truncatingIfNeeded: updateDigest))
  }

  /// Takes note of an update.
  mutating func record(_ diagnostics: Diagnostics) {
    returnAtUpdate = recentReturn
    for (name, value) in diagnostics {
      let sofar = pending[name, default: (0, 0)]
      pending[name] = (sofar.sum + value, sofar.count + 1)
    }
  }

  /// Takes note of a metric that training itself measured.
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
