import ArgumentParser
import ExperimentRunner
import Foundation
import ReportBuilder
import ResultStore

/// The form of records as a person names it.
enum RecordsFormat: String, ExpressibleByArgument, CaseIterable {
  case csv, parquet, tensorboard

  /// The form that is written.
  var form: ExportedRecords.Format {
    switch self {
    case .csv: .csv
    case .parquet: .parquet
    case .tensorboard: .tensorboard
    }
  }
}

extension ExportedRecords {
  /// Reads the records of a week's runs; those that this store does not have, or has with another result, are told and left
  /// out.
  init(of week: Week, in lab: Lab) throws {
    var runs: [Run] = []
    var (missing, other) = (0, 0)
    for experiment in try week.requiredLock().experiments {
      for arm in experiment.arms {
        for run in arm.runs {
          let key = arm.preimage(seed: run.seed).key
          let name = "\(experiment.name)/\(arm.label)/\(run.seed)"
          guard let record = try lab.store.record(for: key, named: name) else {
            missing += 1
            continue
          }
          guard record.digest.all == run.digest else {
            other += 1
            continue
          }
          runs.append(
            Run(
              experiment: experiment.name, arm: arm.label, title: arm.title, seed: run.seed,
              key: run.key, record: record))
        }
      }
    }
    let all = runs.count + missing + other
    guard !runs.isEmpty else {
      throw NoRecords(
        description:
          "of the \(all) runs of \(week) none has its record in this store; 'labbook pull' fetches records, "
          + "'labbook verify \(week)' makes them")
    }
    if missing > 0 {
      printError("note: \(missing) of \(all) runs have no record in this store, and are left out")
    }
    if other > 0 {
      printError(
        "note: \(other) of \(all) runs have another record in this store than the lock of \(week), and are left out"
      )
    }
    self.init(of: runs)
  }

  /// The record of one run, which is called by the first digits of its key where no name of it is known.
  init(of record: Record, _ key: RunKey, as reference: RunReference) {
    var run = Run(
      experiment: "run", arm: key.short, title: key.short, seed: 0, key: key.hex, record: record)
    if case .name(let name) = reference {
      (run.experiment, run.arm, run.title, run.seed) =
        (name.experiment, name.arm, name.arm, name.seed)
    }
    self.init(of: [run])
  }

  /// Writes the files of `formats` to a folder, where none of them is yet.
  ///
  /// - Returns: The paths of the files, sorted.
  func write(_ formats: [Format], to folder: String) throws -> [String] {
    var written = try formats.contains(.parquet) ? parquet() : []
    for format in Format.allCases where format != .parquet && formats.contains(format) {
      written += files(format)
    }
    let files = written.map { (path: NewFiles.path(of: $0.name, in: folder), bytes: $0.bytes) }
    try NewFiles(files: files).write(in: folder)
    return files.map(\.path).sorted()
  }

  /// The Parquet files, made in a folder that is removed: the tables that they are made of may not be asked for.
  private func parquet() throws -> [(name: String, bytes: [UInt8])] {
    let temporary = try DurableFiles.temporaryFolder(
      in: FileManager.default.temporaryDirectory.path, prefix: "labbook-export-")
    defer { DurableFiles.remove(temporary) }
    for (name, bytes) in files(.parquet) { try DurableFiles.create("\(temporary)/\(name)", bytes) }
    guard let names = try Self.writeParquet(in: temporary, tools: .find()) else {
      throw NoRecords(
        description: "the Python package duckdb, which writes Parquet, is not there; "
          + ReportTools.exportsRemedy)
    }
    return try names.map { ($0, try DurableFiles.read("\(temporary)/\($0)") ?? []) }
  }
}

/// There is nothing to export, or no program to do it.
struct NoRecords: Error, CustomStringConvertible {
  var description: String
}
