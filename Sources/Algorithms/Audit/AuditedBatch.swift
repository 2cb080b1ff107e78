import Objectives

/// The samples of an audit, as every estimator scores them.
///
/// A round is a batch of one group of each prompt; the rounds of a group size have different completions.
struct AuditedBatch {
  /// [prompts][completions]
  private let members: [[SequenceRewards]]
  /// [prompts]
  private let greedyRewards: [[Double]]
  /// [prompts] the mean credit of all other prompts: what the moving average of many batches is, without its noise.
  private let otherMeans: [Double]
  private let longestSequence: Int

  /// The estimate of one estimator on a round.
  struct Round {
    /// The sequences of the batch, in the order of the round: the groups one after another.
    var sequences: [Int]
    /// [sequences][steps] the factors of the steps' scores in the mean of the groups' estimates, times the number of
    /// groups: in the sum of those of one group.
    var coefficients: [[Double]]

    /// Whether the steps of each of some sequences, by place in the round, have one factor.
    func isOfWholeSequences(_ places: Range<Int>) -> Bool {
      coefficients[places].allSatisfy { steps in steps.allSatisfy { $0 == steps[0] } }
    }
  }

  /// Takes in the rewards of a batch.
  init<Sampler: SequenceSampler>(of sampler: Sampler, _ settings: AuditSettings) {
    let batch = sampler.rewards()
    members = batch.groups.map { group in
      batch.sequences[group].map { rows in
        SequenceRewards(
          rewards: Array(batch.rewards[rows]),
          squaredScoreNorms: batch.squaredScoreNorms.isEmpty
            ? [] : Array(batch.squaredScoreNorms[rows]))
      }
    }
    greedyRewards = batch.greedyRewards
    longestSequence = sampler.longestSequence
    let estimation = AdvantageEstimation(
      settings: settings.point(baseline: .movingAverage, groupSize: settings.completions))
    let members = members
    otherMeans = members.indices.map { prompt in
      var others = members
      others.remove(at: prompt)
      var average = MovingAverage(decay: 0)
      _ = estimation.estimates(of: BatchRewards(others), average: &average)
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
    let batch = BatchRewards(members.map { Array($0[chosen]) }, greedyRewards: greedyRewards)
    let coefficients = coefficients(of: batch, at: point)
    return Round(
      sequences: members.indices.flatMap { prompt in
        chosen.map { prompt * completions + $0 }
      },
      coefficients: batch.sequences.map { rows in
        coefficients[rows].map { Double(prompts) * $0 }
      })
  }

  /// Returns the factor of each row's score.
  private func coefficients(
    of batch: BatchRewards, at point: PolicyGradientSettings
  ) -> [Double] {
    func coefficients(_ mean: Double) -> [Double] {
      var average = MovingAverage(decay: 0)
      average.record(mean)
      return gradientCoefficients(
        of: batch, settings: point, longestSequence: longestSequence, arithmetic: .double,
        average: &average)
    }
    guard point.baseline == .movingAverage else { return coefficients(0) }
    // Each prompt is compared with the mean of the others, so that no reward is compared with itself.
    var result = batch.rewards
    for (group, mean) in zip(batch.groups, otherMeans) {
      let own = coefficients(mean)
      for rows in batch.sequences[group] {
        for row in rows { result[row] = own[row] }
      }
    }
    return result
  }
}
