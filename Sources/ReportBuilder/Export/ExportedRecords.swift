internal import CanonicalJSON
internal import Foundation
internal import MetricFiles
internal import ReportRendering
public import ResultStore

/// The metrics and curves of runs as files for other programs.
public struct ExportedRecords: Sendable {
  /// The forms that records are written in.
  public enum Format: String, CaseIterable, Sendable {
    /// `runs.csv` with a row for each run, and `curves.csv` with a row for each point of a curve.
    case csv
    /// The same two tables as Parquet files.
    case parquet
    /// An event file for each run, in a folder of its own.
    case tensorboard
  }

  /// A run with its numbers.
  public struct Run: Sendable {
    /// The experiment.
    public var experiment: String
    /// The label of the arm.
    public var arm: String
    /// The name of the arm that reports show.
    public var title: String
    /// The seed.
    public var seed: Int
    /// The run key.
    public var key: String
    var metrics: [String: Double]
    var curves: [Curve]

    /// Creates a run of what a record holds; weights, samples and files are left out.
    public init(
      experiment: String, arm: String, title: String, seed: Int, key: String, record: Record
    ) {
      self.experiment = experiment
      self.arm = arm
      self.title = title
      self.seed = seed
      self.key = key
      metrics = record.metrics.merging(record.undefined.mapValues(\.number)) { first, _ in first }
      curves = record.curves
    }
  }

  /// The runs, in the order of rows.
  public var runs: [Run]

  /// Creates an export.
  public init(of runs: [Run]) { self.runs = runs }

  /// Returns the files of a format by their names; those of Parquet are the tables that it is made of.
  public func files(_ format: Format) -> [(name: String, bytes: [UInt8])] {
    switch format {
    case .csv, .parquet: [("runs.csv", runsTable), ("curves.csv", curvesTable)]
    case .tensorboard: runs.map { (Self.eventFile(of: $0), Self.events(of: $0)) }
    }
  }

  /// Turns the tables in `folder` into Parquet files beside them.
  ///
  /// - Returns: The names of the files made; nil if the Python package duckdb, which writes them, is not there.
  /// - Throws: The program that failed, with its last words.
  public static func writeParquet(in folder: String, tools: ReportTools) throws -> [String]? {
    let tables = ["runs.csv", "curves.csv"]
    let isThere = try ExportPrograms(tools: tools, folder: folder)
      .run(script: "write_parquet.py", tables)
    return isThere ? tables.map { $0.replacing(".csv", with: ".parquet") } : nil
  }

  // MARK: Tables

  /// A row for each run; a metric that a run does not have is empty.
  private var runsTable: [UInt8] {
    let metrics = Set(runs.flatMap(\.metrics.keys)).sorted(by: CanonicalText.precedes)
    var table = Table(["experiment", "arm", "title", "seed", "key"] + metrics)
    for run in runs {
      table.add(
        [run.experiment, run.arm, run.title, "\(run.seed)", run.key]
          + metrics.map { run.metrics[$0].map(CanonicalText.number) ?? "" })
    }
    return table.bytes
  }

  private var curvesTable: [UInt8] {
    var table = Table(["experiment", "arm", "seed", "curve", "step", "value"])
    for run in runs {
      for curve in run.curves {
        for (step, value) in zip(curve.steps, curve.values) {
          table.add([
            run.experiment, run.arm, "\(run.seed)", curve.name, "\(step)",
            CanonicalText.number(value),
          ])
        }
      }
    }
    return table.bytes
  }

  /// Comma-separated values whose numbers can be read back to the bit.
  private struct Table {
    private(set) var bytes: [UInt8] = []

    init(_ head: [String]) { add(head) }

    mutating func add(_ fields: [String]) {
      bytes += commaSeparatedLine(fields).utf8
    }
  }

  // MARK: Event files

  /// The path of a run's event file: TensorBoard calls a run by the folders that it is in.
  private static func eventFile(of run: Run) -> String {
    "tensorboard/\(PlainName.of(run.experiment))/\(PlainName.of(run.arm))/seed-\(run.seed)/"
      + "events.out.tfevents.0.labbook"
  }

  /// The curves step by step, and at the last step each metric as `final/NAME`.
  private static func events(of run: Run) -> [UInt8] {
    var rows: [Int: [(tag: String, value: Double)]] = [:]
    for curve in run.curves {
      for (step, value) in zip(curve.steps, curve.values) {
        rows[step, default: []].append((curve.name, value))
      }
    }
    let last = rows.keys.max() ?? 0
    for name in run.metrics.keys.sorted(by: CanonicalText.precedes) {
      rows[last, default: []].append(("final/\(name)", run.metrics[name] ?? .nan))
    }
    var file = EventFile()
    for step in rows.keys.sorted() { file.append(rows[step] ?? [], at: step) }
    return file.bytes
  }
}
