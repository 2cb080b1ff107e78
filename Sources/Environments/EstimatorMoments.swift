/// What is subtracted from a reward, and what the difference is divided by, before it weighs ∇ log π.
///
/// The gradient estimate of a group of G samples from one context is (1/G) Σᵢ Aᵢ ∇ log π(aᵢ).
public enum BaselineEstimator: String, CaseIterable, Sendable {
  /// A = r.
  case none
  /// A = r − V(x), with the exact value.
  case value
  /// A = r − b*(x), the constant of least variance.
  case optimal
  /// A = r − the reward of one greedy rollout (ReMax).
  case greedy
  /// A = r − the mean reward of the group's other members (RLOO).
  case leaveOneOut
  /// A = r − the group's mean reward (Dr. GRPO).
  case groupMean
  /// A = (r − the group's mean reward) / the group's standard deviation with divisor G − 1, and 0 in a
  /// group of equal rewards (GRPO).
  case groupMeanAndDeviation
}

/// The exact moments of a gradient estimate, and how it compares with the true gradient.
///
/// Variances of estimates of different scale cannot be compared: read the relative variance, the bias
/// and the cosine together.
public struct EstimatorMoments: Hashable, Sendable {
  /// E[ĝ], [actions].
  public let mean: [Double]
  /// The trace of the covariance of ĝ.
  public let traceVariance: Double
  /// ∇V(x) with respect to the logits of the context, [actions].
  public let trueGradient: [Double]

