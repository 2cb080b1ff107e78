import Objectives

/// The objective that is minimized on pairs.
package struct PreferenceObjective {
  /// The order in which sums are formed, which decides their last digits; results of both kinds are stored.
  package enum SummationOrder {
    /// Log-ratios as Σ (log π − log π_ref), entropies by minibatch: pairs of episodes.
    case byStepAndMinibatch
    /// Log-ratios as Σ log π − Σ log π_ref, entropies over the round: pairs of completions.
    case bySequenceAndRound
  }

  package let settings: DPOSettings
  package let summation: SummationOrder

  /// Creates an objective.
  package init(_ settings: DPOSettings, summation: SummationOrder) {
    self.settings = settings
    self.summation = summation
  }

  /// The weight of each step in the log-ratio of a sequence of `length` steps.
  func weight(ofLength length: Int) -> Double {
    settings.logRatio == .mean ? 1 / Double(length) : 1
  }

  /// Returns the loss of one pair and its derivatives.
  func term(preferredLogRatio: Double, otherLogRatio: Double) -> PreferenceTerm {
    settings.loss.term(
      preferredLogRatio: preferredLogRatio, otherLogRatio: otherLogRatio, beta: settings.beta,
      labelSmoothing: settings.labelSmoothing, targetMargin: settings.targetMargin)
  }
}
