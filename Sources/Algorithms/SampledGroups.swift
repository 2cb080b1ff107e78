import Tensors

/// Episodes sampled from one start with a run's initial policy.
public struct SampledGroup: Equatable, Sendable {
  /// One whole episode.
  public struct Episode: Equatable, Sendable {
    /// [T][width] the observation before each step.
    public var observations: [[Float]]
    /// [T][width] the index of each action, or its components.
    public var actions: [[Float]]
    /// [T] log-probabilities of the actions under the policy.
    public var logProbabilities: [Float]
    /// [T] rewards of the environment.
    public var rewards: [Double]
  }

  /// The sampled episodes.
  public var episodes: [Episode]
  /// The rewards of the greedy episode from the same start.
  public var greedyRewards: [Double]?
}

/// Samples groups as the first batch of a run would be, for inspection.
///
/// The k-th group is the one that any algorithm with this seed would sample from start k, as long as
/// its policy is the initial one.
///
/// - Parameters:
///   - configuration: The run; its budget limits the steps.
///   - groups: How many starts.
///   - size: Sampled episodes from each start.
///   - greedy: Whether a greedy episode is added to each group.
///   - starts: Where the members of a group begin.
/// - Returns: The groups that the budget let finish.
/// - Throws: ``TrainingError/invalidConfiguration(_:)``.
public func sampledGroups(
  of configuration: RunConfiguration, groups: Int, size: Int, greedy: Bool = false,
  starts: GroupStarts = .shared
) throws(TrainingError) -> [SampledGroup] {
  guard let algorithm = AlgorithmRegistry.declaration(named: configuration.algorithm),
    case .environment(let needs, _) = algorithm.loop
  else {
    throw .invalidConfiguration("there is no algorithm '\(configuration.algorithm)'")
  }
  let run = try EnvironmentRun(
    configuration, needs: needs(configuration.algorithmSettings),
    progress: { _, _ in }, enter: { _ in })
  var rollout = GroupRollout(run: run)
  let sampled =
    try rollout.collect(
      groups: groups, GroupShape(size: size, greedy: greedy, starts: starts),
      policy: run.agent.policy, run: run) ?? []
  let steps = rollout.steps
  return sampled.map { group in
    SampledGroup(
      episodes: group.members.map { member in
        SampledGroup.Episode(
          observations: member.rows.map { row in
            (0..<steps.observations.columns).map { steps.observations[row, $0] }
          },
          actions: member.rows.map { row in
            Array(steps.actions[(row * steps.actionWidth)..<((row + 1) * steps.actionWidth)])
          },
          logProbabilities: Array(steps.logProbabilities[member.rows]), rewards: member.rewards)
      }, greedyRewards: group.greedyRewards)
  }
}