  /// ‖E[ĝ] − ∇V‖.
  public var bias: Double {
    zip(mean, trueGradient).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  /// The factor by which E[ĝ] overstates the true gradient along its own direction; `nil` where the
  /// true gradient is 0.
  public var scale: Double? {
    let square = dot(trueGradient, trueGradient)
    return square > 0 ? dot(mean, trueGradient) / square : nil
  }

  /// The cosine between E[ĝ] and the true gradient; `nil` where one of them is 0.
  public var cosine: Double? {
    let squares = dot(mean, mean) * dot(trueGradient, trueGradient)
    return squares > 0 ? dot(mean, trueGradient) / squares.squareRoot() : nil
  }

  /// The trace of the covariance over ‖E[ĝ]‖², which no change of scale affects; `nil` where E[ĝ] is 0.
  public var relativeVariance: Double? {
    let square = dot(mean, mean)
    return square > 0 ? traceVariance / square : nil
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

extension BanditTable {
  /// Returns the exact moments of the gradient estimate in one context.
  ///
  /// Every group of outcomes is enumerated, up to the order of its members.
  ///
  /// - Parameters:
  ///   - estimator: How advantages are made.
  ///   - policy: Probabilities, [contexts][actions].
  ///   - context: In 0..<contextCount.
  ///   - groupSize: G, the number of samples from the context; at least 1, and at least 2 for the
  ///     estimators that compare members.
  /// - Returns: The moments, with gradients taken with respect to the logits of the context.
  /// - Precondition: There are at most ten million groups.
  public func moments(
    of estimator: BaselineEstimator, policy: [[Double]], context: Int, groupSize: Int
  ) -> EstimatorMoments {
    let comparesMembers = [.leaveOneOut, .groupMean, .groupMeanAndDeviation].contains(estimator)
    precondition(
      groupSize >= (comparesMembers ? 2 : 1),
      "a group of \(groupSize) is too small for the estimator \(estimator.rawValue)")
    let baselines: [(value: Double, probability: Double)] =
      switch estimator {
      case .value: [(valueBaselines(of: policy)[context], 1)]
      case .optimal: [(optimalBaselines(of: policy)[context], 1)]
      case .greedy: rewards(of: greedyActions(of: policy)[context], in: context)
      case .none, .leaveOneOut, .groupMean, .groupMeanAndDeviation: [(0, 1)]
      }

    let probabilities = policy[context]
    let value = valueBaselines(of: policy)[context]
    let trueGradient = zip(probabilities, meanRewards[context]).map { $0 * ($1 - value) }
    let outcomes = outcomes(of: probabilities, in: context)
    // Moments about the true gradient: less cancellation than about 0.
    var meanError = [Double](repeating: 0, count: actionCount)
    var meanSquaredError = 0.0
    forEachGroup(of: outcomes, size: groupSize) { group, probability in
      for baseline in baselines {
        let advantages = estimator.advantages(in: group, baseline: baseline.value)
        var estimate = [Double](repeating: 0, count: actionCount)
        for (member, advantage) in zip(group, advantages) {
          let weight = Double(member.count) * advantage / Double(groupSize)
          for action in estimate.indices { estimate[action] -= weight * probabilities[action] }
          estimate[member.outcome.action] += weight
        }
        let weight = probability * baseline.probability
        for action in estimate.indices {
          let error = estimate[action] - trueGradient[action]
          meanError[action] += weight * error
          meanSquaredError += weight * error * error
        }
      }
    }
    return EstimatorMoments(
      mean: zip(trueGradient, meanError).map { $0 + $1 },
      traceVariance: meanSquaredError - meanError.reduce(0) { $0 + $1 * $1 },
      trueGradient: trueGradient)
  }
}

/// What one sample can turn out to be.
private struct Outcome {
  let action: Int
  let reward: Double
  let probability: Double
}

/// An outcome and how many members of a group have it.
private struct Members {
  let outcome: Outcome
  let count: Int
}

extension BaselineEstimator {
  /// Returns the advantage of each kind of member, in the order of `group`.
  fileprivate func advantages(in group: [Members], baseline: Double) -> [Double] {
    let size = Double(group.reduce(0) { $0 + $1.count })
    let mean = group.reduce(0) { $0 + Double($1.count) * $1.outcome.reward } / size
    switch self {
    case .none, .value, .optimal, .greedy:
      return group.map { $0.outcome.reward - baseline }
    case .leaveOneOut:
      return group.map { $0.outcome.reward - (mean * size - $0.outcome.reward) / (size - 1) }
    case .groupMean:
      return group.map { $0.outcome.reward - mean }
    case .groupMeanAndDeviation:
      // Equality is tested on the rewards: a computed deviation of equal rewards may not be 0.
      guard group.contains(where: { $0.outcome.reward != group[0].outcome.reward }) else {
        return group.map { _ in 0 }
      }
      let squares = group.reduce(0) { sum, member in
        let difference = member.outcome.reward - mean
        return sum + Double(member.count) * difference * difference
      }
      let deviation = (squares / (size - 1)).squareRoot()
      return group.map { ($0.outcome.reward - mean) / deviation }
    }
  }
}

extension BanditTable {
  /// The rewards an action can bring, with their probabilities; those of probability 0 are left out.
  private func rewards(of action: Int, in context: Int) -> [(value: Double, probability: Double)] {
    let mean = meanRewards[context][action]
    return switch noise {
    case .none: [(mean, 1)]
    case .bernoulli: [(0, 1 - mean), (1, mean)].filter { $0.1 > 0 }
    }
  }

  private func outcomes(of probabilities: [Double], in context: Int) -> [Outcome] {
    probabilities.indices.filter { probabilities[$0] > 0 }.flatMap { action in
      rewards(of: action, in: context).map { reward in
        Outcome(
          action: action, reward: reward.value,
          probability: probabilities[action] * reward.probability)
      }
    }
  }

  /// Calls `body` with every group of `size` outcomes, as counts, and its probability
  /// size! ∏ pᵏ / k!.
  private func forEachGroup(
    of outcomes: [Outcome], size: Int, _ body: ([Members], Double) -> Void
  ) {
    let groups = (1..<max(1, outcomes.count)).reduce(1.0) { $0 * Double(size + $1) / Double($1) }
    precondition(groups <= 1e7, "\(groups) groups are too many to enumerate")
    var members: [Members] = []
    func extend(from first: Int, remaining: Int, probability: Double) {
      guard remaining > 0 else { return body(members, probability) }
      guard first < outcomes.count else { return }
      extend(from: first + 1, remaining: remaining, probability: probability)
      var probability = probability
      for count in 1...remaining {
        probability *=
          outcomes[first].probability * Double(remaining - count + 1) / Double(count)
        members.append(Members(outcome: outcomes[first], count: count))
        extend(from: first + 1, remaining: remaining - count, probability: probability)
        members.removeLast()
      }
    }
    extend(from: 0, remaining: size, probability: 1)
  }
}
