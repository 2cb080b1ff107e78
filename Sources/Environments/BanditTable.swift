/// The mean rewards of a contextual bandit, and what follows exactly from them and a policy.
///
/// Policies are tables of probabilities, [contexts][actions]; contexts are equally likely.
public struct BanditTable: Hashable, Sendable {
  /// [contexts][actions], each in 0...1 where the noise is `bernoulli`.
  public let meanRewards: [[Double]]
  public let noise: ContextualBandit.RewardNoise

  /// Creates a table.
  ///
  /// - Precondition: There is a context, each has the same number of actions, at least one, rewards are
  ///   finite, and in 0...1 where the noise is `bernoulli`.
  public init(meanRewards: [[Double]], noise: ContextualBandit.RewardNoise) {
    let actionCount = meanRewards.first?.count ?? 0
    precondition(
      actionCount > 0 && meanRewards.allSatisfy { $0.count == actionCount },
      "a bandit needs rows of equal length, got \(meanRewards.map(\.count))")
    for reward in meanRewards.joined() {
      precondition(
        noise == .bernoulli ? (0...1).contains(reward) : reward.isFinite,
        "mean reward \(reward) is out of range")
    }
    self.meanRewards = meanRewards
    self.noise = noise
  }

  public var contextCount: Int { meanRewards.count }
  public var actionCount: Int { meanRewards.first?.count ?? 0 }
}
