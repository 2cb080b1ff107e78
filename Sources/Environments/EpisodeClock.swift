internal import Checkpoints

/// The count of steps of an episode, and its end.
struct EpisodeClock: Hashable, Sendable {
  /// Steps taken since the episode began.
  private(set) var stepCount = 0
  /// Whether an episode was begun and has not ended.
  private(set) var isUnderWay = false

  /// No episode is under way.
  init() {}

  /// An episode is under way, `stepCount` steps after its beginning.
  init(startedAt stepCount: Int) {
    precondition(
      (0...Int(Int32.max)).contains(stepCount), "an episode cannot be at step \(stepCount)")
    self.init(stepCount: stepCount, isUnderWay: true)
  }

  /// As it stands after `stepCount` steps.
  init(stepCount: Int, isUnderWay: Bool) {
    self.stepCount = stepCount
    self.isUnderWay = isUnderWay
  }

  /// Begins an episode.
  mutating func start() {
    stepCount = 0
    isUnderWay = true
  }

  /// Counts a step and returns how it ended the episode, if it did: a step that both terminates and
  /// reaches the limit terminates.
  mutating func tick(terminates: Bool, limit: Int) -> EpisodeEnding? {
    stepCount += 1
    let ending: EpisodeEnding? =
      terminates ? .terminated : stepCount >= limit ? .truncated : nil
    isUnderWay = ending == nil
    return ending
  }

  /// Traps unless an episode of the environment `name` is under way.
  func requireUnderWay(_ name: StaticString) {
    precondition(isUnderWay, "\(name): step without an episode under way; reset it first")
  }
}

extension EpisodeClock {
  /// Passes the clock of an episode under way through an archive; no more steps than `limit` are taken in it.
  mutating func passState(
    through archive: inout CheckpointArchive, limit: Int
  ) throws(CheckpointProblem) {
    try archive.pass("clock.steps", &stepCount, in: 0...max(0, limit - 1))
    // An episode that ended has given way to the next.
    try archive.pass("clock.is_under_way", known: isUnderWay)
  }
}
