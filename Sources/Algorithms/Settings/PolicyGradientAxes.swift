package import Environments
public import Objectives

/// The credit of a step, before a baseline is subtracted.
public enum CreditAssignment: String, CaseIterable, Sendable {
  /// The return of the whole trajectory, the same for each of its steps: the bandit view, in which a
  /// trajectory is one action.
  case trajectory
  /// The discounted return from the step on.
  case rewardToGo = "reward_to_go"
  /// GAE(γ, λ) with the value baseline; without one, the return-to-go discounted with γλ.
  case gae
}

/// Where the members of a group begin.
public enum GroupStarts: String, CaseIterable, Hashable, Sendable {
  /// All in copies of one state after a reset: they differ by their actions alone.
  case shared
  /// Each in a reset of its own: they are compared as if they were from one start.
  case mixed
}

/// The identifiers by which the sequences of a batch are told to be of one group.
///
/// All but `start` are known mistakes, there to be measured: nothing fails with them, and training is merely worse.
public enum GroupIdentifiers: String, CaseIterable, Sendable {
  /// Those of the starts: the members of a group are from one.
  case start
  /// A known mistake: sequence i of B groups has the identifier i mod B, as if repeated starts took turns, though each
  /// start's repeats follow each other. So members are compared with those of other starts.
  ///
  /// Source: https://github.com/StarsfieldAI/R1-V/issues/67, where repeats do take turns and are grouped as if they
  /// followed each other, which mixes starts alike.
  case interleaved
  /// A known mistake: each sequence has its own. Of a group of one the mean is taken for 0 and the deviation for 1, so
  /// that its advantage is its return: REINFORCE without a baseline, whatever the algorithm is called.
  ///
  /// Source: https://github.com/rllm-org/rllm/pull/776 with verl's `compute_grpo_outcome_advantage`.
  case own
}

/// The arithmetic of a group's mean and deviation.
public enum GroupArithmetic: String, CaseIterable, Sendable {
  /// Double precision, and exactly no deviation where returns are equal.
  case exact
  /// A known mistake: ``SinglePrecisionMoments``, whose rounding passes for a deviation where returns are equal.
  case singlePrecision = "single_precision"
}

/// The baseline that is subtracted from the credit: b(x) in g = E[(r − b(x)) ∇ log π].
///
/// The baselines of a group compare its members at the same time; a member whose episode is over has
/// a return-to-go of 0 from then on. The exceptions are `length_weighted_optimal`, where it has no weight,
/// and `optimal_token`, which counts only the members still under way.
public enum Baseline: String, CaseIterable, Sendable {
  case none
  /// The mean credit of the batch.
  case batchMean = "batch_mean"
  /// The running mean of the batches before.
  case movingAverage = "moving_average"
  /// The value network's prediction at the step.
  case value
  /// The mean of the group, the trajectory itself included.
  case groupMean = "group_mean"
  /// The mean of the other members of the group.
  case leaveOneOut = "leave_one_out"
  /// The greedy rollout from the same start.
  case greedy
  /// OPO: the mean of the group, weighted by length.
  case lengthWeightedOptimal = "length_weighted_optimal"
  /// OTB: the mean of the group, weighted by the accumulated squared score.
  case optimalToken = "optimal_token"
  /// The leave-one-out mean, pulled toward the mean of the other groups.
  case shrinkage
  /// Pass@k: the best of the others, subtracted from the best of the group instead of from the credit.
  case bestOfOthers = "best_of_others"

  /// Whether the baseline needs other members of the same group.
  public var needsGroup: Bool {
    switch self {
    case .groupMean, .leaveOneOut, .lengthWeightedOptimal, .optimalToken, .shrinkage, .bestOfOthers:
      true
    case .none, .batchMean, .movingAverage, .value, .greedy: false
    }
  }
}

