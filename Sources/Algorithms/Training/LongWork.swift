/// A kind of work that takes long enough to look up from it.
public enum LongWork: Sendable {
  /// A part of an update: sampling, or passes with gradients. What it has done is lost where it does not come to its end.
  case update
  /// Work between updates that is done again as a whole: an evaluation, the making of pairs, an estimate of an audit.
  case betweenUpdates
}

extension RunState {
  /// Ends training in the middle of a long piece of work, where it is asked to end: every loop whose length a spec
  /// decides calls it.
  ///
  /// The state that was held last is kept, so that no more is lost than the work since.
  ///
  /// - Throws: ``TrainingError/interrupted(used:unit:)`` if training is to end.
  func lookUp(from work: LongWork) throws(TrainingError) {
    guard let checkpoints, checkpoints.isOver(work) else { return }
    if let held {
      self.held = nil
      keptAt = held.used
      // It ends whatever the answer is.
      _ = checkpoints.keep(held.state, held.used)
    }
    throw .interrupted(used: keptAt, unit: unit)
  }
}
