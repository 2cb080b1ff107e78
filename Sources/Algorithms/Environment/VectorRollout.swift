internal import Checkpoints
import Environments
import NeuralNetworks
import SeededRandom
import Tensors

/// Consecutive steps of one episode within a rollout.
struct Segment {
  /// Its rows in the step buffer.
  var rows: Range<Int>
  /// Why the episode ended with the last row, or `nil` if the rollout ended first.
  var ending: EpisodeEnding?
  /// Where the observation after the last row lies among the rollout's bootstrap observations;
  /// `nil` where nothing follows.
  var bootstrap: Int?
}

/// Several environments stepped side by side, each starting its next episode when one ends.
///
/// The k-th episode to begin has the k-th start; its actions and noise come from the stream of
/// (k, 0, step). State-dependent noise is drawn anew at the beginning of each rollout and every
/// `exploration_interval` steps of it, from the stream of the step at which it is drawn, and outlives the episode.
struct VectorRollout {
  /// The steps of the latest rollout, those of one environment after those of another.
  let steps: EnvironmentSteps
  /// The segments of the latest rollout, in the order of their rows.
  private(set) var segments: [Segment] = []
  /// Observations after segments that the rollout or a time limit cut off, row after row, as the policy
  /// would see them.
  private(set) var bootstrapObservations: [Float] = []

  private var environments: EnvironmentCopies
  private var lanes: [Lane] = []
  /// [lanes][width] the observations, as the policy sees them.
  private var observations: [Float]
  /// [lanes · actionWidth] the actions of the latest step.
  private var actions: [Float]
  /// [lanes · noiseWidth] the noise that is kept from one drawing to the next.
  private var noise: [Float]
  /// [lanes] the streams of the latest step, where the dynamics draw from them.
  private var generators: [SeededGenerator] = []
  /// [lanes] the rewards of the latest step.
  private var rewards: [Double]
  /// [lanes] why an episode ended with the latest step.
  private var endings: [EpisodeEnding?]
  /// [lanes] the discounted sum of an episode's rewards so far, which rewards are normalized by.
  private var discountedReturns: [Double]
  private let explorationInterval: Int
  private let discount: Double
  private let width: Int

  /// An environment and the episode in it.
  private struct Lane {
    var start: Int
    var step = 0
    var episodeReturn = 0.0
    /// The row of its next step, and of the first of its segment.
    var row = 0
    var segmentStart = 0
    /// The segments of episodes in the rollout so far.
    var segments: [Segment] = []
  }

  /// Creates the environments and starts their first episodes.
  init(_ settings: PolicyGradientSettings, run: EnvironmentRun) {
    let count = settings.environments
    let head = run.agent.policy.head
    width = run.environment.observationWidth
    explorationInterval = settings.explorationInterval
    discount = settings.discount
    steps = EnvironmentSteps(width: width, actionWidth: head.actionWidth)
    environments = EnvironmentCopies(of: run.environment, count: count)
    observations = [Float](repeating: 0, count: count * width)
    actions = [Float](repeating: 0, count: count * head.actionWidth)
    noise = [Float](repeating: 0, count: count * head.noiseWidth)
    rewards = [Double](repeating: 0, count: count)
    discountedReturns = rewards
    endings = [EpisodeEnding?](repeating: nil, count: count)
    lanes.reserveCapacity(count)
    for index in 0..<count {
      lanes.append(Lane(start: 0))
      begin(index, run: run)
    }
    if environments.drawsNoise {
      generators = [SeededGenerator](repeating: SeededGenerator(key: 0), count: count)
    }
    observe(count, run: run)
  }

  /// Starts the next episode in an environment.
  private mutating func begin(_ index: Int, run: EnvironmentRun) {
    lanes[index].start = run.nextStart
    run.nextStart += 1
    lanes[index].step = 0
    lanes[index].episodeReturn = 0
    var generator = run.streams.generator(for: .start, lanes[index].start)
    run.enter(.environment)
    environments.reset(index, using: &generator)
    run.enter(.bookkeeping)
  }

  /// Collects up to `length` steps of each environment, exactly as many as the budget still allows.
  ///
  /// Where the budget ends within a row of steps, only the first environments take it.
  ///
  /// - Throws: If training is to end.
  mutating func collect(length: Int, run: EnvironmentRun) throws(TrainingError) {
    run.enter(.bookkeeping)
    let total = min(length * lanes.count, run.remaining)
    steps.resize(to: total)
    segments.removeAll(keepingCapacity: true)
    bootstrapObservations.removeAll(keepingCapacity: true)
    var row = 0
    for index in lanes.indices {
      lanes[index].row = row
      lanes[index].segmentStart = row
      lanes[index].segments.removeAll(keepingCapacity: true)
      row += total / lanes.count + (index < total % lanes.count ? 1 : 0)
    }
    var taken = 0
    var time = 0
    while taken < total {
      try run.state.lookUp(from: .update)
      let stepping = min(lanes.count, total - taken)
      let drawsNoise =
        time == 0 || (explorationInterval > 0 && time.isMultiple(of: explorationInterval))
      forEachChunk(of: 0..<stepping) { act(in: $0, drawsNoise: drawsNoise, run: run) }
      move(stepping, run: run)
      taken += stepping
      time += 1
    }
    for index in lanes.indices where lanes[index].row > lanes[index].segmentStart {
      endSegment(of: index, ending: nil)
    }
    for lane in lanes { segments += lane.segments }
    steps.sequences.removeAll(keepingCapacity: true)
    for segment in segments { steps.sequences.append(segment.rows) }
    run.log.used += total
  }

