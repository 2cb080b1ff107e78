import Foundation
import ResultStore
import Testing

/// The packages that exports to PDF and Parquet take, in the project's own Python environment.
enum ExportPackages {
  private static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let environment = package.appending(path: ".venv")

  /// Their folder; nil if `make test` has not installed them.
  static let folder: URL? = {
    let list = package.appending(path: "Sources/labbook/Resources/requirements-exports.txt")
    guard let text = try? String(contentsOf: list, encoding: .utf8) else { return nil }
    let folder = environment.appending(path: "exports-\(Digest.hex(of: text).prefix(12))")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// Makes an environment in `folder` that has the tools of reports and none of these packages.
  static func environmentWithout(in folder: URL) throws -> URL {
    let bare = folder.appending(path: "bare-tools")
    try FileManager.default.createDirectory(at: bare, withIntermediateDirectories: true)
    for name in ["bin", "lib", "pyvenv.cfg"] {
      try FileManager.default.createSymbolicLink(
        at: bare.appending(path: name), withDestinationURL: environment.appending(path: name))
    }
    return bare
  }
}

/// The metrics and curves of runs as files for other programs.
@Suite struct ExportRecordsTests {
  private func lab() throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    return lab
  }

  private func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func `a week's records are two tables with every number that its runs have`() throws {
    let lab = try lab()
    let result = try lab.labbook("export", "2026-W10", "--to", "data", "--records", "csv")
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output == "data/curves.csv\ndata/runs.csv\n")
    let runs = rows(try lab.text(of: "data/runs.csv"))
    #expect(runs.count == 13 && Set(runs.map(\.count)).count == 1)
    #expect(Array(runs[0].prefix(5)) == ["experiment", "arm", "title", "seed", "key"])
    let curves = rows(try lab.text(of: "data/curves.csv"))
    #expect(curves[0] == ["experiment", "arm", "seed", "curve", "step", "value"])
    // What tables show is the last point of the curve.
    let column = try #require(runs[0].firstIndex(of: "evaluation_return"))
    for run in runs.dropFirst() {
      let curve = curves.filter {
        $0[1] == run[1] && $0[2] == run[3] && $0[3] == "evaluation_return"
      }
      #expect(curve.last?[4] == "600" && curve.last?[5] == run[column], "\(run)")
    }
    let again = try lab.labbook("export", "2026-W10", "--to", "data", "--records", "csv")
    #expect(again.code == 1 && again.errors.contains("is there already; nothing was written"))
  }

  @Test func `one run's records have its name`() throws {
    let lab = try lab()
    let result = try lab.labbook("export", "short/PPO/3", "--to", "run", "--records", "csv")
    #expect(result.code == 0, "\(result.errors)")
    let runs = rows(try lab.text(of: "run/runs.csv"))
    #expect(runs.count == 2)
    #expect(Array(runs[1].prefix(4)) == ["short", "PPO", "PPO", "3"])
  }

  @Test func `runs without a record are told, and a week without any is an error`() throws {
    let lab = try lab()
    let records = lab.folder.appending(path: ".labbook/records")
    let folders = try FileManager.default.contentsOfDirectory(atPath: records.path).sorted()
    try FileManager.default.removeItem(at: records.appending(path: try #require(folders.first)))
    let some = try lab.labbook("export", "2026-W10", "--to", "some", "--records", "csv")
    #expect(some.code == 0)
    #expect(
      some.errors.contains("of 12 runs have no record in this store, and are left out"),
      "\(some.errors)")
    try FileManager.default.removeItem(at: records)
    let none = try lab.labbook("export", "2026-W10", "--to", "none", "--records", "csv")
    #expect(none.code == 1)
    #expect(
      none.errors.contains("of the 12 runs of 2026-W10 none has its record"), "\(none.errors)")
  }

  @Test func `event files stand in a folder for each run`() throws {
    let lab = try lab()
    let result = try lab.labbook("export", "2026-W10", "--to", "logs", "--records", "tensorboard")
    #expect(result.code == 0, "\(result.errors)")
    let names = result.output.split(separator: "\n")
    #expect(names.count == 12)
    #expect(names.first == "logs/tensorboard/short/PPO/seed-0/events.out.tfevents.0.labbook")
    // labbook reads them as it reads any trainer's: the step of the last point is that of the budget.
    try lab.write(
      """
      question: Is it read?
      trainer:
        command: [echo, "{seed}", "{output}"]
        metrics:
          read: {tensorboard: short/PPO/seed-0}
          evaluation_return: {take: last}
          end: {key: final/evaluation_return, take: at step 600}
      seeds: 1
      arms: {PPO: {}}

      """, to: "experiments/read.yaml")
    let read = try lab.labbook("import", "read", "logs/tensorboard", "--arm", "PPO", "--seed", "0")
    #expect(read.code == 0, "\(read.errors)")
    let shown = try lab.labbook("show", "read/PPO/0", "--format", "json")
    let own = try lab.labbook("show", "short/PPO/0", "--format", "json")
    func value(_ name: String, _ text: String) throws -> Double? {
      let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      return (object?["metrics"] as? [String: Any])?[name] as? Double
    }
    let exact = try #require(try value("evaluation_return", own.output), "\(own.output)")
    let expected = Double(Float(exact))
    #expect(try value("evaluation_return", shown.output) == expected, "\(shown.output)")
    #expect(try value("end", shown.output) == expected)
  }

  @Test(.enabled(if: ExportPackages.folder != nil, "make test installs duckdb"))
  func `Parquet files hold what the tables hold, with their types`() throws {
    let lab = try lab()
    let result = try lab.labbook(
      "export", "2026-W10", "--to", "data", "--records", "csv", "--records", "parquet")
    #expect(result.code == 0, "\(result.errors)")
    #expect(
      result.output
        == "data/curves.csv\ndata/curves.parquet\ndata/runs.csv\ndata/runs.parquet\n")
    let script = """
      import csv, sys
      sys.path.insert(0, sys.argv[1])
      import duckdb
      for name in ["runs", "curves"]:
          table = duckdb.sql(f"SELECT * FROM 'data/{name}.parquet'")
          kinds = dict(zip(table.columns, map(str, table.types)))
          with open(f"data/{name}.csv", newline="") as file:
              rows = list(csv.DictReader(file))
          found = [dict(zip(table.columns, row)) for row in table.fetchall()]
          assert len(rows) == len(found) and kinds["seed"] == "BIGINT", kinds
          for expected, row in zip(rows, found):
              for column, text in expected.items():
                  value = row[column]
                  kind = {"VARCHAR": str, "BIGINT": int, "DOUBLE": float}[kinds[column]]
                  assert value == kind(text) if text not in ("", "nan") else value is None or value != value, (column, text, value)
      print("same")
      """
    try lab.write(script, to: "compare.py")
    let packages = try #require(ExportPackages.folder).path
    let compared = try lab.shell(
      "\(ExportPackages.environment.path)/bin/python -I compare.py \(packages)")
    #expect(compared.output == "same\n", "\(compared.errors)")
    #expect(
      try lab.labbook("export", "2026-W10", "--to", "again", "--records", "parquet").code == 0)
    for name in ["runs.parquet", "curves.parquet"] {
      #expect(
        try Data(contentsOf: lab.folder.appending(path: "data/\(name)"))
          == Data(contentsOf: lab.folder.appending(path: "again/\(name)")), "\(name)")
    }
  }

  @Test func `without the package that writes Parquet a sentence says how to have it`() throws {
    let lab = try lab()
    let bare = try ExportPackages.environmentWithout(in: lab.folder)
    let result = try lab.shell(
      "LABBOOK_TOOLS=\(bare.path) $0 export 2026-W10 --to data --records parquet")
    #expect(result.code == 1)
    #expect(
      result.errors
        == "error: the Python package duckdb, which writes Parquet, is not there; "
        + "'labbook doctor --install --exports' installs it\n")
    #expect(!FileManager.default.fileExists(atPath: lab.folder.appending(path: "data").path))
  }
}
