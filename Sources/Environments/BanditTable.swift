private import CKernels

/// The mean rewards of a contextual bandit, from which values and gradients of a policy follow exactly.
///
/// Policies are tables of probabilities, [contexts][actions], each row a softmax of logits; contexts
/// are equally likely. Sums run in ascending order, so the results have the same bits everywhere.
public struct BanditTable: Hashable, Sendable {
  /// [contexts][actions], each in 0...1 where the noise is `bernoulli`.
  public let meanRewards: [[Double]]
  /// The noise of rewards around their means.
  public let noise: ContextualBandit.RewardNoise

  /// Creates a table.
  ///
  /// - Precondition: There is a context, each has the same number of actions, at least one; rewards are
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

  /// The number of contexts.
  public var contextCount: Int { meanRewards.count }
  /// The number of actions in each context.
  public var actionCount: Int { meanRewards.first?.count ?? 0 }

  /// The expected reward of the best policy: the mean over contexts of the largest mean reward.
  public var bestExpectedReward: Double {
    meanRewards.reduce(0) { $0 + ($1.max() ?? 0) } / Double(contextCount)
  }

  /// Returns the expected reward of a policy: the mean over contexts of V(x) = Σₐ π(a|x) r(x, a).
  ///
  /// - Parameter policy: Probabilities, [contexts][actions].
  /// - Returns: In units of reward.
  public func expectedReward(of policy: [[Double]]) -> Double {
    valueBaselines(of: policy).reduce(0, +) / Double(contextCount)
  }

  /// Returns the value of each context under a policy: V(x) = Σₐ π(a|x) r(x, a).
  ///
  /// - Parameter policy: Probabilities, [contexts][actions].
  /// - Returns: [contexts], the baselines that a perfect value function would give.
  public func valueBaselines(of policy: [[Double]]) -> [Double] {
    check(policy)
    return zip(policy, meanRewards).map { probabilities, rewards in
      zip(probabilities, rewards).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// Returns the constant baseline of each context with which a single sample's gradient has the
  /// smallest variance.
  ///
  ///     b*(x) = E[‖∇ log π(a|x)‖² r] / E[‖∇ log π(a|x)‖²],  ‖∇ log π(a|x)‖² = 1 − 2π(a|x) + Σ π²
  ///
  /// - Parameter policy: Probabilities, [contexts][actions].
  /// - Returns: [contexts]; 0 where the policy is certain, and the baseline without effect.
  ///
  /// Source: Greensmith, Bartlett & Baxter, "Variance Reduction Techniques for Gradient Estimates in
  /// Reinforcement Learning", JMLR 5, 2004, https://www.jmlr.org/papers/v5/greensmith04a.html.
  public func optimalBaselines(of policy: [[Double]]) -> [Double] {
    check(policy)
    return zip(policy, meanRewards).map { probabilities, rewards in
      let sumOfSquares = probabilities.reduce(0) { $0 + $1 * $1 }
      var weighted = 0.0
      var total = 0.0
      for (probability, reward) in zip(probabilities, rewards) {
        let weight = probability * (1 - 2 * probability + sumOfSquares)
        weighted += weight * reward
        total += weight
      }
      return total > 0 ? weighted / total : 0
    }
  }

  /// Returns the action that each context's greedy rollout takes: the first of the most likely ones.
  ///
  /// - Parameter policy: Probabilities, [contexts][actions].
  /// - Returns: [contexts].
  public func greedyActions(of policy: [[Double]]) -> [Int] {
    check(policy)
    return policy.map { probabilities in
      probabilities.indices.reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
    }
  }

  /// Returns the gradient of the expected reward with respect to the logits of a softmax policy.
  ///
  ///     ∂J/∂θ(x, a) = π(a|x) (r(x, a) − V(x)) / contexts
  ///
  /// - Parameter policy: Probabilities, [contexts][actions].
  /// - Returns: [contexts][actions]; each row sums to 0 up to rounding.
  public func policyGradient(of policy: [[Double]]) -> [[Double]] {
    let values = valueBaselines(of: policy)
    return policy.indices.map { context in
      zip(policy[context], meanRewards[context]).map { probability, reward in
        probability * (reward - values[context]) / Double(contextCount)
      }
    }
  }

  /// Returns the softmax of each row of `logits`.
  ///
  /// - Parameter logits: [contexts][actions], finite.
  /// - Returns: Probabilities of the same shape.
  public static func policy(logits: [[Double]]) -> [[Double]] {
    logits.map { row in
      let largest = row.max() ?? 0
      let exponentials = row.map { lb_exp($0 - largest) }
      let total = exponentials.reduce(0, +)
      return exponentials.map { $0 / total }
    }
  }

  /// Traps unless `policy` is a table of probabilities of this bandit's shape.
  func check(_ policy: [[Double]]) {
    precondition(
      policy.count == contextCount && policy.allSatisfy { $0.count == actionCount },
      "expected a policy of \(contextCount) × \(actionCount), got rows of \(policy.map(\.count))")
    for (context, row) in policy.enumerated() {
      precondition(
        // Single-precision probabilities of a thousand actions sum to 1 only this nearly.
        row.allSatisfy { $0 >= 0 } && (row.reduce(0, +) - 1).magnitude < 1e-4,
        "the probabilities of context \(context) are \(row)")
    }
  }
}
