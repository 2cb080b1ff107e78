public import Algorithms
internal import ExternalTrainers
internal import Foundation
internal import NeuralNetworks
public import ResultStore
internal import Settings
internal import Tensors

extension Vocabulary {
  /// Returns the preimage of a run's key: every setting, the seed, the run keys of the stages it
  /// stands on, and the revision of each component used.
  ///
  /// A setting at the value that reproduces the behaviour from before it existed is left out, so
  /// that adding a setting changes no key made earlier.
  ///
  /// A setting that the configuration does not name is written with its default, as it is in force.
  ///
  /// - Precondition: Every name in the configuration is in the vocabulary.
  public func preimage(of run: RunConfiguration) -> RunPreimage {
    let part = self[run]
    var fields = revisions(of: run)
    fields.merge(numericsFields(run.numerics)) { $1 }
    fields["algorithm"] = run.algorithm
    fields[part.world.key] = run.task
    fields["numerics"] = run.numerics.rawValue
    fields["seed"] = "\(run.seed)"
    fields["start"] = run.start
    fields["reward"] = run.reward
    for (prefix, declarations, values) in sections(of: run, in: part) {
      let unknown = Set(values.keys).subtracting(declarations.map(\.name)).sorted()
      precondition(unknown.isEmpty, "\(prefix) has no settings \(unknown)")
      for declaration in declarations {
        let value = values[declaration.name] ?? declaration.defaultValue
        if value != declaration.earlierValue {
          fields["\(prefix).\(declaration.name)"] = "\(value)"
        }
      }
    }
    return RunPreimage(fields: fields)
  }

  /// Returns the part that the preimages of each arm's runs share, by label.
  ///
  /// - Precondition: The stages that the arms name are arms of the experiment, without a cycle.
  public func preimages(of experiment: Experiment) -> [String: ArmPreimage] {
    var preimages: [String: ArmPreimage] = [:]
    func preimage(of label: String) -> ArmPreimage {
      if let known = preimages[label] { return known }
      guard let arm = experiment.arm(label) else {
        preconditionFailure("\(experiment.name) has no arm \(label)")
      }
      let made: ArmPreimage
      switch arm.training {
      case .engine(let configuration):
        made = ArmPreimage(
          fields: self.preimage(of: configuration).fields, stages: arm.stages.mapValues(preimage))
      case .external(let settings):
        guard let trainer = experiment.trainer else {
          preconditionFailure("\(experiment.name) has no trainer")
        }
        let run = trainer.run(
          settings: settings, seed: 0, variables: ProcessInfo.processInfo.environment,
          states: experiment.inputStates)
        made = ArmPreimage(fields: run.fields)
      }
      preimages[label] = made
      return made
    }
    for arm in experiment.arms { _ = preimage(of: arm.label) }
    return preimages
  }

  /// Returns the configuration that a preimage was made of.
  ///
  /// - Throws: Every field that is unknown, missing or not allowed, or made by other revisions.
  public func configuration(of preimage: RunPreimage) throws(RunIdentityError) -> RunConfiguration {
    var parser = PreimageReader(vocabulary: self, fields: preimage.fields)
    return try parser.configuration()
  }

  /// The sections of a run's settings with their declarations.
  private func sections(
    of run: RunConfiguration, in part: WorldVocabulary
  ) -> [(prefix: String, declarations: [SettingDeclaration], values: [String: SettingValue])] {
    guard let algorithm = part.algorithm(named: run.algorithm) else {
      preconditionFailure("there is no algorithm '\(run.algorithm)'")
    }
    guard let task = part.task(named: run.task) else {
      preconditionFailure("there is no \(part.world.taskTitle) '\(run.task)'")
    }
    return [
      ("algorithm", algorithm.settings, run.algorithmSettings),
      (part.world.settingsPrefix, task.settings, run.taskSettings),
      ("policy", part.network.settings, run.policy),
      ("budget", part.budget.settings, run.budget),
      ("evaluation", part.evaluation.settings, run.evaluation),
    ]
  }

  /// The fields of a run that say which version of each component it is made with.
  func revisions(of run: RunConfiguration) -> [String: String] {
    let part = self[run]
    var fields = ["revision.kernels": "\(kernelsRevision)"]
    fields["revision.network.\(part.network.name)"] = "\(part.network.revision)"
    if let algorithm = part.algorithm(named: run.algorithm) {
      fields["revision.algorithm.\(run.algorithm)"] = "\(algorithm.revision)"
    }
    guard let task = part.task(named: run.task) else { return fields }
    fields["\(part.world.revisionPrefix)\(run.task)"] = "\(task.revision)"
    let values = task.settings.defaults.merging(run.taskSettings) { $1 }
    if let tokenizer = (try? task.traits(values))?.tokenizer {
      fields["revision.tokenizer"] = "\(tokenizerRevision)"
      fields["tokenizer"] = tokenizer
    }
    return fields
  }
}
