/// The division of a round's decided pairs into the minibatches of an epoch; results of both kinds are stored.
package enum PairDivision {
  /// `minibatches` nearly equal parts: pairs of episodes.
  case parts
  /// `batch_size` pairs at a time, and a rest: pairs of completions.
  case batches

  /// Returns the positions of each minibatch of an epoch over `count` pairs; none without pairs.
  package func minibatches(of count: Int, _ settings: DPOSettings) -> [Range<Int>] {
    switch self {
    case .parts:
      let minibatches = min(settings.minibatches, count)
      return (0..<minibatches).map { part($0, of: minibatches, count: count) }
    case .batches:
      return Algorithms.parts(of: count, size: settings.batchSize)
    }
  }
}

/// The part of training that the step size within a round follows; results of both kinds are stored.
package enum RoundProgress {
  /// That of the round's beginning, for all its minibatches: pairs of episodes.
  case held
  /// It runs evenly from the round's beginning to its end: pairs of completions.
  case interpolated

  /// Returns the part of training that a minibatch counts as, in 0...1.
  ///
  /// - Parameters:
  ///   - start: The part that was done before the round.
  ///   - end: The part that is done with it.
  ///   - share: The share of the round's minibatches that are done, in 0..<1.
  /// - Returns: The progress that the schedule of the step size is asked for.
  package func progress(from start: Double, to end: Double, share: Double) -> Double {
    switch self {
    case .held: start
    case .interpolated: start + share * (end - start)
    }
  }
}
