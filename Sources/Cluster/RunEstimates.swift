internal import ExternalTrainers
public import ExperimentRunner
public import ResultStore

/// Estimates of how long runs take, by what the store has of runs like them.
///
/// They decide how runs are shared out, and reach no result.
public struct RunEstimates: Sendable {
  /// Seconds of a run by the fields that runs of its arm have in common.
  private var durations: [[String: String]: Double] = [:]
  /// Seconds for a unit of ``PlannedRun/cost``, by what the budget is counted in.
  private var speeds: [PlannedRun.Unit: Double] = [:]

  /// Seconds for a unit of cost where the store has nothing to go by: 200,000 environment steps are made in a second.
  package static let usualSpeed = 1.0 / 200_000
  /// Seconds for the start, the checks and the storing of a run.
  package static let overhead = 0.1
  /// Seconds of a run of a trainer of which nothing is known.
  package static let unknownTrainer = 1200.0
  /// How many runs of an arm are looked at.
  private static let mostOfArm = 3

  /// Creates estimates from runs and how long each has taken, in seconds.
  public init(of known: [(run: PlannedRun, seconds: Double)] = []) {
    var sums: [[String: String]: (seconds: Double, count: Double)] = [:]
    var totals: [PlannedRun.Unit: (seconds: Double, cost: Double)] = [:]
    for (run, seconds) in known where seconds.isFinite && seconds >= 0 {
      let arm = Self.arm(of: run)
      sums[arm, default: (0, 0)].seconds += seconds
      sums[arm, default: (0, 0)].count += 1
      totals[run.unit, default: (0, 0)].seconds += seconds
      totals[run.unit, default: (0, 0)].cost += Double(run.cost)
    }
    durations = sums.mapValues { $0.seconds / $0.count }
    speeds = totals.compactMapValues { $0.cost > 0 ? $0.seconds / $0.cost : nil }
  }

  /// Creates estimates from the records that a store has of some runs.
  public init(of runs: [PlannedRun], in store: ResultStore) {
    var counts: [[String: String]: Int] = [:]
    var known: [(run: PlannedRun, seconds: Double)] = []
    for run in runs where !run.needsExecution {
      let arm = Self.arm(of: run)
      guard counts[arm, default: 0] < Self.mostOfArm,
        let provenance = (try? store.provenance(for: run.key)) ?? nil
      else { continue }
      counts[arm, default: 0] += 1
      known.append((run, provenance.duration))
    }
    self.init(of: known)
  }

  /// The seconds that a run is estimated to take.
  public func seconds(of run: PlannedRun) -> Double {
    if let known = durations[Self.arm(of: run)] { return known + Self.overhead }
    // Of a trainer, nothing can be told from the budget.
    if run.unit == .thousandths {
      return Double(run.trainer?.resources.seconds ?? Int(Self.unknownTrainer))
    }
    return Double(run.cost) * (speeds[run.unit] ?? Self.usualSpeed) + Self.overhead
  }

  /// The fields of a run that all of its arm have in common.
  private static func arm(of run: PlannedRun) -> [String: String] {
    var fields = run.preimage.fields
    for name in ["seed"] + ArmPreimage.stageFields { fields[name] = nil }
    return fields
  }
}
