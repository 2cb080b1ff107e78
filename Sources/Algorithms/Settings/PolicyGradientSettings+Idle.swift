import Metrics
import Objectives
import Settings

// Settings of policy gradients that nothing reads, and warnings about others.

extension PolicyGradientSettings {
  public var idle: [String: String] {
    var idle = idleAgentSettings
    /// The first reason stays: it is the nearest to the setting.
    func note(_ names: String..., reason: String) {
      for name in names where idle[name] == nil { idle[name] = reason }
    }
    if ratio == .none {
      note(
        "surrogate", "clip_range", "clip_range_high", "clip_schedule", "dual_clip",
        reason: "ratio: none")
    }
    if ratio == .clippedGeometricMean {
      note("surrogate", "dual_clip", reason: "ratio: clipped_geometric_mean")
    }
    let usesSoftGate =
      surrogate == .softGate && ratio != .none && ratio != .clippedGeometricMean
    if surrogate != .clipped {
      note("dual_clip", reason: "surrogate: \(surrogate.rawValue)")
    }
    if usesSoftGate {
      note("clip_range", "clip_range_high", "clip_schedule", reason: "surrogate: soft_gate")
    } else {
      note(
        "soft_gate_temperature", "soft_gate_temperature_negative",
        reason: surrogate == .softGate
          ? "ratio: \(ratio.rawValue)" : "surrogate: \(surrogate.rawValue)")
    }
    if clipRange == nil && clipRangeHigh == nil {
      note("clip_schedule", reason: "clip_range: none")
    }
    if klPlacement == .none {
      note(
        "kl_coefficient", "kl_estimator", "kl_gradient", "kl_clamp", "kl_target", "kl_horizon",
        reason: "kl_placement: none")
    }
    if klCoefficient == 0 {
      // A coefficient that is steered is multiplied: from 0 it goes nowhere.
      note(
        "kl_placement", "kl_estimator", "kl_gradient", "kl_clamp", "kl_target", "kl_horizon",
        reason: "kl_coefficient: 0")
    }
    if klPlacement == .inReward { note("kl_gradient", reason: "kl_placement: in_reward") }
    if klEstimator == .k2 && klGradient == .divergence && klClamp == nil {
      note("kl_gradient", reason: "kl_estimator: k2, whose own gradient it is")
    }
    if klTarget == nil { note("kl_horizon", reason: "kl_target: none") }
    if !truncatesSampling { note("score", reason: "neither top_k nor top_p") }
    if credit != .gae { note("gae_lambda", reason: "credit: \(credit.rawValue)") }
    if baseline != .value {
      note(
        "value_coefficient", "value_clip", "value_learning_rate", "truncation",
        reason: "baseline: \(baseline.rawValue)")
    }
    if credit == .trajectory { note("truncation", reason: "credit: trajectory") }
    if valueCoefficient == 0 {
      note("value_clip", reason: "value_coefficient: 0")
      if weightDecay == 0 { note("value_learning_rate", reason: "value_coefficient: 0") }
    }
    if baseline != .movingAverage {
      note("moving_average_decay", reason: "baseline: \(baseline.rawValue)")
    }
    if (scale == .none || scale == .signalShare) && rewardAggregation == .sumThenNormalize {
      note("scale_epsilon", reason: "scale: \(scale.rawValue)")
    }
    if !scale.isDeviation && rewardAggregation == .sumThenNormalize {
      note("scale_variance", reason: "scale: \(scale.rawValue)")
    }
    if baseline != .groupMean { note("group_arithmetic", reason: "baseline: \(baseline.rawValue)") }
    if scale != .groupStd { note("group_arithmetic", reason: "scale: \(scale.rawValue)") }
    if groupIdentifiers == .own {
      note("group_arithmetic", reason: "group_identifiers: own")
      if scale == .groupStd { note("scale_variance", reason: "group_identifiers: own") }
    }
    let comparesMembers = baseline.needsGroup || scale == .groupStd
    if !comparesMembers && baseline != .greedy && !scale.isOfGroups {
      note("group_identifiers", reason: "baseline: \(baseline.rawValue)")
    }
    // With a size of 1 the identifier of the own says that such groups are meant.
    if groupSize == 1 && !comparesMembers {
      note("group_identifiers", reason: "group_size: 1")
    }
    if lengthNormalizer != .constant {
      note("length_constant", reason: "length_normalizer: \(lengthNormalizer.rawValue)")
    }
    if groupSize == 1 { note("sampling_rounds", reason: "group_size: 1") }
    if groupSize == 1 && baseline != .greedy { note("group_starts", reason: "group_size: 1") }
    if overlongBuffer == 0 { note("overlong_penalty", reason: "overlong_buffer: 0") }
    if overlongPenalty == 0 { note("overlong_buffer", reason: "overlong_penalty: 0") }
    if rewardNormalization == .none {
      note("reward_clip", reason: "reward_normalization: none")
    }
    return idle
  }

