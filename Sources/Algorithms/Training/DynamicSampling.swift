extension TrainingRun {
  /// Samples groups in rounds until a batch is full of those with a signal (dynamic sampling).
  ///
  /// Every round samples as many groups as are missing. The budget counts all of them, those without a signal too.
  /// With one round a batch may have fewer groups.
  ///
  /// - Parameters:
  ///   - count: Groups of a full batch.
  ///   - rounds: The most rounds; a batch that they do not fill has what they found.
  ///   - sample: Samples so many groups, and returns how many of them the batch keeps; `nil` if the budget cuts
  ///     them off, which drops the batch as a whole.
  /// - Returns: Whether there is a group to learn from.
  /// - Throws: The errors of `sample`.
  ///
  /// Source: Yu et al., "DAPO: An Open-Source LLM Reinforcement Learning System at Scale", 2025,
  /// https://arxiv.org/abs/2503.14476, section 3.2; verl's `filter_groups`.
  package func fillBatch(
    of count: Int, rounds: Int, sample: (_ missing: Int) throws(TrainingError) -> Int?
  ) throws(TrainingError) -> Bool {
    let usedBefore = log.used
    var kept = 0
    for _ in 0..<rounds where kept < count {
      let usedByEarlierRounds = log.used - usedBefore
      guard let more = try sample(count - kept) else {
        log.droppedSteps += usedByEarlierRounds
        return false
      }
      kept += more
    }
    return kept > 0
  }
}