/// The divisor of advantages.
public enum AdvantageScale: String, CaseIterable, Sendable {
  case none
  /// The deviation of the returns of the group.
  case groupStd = "group_std"
  /// The mean of the returns of the group, for rewards that are not negative: MaxRL's. A group whose mean
  /// is not positive has no advantage.
  case groupMean = "group_mean"
  /// The share of groups that have an advantage other than 0: GPG's.
  case signalShare = "signal_share"
  /// The deviation of the returns of the batch, each trajectory's once: Lite PPO's beside a group's mean.
  case batchReturnStd = "batch_return_std"
  /// The deviation of the advantages over all steps of the batch; their mean stays.
  case batchStd = "batch_std"
  /// The deviation over the minibatch, after taking off its mean, as in PPO.
  case minibatchStandardization = "minibatch_standardization"
  /// The deviation over all steps of the batch, after taking off their mean: the whitening of
  /// trainers of language models.
  case batchStandardization = "batch_standardization"

  /// The scales that need no group.
  static let withoutGroups: [AdvantageScale] = [
    .none, .batchStd, .minibatchStandardization, .batchStandardization,
  ]

  /// Whether it is a deviation, which is the root of a variance.
  var isDeviation: Bool { comparesBatch || self == .groupStd }

  /// Whether what advantages are divided by depends on how sequences are grouped.
  var isOfGroups: Bool { self == .groupStd || self == .groupMean || self == .signalShare }

  /// Whether a batch whose steps all have one credit is scaled to nothing.
  var comparesBatch: Bool {
    switch self {
    case .batchReturnStd, .batchStd, .minibatchStandardization, .batchStandardization: true
    case .none, .groupStd, .groupMean, .signalShare: false
    }
  }
}

/// Where the penalty for leaving the reference policy, the initial one, enters.
public enum KLPlacement: String, CaseIterable, Sendable {
  case none
  /// Taken off the reward of each step, with the sampling policy's log-ratio.
  case inReward = "in_reward"
  /// Added to the loss of each step, with the trained policy's log-ratio.
  case inLoss = "in_loss"
}

/// The importance ratio that corrects for the updates since the data were sampled.
public enum ImportanceRatio: String, CaseIterable, Sendable {
  case none
  /// One for each step.
  case token
  /// One for each trajectory, the product of its steps'.
  case sequence
  /// One for each trajectory, the geometric mean of its steps' (GSPO).
  case sequenceGeometricMean = "sequence_geometric_mean"
  /// One for each trajectory, the geometric mean of its steps', each clipped before (GMPO).
  case clippedGeometricMean = "clipped_geometric_mean"

  /// How the ratio of a trajectory is made of those of its steps, where it has one.
  public var ofSequences: SequenceRatio? {
    switch self {
    case .none, .token: nil
    case .sequence: .product
    case .sequenceGeometricMean: .geometricMean
    case .clippedGeometricMean: .clippedGeometricMean
    }
  }
}

/// How the components of a reward become one.
public enum RewardAggregation: String, CaseIterable, Sendable {
  /// They are summed, and the advantages of the sum are normalized.
  case sumThenNormalize = "sum_then_normalize"
  /// Each is normalized within its group before they are summed: GDPO.
  case normalizeThenSum = "normalize_then_sum"
}

/// How completions enter the loss that the longest length cut off.
public enum TruncatedCompletions: String, CaseIterable, Sendable {
  /// Like any other.
  case learned
  /// Nothing: they have no part in the loss, though in baselines and scales, as the others' rewards are
  /// compared with theirs.
  case leftOut = "left_out"
}

/// The value after the last step of an episode that a time limit cut off.
public enum TruncationHandling: String, CaseIterable, Sendable {
  /// The value of the last observation.
  case bootstrap
  /// Nothing, as if the episode had terminated.
  case terminal

  /// Whether the value of the last observation follows a sequence whose episode ended so; `nil`: the rollout
  /// ended first.
  package func bootstraps(after ending: EpisodeEnding?) -> Bool {
    switch ending {
    case nil: true
    case .truncated: self == .bootstrap
    case .terminated: false
    }
  }
}
