/// The rewards of one sequence of a group, and the other numbers that its advantages are estimated from.
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
