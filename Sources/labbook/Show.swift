import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Foundation
import ResultStore

/// `labbook show`: one record.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the record of a run: metrics, digests, provenance.",
    discussion: """
      Examples:
        labbook show cartpole/PPO/3
        labbook show 0a3f5c17 --format json
      """)

  @Argument(
    help: ArgumentHelp(
      "experiment/arm/seed, or at least 8 digits of a run key.", valueName: "run"))
  var reference: RunReference

  @Option(help: "text or json.")
  var format = OutputFormat.text

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let preimage = try reference.preimage(in: lab)
      let store = lab.store
      guard let record = try store.record(for: preimage.key, named: "\(reference)") else {
        throw MissingRecord(run: "\(reference)")
      }
      let provenance = try store.provenance(for: preimage.key, named: "\(reference)")
      let json = JSONValue.object([
        .init("run", .string("\(reference)")), .init("key", .string(preimage.key.hex)),
        .init("preimage", .sorted(preimage.fields.mapValues(JSONValue.string))),
        .init("metrics", .sorted(record.metrics.mapValues(JSONValue.number))),
        .init("digest", .string(record.digest.all)),
        .init(
          "parts",
          .object(record.digest.parts.map { .init($0.name, .string($0.hex)) })),
        .init("provenance", provenance?.json ?? .null),
      ])
      switch format {
      case .json: print(json.text)
      case .text: printText(preimage, record, provenance)
      }
    }
  }

  private func printText(_ preimage: RunPreimage, _ record: Record, _ provenance: Provenance?) {
    print(
      "run     \(reference)\nkey     \(preimage.key.hex)\ndigest  \(record.digest.all)\n\nmetrics")
    let metrics = record.metrics.sorted { $0.key < $1.key }
    print(alignedColumns(metrics.map { ["  \($0.key)", "\($0.value)"] }))
    print("\ncurves")
    print(
      alignedColumns(
        record.curves.map {
          ["  \($0.name)", "\($0.steps.count) points", "to step \($0.steps.last ?? 0)"]
        }))
    print("\nsettings")
    print(
      preimage.text.split(separator: "\n").dropFirst().map { "  \($0)" }.joined(separator: "\n"))
    guard let provenance else { return }
    print("\nprovenance")
    print(
      alignedColumns(
        [
          ["  machine", provenance.machine], ["  instruction set", provenance.instructionSet],
          ["  git commit", provenance.gitCommit ?? "none"],
          ["  command", provenance.command.joined(separator: " ")],
          ["  started", provenance.start], ["  seconds", "\(provenance.duration)"],
        ] + provenance.versions.sorted { $0.key < $1.key }.map { ["  \($0.key)", $0.value] }))
  }
}

/// The run has not been executed.
struct MissingRecord: Error, CustomStringConvertible {
  var run: String

  var description: String { "\(run) has no record yet; 'labbook run' makes it" }
}
