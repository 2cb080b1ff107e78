package import Checkpoints
import Objectives

/// A world's source of preferences: it samples pairs and judges them.
package protocol PairSource {
  associatedtype Models: TrainedModels

  /// The models, and the steps that decided pairs are sampled into: sequence 2k is the preferred one of pair k,
  /// sequence 2k + 1 the other.
  var models: Models { get }
  /// The objective of the pairs.
  var objective: PreferenceObjective { get }
  /// Whether training has ended.
  var isDone: Bool { get }
  /// The part of training that is done, in 0...1.
  var progress: Double { get }
  /// How the pairs of a round become minibatches.
  var division: PairDivision { get }
  /// The schedule of the step size within a round.
  var roundProgress: RoundProgress { get }
  /// Whether the divergence of the updated policy from the sampling one is measured.
  var measuresDivergence: Bool { get }

  /// Samples the pairs of a round, with the reference's log-probabilities beside their steps.
  ///
  /// - Throws: If a model computes something that is not finite.
  mutating func collect() throws(TrainingError) -> PairRound

  /// Writes the log-probabilities of the reference as it is beside the steps of the round.
  mutating func scoreByReference()

  /// Moves the reference toward the policy by the share that the settings name.
  mutating func moveReference()

  /// Passes what one round leaves to the next through the archive of a checkpoint.
  mutating func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem)
}

/// The counts of a round of pairs; the steps of the decided ones are in the source's models.
package struct PairRound {
  /// Pairs with a verdict.
  package var decided = 0
  /// Pairs of which neither side is better; they are dropped.
  package var tied = 0
  /// Whether the policy as it is sampled them, so that its log-probabilities must come out again.
  package var areSampledByPolicy = false
  /// Further diagnostics of the round, by curve name.
  package var diagnostics: Diagnostics = []

  /// Creates a round without pairs.
  package init() {}

  /// The share of ties; `nil` without any pair.
  var fractionTied: Double? {
    let count = decided + tied
    return count > 0 ? Double(tied) / Double(count) : nil
  }
}
