public import Objectives

/// The advantages of a batch of groups, and the targets of the value network.
public struct AdvantageEstimates: Equatable, Sendable {
  /// [groups][members][steps] the advantages.
  public var advantages: [[[Double]]]
  /// [groups][members][steps] the credits before the baseline; TD(λ) returns for GAE.
  public var targets: [[[Double]]]
  /// The share of groups whose advantages are all exactly 0; 0 without any group.
  public var fractionWithoutSignal: Double
}

/// The rewards of one sequence of a group and the other numbers that its advantages are estimated from.
public struct SequenceRewards: Equatable, Sendable {
  /// [T] rewards, with the penalty of the reference taken off if it is placed there.
  public var rewards: [Double]
  /// [T] predictions of the value network; empty without one.
  public var values: [Double]
  /// The value after the last step; 0 where nothing follows or there is no value network.
  public var bootstrapValue: Double
  /// [T] ‖∇_logits log π(a)‖².
  public var squaredScoreNorms: [Double]

  /// Creates the rewards of one sequence.
  public init(
    rewards: [Double], values: [Double] = [], bootstrapValue: Double = 0,
    squaredScoreNorms: [Double] = []
  ) {
    self.rewards = rewards
    self.values = values
    self.bootstrapValue = bootstrapValue
    self.squaredScoreNorms = squaredScoreNorms
  }
}

/// How an advantage over a value network follows from GAE's recursion.
///
/// In real numbers both are the same. In floating point they differ where |Â| is below 2⁻²⁹ |v|, for (Â + v) − v
/// then loses digits of Â. Results of both kinds are stored, so both stay until a revision is raised for another
/// reason.
public enum ValueBaselineRounding: Sendable {
  /// Â as the recursion gives it, in f32: rollouts of environments.
  case recursion
  /// (Â + v) − v in double precision, a credit less its baseline like any other.
  case credit
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
public func estimatedAdvantages(
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
