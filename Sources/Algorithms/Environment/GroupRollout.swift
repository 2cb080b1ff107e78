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
  /// ‖∇ log π(a)‖² of each step with respect to the distribution's parameters; empty if nothing needs them.
  var squaredScoreNorms: [Double]
  var ending: EpisodeEnding
  /// The observation after the last step, as the policy would see it.
  var finalObservation: [Float]

  /// The undiscounted return.
  var undiscountedReturn: Double { trajectoryReturn(rewards: rewards) }
}

/// Trajectories that are compared with each other, from one start unless starts are mixed.
struct TrajectoryGroup {
  var members: [Trajectory]
  /// The rewards of the greedy rollout from the same start, if one was asked for.
  var greedyRewards: [Double]?
}

/// The episodes that are sampled from each start.
struct GroupShape {
  /// Sampled members of each group.
  var size: Int
  /// Whether each group has a greedy rollout beside them.
  var greedy = false
  /// Where its members begin.
  var starts = GroupStarts.shared
  /// Whether the squared norms of scores are wanted.
  var scores = false
  /// The discount γ that the normalization of rewards uses.
  var discount = 1.0
  /// Steps after which state-dependent noise is drawn anew; 0: once an episode.
  var explorationInterval = 0
  /// Whether groups whose members all have one return are dropped.
  var dropsSilent = false
}

/// Samples groups of whole episodes: each group has one start, or each of its members one, and its members
/// their own noise.
///
/// All live members of all groups step side by side, one forward pass for all of them.
struct GroupRollout {
  /// The steps of the latest complete groups.
  let steps: EnvironmentSteps
  /// Steps in the order in which they were taken, and whose they are.
  private let taken: EnvironmentSteps
  private var takers: [Int] = []
  private var observations: [Float] = []
  private var actions: [Float] = []
  private var noise: [Float] = []
  private var generators: [SeededGenerator] = []
  private var rewards: [Double] = []
  private var endings: [EpisodeEnding?] = []
  private let width: Int

  /// Creates a collector without groups.
  init(run: EnvironmentRun) {
    width = run.environment.observationWidth
    let actionWidth = run.agent.policy.head.actionWidth
    steps = EnvironmentSteps(width: width, actionWidth: actionWidth)
    taken = EnvironmentSteps(width: width, actionWidth: actionWidth)
  }

  /// An episode while it is sampled.
  private struct Member {
    let group: Int
    let start: Int
    let index: Int
    var rewards: [Double] = []
    var discountedReturn = 0.0
    var squaredScoreNorms: [Double] = []
    var ending: EpisodeEnding?
    /// The environment's observation after the last step.
    var finalObservation: [Float] = []

    var isGreedy: Bool { index == RandomStreams.greedyMember }
  }

  /// Samples `count` groups, and returns them after those of the batch so far; `nil` if the budget cuts one of
  /// them off.
  ///
  /// - Parameters:
  ///   - count: The starts.
  ///   - shape: The episodes to sample from each.
  ///   - batch: Groups that the step buffer holds and keeps.
  ///   - policy: Who acts.
  ///   - run: Where steps and episodes are counted; a dropped batch's steps are too.
  /// - Returns: The groups, in the order of their starts.
  /// - Throws: If training is to end.
  mutating func collect(
    groups count: Int, _ shape: GroupShape, after batch: [TrajectoryGroup] = [], policy: Policy,
    run: EnvironmentRun
  ) throws(TrainingError) -> [TrajectoryGroup]? {
    run.enter(.bookkeeping)
    var members = newMembers(groups: count, shape, run: run)
    var environments = EnvironmentCopies(of: run.environment, count: members.count)
    run.enter(.environment)
    start(members, in: &environments, run: run)
    run.enter(.bookkeeping)
    makeRoom(for: members, head: policy.head)
    taken.resize(to: 0)
    takers.removeAll(keepingCapacity: true)
    // Copy i of the environment is that of member live[i].
    var live = Array(members.indices)
    while !live.isEmpty && run.remaining > 0 {
      try run.state.lookUp(from: .update)
      let stepping = min(live.count, run.remaining)
      observe(stepping, environments, run: run)
      run.enter(.rollout)
      forEachChunk(of: 0..<stepping) { chunk in
        act(
          chunk, of: live, &members, shape, policy: policy,
          keepsStreams: environments.drawsNoise, run: run)
      }
      run.enter(.environment)
      environments.step(
        stepping, actions: actions, generators: &generators, rewards: &rewards,
        endings: &endings)
      run.enter(.bookkeeping)
      takeNote(of: live, stepping, &members, environments, shape, run: run)
      keepLive(&live, stepping, in: &environments)
      run.log.used += stepping
    }
    return completeGroups(of: members, count: count, shape, after: batch, run: run)
  }

