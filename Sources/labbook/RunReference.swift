import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import ResultStore

/// A run as a person names it: `experiment/arm/seed`, or the first digits of its key.
enum RunReference: ExpressibleByArgument, CustomStringConvertible {
  case name(RunName)
  case key(String)

  init?(argument: String) {
    if let name = RunName(argument) {
      self = .name(name)
    } else if argument.count >= 8, argument.count <= 64,
      argument.allSatisfy({ $0.isHexDigit && !$0.isUppercase })
    {
      self = .key(argument)
    } else {
      return nil
    }
  }

  var description: String {
    switch self {
    case .name(let name): "\(name)"
    case .key(let digits): digits
    }
  }

  /// The run's preimage: by the specs as they are now, or by the record that has the key.
  func preimage(in lab: Lab) throws -> RunPreimage {
    switch self {
    case .name(let name):
      let experiment = try lab.loadExperiments().experiment(named: name.experiment)
      guard experiment.seeds.contains(name.seed) else {
        throw ValidationError("There is no seed \(name.seed) in \(name.experiment).")
      }
      return try experiment.preimage(ofArm: name.arm).run(seed: name.seed)
    case .key(let digits):
      let key = try lab.store.key(startingWith: digits)
      guard let preimage = try lab.store.preimage(for: key) else {
        throw MissingRecord(run: digits)
      }
      return preimage
    }
  }
}

extension Experiment {
  /// What the preimages of an arm's runs have in common; an unknown label is wrong usage.
  func preimage(ofArm label: String) throws -> ArmPreimage {
    guard let preimage = Vocabulary.labbook.preimages(of: self)[label] else {
      throw ValidationError(unknown("arm", label, among: arms.map(\.label)))
    }
    return preimage
  }
}
