public import Objectives

/// The advantages of a batch of groups, and what the value network is to predict.
public struct AdvantageEstimates: Equatable, Sendable {
  /// [groups][members][steps].
  public var advantages: [[[Double]]]
  /// [groups][members][steps] the credits before the baseline; TD(λ) returns for GAE.
  public var targets: [[[Double]]]

  /// The share of groups whose advantages are all exactly 0.
  public var fractionWithoutSignal: Double {
    guard !advantages.isEmpty else { return 0 }
    let silent = advantages.count { $0.allSatisfy { $0.allSatisfy { $0 == 0 } } }
    return Double(silent) / Double(advantages.count)
  }
}

/// What estimation needs to know of one member of a group.
public struct MemberEvidence: Equatable, Sendable {
  /// [T] rewards, with the penalty of the reference taken off if it is placed there.
  public var rewards: [Double]
  /// [T] predictions of the value network; empty without one.
  public var values: [Double]
  /// The value after the last step; 0 where nothing follows or there is no value network.
  public var bootstrapValue: Double
  /// [T] ‖∇_logits log π(a)‖².
  public var squaredScoreNorms: [Double]

  /// Creates the evidence of one member.
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
///   - groups: [groups][members] the evidence.
///   - greedyRewards: [groups] rewards of the greedy rollouts; empty without them.
///   - settings: The point on the axes. The scale `minibatch_standardization` is left to the update.
///   - valueRounding: How an advantage over a value network is rounded.
///   - average: The moving average; read by its baseline, and told the mean of this batch.
/// - Returns: Advantages and value targets.
public func estimatedAdvantages(
  of groups: [[MemberEvidence]], greedyRewards: [[Double]], settings: PolicyGradientSettings,
  valueRounding: ValueBaselineRounding = .credit, average: inout MovingAverage
) -> AdvantageEstimates {
  /// Of each member, where GAE has values to work with.
  let recursions = groups.map { $0.map { generalized(of: $0, settings: settings) } }
  let credits = zip(groups, recursions).map { group, recursions in
    zip(group, recursions).map { credit(of: $0, generalized: $1, settings: settings) }
  }
  var advantages: [[[Double]]]
  switch settings.baseline {
  case .none:
    advantages = credits
  case .batchMean:
    advantages = subtracting(batchMean(of: credits, settings), from: credits)
  case .movingAverage:
    advantages = subtracting(average.value, from: credits)
    average.record(batchMean(of: credits, settings))
  case .value where settings.credit == .gae && valueRounding == .recursion:
    advantages = recursions.map { $0.map { $0.map { Double($0) } } }
  case .value:
    advantages = zip(groups, credits).map { group, credits in
      zip(group, credits).map { member, credits in zip(credits, member.values).map { $0 - $1 } }
    }
  case .greedy:
    precondition(greedyRewards.count == groups.count, "a greedy rollout is missing")
    advantages = zip(credits, greedyRewards).map { group, rewards in
      let greedy = credit(of: MemberEvidence(rewards: rewards), settings: settings)
      return group.map { credits in
        credits.indices.map { t in
          let baseline =
            settings.credit == .trajectory ? greedy[0] : t < greedy.count ? greedy[t] : 0
          return credits[t] - baseline
        }
      }
    }
  case .optimalToken:
    advantages = zip(groups, credits).map { group, credits in
      let baselines = optimalTokenBaselines(
        credits: credits, squaredScoreNorms: group.map(\.squaredScoreNorms))
      return credits.map { zip($0, baselines).map { $0 - $1 } }
    }
  case .groupMean, .leaveOneOut, .lengthWeightedOptimal, .shrinkage:
    advantages = comparedWithinGroups(credits, settings)
  }
  scale(&advantages, groups: groups, settings: settings)
  return AdvantageEstimates(advantages: advantages, targets: credits)
}

/// Returns GAE(γ, λ) of a member, in f32 as networks predict values; nothing without values, or for another credit.
private func generalized(
  of member: MemberEvidence, settings: PolicyGradientSettings
) -> [Float] {
  guard settings.credit == .gae && !member.values.isEmpty else { return [] }
  return generalizedAdvantages(
    rewards: member.rewards.map { Float($0) }, values: member.values.map { Float($0) },
    bootstrapValue: Float(member.bootstrapValue), discount: Float(settings.discount),
    lambda: Float(settings.gaeLambda))
}

/// Returns the credit of each step of a member.
///
/// With the value baseline, GAE's credit is Âₜ + v(sₜ), so that taking off the value gives Âₜ.
private func credit(
  of member: MemberEvidence, generalized: [Float] = [], settings: PolicyGradientSettings
) -> [Double] {
  switch settings.credit {
  case .trajectory:
    let total = trajectoryReturn(rewards: member.rewards, discount: settings.discount)
    return member.rewards.map { _ in total }
  case .rewardToGo:
    return discountedReturns(
      rewards: member.rewards, bootstrapValue: member.bootstrapValue, discount: settings.discount)
  case .gae where member.values.isEmpty:
    return discountedReturns(
      rewards: member.rewards, discount: settings.discount * settings.gaeLambda)
  case .gae:
    return zip(generalized, member.values).map { Double($0) + $1 }
  }
}

/// Returns the mean credit: of trajectories where each has one credit, else of steps.
private func batchMean(of credits: [[[Double]]], _ settings: PolicyGradientSettings) -> Double {
  switch settings.credit {
  case .trajectory: mean(of: credits.joined().compactMap(\.first))
  case .rewardToGo, .gae: mean(of: Array(credits.joined().joined()))
  }
}

private func subtracting(_ baseline: Double, from credits: [[[Double]]]) -> [[[Double]]] {
  credits.map { $0.map { $0.map { $0 - baseline } } }
}

/// Takes off baselines that compare members of a group: once per trajectory, or at every time.
private func comparedWithinGroups(
  _ credits: [[[Double]]], _ settings: PolicyGradientSettings
) -> [[[Double]]] {
  if settings.credit == .trajectory {
    let returns = credits.map { $0.map { $0[0] } }
    let lengths = credits.map { $0.map { Double($0.count) } }
    let compared = groupAdvantages(returns: returns, lengths: lengths, settings.baseline)
    return zip(credits, compared).map { group, compared in
      zip(group, compared).map { credits, advantage in credits.map { _ in advantage } }
    }
  }
  var advantages = credits
  let longest = credits.joined().map(\.count).max() ?? 0
  for t in 0..<longest {
    let atTime = credits.map { $0.map { t < $0.count ? $0[t] : 0 } }
    let remaining = credits.map { $0.map { Double(max(0, $0.count - t)) } }
    let compared = groupAdvantages(returns: atTime, lengths: remaining, settings.baseline)
    for group in credits.indices {
      for member in credits[group].indices where t < credits[group][member].count {
        advantages[group][member][t] = compared[group][member]
      }
    }
  }
  return advantages
}

/// Returns the return of each member of each group less its baseline.
private func groupAdvantages(
  returns: [[Double]], lengths: [[Double]], _ baseline: Baseline
) -> [[Double]] {
  switch baseline {
  case .leaveOneOut: returns.map(leaveOneOutAdvantages(returns:))
  case .lengthWeightedOptimal:
    zip(returns, lengths).map { returns, lengths in
      let baseline = lengthWeightedOptimalBaseline(returns: returns, lengths: lengths)
      return returns.map { $0 - baseline }
    }
  case .shrinkage:
    zip(returns, shrinkageBaselines(returns: returns)).map { zip($0, $1).map { $0 - $1 } }
  case .groupMean, .none, .batchMean, .movingAverage, .value, .greedy, .optimalToken:
    returns.map(centeredAdvantages(returns:))
  }
}

/// Scales the advantages in place.
private func scale(
  _ advantages: inout [[[Double]]], groups: [[MemberEvidence]], settings: PolicyGradientSettings
) {
  switch settings.scale {
  case .none, .minibatchStandardization:
    return
  case .groupStd:
    for group in groups.indices {
      let factor = groupScale(
        returns: groups[group].map {
          trajectoryReturn(rewards: $0.rewards, discount: settings.discount)
        }, epsilon: settings.scaleEpsilon)
      for member in advantages[group].indices {
        for t in advantages[group][member].indices { advantages[group][member][t] *= factor }
      }
    }
  case .batchStd, .batchStandardization:
    var flat = Array(advantages.joined().joined())
    if settings.scale == .batchStandardization {
      let center = mean(of: flat)
      for index in flat.indices { flat[index] -= center }
    }
    divideByStandardDeviation(&flat, epsilon: settings.scaleEpsilon)
    var next = 0
    for group in advantages.indices {
      for member in advantages[group].indices {
        for t in advantages[group][member].indices {
          advantages[group][member][t] = flat[next]
          next += 1
        }
      }
    }
  }
}
