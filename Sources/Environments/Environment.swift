public import Checkpoints
public import SeededRandom

/// A sequential decision problem that is acted in one step at a time.
///
/// Environments are value types: a copy forks the episode, and two copies given equal generators and
/// actions play out identically. All randomness comes from the generators passed in. The refinement declares
/// the actions: ``DiscreteEnvironment`` or ``ContinuousEnvironment``.
public protocol Environment: Sendable {
  /// Whether a step may draw from the generator that it is given; where not, any generator will do.
  static var drawsNoise: Bool { get }

  /// The number of values in an observation.
  var observationWidth: Int { get }

  /// The number of steps after which an episode is cut off.
  var stepLimit: Int { get }

  /// Starts a new episode.
  ///
  /// - Parameter generator: Where the initial state is drawn from.
  mutating func reset(using generator: inout SeededGenerator)

  /// Passes the state of the episode, all that a step or a reset changes, through an archive.
  mutating func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem)

  /// Writes the observation of the current state into `buffer[offset..<offset + observationWidth]`.
  ///
  /// After the last step of an episode it is the final state's.
  func writeObservation(into buffer: inout [Float], at offset: Int)

  /// Writes the observations of some of `environments` one after the other, the first at `offset`.
  ///
  /// What it does is ``writeObservation(into:at:)``; that it is a requirement makes the compiler write a
  /// loop for each environment, in which nothing is looked up.
  static func writeObservations(
    of environments: [Self], _ lanes: Range<Int>, into buffer: inout [Float], at offset: Int)
}

/// An environment with a finite set of actions.
public protocol DiscreteEnvironment: Environment {
  /// The number of actions, which are 0..<actionCount.
  var actionCount: Int { get }

  /// Takes `action` and returns the transition.
  ///
  /// - Parameters:
  ///   - action: In 0..<actionCount.
  ///   - generator: Where noise of the dynamics and rewards is drawn from.
  /// - Returns: The reward of this step, and whether and why the episode ended with it.
  /// - Precondition: An episode is under way: it was started, and no step since then returned an
  ///   `ending`.
  mutating func step(_ action: Int, using generator: inout SeededGenerator) -> Transition

  /// Takes a step in some of `environments`; see ``DiscreteLanes/step(_:actions:generators:rewards:endings:)``.
  ///
  /// A requirement for the reason that ``Environment/writeObservations(of:_:into:at:)`` is one.
  static func step(
    _ environments: inout [Self], _ lanes: Range<Int>, actions: [Int],
    generators: inout [SeededGenerator], rewards: inout [Double], endings: inout [EpisodeEnding?])

  /// Returns `count` copies of the environment, to be stepped together.
  func lanes(count: Int) -> any DiscreteLanes
}

/// An environment whose actions are vectors of real numbers.
public protocol ContinuousEnvironment: Environment {
  /// [components] the bounds that each component of an action is clipped to before it acts.
  var actionBounds: [ClosedRange<Float>] { get }

  /// Takes the action in `actions[offset..<offset + actionBounds.count]` and returns the transition.
  ///
  /// - Parameters:
  ///   - offset: Where the action begins.
  ///   - actions: Finite numbers, clipped to ``actionBounds`` here and nowhere before: what is stored and
  ///     trained on is the unclipped action.
  ///   - generator: Where noise of the dynamics and rewards is drawn from.
  /// - Returns: The reward of this step, and whether and why the episode ended with it.
  /// - Precondition: An episode is under way.
  mutating func step(
    actionAt offset: Int, of actions: [Float], using generator: inout SeededGenerator
  ) -> Transition

  /// Takes a step in some of `environments`; see
  /// ``ContinuousLanes/step(_:actions:generators:rewards:endings:)``.
  ///
  /// A requirement for the reason that ``Environment/writeObservations(of:_:into:at:)`` is one.
  static func step(
    _ environments: inout [Self], _ lanes: Range<Int>, actions: [Float],
    generators: inout [SeededGenerator], rewards: inout [Double], endings: inout [EpisodeEnding?])

  /// Returns `count` copies of the environment, to be stepped together.
  func lanes(count: Int) -> any ContinuousLanes
}

extension Environment {
  /// The observation of the current state, [observationWidth].
  public var observation: [Float] {
    var buffer = [Float](repeating: 0, count: observationWidth)
    writeObservation(into: &buffer, at: 0)
    return buffer
  }
}

/// The reward that followed one action, and whether the episode ended with it.
public struct Transition: Hashable, Sendable {
  /// The reward, in the environment's own units.
  public var reward: Double
  /// The reason why the episode ended with this transition, or `nil` while it goes on.
  public var ending: EpisodeEnding?

  /// Creates a transition.
  public init(reward: Double, ending: EpisodeEnding? = nil) {
    self.reward = reward
    self.ending = ending
  }
}

/// The reason why an episode ended.
public enum EpisodeEnding: String, CaseIterable, Sendable {
  /// The task itself ended: there is nothing to bootstrap from.
  case terminated
  /// A limit cut the episode short: the value of the last observation still counts.
  case truncated
}
