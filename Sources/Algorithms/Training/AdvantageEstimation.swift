package import Objectives

/// The estimation of advantages at a point on the axes: credit − baseline, then scaled, by row of a batch.
package struct AdvantageEstimation {
  let settings: PolicyGradientSettings
  let valueRounding: ValueBaselineRounding

  /// Creates the estimation.
  ///
  /// - Parameters:
  ///   - settings: The point on the axes. The scale `minibatch_standardization` is left to the update.
  ///   - valueRounding: How an advantage over a value network is rounded.
  package init(settings: PolicyGradientSettings, valueRounding: ValueBaselineRounding = .credit) {
    self.settings = settings
    self.valueRounding = valueRounding
  }

  /// Estimates the advantages of a batch.
  ///
  /// - Parameters:
  ///   - batch: The rewards of its steps.
  ///   - average: The moving average; read by its baseline, and told the mean of this batch.
  /// - Returns: [rows] advantages, and the credits before the baseline, which value networks learn: TD(λ) returns
  ///   for GAE.
  package func estimates(
    of batch: BatchRewards, average: inout MovingAverage
  ) -> (advantages: [Double], targets: [Double]) {
    let batch = batch.grouped(by: settings.groupIdentifiers)
    let recursion = generalized(batch)
    let credits = credits(of: batch, recursion)
    var advantages: [Double]
    switch settings.baseline {
    case _ where settings.baseline.needsGroup && settings.groupIdentifiers == .own:
      advantages = credits
    case .none:
      advantages = credits
    case .batchMean:
      let mean = batchMean(of: credits, batch)
      advantages = credits.map { $0 - mean }
    case .movingAverage:
      let mean = average.value
      advantages = credits.map { $0 - mean }
      average.record(batchMean(of: credits, batch))
    case .value where settings.credit == .gae && valueRounding == .recursion:
      advantages = recursion.map { Double($0) }
    case .value:
      advantages = zip(credits, batch.values).map { $0 - $1 }
    case .greedy:
      advantages = lessGreedy(credits, batch)
    case .optimalToken:
      advantages = lessOptimalToken(credits, batch)
    case .groupMean, .leaveOneOut, .lengthWeightedOptimal, .shrinkage, .bestOfOthers:
      advantages = comparedWithinGroups(credits, batch)
    }
    scale(&advantages, batch)
    return (advantages, credits)
  }

  // MARK: Credit

  /// Returns GAE(γ, λ) in f32, as networks predict values; nothing without values, or for another credit.
  private func generalized(_ batch: BatchRewards) -> [Float] {
    guard settings.credit == .gae && !batch.values.isEmpty else { return [] }
    let rewards = batch.rewards.map { Float($0) }
    let values = batch.values.map { Float($0) }
    var advantages = [Float](repeating: 0, count: rewards.count)
    PPO.advantages(
      rewards: rewards, values: values, segments: batch.sequences,
      bootstrapValues: batch.bootstrapValues, settings: settings, into: &advantages)
    return advantages
  }

  /// Returns the credit of each step.
  ///
  /// With the value baseline, GAE's credit is Âₜ + v(sₜ), so that subtracting the value gives Âₜ.
  private func credits(of batch: BatchRewards, _ recursion: [Float]) -> [Double] {
    if !recursion.isEmpty { return zip(recursion, batch.values).map { Double($0) + $1 } }
    var credits = batch.rewards
    for (sequence, bootstrapValue) in zip(batch.sequences, batch.bootstrapValues) {
      writeCredits(
        of: batch.rewards, sequence, bootstrapValue: bootstrapValue, into: &credits)
    }
    return credits
  }

  /// Writes the credit of each step of a sequence without generalized advantages.
  private func writeCredits(
    of rewards: [Double], _ sequence: Range<Int>, bootstrapValue: Double,
    into credits: inout [Double]
  ) {
    switch settings.credit {
    case .trajectory:
      let total = trajectoryReturn(rewards: rewards[sequence], discount: settings.discount)
      for row in sequence { credits[row] = total }
    case .rewardToGo:
      discountedReturns(
        rewards: rewards, segment: sequence, bootstrapValue: bootstrapValue,
        discount: settings.discount, into: &credits)
    case .gae:
      discountedReturns(
        rewards: rewards, segment: sequence, bootstrapValue: 0,
        discount: settings.discount * settings.gaeLambda, into: &credits)
    }
  }

  // MARK: Baselines

  /// Returns the mean credit: of trajectories where each has one credit, else of steps.
  private func batchMean(of credits: [Double], _ batch: BatchRewards) -> Double {
    switch settings.credit {
    case .trajectory:
      mean(of: batch.sequences.compactMap { $0.isEmpty ? nil : credits[$0.lowerBound] })
    case .rewardToGo, .gae: mean(of: credits)
    }
  }

  /// Subtracts the credit of the greedy rollout: its return, or its return-to-go from the same time on.
  private func lessGreedy(_ credits: [Double], _ batch: BatchRewards) -> [Double] {
    precondition(
      batch.greedyRewards.count == batch.groups.count, "a greedy rollout is missing")
    var advantages = credits
    for (group, rewards) in zip(batch.groups, batch.greedyRewards) {
      var greedy = rewards
      writeCredits(of: rewards, rewards.indices, bootstrapValue: 0, into: &greedy)
      for sequence in batch.sequences[group] {
        for (t, row) in sequence.enumerated() {
          advantages[row] -=
            settings.credit == .trajectory ? greedy[0] : t < greedy.count ? greedy[t] : 0
        }
      }
    }
    return advantages
  }

  /// Subtracts the mean of the group weighted by the accumulated squared scores.
  private func lessOptimalToken(_ credits: [Double], _ batch: BatchRewards) -> [Double] {
    var advantages = credits
    for group in batch.groups {
      let sequences = batch.sequences[group]
      let baselines = optimalTokenBaselines(
        credits: sequences.map { Array(credits[$0]) },
        squaredScoreNorms: sequences.map { Array(batch.squaredScoreNorms[$0]) })
      for sequence in sequences {
        for (t, row) in sequence.enumerated() { advantages[row] -= baselines[t] }
      }
    }
    return advantages
  }

  /// Subtracts baselines that compare members of a group: once per trajectory, or at every time.
  private func comparedWithinGroups(_ credits: [Double], _ batch: BatchRewards) -> [Double] {
    let members = batch.groups.map { batch.sequences[$0] }
    var advantages = credits
    if settings.credit == .trajectory {
      let compared = groupAdvantages(
        returns: members.map { $0.map { credits[$0.lowerBound] } },
        lengths: members.map { $0.map { Double($0.count) } })
      for (sequences, compared) in zip(members, compared) {
        for (sequence, advantage) in zip(sequences, compared) {
          for row in sequence { advantages[row] = advantage }
        }
      }
      return advantages
    }
    let longest = batch.sequences.lazy.map(\.count).max() ?? 0
    for t in 0..<longest {
      let compared = groupAdvantages(
        returns: members.map { $0.map { t < $0.count ? credits[$0.lowerBound + t] : 0 } },
        lengths: members.map { $0.map { Double(max(0, $0.count - t)) } })
      for (sequences, compared) in zip(members, compared) {
        for (sequence, advantage) in zip(sequences, compared) where t < sequence.count {
          advantages[sequence.lowerBound + t] = advantage
        }
      }
    }
    return advantages
  }

  /// Returns the return of each member of each group less its baseline.
  private func groupAdvantages(returns: [[Double]], lengths: [[Double]]) -> [[Double]] {
    switch settings.baseline {
    case .leaveOneOut: returns.map(leaveOneOutAdvantages(returns:))
    case .bestOfOthers: returns.map(bestOfGroupAdvantages(returns:))
    case .lengthWeightedOptimal:
      zip(returns, lengths).map { returns, lengths in
        let baseline = lengthWeightedOptimalBaseline(returns: returns, lengths: lengths)
        return returns.map { $0 - baseline }
      }
    case .shrinkage:
      zip(returns, shrinkageBaselines(returns: returns)).map { zip($0, $1).map { $0 - $1 } }
    case .groupMean where settings.hasRoundingResidue:
      returns.map { returns in
        let moments = SinglePrecisionMoments(of: returns, variance: settings.scaleVariance)
        return returns.map(moments.centered)
      }
    case .groupMean, .none, .batchMean, .movingAverage, .value, .greedy, .optimalToken:
      returns.map(centeredAdvantages(returns:))
    }
  }

  // MARK: Scale

  /// Scales the advantages in place.
  private func scale(_ advantages: inout [Double], _ batch: BatchRewards) {
    switch settings.scale {
    case .none, .minibatchStandardization:
      return
    case .groupStd, .groupMean:
      for group in batch.groups {
        let factor = groupScale(returns: returns(of: group, batch))
        for sequence in batch.sequences[group] {
          for row in sequence { advantages[row] *= factor }
        }
      }
    case .signalShare:
      let factor = signalScale(hasSignal: batch.hasSignal(advantages))
      for row in advantages.indices { advantages[row] *= factor }
    case .batchReturnStd:
      let factor = deviationScale(
        returns: returns(of: batch.sequences.indices, batch), epsilon: settings.scaleEpsilon,
        variance: settings.scaleVariance)
      for row in advantages.indices { advantages[row] *= factor }
    case .batchStd, .batchStandardization:
      if settings.scale == .batchStandardization {
        let center = mean(of: advantages)
        for index in advantages.indices { advantages[index] -= center }
      }
      divideByStandardDeviation(
        &advantages, epsilon: settings.scaleEpsilon, variance: settings.scaleVariance)
    }
  }

  /// Returns what the advantages of a group are multiplied by.
  private func groupScale(returns: [Double]) -> Double {
    let epsilon = settings.scaleEpsilon
    if settings.scale == .groupMean { return meanScale(returns: returns, epsilon: epsilon) }
    if settings.groupIdentifiers == .own { return singletonScale(epsilon: epsilon) }
    if settings.hasRoundingResidue {
      return SinglePrecisionMoments(of: returns, variance: settings.scaleVariance)
        .scale(epsilon: epsilon)
    }
    return deviationScale(returns: returns, epsilon: epsilon, variance: settings.scaleVariance)
  }

  /// Returns the return of each of some sequences.
  private func returns(of sequences: Range<Int>, _ batch: BatchRewards) -> [Double] {
    batch.sequences[sequences].map {
      trajectoryReturn(rewards: batch.rewards[$0], discount: settings.discount)
    }
  }
}