  /// Draws an action in each of the environments `range`, and records it with the observation.
  private mutating func act(in range: Range<Int>, drawsNoise: Bool, run: EnvironmentRun) {
    run.enter(.rollout)
    let policy = run.agent.policy
    let head = policy.head
    let (actionWidth, noiseWidth) = (head.actionWidth, head.noiseWidth)
    let drawsDynamics = environments.drawsNoise
    policy.network.input.copy(
      from: observations, range: (range.lowerBound * width)..<(range.upperBound * width))
    policy.forward(rows: range.count)
    run.agent.countForward(policy.network, rows: range.count)
    for (input, index) in range.enumerated() {
      let row = lanes[index].row
      var generator = run.streams.generator(
        for: .actions, lanes[index].start, RandomStreams.loneMember, lanes[index].step)
      if drawsNoise { head.drawNoise(using: &generator, into: &noise, at: index * noiseWidth) }
      let offset = index * actionWidth
      head.sampleAction(
        row: input, using: &generator, noise: noise, at: index * noiseWidth, into: &actions,
        at: offset)
      if drawsDynamics { generators[index] = generator }
      steps.observations.copyRow(input, of: policy.network.input, to: row)
      for component in 0..<actionWidth {
        steps.actions[row * actionWidth + component] = actions[offset + component]
      }
      steps.logProbabilities[row] = head.logProbability(of: actions, at: offset, row: input)
    }
  }

  /// Takes the latest actions in the first `count` environments, and looks at where they lead.
  private mutating func move(_ count: Int, run: EnvironmentRun) {
    run.enter(.environment)
    environments.step(
      count, actions: actions, generators: &generators, rewards: &rewards, endings: &endings)
    run.enter(.bookkeeping)
    var ended: [(index: Int, bootstrap: Int?)] = []
    for index in 0..<count {
      discountedReturns[index] = discount * discountedReturns[index] + rewards[index]
      lanes[index].row += 1
      lanes[index].step += 1
      lanes[index].episodeReturn += rewards[index]
      if let ending = endings[index] {
        let bootstrap = endSegment(of: index, ending: ending)
        run.log.recordEpisode(return: lanes[index].episodeReturn)
        ended.append((index, bootstrap))
        begin(index, run: run)
      }
    }
    storeRewards(count, run: run)
    for episode in ended { discountedReturns[episode.index] = 0 }
    observe(count, run: run)
    for episode in ended {
      guard let bootstrap = episode.bootstrap else { continue }
      run.observationNormalization.apply(
        to: &bootstrapObservations, rows: bootstrap..<(bootstrap + 1))
    }
  }

  /// Writes the latest rewards, as training sees them, into the steps.
  private mutating func storeRewards(_ count: Int, run: EnvironmentRun) {
    run.rewardNormalization.observe(discountedReturns, count: count)
    for index in 0..<count {
      steps.rewards[lanes[index].row - 1] = Float(
        run.rewardNormalization.normalized(rewards[index]))
    }
  }

  /// Looks at the states of the first `count` environments, as the policy will see them.
  private mutating func observe(_ count: Int, run: EnvironmentRun) {
    run.enter(.environment)
    environments.writeObservations(of: 0..<count, into: &observations, at: 0)
    run.enter(.bookkeeping)
    run.observationNormalization.observe(observations, rows: count)
    run.observationNormalization.apply(to: &observations, rows: 0..<count)
  }

  /// Closes the segment of an environment, keeping the observation that follows a cut.
  ///
  /// - Returns: Where that observation lies among the others, `nil` if nothing follows.
  @discardableResult
  private mutating func endSegment(of index: Int, ending: EpisodeEnding?) -> Int? {
    let rows = lanes[index].segmentStart..<lanes[index].row
    lanes[index].segmentStart = lanes[index].row
    guard ending != .terminated else {
      lanes[index].segments.append(Segment(rows: rows, ending: ending, bootstrap: nil))
      return nil
    }
    let offset = bootstrapObservations.count
    if ending == nil {
      bootstrapObservations += observations[(index * width)..<((index + 1) * width)]
    } else {
      for _ in 0..<width { bootstrapObservations.append(0) }
      environments.writeObservations(
        of: index..<(index + 1), into: &bootstrapObservations, at: offset)
    }
    lanes[index].segments.append(
      Segment(rows: rows, ending: ending, bootstrap: offset / width))
    return offset / width
  }

  /// Passes the episodes under way through an archive.
  mutating func passState(
    through archive: inout CheckpointArchive, run: EnvironmentRun
  ) throws(CheckpointProblem) {
    try environments.passState(through: &archive)
    let limit = run.environment.stepLimit
    for index in lanes.indices {
      try archive.pass("lane.start", &lanes[index].start, in: 0...max(0, run.nextStart - 1))
      try archive.pass("lane.step", &lanes[index].step, in: 0...max(0, limit - 1))
      try archive.pass("lane.episode_return", &lanes[index].episodeReturn)
    }
    try archive.pass("lanes.observations", &observations, count: lanes.count * width)
    try archive.pass("lanes.noise", &noise, count: noise.count)
    try archive.pass("lanes.discounted_returns", &discountedReturns, count: lanes.count)
  }

  /// Returns so far of the episodes under way.
  var unfinishedReturns: [Double] { lanes.filter { $0.step > 0 }.map(\.episodeReturn) }
}
