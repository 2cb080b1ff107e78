public import ResultStore

/// How long runs take, as far as the records of others tell.
///
/// It is for plans that people read, and reaches no result: the seconds are those of the machines that the records were
/// made on.
public struct RunPace: Sendable {
  /// Seconds for each unit of ``PlannedRun/cost``, by experiment.
  private var seconds: [String: Double] = [:]
  /// The same for an experiment of which there is no record: the median of the others.
  private var usual: Double?

  /// The records of an experiment that are looked at: more would say little more, and a lab may have ten thousand.
  private static let mostRecords = 4

  /// Reads some of the records that there are of `runs`.
  ///
  /// - Parameters:
  ///   - runs: The runs of experiments, executed or not.
  ///   - store: Where their records are; one that cannot be read tells nothing.
  public init(of runs: [PlannedRun], in store: ResultStore) {
    for (experiment, all) in Dictionary(grouping: runs, by: \.name.experiment) {
      let stored = all.filter { $0.state == .cached }
      let step = max(1, stored.count / Self.mostRecords)
      var (cost, duration) = (0.0, 0.0)
      for index in stride(from: 0, to: stored.count, by: step).prefix(Self.mostRecords) {
        let run = stored[index]
        guard let found = try? store.provenance(for: run.key, named: "\(run.name)"),
          found.duration.isFinite, found.duration > 0
        else { continue }
        cost += Double(run.cost)
        duration += found.duration
      }
      if cost > 0, duration > 0 { seconds[experiment] = duration / cost }
    }
    let sorted = seconds.values.sorted()
    usual = sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }

  /// The seconds that `runs` take one after another; nil if there is no record to go by.
  public func seconds(of runs: [PlannedRun]) -> Double? {
    var sum = 0.0
    for run in runs {
      guard let pace = seconds[run.name.experiment] ?? usual else { return nil }
      sum += pace * Double(run.cost)
    }
    return sum
  }

  /// The time of `runs` in words, such as `3 min 5 s`, where `jobs` of them are executed at a time; nil if there is no
  /// record to go by.
  public func words(for runs: [PlannedRun], jobs: Int) -> String? {
    guard !runs.isEmpty, let seconds = seconds(of: runs) else { return nil }
    return ProgressDisplay.duration(seconds / Double(max(1, min(jobs, runs.count))))
  }
}
