import Algorithms
import Objectives

/// The advantages of a batch of groups, and the targets of the value network.
struct AdvantageEstimates: Equatable, Sendable {
  /// [groups][members][steps] the advantages.
  var advantages: [[[Double]]]
  /// [groups][members][steps] the credits before the baseline; TD(λ) returns for GAE.
  var targets: [[[Double]]]
  /// The share of groups whose advantages are all exactly 0; 0 without any group.
  var fractionWithoutSignal: Double
}

/// Estimates the advantages of a batch of groups: credit − baseline, then scaled.
///
/// - Parameters:
///   - groups: [groups][members] the rewards of the sequences.
///   - greedyRewards: [groups] rewards of the greedy rollouts; empty without them.
///   - settings: The point on the axes. The scale `minibatch_standardization` is left to the update.
///   - valueRounding: How an advantage over a value network is rounded.
///   - average: The moving average; read by its baseline, and told the mean of this batch.
/// - Returns: Advantages and value targets.
func estimatedAdvantages(
  of groups: [[SequenceRewards]], greedyRewards: [[Double]], settings: PolicyGradientSettings,
  valueRounding: ValueBaselineRounding = .credit, average: inout MovingAverage
) -> AdvantageEstimates {
  let batch = BatchRewards(groups, greedyRewards: greedyRewards)
  let estimation = AdvantageEstimation(settings: settings, valueRounding: valueRounding)
  let (advantages, targets) = estimation.estimates(of: batch, average: &average)
  func nested(_ rows: [Double]) -> [[[Double]]] {
    batch.groups.map { $0.map { Array(rows[batch.sequences[$0]]) } }
  }
  return AdvantageEstimates(
    advantages: nested(advantages), targets: nested(targets),
    fractionWithoutSignal: batch.fractionWithoutSignal(advantages))
}
