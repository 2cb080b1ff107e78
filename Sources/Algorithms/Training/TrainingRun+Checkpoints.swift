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
    state.checkpoints?.resumed(state.log.used)
  }

  /// Keeps a checkpoint between two updates, if one is due.
  ///
  /// - Parameter loop: As for ``resume(_:)``.
  /// - Throws: ``TrainingError/interrupted(used:unit:)`` if training is to end with it.
  package func offerCheckpoint(_ loop: LoopState) throws(TrainingError) {
    guard let checkpoints = state.checkpoints, checkpoints.isDue() else { return }
    var archive = CheckpointArchive()
    do throws(CheckpointProblem) { try passAll(loop, through: &archive) } catch {
      preconditionFailure("a state cannot be written: \(error)")
    }
    guard checkpoints.keep(archive.bytes, state.log.used) else {
      throw .interrupted(used: state.log.used, unit: state.unit)
    }
  }

  /// Passes all that changes in a run through an archive.
  private func passAll(
    _ loop: LoopState, through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    try state.log.passState(through: &archive)
    try state.timetable.passState(through: &archive)
    for model in trained {
      try model.parameters.passState(through: &archive)
      try model.optimizer.passState(through: &archive)
    }
    try passState(through: &archive)
    try loop(&archive)
  }
}
