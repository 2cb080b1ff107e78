import Objectives

/// The samples of an audit, as every estimator scores them.
///
/// A round is a batch of one group of each prompt; the rounds of a group size have different completions.
struct AuditedBatch {
  /// [prompts][completions]
  private let members: [[MemberEvidence]]
  /// [prompts]
  private let greedyRewards: [[Double]]
  /// [prompts] the mean credit of all other prompts: what the moving average of many batches is, without its noise.
  private let otherMeans: [Double]
  private let valueRounding: ValueBaselineRounding
  private let longestSequence: Int

  /// What an estimator makes of a round.
  struct Round {
    /// The sequences of the batch, in the order of the round: the groups one after another.
    var sequences: [Int]
    /// [sequences] their weights in the loss, times the number of prompts: a batch is the mean of its groups.
    var weights: [Double]
    /// [sequences][steps]
    var advantages: [[Double]]

    /// [sequences] weight times advantage, where each sequence has one advantage; `nil` elsewhere.
    var coefficients: [Double]? {
      guard advantages.allSatisfy({ steps in steps.allSatisfy { $0 == steps[0] } }) else {
        return nil
      }
      return zip(weights, advantages).map { $0 * $1[0] }
    }
  }

  /// Takes in what is known of a batch.
  init<Sampler: SequenceSampler>(of sampler: Sampler, _ settings: AuditSettings) {
    let evidence = sampler.evidence()
    members = evidence.groups.map { group in
      evidence.sequences[group].map { rows in
        MemberEvidence(
          rewards: Array(evidence.rewards[rows]),
          squaredScoreNorms: evidence.squaredScoreNorms.isEmpty
            ? [] : Array(evidence.squaredScoreNorms[rows]))
      }
    }
    greedyRewards = evidence.greedyRewards
    valueRounding = sampler.valueRounding
    longestSequence = sampler.longestSequence
    var point = settings.point(baseline: .movingAverage, groupSize: settings.completions)
    point.scale = .none
    let estimation = AdvantageEstimation(settings: point, valueRounding: valueRounding)
    let (members, greedyRewards) = (members, greedyRewards)
    otherMeans = members.indices.map { prompt in
      var (others, greedy) = (members, greedyRewards)
      others.remove(at: prompt)
      if !greedy.isEmpty { greedy.remove(at: prompt) }
      var average = MovingAverage(decay: 0)
      _ = estimation.estimates(
        of: BatchEvidence(others, greedyRewards: greedy), average: &average)
      return average.value
    }
  }

  var prompts: Int { members.count }
  var completions: Int { members[0].count }

  /// How many rounds there are of groups of a size.
  func rounds(ofGroupSize size: Int) -> Int { completions / size }

  /// Returns what an estimator makes of one of its rounds.
  func round(_ index: Int, at point: PolicyGradientSettings) -> Round {
    let size = point.groupSize
    let chosen = (index * size)..<((index + 1) * size)
    let evidence = BatchEvidence(
      members.map { Array($0[chosen]) }, greedyRewards: greedyRewards)
    let advantages = advantages(of: evidence, at: point)
    return Round(
      sequences: members.indices.flatMap { prompt in
        chosen.map { prompt * completions + $0 }
      },
      weights: evidence.sequences.map { rows in
        Double(prompts)
          * lossWeight(
            length: rows.count, sequences: evidence.sequences.count,
            steps: evidence.rewards.count, normalizer: point.lengthNormalizer,
            constant: point.lengthConstant ?? Double(longestSequence))
      },
      advantages: evidence.sequences.map { Array(advantages[$0]) })
  }

  /// Returns the advantage of each row.
  private func advantages(
    of evidence: BatchEvidence, at point: PolicyGradientSettings
  ) -> [Double] {
    let estimation = AdvantageEstimation(settings: point, valueRounding: valueRounding)
    guard point.baseline == .movingAverage else {
      var average = MovingAverage(decay: 0)
      return estimation.estimates(of: evidence, average: &average).advantages
    }
    // Each prompt is compared with the mean of the others, so that no reward is compared with itself.
    var advantages = evidence.rewards
    for (group, mean) in zip(evidence.groups, otherMeans) {
      var average = MovingAverage(decay: 0)
      average.record(mean)
      let estimates = estimation.estimates(of: evidence, average: &average).advantages
      for rows in evidence.sequences[group] {
        for row in rows { advantages[row] = estimates[row] }
      }
    }
    return advantages
  }
}
