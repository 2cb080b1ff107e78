/// The current activity of training; reported as it changes, for measurements.
public enum TrainingPhase: String, CaseIterable, Sendable {
  /// The policy chooses actions, on a language task with all that sampling takes.
  case rollout
  /// Environments are reset, stepped and looked at.
  case environment
  /// Predictions and losses of a batch that was collected.
  case forward
  case backward
  /// Clipping of the gradient and the step along it.
  case optimizer
  /// Advantages are estimated, and standardized.
  case advantages
  /// All else: the order of minibatches, notes of steps and episodes, diagnostics.
  case bookkeeping
  case evaluation
}
