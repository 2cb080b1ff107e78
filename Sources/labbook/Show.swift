import Algorithms
import ArgumentParser
import CanonicalJSON
import ExperimentRunner
import ExperimentSpec
import ResultStore

/// `labbook show`: one record.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the record of a run: metrics, digests, samples, provenance.",
    discussion: """
      On a language task it also shows what the run cost, the stages it starts from, and a few \
      completions of the last point at which some were kept; '--format json' has them all.

      Examples:
        labbook show cartpole/PPO/3
        labbook show knights-and-knaves/GRPO/0
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
        .init(
          "starts_from", .sorted(preimage.stages.mapValues { .string($0.hex) })),
        .init("samples", .array(record.samples.compactMap { try? JSONValue(text: $0) })),
        .init("provenance", provenance?.json ?? .null),
      ])
      switch format {
      case .json: print(json.text)
      case .text: printText(preimage, record, provenance, try stages(of: preimage, in: lab))
      }
    }
  }

  /// The stages that the run stands on, by the field that names them, with the name of the run where
  /// the spec tells it.
  private func stages(
    of preimage: RunPreimage, in lab: Lab
  ) throws -> [(field: String, run: String)] {
    var names: [RunKey: RunName] = [:]
    if case .name(let name) = reference {
      let experiment = try lab.loadSpecs().experiment(named: name.experiment)
      for (label, arm) in Vocabulary.labbook.preimages(of: experiment) {
        let run = RunName(experiment: name.experiment, arm: label, seed: name.seed)
        names[arm.run(seed: name.seed).key] = run
      }
    }
    return preimage.stages.sorted { $0.key < $1.key }.map { field, key in
      (field, names[key].map { "\($0)  (\(key.short))" } ?? key.short)
    }
  }

  private func printText(
    _ preimage: RunPreimage, _ record: Record, _ provenance: Provenance?,
    _ stages: [(field: String, run: String)]
  ) {
    print("run     \(reference)\nkey     \(preimage.key.hex)\ndigest  \(record.digest.all)")
    for stage in stages { print(alignedColumns([["\(stage.field)".paddedToKey, stage.run]])) }
    let isLanguage = preimage.fields["language"] != nil
    let costs = isLanguage ? Set(CostLedger().metrics.keys).union(["updates"]) : []
    for (title, names) in [
      ("metrics", record.metrics.keys.filter { !costs.contains($0) }),
      ("cost", record.metrics.keys.filter(costs.contains)),
    ] where !names.isEmpty {
      print("\n\(title)")
      print(
        alignedColumns(names.sorted().map { ["  \($0)", "\(record.metrics[$0] ?? .nan)"] }))
    }
    printSamples(record)
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

extension Show {
  private static let mostSamples = 3

  /// Prints the first completions of the last point, whole.
  private func printSamples(_ record: Record) {
    let samples = record.samples.compactMap { try? JSONValue(text: $0) }
    guard let last = samples.last?["step"]?.integer else { return }
    let ofLast = samples.filter { $0["step"]?.integer == last }
    let shown = ofLast.prefix(Self.mostSamples)
    print("\nsamples at step \(last), \(shown.count) of \(samples.count)")
    for sample in shown {
      let reward = sample["reward"]?.double.map { "\($0)" } ?? "?"
      let isCorrect = sample["correct"] == .boolean(true)
      let level = sample["level"]?.string ?? "?"
      let kind = sample["kind"]?.string ?? "?"
      print("  level \(level), \(kind), reward \(reward), \(isCorrect ? "right" : "wrong")")
      for part in ["prompt", "completion"] {
        let lines = (sample[part]?.string ?? "").split(
          separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
          let head = number == 0 ? part : ""
          print("    \(head)\(String(repeating: " ", count: 12 - head.count))\(line)")
        }
      }
    }
  }
}

extension String {
  /// The text with spaces to the width of the words before a record's key.
  fileprivate var paddedToKey: String {
    self + String(repeating: " ", count: max(0, "digest".count - count))
  }
}

/// The run has not been executed.
struct MissingRecord: Error, CustomStringConvertible {
  var run: String

  var description: String {
    guard let name = RunName(run) else { return "\(run) has no record yet; 'labbook run' makes it" }
    return
      "\(run) has no record yet; 'labbook run \(name.experiment) --arm \(name.arm) --seed \(name.seed)' "
      + "makes it"
  }
}