  /// Returns the members of new groups.
  private func newMembers(groups count: Int, _ shape: GroupShape, run: EnvironmentRun) -> [Member] {
    (0..<count).flatMap { group in
      let indices = Array(0..<shape.size) + (shape.greedy ? [RandomStreams.greedyMember] : [])
      return indices.enumerated().map { position, index in
        if position == 0 || shape.starts == .mixed { run.nextStart += 1 }
        return Member(group: group, start: run.nextStart - 1, index: index)
      }
    }
  }

  /// Puts every member at its start.
  private func start(
    _ members: [Member], in environments: inout EnvironmentCopies, run: EnvironmentRun
  ) {
    var first = 0
    for member in members.indices {
      if members[member].start == members[first].start && member != first {
        environments.copy(first, to: member)
        continue
      }
      first = member
      var generator = run.streams.generator(for: .start, members[member].start)
      environments.reset(member, using: &generator)
    }
  }

  private mutating func makeRoom(for members: [Member], head: any ActionHead) {
    let count = members.count
    observations = [Float](repeating: 0, count: count * width)
    actions = [Float](repeating: 0, count: count * head.actionWidth)
    noise = [Float](repeating: 0, count: count * head.noiseWidth)
    rewards = [Double](repeating: 0, count: count)
    endings = [EpisodeEnding?](repeating: nil, count: count)
  }

  /// Looks at the states of the first `count` copies, as the policy will see them.
  private mutating func observe(
    _ count: Int, _ environments: EnvironmentCopies, run: EnvironmentRun
  ) {
    run.enter(.environment)
    environments.writeObservations(of: 0..<count, into: &observations, at: 0)
    run.enter(.bookkeeping)
    run.observationNormalization.observe(observations, rows: count)
    run.observationNormalization.apply(to: &observations, rows: 0..<count)
    generators.removeAll(keepingCapacity: true)
  }

  /// Chooses an action for each of the members `live[chunk]`, and records it.
  private mutating func act(
    _ chunk: Range<Int>, of live: [Int], _ members: inout [Member], _ shape: GroupShape,
    policy: Policy, keepsStreams: Bool, run: EnvironmentRun
  ) {
    let head = policy.head
    let (actionWidth, noiseWidth) = (head.actionWidth, head.noiseWidth)
    policy.network.input.copy(
      from: observations, range: (chunk.lowerBound * width)..<(chunk.upperBound * width))
    policy.forward(rows: chunk.count)
    run.agent.countForward(policy.network, rows: chunk.count)
    for (input, position) in chunk.enumerated() {
      let member = live[position]
      let time = members[member].rewards.count
      let offset = position * actionWidth
      var generator = run.streams.generator(
        for: .actions, members[member].start, members[member].index, time)
      if time == 0
        || (shape.explorationInterval > 0 && time.isMultiple(of: shape.explorationInterval))
      {
        head.drawNoise(using: &generator, into: &noise, at: member * noiseWidth)
      }
      // The greedy rollout draws as the others do, so that the dynamics' noise is theirs.
      head.sampleAction(
        row: input, using: &generator, noise: noise, at: member * noiseWidth, into: &actions,
        at: offset)
      if keepsStreams { generators.append(generator) }
      if members[member].isGreedy {
        head.writeGreedyAction(
          of: policy.network.output, row: input, into: &actions, at: offset)
        continue
      }
      let row = taken.count
      taken.resize(to: row + 1)
      takers.append(member)
      taken.observations.copyRow(input, of: policy.network.input, to: row)
      for component in 0..<actionWidth {
        taken.actions[row * actionWidth + component] = actions[offset + component]
      }
      taken.logProbabilities[row] = head.logProbability(of: actions, at: offset, row: input)
      if shape.scores {
        members[member].squaredScoreNorms.append(
          head.squaredScoreNorm(of: actions, at: offset, row: input))
      }
    }
  }

