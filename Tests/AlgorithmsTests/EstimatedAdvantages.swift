import Algorithms
import Objectives

/// The advantages of a batch of groups, and what the value network is to predict.
struct AdvantageEstimates: Equatable, Sendable {
  /// [groups][members][steps].
  var advantages: [[[Double]]]
  /// [groups][members][steps] the credits before the baseline; TD(λ) returns for GAE.
  var targets: [[[Double]]]

  /// The share of groups whose advantages are all exactly 0.
  var fractionWithoutSignal: Double {
    guard !advantages.isEmpty else { return 0 }
    let silent = advantages.count { $0.allSatisfy { $0.allSatisfy { $0 == 0 } } }
    return Double(silent) / Double(advantages.count)
  }
}

/// Estimates the advantages of a batch of groups: credit − baseline, then scaled.
///
/// - Parameters:
///   - groups: [groups][members] the evidence.
///   - greedyRewards: [groups] rewards of the greedy rollouts; empty without them.
///   - settings: The point on the axes. The scale `minibatch_standardization` is left to the update.
///   - valueRounding: How an advantage over a value network is rounded.
///   - average: The moving average; read by its baseline, and told the mean of this batch.
/// - Returns: Advantages and value targets.
func estimatedAdvantages(
  of groups: [[MemberEvidence]], greedyRewards: [[Double]], settings: PolicyGradientSettings,
  valueRounding: ValueBaselineRounding = .credit, average: inout MovingAverage
) -> AdvantageEstimates {
  let evidence = BatchEvidence(groups, greedyRewards: greedyRewards)
  let estimation = AdvantageEstimation(settings: settings, valueRounding: valueRounding)
  let (advantages, targets) = estimation.estimates(of: evidence, average: &average)
  func nested(_ rows: [Double]) -> [[[Double]]] {
    evidence.groups.map { $0.map { Array(rows[evidence.sequences[$0]]) } }
  }
  return AdvantageEstimates(advantages: nested(advantages), targets: nested(targets))
}
