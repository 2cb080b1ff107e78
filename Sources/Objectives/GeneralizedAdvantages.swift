/// Writes the generalized advantage estimates, GAE(γ, λ), of one trajectory segment.
///
/// Works backward from the end of the segment:
///
///     δₜ = rₜ₊₁ + γ v(sₜ₊₁) − v(sₜ)
///     Âₜ = δₜ + γ λ Âₜ₊₁
///
/// A segment never crosses a reset. Its ending is told by `bootstrapValue`: 0 when the episode
/// *terminated*, and v(s_T) when it was *truncated* by a time limit or by the end of the rollout.
/// The estimates are raw; the return that a value function regresses on is Âₜ + v(sₜ), taken
/// before any standardization.
///
/// - Parameters:
///   - rewards: [rows] rₜ₊₁ of many segments, one after the other.
///   - values: [rows] v(sₜ), from the policy that collected them.
///   - segment: The rows of this segment, in the order of time.
///   - bootstrapValue: v(s_T), or 0 after a terminal transition.
///   - discount: γ in 0...1, per step.
///   - lambda: λ in 0...1; 0 is the one-step TD error, 1 the discounted return minus the value.
///   - advantages: [rows]; the rows of the segment receive Âₜ, in reward units.
/// - Precondition: The three arrays hold all rows of the segment.
/// - Complexity: O(T), without allocation.
///
/// Source: Schulman et al., "High-Dimensional Continuous Control Using Generalized Advantage
/// Estimation", ICLR 2016, eq. 16, https://arxiv.org/abs/1506.02438.
public func generalizedAdvantages(
  rewards: [Float], values: [Float], segment: Range<Int>, bootstrapValue: Float,
  discount: Float, lambda: Float, into advantages: inout [Float]
) {
  precondition(
    segment.upperBound <= min(rewards.count, values.count, advantages.count),
    "rows \(segment) of \(rewards.count) rewards, \(values.count) values, \(advantages.count) advantages"
  )
  var nextValue = bootstrapValue
  var nextAdvantage: Float = 0
  for t in segment.reversed() {
    let temporalDifference = rewards[t] + discount * nextValue - values[t]
    nextAdvantage = temporalDifference + discount * lambda * nextAdvantage
    advantages[t] = nextAdvantage
    nextValue = values[t]
  }
}

/// Returns the generalized advantage estimates of one segment that fills its arrays.
///
/// - Precondition: `rewards` and `values` have the same count.
public func generalizedAdvantages(
  rewards: [Float], values: [Float], bootstrapValue: Float, discount: Float, lambda: Float
) -> [Float] {
  precondition(
    rewards.count == values.count,
    "expected one value per reward, got \(values.count) values for \(rewards.count) rewards")
  var advantages = [Float](repeating: 0, count: rewards.count)
  generalizedAdvantages(
    rewards: rewards, values: values, segment: rewards.indices, bootstrapValue: bootstrapValue,
    discount: discount, lambda: lambda, into: &advantages)
  return advantages
}
