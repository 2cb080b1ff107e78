public import Algorithms
public import ResultStore
internal import Settings
internal import Tensors

extension Vocabulary {
  /// Returns the preimage of a run's key: every setting, the seed, and the revision of each
  /// component used.
  ///
  /// A setting at the value that reproduces the behaviour from before it existed is left out, so
  /// that adding a setting changes no key made earlier.
  ///
  /// A setting that the configuration does not name is written with its default, as it is in force.
  ///
  /// - Precondition: Every name in the configuration is in the vocabulary.
  public func preimage(of run: RunConfiguration) -> RunPreimage {
    var fields = revisions(of: run)
    fields.merge(numericsFields(run.numerics.rawValue)) { $1 }
    fields["algorithm"] = run.algorithm
    fields["environment"] = run.environment
    fields["numerics"] = run.numerics.rawValue
    fields["seed"] = "\(run.seed)"
    for (prefix, declarations, values) in sections(of: run) {
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

  /// Returns the configuration that a preimage was made of.
  ///
  /// - Throws: Every field that is unknown, missing or not allowed, or made by other revisions.
  public func configuration(of preimage: RunPreimage) throws(RunIdentityError) -> RunConfiguration {
    var parser = PreimageReader(vocabulary: self, fields: preimage.fields)
    return try parser.configuration()
  }

  /// The sections of a run's settings with what declares them.
  private func sections(
    of run: RunConfiguration
  ) -> [(prefix: String, declarations: [SettingDeclaration], values: [String: SettingValue])] {
    guard let algorithm = algorithm(named: run.algorithm) else {
      preconditionFailure("there is no algorithm '\(run.algorithm)'")
    }
    guard let environment = environment(named: run.environment) else {
      preconditionFailure("there is no environment '\(run.environment)'")
    }
    return [
      ("algorithm", algorithm.settings, run.algorithmSettings),
      ("environment", environment.settings, run.taskSettings),
      ("policy", policy, run.policy), ("budget", budget, run.budget),
      ("evaluation", evaluation, run.evaluation),
    ]
  }

  /// The revision fields of a run.
  func revisions(of run: RunConfiguration) -> [String: String] {
    var fields = ["revision.kernels": "\(kernelsRevision)"]
    if let algorithm = algorithm(named: run.algorithm) {
      fields["revision.algorithm.\(run.algorithm)"] = "\(algorithm.component.revision)"
    }
    if let environment = environment(named: run.environment) {
      fields["revision.environment.\(run.environment)"] = "\(environment.revision)"
    }
    let network = run.policy["network"] ?? policy.defaults["network"]
    if case .choice(let network) = network, let revision = networkRevisions[network] {
      fields["revision.network.\(network)"] = "\(revision)"
    }
    return fields
  }
}