  func idle(on task: TaskTraits) -> [String: String] {
    var idle = idleAgentSettings(on: task)
    if task.longestEpisode == 1 {
      var names = ["discount", "gae_lambda", "truncation"]
      if baseline != .value { names.append("credit") }
      if lengthConstant == nil { names.append("length_normalizer") }
      for name in names { idle[name] = "episodes of one step" }
    }
    if task.hasDiscreteActions == false && exploration == .independent {
      idle["top_entropy_share"] = "exploration: independent, whose entropy is one at all states"
    }
    if let tokens = task.tokens, topK >= tokens {
      idle["top_k"] = "a vocabulary of \(tokens) tokens"
      if topP == 1 { idle["score"] = "sampling from the whole vocabulary" }
    }
    return idle
  }

  func conflict(on task: TaskTraits) -> SettingConflict? {
    let names = task.rewardComponents
    guard !rewardWeights.isEmpty, !names.isEmpty, rewardWeights.count != names.count else {
      return nil
    }
    return SettingConflict(
      ["reward_weights"],
      "reward_weights must be a list of \(names.count), one for each of \(names.joined(separator: ", ")); it has \(rewardWeights.count)"
    )
  }

  func recorded(in world: World) -> Set<MetricDeclaration.Presence> {
    var recorded: Set<MetricDeclaration.Presence> = [
      .policyGradients, .policyUpdates, .sampledGroups,
    ]
    if world == .languageTasks { recorded.formUnion([.sampledCompletions, .ownSamples]) }
    if usesValueNetwork { recorded.insert(.valueBaseline) }
    if usesReference {
      recorded.insert(.klPlacement)
      if klTarget != nil { recorded.insert(.klTarget) }
    }
    return recorded
  }

  var cautions: [Caution] {
    var cautions: [Caution] = []
    if klEstimator == .k1 && klPlacement == .inLoss && klCoefficient > 0
      && klGradient == .estimate
    {
      cautions.append(
        Caution(
          ["kl_estimator", "kl_placement", "kl_coefficient"],
          "puts k1 into the loss without importance correction: on-policy its gradient is 0 in expectation, so that it holds the policy to nothing; k2 there has the gradient of the divergence, and so has k1 in_reward"
        ))
    }
    if overlongBuffer > 0 && truncatedCompletions == .leftOut {
      cautions.append(
        Caution(
          ["overlong_buffer", "truncated_completions"],
          "lets the penalty for length act on completions that end within the buffer alone: those that are cut off, which would pay all of it, have no part in the loss"
        ))
    }
    if epochs == 1 && minibatches == 1 {
      let reason = "with epochs: 1 and minibatches: 1, where every batch takes one step"
      if beginsOnPolicy { cautions += ratioCautions(reason) }
      if baseline == .value {
        cautions.append(
          Caution(["value_clip"], "never acts \(reason): every value is its own prediction"))
      }
    }
    return cautions + warmupCautions
  }

  /// Warnings about settings that act on ratios, where every one is 1.
  private func ratioCautions(_ reason: String) -> [Caution] {
    var cautions = [Caution(["ratio"], "changes nothing \(reason): every ratio is exactly 1")]
    guard ratio != .none else { return cautions }
    cautions.append(Caution(["surrogate"], "changes nothing \(reason): every ratio is exactly 1"))
    for name in [
      "clip_range", "clip_range_high", "clip_schedule", "dual_clip", "soft_gate_temperature",
      "soft_gate_temperature_negative",
    ] {
      cautions.append(Caution([name], "never acts \(reason): every ratio is exactly 1"))
    }
    return cautions
  }
}
