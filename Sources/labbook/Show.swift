import ArgumentParser
import CanonicalJSON
import ExperimentRunner
import ExperimentSpec
import ReportBuilder
import ResultStore

/// `labbook show`: one record.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
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
      "experiment/arm/seed, or at least 8 digits of a run key.", valueName: "run"),
    completion: Completions.runs)
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
      let shown = ShownRecord(
        run: "\(reference)", preimage: preimage, record: record, provenance: provenance,
        stages: try stages(of: preimage, in: lab))
      switch format {
      case .json: print(shown.json.text)
      case .text: print(shown.text(number: NumberText.readable))
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
        names[arm.key(seed: name.seed)] = run
      }
    }
    return preimage.stages.sorted { $0.key < $1.key }.map { field, key in
      (field, names[key].map { "\($0)  (\(key.short))" } ?? key.short)
    }
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
