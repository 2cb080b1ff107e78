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
/// (k, 0, step).
struct VectorRollout {
  /// The steps of the latest rollout, those of one environment after those of another.
  let steps: StepBuffer
  /// The segments of the latest rollout.
  private(set) var segments: [Segment] = []
  /// Observations after segments that the rollout or a time limit cut off, row after row.
  private(set) var bootstrapObservations: [Float] = []

  private var lanes: [Lane] = []
  private var observations: [Float]

  /// One environment and the episode in it.
  private struct Lane {
    var environment: any DiscreteEnvironment
    var start: Int
    var step = 0
    var episodeReturn = 0.0
    /// The row of its next step, and of the first of its segment.
    var row = 0
    var segmentStart = 0
  }

  /// Creates `count` environments and starts their first episodes.
  init(count: Int, run: TrainingRun) {
    let width = run.environment.observationWidth
    steps = StepBuffer(width: width)
    observations = [Float](repeating: 0, count: min(count, Agent.chunk) * width)
    lanes.reserveCapacity(count)
    for _ in 0..<count {
      var lane = Lane(environment: run.environment, start: run.nextStart)
      Self.begin(&lane, run: run)
      lanes.append(lane)
    }
  }

  private static func begin(_ lane: inout Lane, run: TrainingRun) {
    lane.start = run.nextStart
    run.nextStart += 1
    lane.step = 0
    lane.episodeReturn = 0
    var generator = run.streams.generator(for: .start, lane.start)
    lane.environment.reset(using: &generator)
  }

  /// Collects up to `length` steps of each environment, exactly as many as the budget still allows.
  ///
  /// Where the budget ends within a row of steps, only the first environments take it.
  mutating func collect(length: Int, run: TrainingRun) {
    run.enter(.rollout)
    let total = min(length * lanes.count, run.remaining)
    steps.resize(to: total)
    segments.removeAll(keepingCapacity: true)
    bootstrapObservations.removeAll(keepingCapacity: true)
    var row = 0
    for index in lanes.indices {
      lanes[index].row = row
      lanes[index].segmentStart = row
      row += total / lanes.count + (index < total % lanes.count ? 1 : 0)
    }
    var taken = 0
    while taken < total {
      let stepping = min(lanes.count, total - taken)
      forEachChunk(of: 0..<stepping) { step(lanes: $0, run: run) }
      taken += stepping
    }
    for index in lanes.indices where lanes[index].row > lanes[index].segmentStart {
      endSegment(of: index, ending: nil)
    }
    run.log.environmentSteps += total
  }

  /// Takes one step in each of the environments `range`.
  private mutating func step(lanes range: Range<Int>, run: TrainingRun) {
    let policy = run.agent.policy
    let width = run.environment.observationWidth
    for (row, index) in range.enumerated() {
      lanes[index].environment.writeObservation(into: &observations, at: row * width)
    }
    policy.network.input.copy(from: observations)
    policy.forward(rows: range.count)
    run.agent.countForward(policy.network, rows: range.count)
    for (input, index) in range.enumerated() {
      let row = lanes[index].row
      var generator = run.streams.generator(
        for: .actions, lanes[index].start, 0, lanes[index].step)
      let action = policy.head.sampledAction(row: input, uniform: generator.nextUnitFloat())
      let transition = lanes[index].environment.step(action, using: &generator)
      steps.observations.copyRow(input, of: policy.network.input, to: row)
      steps.actions[row] = action
      steps.logProbabilities[row] = policy.head.logProbabilities[input, action]
      steps.rewards[row] = Float(transition.reward)
      lanes[index].row += 1
      lanes[index].step += 1
      lanes[index].episodeReturn += transition.reward
      if let ending = transition.ending {
        endSegment(of: index, ending: ending)
        run.log.recordEpisode(return: lanes[index].episodeReturn)
        Self.begin(&lanes[index], run: run)
      }
    }
  }

  /// Closes the segment of an environment, keeping the observation that follows a cut.
  private mutating func endSegment(of index: Int, ending: EpisodeEnding?) {
    let rows = lanes[index].segmentStart..<lanes[index].row
    lanes[index].segmentStart = lanes[index].row
    guard ending != .terminated else {
      segments.append(Segment(rows: rows, ending: ending, bootstrap: nil))
      return
    }
    let width = lanes[index].environment.observationWidth
    let offset = bootstrapObservations.count
    for _ in 0..<width { bootstrapObservations.append(0) }
    lanes[index].environment.writeObservation(into: &bootstrapObservations, at: offset)
    segments.append(Segment(rows: rows, ending: ending, bootstrap: offset / width))
  }

  /// Returns so far of the episodes under way.
  var unfinishedReturns: [Double] { lanes.filter { $0.step > 0 }.map(\.episodeReturn) }
}
