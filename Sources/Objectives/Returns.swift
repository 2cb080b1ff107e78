/// Returns the discounted return-to-go of every step of one trajectory segment.
///
///     Gₜ = rₜ₊₁ + γ Gₜ₊₁,   G_T = bootstrapValue
///
/// - Parameters:
///   - rewards: [T] rₜ₊₁, the reward of the action taken at time t in 0..<T.
///   - bootstrapValue: v(s_T) where the segment was *truncated*, 0 where the episode *terminated*.
///   - discount: γ in 0...1, per step.
/// - Returns: [T] Gₜ, in reward units.
///
/// Source: Sutton & Barto, "Reinforcement Learning: An Introduction", 2nd edition, section 3.3.
public func discountedReturns(
  rewards: [Double], bootstrapValue: Double = 0, discount: Double
) -> [Double] {
  var returns = rewards
  discountedReturns(
    rewards: rewards, segment: rewards.indices, bootstrapValue: bootstrapValue,
    discount: discount, into: &returns)
  return returns
}

/// Writes the discounted return-to-go of every step of one segment among many.
///
/// - Parameters:
///   - rewards: [rows] of many segments, one after the other.
///   - segment: The rows of this segment, in the order of time.
///   - bootstrapValue: v(s_T) where the segment was *truncated*, 0 where the episode *terminated*.
///   - discount: γ in 0...1, per step.
///   - returns: [rows]; the rows of the segment receive Gₜ.
/// - Complexity: O(T), without allocation.
public func discountedReturns(
  rewards: [Double], segment: Range<Int>, bootstrapValue: Double, discount: Double,
  into returns: inout [Double]
) {
  var next = bootstrapValue
  for t in segment.reversed() {
    next = rewards[t] + discount * next
    returns[t] = next
  }
}

/// Returns the discounted return of a whole trajectory, seen from its start.
///
///     R = Σₜ γᵗ rₜ₊₁
///
/// - Parameters:
///   - rewards: [T] rₜ₊₁ for t in 0..<T.
///   - discount: γ in 0...1; with 1 it is the undiscounted return, summed in the order of time.
/// - Returns: R in reward units; 0 for no rewards.
public func trajectoryReturn(rewards: some Sequence<Double>, discount: Double = 1) -> Double {
  var total = 0.0
  var weight = 1.0
  for reward in rewards {
    total += weight * reward
    weight *= discount
  }
  return total
}
