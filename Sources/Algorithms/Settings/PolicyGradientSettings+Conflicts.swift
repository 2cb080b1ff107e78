import NeuralNetworks
import Settings

// Settings of policy gradients that no run can have together.

extension PolicyGradientSettings {
  var conflict: SettingConflict? {
    if truncatesSampling && score == .full {
      return SettingConflict(
        ["top_k", "top_p", "score"],
        "top_k and top_p sample from a part of the softmax, and score full stores log-probabilities of all of it; set score: truncated, or leave them out"
      )
    }
    if score == .fullInTraining && truncatesSampling && !readsSampledProbabilities {
      return SettingConflict(
        ["score", "ratio"],
        "score full_in_training is about log-probabilities of sampling, which ratio none does not read; set score: full_despite_truncation, or a ratio"
      )
    }
    if let conflict = conflictOfIdentifiers { return conflict }
    if baseline.needsGroup && groupSize < 2 && groupIdentifiers != .own {
      return SettingConflict(
        ["baseline", "group_size"],
        "baseline \(baseline.rawValue) compares the members of a group; group_size is \(groupSize)")
    }
    if rewardAggregation == .normalizeThenSum && (groupSize < 2 || baseline == .greedy) {
      return SettingConflict(
        ["reward_aggregation", "group_size", "baseline"],
        "reward_aggregation normalize_then_sum compares the members of a group: it needs a group_size of 2 or more, and no baseline greedy"
      )
    }
    if scale == .groupStd && groupSize < 2 && groupIdentifiers != .own {
      return SettingConflict(
        ["scale", "group_size"],
        "scale group_std needs the deviation of a group; group_size is \(groupSize)")
    }
    if ratio.ofSequences != nil
      && (credit != .trajectory || baseline == .value || baseline == .optimalToken)
    {
      return SettingConflict(
        ["ratio", "credit", "baseline"],
        "ratio \(ratio.rawValue) needs one advantage per trajectory: credit trajectory and a baseline other than value and optimal_token"
      )
    }
    if topEntropyShare < 1 && ratio.ofSequences != nil {
      return SettingConflict(
        ["top_entropy_share", "ratio"],
        "top_entropy_share leaves out single steps, and ratio \(ratio.rawValue) has one loss for a whole trajectory; set ratio: token or none"
      )
    }
    if groupSize * groupsPerBatch < 2
      && (scale == .batchReturnStd
        || credit == .trajectory && (baseline == .batchMean || scale.comparesBatch))
    {
      return SettingConflict(
        ["group_size", "groups_per_batch"],
        "a batch of one trajectory has nothing to be compared with; raise group_size or groups_per_batch"
      )
    }
    if groupSize * groupsPerBatch > largestBatch || environments * rolloutSteps > largestBatch {
      return SettingConflict(
        ["groups_per_batch", "rollout_steps", "group_size", "environments"],
        "a batch holds at most \(largestBatch) episodes or steps; lower groups_per_batch or rollout_steps"
      )
    }
    return nil
  }

  /// The settings that wrong identifiers of groups cannot be with.
  private var conflictOfIdentifiers: SettingConflict? {
    guard groupIdentifiers != .start else { return nil }
    let name = "group_identifiers \(groupIdentifiers.rawValue)"
    if groupIdentifiers == .own && [.greedy, .shrinkage, .bestOfOthers].contains(baseline) {
      return SettingConflict(
        ["group_identifiers", "baseline"],
        "\(name) leaves each member by itself, and baseline \(baseline.rawValue) is of a start or of several groups; set baseline: group_mean, leave_one_out, length_weighted_optimal or optimal_token"
      )
    }
    if groupIdentifiers == .interleaved && groupsPerBatch < 2 {
      return SettingConflict(
        ["group_identifiers", "groups_per_batch"],
        "\(name) mixes the groups of a batch; groups_per_batch is \(groupsPerBatch)")
    }
    if samplingRounds > 1 || rewardAggregation == .normalizeThenSum {
      return SettingConflict(
        ["group_identifiers", "sampling_rounds", "reward_aggregation"],
        "\(name) is about advantages, and sampling_rounds and reward_aggregation normalize_then_sum compare the members of a start before; leave them out"
      )
    }
    return nil
  }
}

/// The episodes or steps of a batch that memory is sure to hold.
private let largestBatch = 10_000_000
