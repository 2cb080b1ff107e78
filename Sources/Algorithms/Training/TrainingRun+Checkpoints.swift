package import Checkpoints
internal import NeuralNetworks

/// The state of an algorithm's loop, which passes through the archive of a checkpoint.
package typealias LoopState = (inout CheckpointArchive) throws(CheckpointProblem) -> Void

extension TrainingRun {
  /// Takes the place of the state that the run resumes from, if there is one; called once, before the first update.
  ///
  /// - Parameter loop: Passes the state of the algorithm's loop, all that it carries from one update to the next.
  /// - Throws: ``TrainingError/unusableCheckpoint(_:)`` if the state is not of this run; it is spoilt then.
  package func resume(_ loop: LoopState) throws(TrainingError) {
    guard let bytes = state.resumption else { return }
    state.resumption = nil
    var archive = CheckpointArchive(reading: bytes)
    do throws(CheckpointProblem) {
      try passAll(loop, through: &archive)
      try archive.finish()
    } catch { throw .unusableCheckpoint("\(error)") }
    state.keptAt = state.log.used
    state.checkpoints?.resumed(state.log.used)
  }

  /// Keeps a checkpoint between two updates, if one is due; where none is, the state may be held in memory for a while.
  ///
  /// - Parameters:
  ///   - mayHold: Whether it may; not where a state is large.
  ///   - loop: As for ``resume(_:)``.
  /// - Throws: ``TrainingError/interrupted(used:unit:)`` if training is to end with it.
  package func offerCheckpoint(
    holding mayHold: Bool = true, _ loop: LoopState
  ) throws(TrainingError) {
    guard let checkpoints = state.checkpoints else { return }
    if checkpoints.isDue() {
      state.held = nil
      state.keptAt = state.log.used
      guard checkpoints.keep(passedState(loop), state.log.used) else {
        throw .interrupted(used: state.log.used, unit: state.unit)
      }
    } else if mayHold, checkpoints.isWorthHolding() {
      state.held = (passedState(loop), state.log.used)
      checkpoints.hasHeld()
    }
  }

  /// Returns the bytes of the state as it is.
  private func passedState(_ loop: LoopState) -> [UInt8] {
    var archive = CheckpointArchive()
    do throws(CheckpointProblem) { try passAll(loop, through: &archive) } catch {
      preconditionFailure("a state cannot be written: \(error)")
    }
    return archive.bytes
  }

  /// The indices of the next start or prompt that a run can have come to, from that at its beginning on.
  ///
  /// Each start or prompt before has used a step of the budget, but for those of the batch that the end of it cut off.
  func indices(since first: Int) -> ClosedRange<Int> {
    first...(first + (remaining > 0 ? state.log.used : 1 << 31))
  }

  /// Passes all that changes in a run through an archive.
  private func passAll(
    _ loop: LoopState, through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    try state.log.passState(through: &archive, budget: state.budget)
    try state.timetable.passState(through: &archive, used: state.log.used)
    for model in trained {
      try model.parameters.passState(through: &archive)
      try model.optimizer.passState(through: &archive, updates: state.log.updateDigests.count)
    }
    try passState(through: &archive)
    try loop(&archive)
  }
}
