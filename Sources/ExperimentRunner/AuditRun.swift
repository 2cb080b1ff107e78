internal import Algorithms
public import ExperimentSpec
public import ResultStore
public import Settings

/// Returns what an audit of the final policy of a run is made of.
///
/// It is the run that an arm `{algorithm: audit, from: …}` beside the run's own would have, with one exception: where
/// the run's budget could be too small for the audit's samples, the audit has what they take at most.
///
/// - Parameters:
///   - preimage: The run whose policy is audited.
///   - settings: Those of the audit that are not at their defaults, each of them allowed.
///   - vocabulary: What the run was made with.
/// - Returns: The preimage of the audit.
/// - Throws: ``AuditProblem``, or what keeps the preimage from being read.
public func auditPreimage(
  of preimage: RunPreimage, settings: [String: SettingValue] = [:], vocabulary: Vocabulary
) throws -> RunPreimage {
  var run = try vocabulary.configuration(of: preimage)
  guard run.world.hasStages else { throw AuditProblem.environment(run.task) }
  let part = vocabulary[run.world]
  guard let trained = part.algorithm(named: run.algorithm), trained.product != .rewardModel else {
    throw AuditProblem.noPolicy(run.algorithm)
  }
  guard let audit = part.algorithm(named: "audit"), let declared = part.task(named: run.task) else {
    throw AuditProblem.unknown
  }
  if let conflict = audit.conflict(in: settings) { throw AuditProblem.conflict(conflict.message) }
  run.algorithm = audit.name
  run.algorithmSettings = settings
  run.start = preimage.key.hex
  // A judge that paid the run pays its audit.
  let values = audit.settings.defaults.merging(settings) { $1 }
  let longest = try declared.traits(declared.settings.defaults.merging(run.taskSettings) { $1 })
    .longestSequence
  if case .integer(let prompts)? = values["prompts"],
    case .integer(let completions)? = values["completions"],
    case .integer(let budget)? = part.budget.settings.defaults.merging(
      run.budget,
      uniquingKeysWith: {
        $1
      })["tokens"], let longest
  {
    run.budget["tokens"] = .integer(max(budget, prompts * (completions + 1) * longest))
  }
  return vocabulary.preimage(of: run)
}

/// Why a run cannot be audited.
public enum AuditProblem: Error, Hashable, Sendable, CustomStringConvertible {
  case environment(String)
  case noPolicy(String)
  case conflict(String)
  case unknown

  public var description: String {
    switch self {
    case .environment(let name):
      "a run on an environment (\(name)) cannot be audited by name, since no run on an environment starts from another's weights; an arm 'algorithm: audit' audits the initial policy"
    case .noPolicy(let algorithm):
      "\(algorithm) trains a reward model, and an audit is of a policy"
    case .conflict(let words): words
    case .unknown: "this version of labbook has no audits"
    }
  }
}
