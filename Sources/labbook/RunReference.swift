import ArgumentParser
import ExperimentRunner
import ExperimentSpec
import ResultStore
import Settings

/// A run as a person names it: `experiment/arm/seed`, or the first digits of its key.
enum RunReference: ExpressibleByArgument, CustomStringConvertible {
  case name(RunName)
  case key(String)
  /// Words that are neither.
  case unknown(String)

  init(argument: String) {
    if let name = RunName(argument) {
      self = .name(name)
    } else if argument.count >= 8, argument.count <= 64,
      argument.allSatisfy({ $0.isHexDigit && !$0.isUppercase })
    {
      self = .key(argument)
    } else {
      self = .unknown(argument)
    }
  }

  var description: String {
    switch self {
    case .name(let name): "\(name)"
    case .key(let digits): digits
    case .unknown(let words): words
    }
  }

  /// The run's key: by the specs as they are now, or by what the store has.
  ///
  /// The record itself may be damaged, or not be there.
  func key(in lab: Lab) throws -> RunKey {
    if case .key(let digits) = self { return try lab.store.key(startingWith: digits) }
    return try preimage(in: lab).key
  }

  /// The run's preimage: by the specs as they are now, or by the record that has the key.
  func preimage(in lab: Lab) throws -> RunPreimage {
    switch self {
    case .name(let name):
      let experiment = try lab.loadSpecs().experiment(named: name.experiment)
      let arm = try experiment.preimage(ofArm: name.arm)
      guard experiment.seeds.contains(name.seed) else {
        throw UnknownName(
          "there is no seed \(name.seed) in \(name.experiment); there is "
            + seedList(experiment.seeds))
      }
      return arm.run(seed: name.seed)
    case .unknown(let words):
      throw UnknownName(
        "'\(shownName(words))' is no run; write experiment/arm/seed, such as cartpole/PPO/3, or at least 8 digits of a run "
          + "key")
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
  /// The part that the preimages of an arm's runs have in common; an unknown label is wrong usage.
  func preimage(ofArm label: String) throws -> ArmPreimage {
    guard let preimage = Vocabulary.labbook.preimages(of: self)[label] else {
      throw UnknownName("arm", label, among: arms.map(\.label))
    }
    return preimage
  }
}
