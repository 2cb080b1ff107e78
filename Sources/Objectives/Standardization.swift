/// Shifts and scales the first `count` advantages to mean 0 and standard deviation 1, in place.
///
///     Âₖ ← (Âₖ − mean) / (s + ε)
///
/// PPO does so to each minibatch. Fewer than two advantages are left as they are, since they have
/// no deviation; equal ones all become 0.
///
/// - Parameters:
///   - advantages: [≥ count] advantages.
///   - count: How many of them belong to the minibatch.
///   - epsilon: ε ≥ 0, added to the deviation (1e-8 in CleanRL and Stable-Baselines3).
///   - variance: How s is estimated; unbiased in CleanRL and Stable-Baselines3.
///
/// Source: Huang et al., "The 37 Implementation Details of Proximal Policy Optimization", 2022,
/// detail 7; CleanRL `ppo.py`.
public func standardize(
  _ advantages: inout [Float], count: Int, epsilon: Double,
  variance: VarianceEstimator = .unbiased
) {
  precondition(count <= advantages.count, "\(count) of \(advantages.count) advantages")
  guard count >= 2 else { return }
  var total = 0.0
  var allEqual = true
  for index in 0..<count {
    total += Double(advantages[index])
    allEqual = allEqual && advantages[index] == advantages[0]
  }
  if allEqual {
    for index in 0..<count { advantages[index] = 0 }
    return
  }
  let center = total / Double(count)
  var squares = 0.0
  for index in 0..<count {
    let deviation = Double(advantages[index]) - center
    squares += deviation * deviation
  }
  let scale = 1 / ((squares / variance.divisor(count)).squareRoot() + epsilon)
  for index in 0..<count {
    advantages[index] = Float((Double(advantages[index]) - center) * scale)
  }
}

/// Divides advantages by their standard deviation, in place, and leaves their mean alone.
///
///     Âₖ ← Âₖ / (s + ε),   s over all steps of the batch
///
/// Together with the batch mean as baseline it is the whitening of REINFORCE++.
///
/// - Parameters:
///   - advantages: The advantages of all steps of a batch.
///   - epsilon: ε ≥ 0, added to the deviation.
///   - variance: How s is estimated.
///
/// Source: Hu, "REINFORCE++: A Simple and Efficient Approach for Aligning Large Language Models",
/// 2025, https://arxiv.org/abs/2501.03262.
public func divideByStandardDeviation(
  _ advantages: inout [Double], epsilon: Double, variance: VarianceEstimator = .unbiased
) {
  let deviation = standardDeviation(of: advantages, variance: variance)
  guard deviation > 0 else { return }
  for index in advantages.indices { advantages[index] /= deviation + epsilon }
}
