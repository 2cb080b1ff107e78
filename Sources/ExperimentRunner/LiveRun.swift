internal import Algorithms
public import CanonicalJSON
internal import Foundation
public import ResultStore

/// The news of a run while it trains: how far it is, and its curves so far.
///
/// Its worker keeps it as a file in the session of its execution, for whoever looks on. It ends with the run and is no part of
/// its record; if it cannot be written, nobody sees it.
final class LiveRun {
  static let prefix = "live-"
  /// The least time between two writings.
  private static let interval = Duration.milliseconds(500)

  private let file: URL
  private let name: String
  private let key: String
  private var (steps, budget) = (0, 0)
  private var curves: [TrainingCurve] = []
  private let clock = ContinuousClock()
  private var latest: ContinuousClock.Instant?

  /// Begins to tell of the run of `job`.
  init(_ job: WorkerJob) {
    name = job.name
    key = job.preimage.key.hex
    file = URL(filePath: job.session).appending(path: Self.prefix + key)
    write()
  }

  deinit { try? FileManager.default.removeItem(at: file) }

  /// Tells how much of the budget is used.
  func tell(steps: Int, of budget: Int) {
    (self.steps, self.budget) = (steps, budget)
    write()
  }

  /// Tells the curves so far.
  func tell(_ curves: [TrainingCurve]) {
    self.curves = curves
    write()
  }

  private func write() {
    let now = clock.now
    if let latest, now - latest < Self.interval { return }
    latest = now
    let json = JSONValue.object([
      .init("run", .string(name)), .init("key", .string(key)), .init("steps", .integer(steps)),
      .init("budget", .integer(budget)),
      .init(
        "curves",
        .array(
          curves.map { curve in
            .object([
              .init("name", .string(curve.name)),
              .init("steps", .array(curve.steps.map(JSONValue.integer))),
              .init(
                "values", .array(curve.values.map { $0.isFinite ? .number($0) : .null })),
            ])
          })),
    ])
    // Renamed into its place, so that nobody reads half of it; it need not outlive the machine.
    try? Data(json.compactText.utf8).write(to: file, options: .atomic)
  }
}

extension ResultStore {
  /// The news of the runs that train at the moment, as JSON with `run`, `key`, `steps`, `budget` and `curves`, sorted by name.
  public var liveRuns: [JSONValue] {
    sessionNotes(LiveRun.prefix).compactMap { try? JSONValue(bytes: $0.bytes) }
      .filter { $0["run"]?.string != nil }
      .sorted { ($0["run"]?.string ?? "") < ($1["run"]?.string ?? "") }
  }
}
