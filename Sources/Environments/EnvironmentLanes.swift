public import Checkpoints
public import SeededRandom

/// Many copies of one environment, side by side, stepped together.
///
/// A lane is one copy with its own episode, and gives the same bits as the environment on its own: lanes
/// are a matter of speed. Get them from `lanes(count:)` of an environment; the refinement declares the actions:
/// ``DiscreteLanes`` or ``ContinuousLanes``.
///
/// Ranges of lanes are given to every call, so that a caller whose episodes end at different times can keep
/// those under way in front: ``copy(lane:to:)`` the last of them over the one that ended.
public protocol EnvironmentLanes: Sendable {
  /// The environment of a lane.
  associatedtype Scalar: Environment

  /// The number of lanes.
  var count: Int { get }
  /// The number of values in an observation.
  var observationWidth: Int { get }
  /// The number of steps after which an episode is cut off.
  var stepLimit: Int { get }

  /// The environment in a lane, with its episode.
  subscript(lane: Int) -> Scalar { get set }

  /// Starts a new episode in a lane.
  ///
  /// - Parameters:
  ///   - lane: In 0..<count.
  ///   - generator: Where the initial state is drawn from.
  mutating func reset(lane: Int, using generator: inout SeededGenerator)

  /// Makes lane `target` the same as lane `source`, episode and all: members of a group fork one start.
  mutating func copy(lane source: Int, to target: Int)

  /// Writes the observations of `lanes` one after the other.
  ///
  /// - Parameters:
  ///   - lanes: In 0..<count.
  ///   - buffer: [lanes, observationWidth] is written, from `offset` on.
  ///   - offset: Where the first observation begins.
  func writeObservations(of lanes: Range<Int>, into buffer: inout [Float], at offset: Int)
}

extension EnvironmentLanes {
  /// Passes the episodes of all lanes through an archive.
  public mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    for lane in 0..<count {
      var environment = self[lane]
      try environment.passState(through: &archive)
      if archive.isReading { self[lane] = environment }
    }
  }

  /// Whether a step may draw from its lane's generator; where not, `generators` may be empty.
  public var drawsNoise: Bool { Scalar.drawsNoise }

  /// Puts an environment, with its episode, into a lane.
  ///
  /// - Precondition: `environment` is of the kind that the lanes hold.
  public mutating func set(lane: Int, to environment: any Environment) {
    guard let scalar = environment as? Scalar else {
      preconditionFailure("lanes of \(Scalar.self) hold no \(type(of: environment))")
    }
    self[lane] = scalar
  }
}

/// Lanes of an environment with a finite set of actions.
public protocol DiscreteLanes: EnvironmentLanes where Scalar: DiscreteEnvironment {
  /// The number of actions, which are 0..<actionCount.
  var actionCount: Int { get }

  /// Takes one step in each of `lanes`.
  ///
  /// Row i of the arrays belongs to lane `lanes.lowerBound + i`; they may be longer than the range.
  ///
  /// - Parameters:
  ///   - lanes: In 0..<count, each with an episode under way.
  ///   - actions: [lanes], each in 0..<actionCount.
  ///   - generators: [lanes] where noise is drawn from; may be empty unless ``drawsNoise``.
  ///   - rewards: [lanes] are overwritten, in the environment's own units.
  ///   - endings: [lanes] are overwritten: why the episode ended with this step, or `nil`.
  mutating func step(
    _ lanes: Range<Int>, actions: [Int], generators: inout [SeededGenerator],
    rewards: inout [Double], endings: inout [EpisodeEnding?])
}

/// Lanes of an environment whose actions are vectors of real numbers.
public protocol ContinuousLanes: EnvironmentLanes where Scalar: ContinuousEnvironment {
  /// [components] the bounds that each component of an action is clipped to before it acts.
  var actionBounds: [ClosedRange<Float>] { get }

  /// Takes one step in each of `lanes`.
  ///
  /// Row i of the arrays belongs to lane `lanes.lowerBound + i`; they may be longer than the range.
  ///
  /// - Parameters:
  ///   - lanes: In 0..<count, each with an episode under way.
  ///   - actions: [lanes, components], finite, clipped here and nowhere before.
  ///   - generators: [lanes] where noise is drawn from; may be empty unless ``drawsNoise``.
  ///   - rewards: [lanes] are overwritten, in the environment's own units.
  ///   - endings: [lanes] are overwritten: why the episode ended with this step, or `nil`.
  mutating func step(
    _ lanes: Range<Int>, actions: [Float], generators: inout [SeededGenerator],
    rewards: inout [Double], endings: inout [EpisodeEnding?])
}
