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
  ///   - evidence: What is known of its steps.
  ///   - average: The moving average; read by its baseline, and told the mean of this batch.
  /// - Returns: [rows] advantages, and the credits before the baseline, which value networks learn: TD(λ) returns
  ///   for GAE.
  package func estimates(
    of evidence: BatchEvidence, average: inout MovingAverage
  ) -> (advantages: [Double], targets: [Double]) {
    let recursion = generalized(evidence)
    let credits = credits(of: evidence, recursion)
    var advantages: [Double]
    switch settings.baseline {
    case .none:
      advantages = credits
    case .batchMean:
      let mean = batchMean(of: credits, evidence)
      advantages = credits.map { $0 - mean }
    case .movingAverage:
      let mean = average.value
      advantages = credits.map { $0 - mean }
      average.record(batchMean(of: credits, evidence))
    case .value where settings.credit == .gae && valueRounding == .recursion:
      advantages = recursion.map { Double($0) }
    case .value:
      advantages = zip(credits, evidence.values).map { $0 - $1 }
    case .greedy:
      advantages = lessGreedy(credits, evidence)
    case .optimalToken:
      advantages = lessOptimalToken(credits, evidence)
    case .groupMean, .leaveOneOut, .lengthWeightedOptimal, .shrinkage, .bestOfOthers:
      advantages = comparedWithinGroups(credits, evidence)
    }
    scale(&advantages, evidence)
    return (advantages, credits)
  }

  // MARK: Credit

  /// Returns GAE(γ, λ) in f32, as networks predict values; nothing without values, or for another credit.
  private func generalized(_ evidence: BatchEvidence) -> [Float] {
    guard settings.credit == .gae && !evidence.values.isEmpty else { return [] }
    let rewards = evidence.rewards.map { Float($0) }
    let values = evidence.values.map { Float($0) }
    var advantages = [Float](repeating: 0, count: rewards.count)
    PPO.advantages(
      rewards: rewards, values: values, segments: evidence.sequences,
      bootstrapValues: evidence.bootstrapValues, settings: settings, into: &advantages)
    return advantages
  }

  /// Returns the credit of each step.
  ///
  /// With the value baseline, GAE's credit is Âₜ + v(sₜ), so that taking off the value gives Âₜ.
  private func credits(of evidence: BatchEvidence, _ recursion: [Float]) -> [Double] {
    if !recursion.isEmpty { return zip(recursion, evidence.values).map { Double($0) + $1 } }
    var credits = evidence.rewards
    for (sequence, bootstrapValue) in zip(evidence.sequences, evidence.bootstrapValues) {
      writeCredits(
        of: evidence.rewards, sequence, bootstrapValue: bootstrapValue, into: &credits)
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
  private func batchMean(of credits: [Double], _ evidence: BatchEvidence) -> Double {
    switch settings.credit {
    case .trajectory:
      mean(of: evidence.sequences.compactMap { $0.isEmpty ? nil : credits[$0.lowerBound] })
    case .rewardToGo, .gae: mean(of: credits)
    }
  }

  /// Takes off the credit of the greedy rollout: its return, or what it has from the same time on.
  private func lessGreedy(_ credits: [Double], _ evidence: BatchEvidence) -> [Double] {
    precondition(
      evidence.greedyRewards.count == evidence.groups.count, "a greedy rollout is missing")
    var advantages = credits
    for (group, rewards) in zip(evidence.groups, evidence.greedyRewards) {
      var greedy = rewards
      writeCredits(of: rewards, rewards.indices, bootstrapValue: 0, into: &greedy)
      for sequence in evidence.sequences[group] {
        for (t, row) in sequence.enumerated() {
          advantages[row] -=
            settings.credit == .trajectory ? greedy[0] : t < greedy.count ? greedy[t] : 0
        }
      }
    }
    return advantages
  }

  /// Takes off the baseline that weighs by accumulated scores.
  private func lessOptimalToken(_ credits: [Double], _ evidence: BatchEvidence) -> [Double] {
    var advantages = credits
    for group in evidence.groups {
      let sequences = evidence.sequences[group]
      let baselines = optimalTokenBaselines(
        credits: sequences.map { Array(credits[$0]) },
        squaredScoreNorms: sequences.map { Array(evidence.squaredScoreNorms[$0]) })
      for sequence in sequences {
        for (t, row) in sequence.enumerated() { advantages[row] -= baselines[t] }
      }
    }
    return advantages
  }

  /// Takes off baselines that compare members of a group: once per trajectory, or at every time.
  private func comparedWithinGroups(_ credits: [Double], _ evidence: BatchEvidence) -> [Double] {
    let members = evidence.groups.map { evidence.sequences[$0] }
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
    let longest = evidence.sequences.lazy.map(\.count).max() ?? 0
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
    case .groupMean, .none, .batchMean, .movingAverage, .value, .greedy, .optimalToken:
      returns.map(centeredAdvantages(returns:))
    }
  }

  // MARK: Scale

  /// Scales the advantages in place.
  private func scale(_ advantages: inout [Double], _ evidence: BatchEvidence) {
    switch settings.scale {
    case .none, .minibatchStandardization:
      return
    case .groupStd, .groupMean:
      let groupScale = settings.scale == .groupStd ? deviationScale : meanScale
      for group in evidence.groups {
        let factor = groupScale(returns(of: group, evidence), settings.scaleEpsilon)
        for sequence in evidence.sequences[group] {
          for row in sequence { advantages[row] *= factor }
        }
      }
    case .signalShare:
      let factor = signalScale(hasSignal: evidence.hasSignal(advantages))
      for row in advantages.indices { advantages[row] *= factor }
    case .batchReturnStd:
      let factor = deviationScale(
        returns: returns(of: evidence.sequences.indices, evidence), epsilon: settings.scaleEpsilon)
      for row in advantages.indices { advantages[row] *= factor }
    case .batchStd, .batchStandardization:
      if settings.scale == .batchStandardization {
        let center = mean(of: advantages)
        for index in advantages.indices { advantages[index] -= center }
      }
      divideByStandardDeviation(&advantages, epsilon: settings.scaleEpsilon)
    }
  }

  /// Returns the return of each of some sequences.
  private func returns(of sequences: Range<Int>, _ evidence: BatchEvidence) -> [Double] {
    evidence.sequences[sequences].map {
      trajectoryReturn(rewards: evidence.rewards[$0], discount: settings.discount)
    }
  }
}
