import Environments
import NeuralNetworks
import Objectives
import SeededRandom
import Tensors

/// One whole episode that was sampled for training.
struct Trajectory {
  /// Its rows in the step buffer.
  var rows: Range<Int>
  /// The environment's rewards.
  var rewards: [Double]
  /// ‖∇_logits log π(a)‖² of each step.
  var squaredScoreNorms: [Double]
  var ending: EpisodeEnding
  /// The observation after the last step.
  var finalObservation: [Float]

  /// The undiscounted return.
  var undiscountedReturn: Double { trajectoryReturn(rewards: rewards) }
}

/// Trajectories from one start.
struct TrajectoryGroup {
  var members: [Trajectory]
  /// The rewards of the greedy rollout from the same start, if one was asked for.
  var greedyRewards: [Double]?
}

/// Samples groups of whole episodes: each group has one start, its members their own noise.
///
/// All live members of all groups step side by side, one forward pass for all of them.
struct GroupRollout {
  /// The member index of the greedy rollout in the naming of streams.
  static let greedyMember = Int(UInt32.max)

  /// The steps of the latest complete groups.
  let steps: StepBuffer
  private var observations: [Float] = []

  /// Creates a collector without groups.
  init(run: TrainingRun) {
    steps = StepBuffer(width: run.environment.observationWidth)
  }

  /// An episode while it is sampled.
  private struct Member {
    var environment: any DiscreteEnvironment
    let group: Int
    let start: Int
    let index: Int
    var observations: [Float] = []
    var actions: [Int] = []
    var logProbabilities: [Float] = []
    var rewards: [Double] = []
    var squaredScoreNorms: [Double] = []
    var ending: EpisodeEnding?

    var isGreedy: Bool { index == GroupRollout.greedyMember }
  }

  /// Samples `count` groups, and returns them, or none if the budget cuts one of them off.
  ///
  /// - Parameters:
  ///   - count: The starts.
  ///   - size: Sampled members of each group.
  ///   - greedy: Whether each group has a greedy rollout beside them.
  ///   - policy: Who acts.
  ///   - run: Where steps and episodes are counted; a dropped batch's steps are too.
  /// - Returns: The groups, in the order of their starts.
  mutating func collect(
    groups count: Int, size: Int, greedy: Bool, policy: Policy, run: TrainingRun
  ) -> [TrajectoryGroup] {
    run.enter(.rollout)
    var members = startedMembers(groups: count, size: size, greedy: greedy, run: run)
    let rows = min(members.count, Agent.chunk)
    observations = [Float](repeating: 0, count: rows * run.environment.observationWidth)
    var live = Array(members.indices)
    while !live.isEmpty && run.remaining > 0 {
      let stepping = live.prefix(run.remaining)
      forEachChunk(of: 0..<stepping.count) { chunk in
        step(Array(stepping[chunk]), of: &members, policy: policy, run: run)
      }
      run.log.environmentSteps += stepping.count
      live.removeAll { members[$0].ending != nil }
    }
    return completeGroups(of: members, count: count, run: run)
  }

  /// Returns the members of new groups, each at its group's start.
  private func startedMembers(
    groups count: Int, size: Int, greedy: Bool, run: TrainingRun
  ) -> [Member] {
    (0..<count).flatMap { group in
      let start = run.nextStart
      run.nextStart += 1
      var environment = run.environment
      var generator = run.streams.generator(for: .start, start)
      environment.reset(using: &generator)
      let indices = Array(0..<size) + (greedy ? [Self.greedyMember] : [])
      return indices.map {
        Member(environment: environment, group: group, start: start, index: $0)
      }
    }
  }

  /// Takes one step with each of the members `stepping`.
  private mutating func step(
    _ stepping: [Int], of members: inout [Member], policy: Policy, run: TrainingRun
  ) {
    let width = run.environment.observationWidth
    for (row, member) in stepping.enumerated() {
      members[member].environment.writeObservation(into: &observations, at: row * width)
    }
    policy.network.input.copy(from: observations)
    policy.forward(rows: stepping.count)
    run.agent.countForward(policy.network, rows: stepping.count)
    for (row, member) in stepping.enumerated() {
      var generator = run.streams.generator(
        for: .actions, members[member].start, members[member].index,
        members[member].rewards.count)
      let uniform = generator.nextUnitFloat()
      let action =
        members[member].isGreedy
        ? greedyAction(logits: policy.network.output, row: row)
        : policy.head.sampledAction(row: row, uniform: uniform)
      let transition = members[member].environment.step(action, using: &generator)
      members[member].rewards.append(transition.reward)
      members[member].ending = transition.ending
      guard !members[member].isGreedy else { continue }
      members[member].observations += observations[(row * width)..<((row + 1) * width)]
      members[member].actions.append(action)
      members[member].logProbabilities.append(policy.head.logProbabilities[row, action])
      members[member].squaredScoreNorms.append(
        squaredScoreNorm(of: action, row: row, head: policy.head))
    }
  }

  private func squaredScoreNorm(of action: Int, row: Int, head: CategoricalHead) -> Double {
    var squares = 0.0
    for index in 0..<head.actions {
      let probability = Double(head.probabilities[row, index])
      squares += probability * probability
    }
    return Objectives.squaredScoreNorm(
      probability: Double(head.probabilities[row, action]), squaredProbabilities: squares)
  }

  /// Moves the members of complete groups into the step buffer.
  ///
  /// A batch that the end of the budget cuts off is counted and dropped as a whole: the groups of it
  /// that are complete are those whose episodes were short, and an update on them alone would be
  /// biased toward short episodes.
  private func completeGroups(
    of members: [Member], count: Int, run: TrainingRun
  ) -> [TrajectoryGroup] {
    guard members.allSatisfy({ $0.ending != nil }) else {
      for member in members {
        run.log.droppedSteps += member.rewards.count
        if !member.isGreedy && !member.rewards.isEmpty {
          run.unfinishedReturns.append(trajectoryReturn(rewards: member.rewards))
        }
      }
      steps.resize(to: 0)
      return []
    }
    // In order of start and member: in order of their ends, the latest would be the longest.
    for member in members where !member.isGreedy {
      run.log.recordEpisode(return: trajectoryReturn(rewards: member.rewards))
    }
    steps.resize(to: members.reduce(0) { $0 + $1.actions.count })
    var groups = [Int: TrajectoryGroup]()
    var row = 0
    for member in members {
      guard let ending = member.ending else { continue }
      if member.isGreedy {
        groups[member.group]?.greedyRewards = member.rewards
        continue
      }
      let rows = row..<(row + member.actions.count)
      row = rows.upperBound
      steps.observations.copy(
        from: member.observations, at: rows.lowerBound * steps.observations.columns)
      for (step, row) in rows.enumerated() {
        steps.actions[row] = member.actions[step]
        steps.logProbabilities[row] = member.logProbabilities[step]
        steps.rewards[row] = Float(member.rewards[step])
      }
      groups[member.group, default: TrajectoryGroup(members: [])].members.append(
        Trajectory(
          rows: rows, rewards: member.rewards, squaredScoreNorms: member.squaredScoreNorms,
          ending: ending, finalObservation: member.environment.observation))
    }
    return (0..<count).compactMap { groups[$0] }
  }
}
