import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import ResultStore

/// `labbook explain`: which fields of the key make a run another one.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which settings make a run differ from an earlier one.",
    discussion: """
      Compares the run's key, field by field, with another run's; without another one, with the \
      newest lock that has the arm.

      Examples:
        labbook explain cartpole/PPO/3
        labbook explain cartpole                         every arm of an experiment
        labbook explain cartpole/PPO/3 cartpole/GRPO/3
      """)

  @Argument(help: "experiment/arm/seed, at least 8 digits of a run key, or an experiment.")
  var subject: String

  @Argument(help: "Another run.")
  var other: RunReference?

  @OptionGroup var options: LabOptions

  func run() throws {
    try reportingFailures {
      let lab = try options.lab
      if let reference = RunReference(argument: subject) {
        try explain(reference, in: lab)
        return
      }
      let experiment = try lab.loadExperiments().experiment(named: subject)
      if other != nil { throw ValidationError("Name a run, not an experiment, to compare two.") }
      for arm in experiment.arms {
        guard let seed = experiment.seeds.first else { continue }
        let name = RunName(experiment: experiment.name, arm: arm.label, seed: seed)
        let preimage = Vocabulary.labbook.preimage(of: arm.run(seed: seed))
        try explain(preimage.setting("seed", to: nil), of: name, title: arm.label, in: lab)
      }
    }
  }

  private func explain(_ reference: RunReference, in lab: Lab) throws {
    let preimage = try reference.preimage(in: lab)
    if let other {
      let former = try other.preimage(in: lab)
      show(from: former, to: preimage, title: "\(other) → \(reference)")
    } else if case .name(let name) = reference {
      try explain(preimage, of: name, title: "\(name)", in: lab)
      let isStored = lab.store.contains(preimage.key)
      print(isStored ? "the store has its record" : "the store has no record of it")
    } else {
      print(preimage.text, terminator: "")
    }
  }

  /// Compares with the newest lock that has the arm.
  private func explain(
    _ preimage: RunPreimage, of name: RunName, title: String, in lab: Lab
  ) throws {
    for week in try Week.all(in: lab).reversed() {
      guard let arm = try week.lock?.experiment(name.experiment)?.arm(name.arm) else { continue }
      let hasSeed = preimage.fields["seed"] != nil
      let former = arm.preimage(seed: name.seed).setting("seed", to: hasSeed ? "\(name.seed)" : nil)
      show(from: former, to: preimage, title: "\(title), since the lock of \(week)")
      return
    }
    print("\(title): no lock has this arm")
  }

  private func show(from old: RunPreimage, to new: RunPreimage, title: String) {
    let names = Set(old.fields.keys).union(new.fields.keys).sorted()
    let changed = names.filter { old.fields[$0] != new.fields[$0] }
    print(changed.isEmpty ? "\(title): the same settings, so the same key" : "\(title):")
    let rows = changed.map {
      ["  \($0)", "\(old.fields[$0] ?? "—") → \(new.fields[$0] ?? "—")"]
    }
    if !rows.isEmpty { print(alignedColumns(rows)) }
  }
}
