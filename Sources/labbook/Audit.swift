import Algorithms
import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import Metrics
import ReportBuilder
import ResultStore
import Settings

/// `labbook audit`: the gradient estimates of all baselines on samples of a run's final policy.
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Measure every baseline's gradient estimate on samples of a run's policy.",
    discussion: """
      The audit is a run of its own, with a key and a record; done once, it is shown again at once. It is the run of \
      an arm 'algorithm: audit' with 'from:' the same. A value network is no part of a policy, so the baseline \
      'value' is not measured.

      Examples:
        labbook audit knights-and-knaves/RLOO/0
        labbook audit knights-and-knaves/SFT/0 --prompts 128 --completions 32
      """)

  @Argument(
    help: ArgumentHelp(
      "experiment/arm/seed, or at least 8 digits of a run key.", valueName: "run"),
    completion: Completions.runs)
  var reference: RunReference

  @Option(help: "Prompts that are sampled.")
  var prompts: Int?

  @Option(help: "Completions of each.")
  var completions: Int?

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      let audited = try reference.preimage(in: lab)
      let store = lab.store
      guard store.contains(audited.key) else { throw MissingRecord(run: "\(reference)") }
      let preimage = try auditPreimage(
        of: audited, settings: try settings, vocabulary: .labbook)
      let seed = audited.fields["seed"].flatMap { Int($0) } ?? 0
      var name = RunName(experiment: "audit", arm: audited.key.short, seed: seed)
      if case .name(let run) = reference {
        name = RunName(experiment: run.experiment, arm: "audit of \(run.arm)", seed: seed)
      }
      let planned = try PlannedRun(name: name, preimage: preimage, in: store)
      let result = try JobsOption.parse([]).execute(
        [planned], in: lab, checkpointSeconds: CheckpointOption.defaultSeconds)
      if result.wasInterrupted { throw ExitCode(130) }
      guard result.isComplete else {
        for outcome in result.outcomes { print(outcome) }
        throw ExitCode.failure
      }
      guard let record = try store.record(for: preimage.key, named: "\(name)"),
        let table = AuditTable(
          of: record, baselines: Baseline.allCases.map(\.rawValue),
          errorSuffix: MetricDeclaration.standardErrorSuffix)
      else { throw MissingRecord(run: "\(name)") }
      print("run  \(name)\nkey  \(preimage.key.hex)\n\n\(table.text)")
    }
  }

  /// The settings that were given.
  private var settings: [String: SettingValue] {
    get throws {
      var settings: [String: SettingValue] = [:]
      settings["prompts"] = prompts.map(SettingValue.integer)
      settings["completions"] = completions.map(SettingValue.integer)
      let audit = Vocabulary.labbook.languageTasks.algorithm(named: "audit")
      for (name, value) in settings {
        guard let problem = audit?.settings.first(where: { $0.name == name })?.problem(with: value)
        else { continue }
        throw ValidationError("--\(name) \(problem)")
      }
      return settings
    }
  }
}