  /// Records the rewards and endings that the latest actions of the members `live[0..<count]` led to.
  private func takeNote(
    of live: [Int], _ count: Int, _ members: inout [Member], _ environments: EnvironmentCopies,
    _ shape: GroupShape, run: EnvironmentRun
  ) {
    var discountedReturns: [Double] = []
    for position in 0..<count {
      let member = live[position]
      members[member].rewards.append(rewards[position])
      if let ending = endings[position] {
        members[member].ending = ending
        members[member].finalObservation = [Float](repeating: 0, count: width)
        environments.writeObservations(
          of: position..<(position + 1), into: &members[member].finalObservation, at: 0)
      }
      if run.rewardNormalization.isActive && !members[member].isGreedy {
        members[member].discountedReturn =
          shape.discount * members[member].discountedReturn + rewards[position]
        discountedReturns.append(members[member].discountedReturn)
      }
    }
    run.rewardNormalization.observe(discountedReturns, count: discountedReturns.count)
  }

  /// Closes the gaps of episodes that ended, in their order.
  private func keepLive(
    _ live: inout [Int], _ count: Int, in environments: inout EnvironmentCopies
  ) {
    var kept = 0
    for position in live.indices where position >= count || endings[position] == nil {
      if kept < position {
        environments.copy(position, to: kept)
        live[kept] = live[position]
      }
      kept += 1
    }
    live.removeLast(live.count - kept)
  }

  /// Moves the members of complete groups into the step buffer.
  ///
  /// A batch that the end of the budget cuts off is counted and dropped as a whole: the groups of it
  /// that are complete are those whose episodes were short, and an update on them alone would be
  /// biased toward short episodes.
  private func completeGroups(
    of members: [Member], count: Int, _ shape: GroupShape, after batch: [TrajectoryGroup],
    run: EnvironmentRun
  ) -> [TrajectoryGroup]? {
    guard members.allSatisfy({ $0.ending != nil }) else {
      for member in members {
        run.log.droppedSteps += member.rewards.count
        if !member.isGreedy && !member.rewards.isEmpty {
          run.unfinishedReturns.append(trajectoryReturn(rewards: member.rewards))
        }
      }
      steps.resize(to: 0)
      steps.sequences.removeAll(keepingCapacity: true)
      return nil
    }
    // In order of start and member: in order of their ends, the latest would be the longest.
    var returns = [[Double]](repeating: [], count: shape.dropsSilent ? count : 0)
    for member in members.indices where !members[member].isGreedy {
      let value = trajectoryReturn(rewards: members[member].rewards)
      if shape.dropsSilent { returns[members[member].group].append(value) }
      run.log.recordEpisode(return: value)
    }
    let isDropped = returns.map(areAllEqual)
    var groups = [TrajectoryGroup](repeating: TrajectoryGroup(members: []), count: count)
    /// The row of each member's next step; none if it is dropped.
    var next: [Int?] = []
    next.reserveCapacity(members.count)
    var row = batch.last?.members.last?.rows.upperBound ?? 0
    for member in members.indices {
      let group = members[member].group
      let isKept = !(shape.dropsSilent && isDropped[group])
      next.append(isKept ? row : nil)
      guard let ending = members[member].ending, isKept else { continue }
      if members[member].isGreedy {
        groups[group].greedyRewards = members[member].rewards
        continue
      }
      let rows = row..<(row + members[member].rewards.count)
      row = rows.upperBound
      var final = members[member].finalObservation
      run.observationNormalization.apply(to: &final, rows: 0..<1)
      groups[group].members.append(
        Trajectory(
          rows: rows, rewards: members[member].rewards,
          squaredScoreNorms: members[member].squaredScoreNorms, ending: ending,
          finalObservation: final))
    }
    steps.resize(to: row)
    for (row, member) in takers.enumerated() {
      guard let place = next[member] else { continue }
      steps.copyRow(row, of: taken, to: place)
      next[member] = place + 1
    }
    for group in groups {
      for member in group.members {
        for (row, reward) in zip(member.rows, member.rewards) { steps.rewards[row] = Float(reward) }
      }
    }
    if shape.dropsSilent { groups = zip(groups, isDropped).filter { !$1 }.map(\.0) }
    if !batch.isEmpty { groups = batch + groups }
    steps.sequences = groups.flatMap { $0.members.map(\.rows) }
    return groups
  }
}
