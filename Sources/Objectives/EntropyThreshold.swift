/// Returns the entropy that the given share of steps reach at least: the quantile 1 − share, by linear interpolation.
///
/// - Parameters:
///   - entropies: [≥ count] of the policy at each step, in nats.
///   - count: How many steps there are, at least 1.
///   - share: The share, from 0 (the largest entropy alone) to 1 (every step).
///   - scratch: Receives the entropies in another order; used again.
/// - Returns: The threshold, in nats. Steps of one entropy are all above it or all below, so that more than the share
///   may reach it.
/// - Complexity: O(count) as a rule, without allocation once `scratch` is large enough.
///
/// Source: Wang et al., "Beyond the 80/20 Rule", 2025, eq. 6, https://arxiv.org/abs/2506.01939, with a share of 0.2;
/// TRL's `top_entropy_quantile`.
public func entropyThreshold(
  of entropies: [Float], count: Int, share: Double, scratch: inout [Float]
) -> Double {
  precondition(count > 0 && (0...1).contains(share), "a share of \(share) of \(count) steps")
  scratch.removeAll(keepingCapacity: true)
  scratch += entropies[0..<count]
  let place = (1 - share) * Double(count - 1)
  let rank = min(Int(place), count - 1)
  select(rank, of: &scratch)
  let lower = Double(scratch[rank])
  guard rank < count - 1 else { return lower }
  var upper = scratch[rank + 1]
  for index in (rank + 1)..<count where scratch[index] < upper { upper = scratch[index] }
  return lower + (place - Double(rank)) * (Double(upper) - lower)
}

/// Reorders numbers so that the one at `rank` is where sorting would put it, smaller ones before and larger ones after
/// it (Hoare's selection).
private func select(_ rank: Int, of numbers: inout [Float]) {
  var (first, last) = (0, numbers.count - 1)
  while first < last {
    let pivot = numbers[(first + last) / 2]
    var (low, high) = (first, last)
    while low <= high {
      while numbers[low] < pivot { low += 1 }
      while numbers[high] > pivot { high -= 1 }
      guard low <= high else { break }
      numbers.swapAt(low, high)
      low += 1
      high -= 1
    }
    if rank > high && rank < low { return }
    if rank <= high { last = high } else { first = low }
  }
}
