package import Checkpoints

/// A world's sampler of the batches of a policy gradient.
package protocol SequenceSampler {
  associatedtype Models: TrainedModels

  /// The models, and the steps that batches are sampled into.
  var models: Models { get }
  /// The unit that minibatches are made of.
  var minibatchUnit: MinibatchUnit { get }
  /// The C of the length normalizer `constant`, where the settings name none: the longest possible sequence.
  var longestSequence: Int { get }
  /// How an advantage over a value network is rounded.
  var valueRounding: ValueBaselineRounding { get }

  /// Samples a batch with the policy as it is.
  ///
  /// - Returns: Whether there is one; a batch that the budget cuts off is counted and dropped.
  /// - Throws: If a model computes something that is not finite.
  mutating func collect() throws(TrainingError) -> Bool

  /// Writes the reference's log-probabilities and the value model's predictions beside the steps.
  mutating func addReferenceAndValues()

  /// Returns the rewards of the batch before any penalty, the values that follow its last steps, and its groups;
  /// no groups where sequences are not compared.
  /// The predictions of the value network are left to the core.
  func rewards() -> BatchRewards

  /// Whether the losses of a sequence of the batch are minimized; where minibatches are of sequences.
  func isLearned(_ sequence: Int) -> Bool

  /// Returns the diagnostics of the policy that sampled the batch, by curve name.
  func diagnostics() -> Diagnostics

  /// Passes what one batch leaves to the next, such as episodes under way, through the archive of a checkpoint.
  mutating func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem)

  /// Ends training with the budget.
  func finish()
}

/// The unit that the minibatches of an epoch are made of.
package enum MinibatchUnit {
  /// Single steps, whatever sequence they are of.
  case steps
  /// Whole sequences.
  case sequences
}

extension SequenceSampler {
  package func isLearned(_ sequence: Int) -> Bool { true }

  package func finish() {}
}
