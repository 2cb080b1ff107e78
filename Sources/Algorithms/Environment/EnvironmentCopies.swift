internal import Checkpoints
import Environments
import SeededRandom

/// Copies of a run's environment, each in an episode of its own, whatever its actions are.
///
/// Actions are rows of f32 numbers: the index of a discrete action, or the components of a vector.
struct EnvironmentCopies {
  private var discrete: (any DiscreteLanes)?
  private var continuous: (any ContinuousLanes)?
  /// The discrete actions of the latest step.
  private var indices: [Int] = []

  /// Whether a step may draw from its generator; where not, no generators need to be given.
  let drawsNoise: Bool

  /// Creates copies of `environment`.
  ///
  /// - Precondition: It has discrete or continuous actions.
  init(of environment: any Environment, count: Int) {
    drawsNoise = type(of: environment).drawsNoise
    switch environment {
    case let environment as any DiscreteEnvironment:
      discrete = environment.lanes(count: count)
      indices = [Int](repeating: 0, count: count)
    case let environment as any ContinuousEnvironment:
      continuous = environment.lanes(count: count)
    default: preconditionFailure("an environment without actions")
    }
  }

  /// Starts a new episode in a copy.
  mutating func reset(_ index: Int, using generator: inout SeededGenerator) {
    discrete?.reset(lane: index, using: &generator)
    continuous?.reset(lane: index, using: &generator)
  }

  /// Passes the episodes of all copies through an archive.
  mutating func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    try discrete?.passState(through: &archive)
    try continuous?.passState(through: &archive)
  }

  /// Gives the copy `target` the state of the copy `source`.
  mutating func copy(_ source: Int, to target: Int) {
    discrete?.copy(lane: source, to: target)
    continuous?.copy(lane: source, to: target)
  }

  /// Writes the observations of the copies `range` row after row, the first at `offset`.
  func writeObservations(of range: Range<Int>, into buffer: inout [Float], at offset: Int) {
    discrete?.writeObservations(of: range, into: &buffer, at: offset)
    continuous?.writeObservations(of: range, into: &buffer, at: offset)
  }

  /// Takes one step in each of the first `count` copies.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - actions: [≥ count] rows.
  ///   - generators: [≥ count], or none unless ``drawsNoise``.
  ///   - rewards: [≥ count], overwritten.
  ///   - endings: [≥ count], overwritten: why an episode ended with this step, or `nil`.
  mutating func step(
    _ count: Int, actions: [Float], generators: inout [SeededGenerator],
    rewards: inout [Double], endings: inout [EpisodeEnding?]
  ) {
    if discrete != nil {
      for row in 0..<count { indices[row] = Int(actions[row]) }
      discrete?.step(
        0..<count, actions: indices, generators: &generators, rewards: &rewards,
        endings: &endings)
    } else {
      continuous?.step(
        0..<count, actions: actions, generators: &generators, rewards: &rewards,
        endings: &endings)
    }
  }
}
