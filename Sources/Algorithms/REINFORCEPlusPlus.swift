import NeuralNetworks
import Objectives

/// REINFORCE++: REINFORCE with the tricks of PPO instead of a value model.
///
///     rₜ = r [t is the last token] − β k1ₜ,   Gₜ = Σ_{k≥t} rₖ
///     Âₜ = (Gₜ − mean) / (std + ε) over all tokens of the batch
///     L = mean over tokens of max(−Âₜ ρₜ, −Âₜ clip(ρₜ, 1 − ε, 1 + ε))
///
/// Choices, in the order in which the code makes them:
/// 1. One completion for each prompt (`group_size: 1`): no prompt is compared with itself.
/// 2. The penalty for leaving the start is taken off each token's reward (`kl_placement: in_reward`, k1,
///    β = 0.01), and a token is credited with what follows it (`credit: reward_to_go`, γ = 1).
/// 3. Whitened over all *tokens* of the batch (`baseline: batch_mean`, `scale: batch_std`), so that long
///    completions weigh more in mean and deviation. By prompt it would be GRPO.
/// 4. Clipped token ratios, the loss a mean over tokens (`length_normalizer: token_mean`), one epoch.
/// 5. `preset: logic_rl` moves the penalty to the loss, as k3 with 0.001. Every token of a completion then
///    has one credit. `preset: baseline` is REINFORCE++-baseline: off each reward the mean of the prompt's
///    completions first, no division by their deviation, then whitening; without penalty, as in verl.
/// 6. Not here: OpenRLHF's and verl's bounds on rewards and on single k1, which do nothing in the usual range.
///
/// Source: Hu, "REINFORCE++: A Simple and Efficient Approach for Aligning Large Language Models", 2025,
/// https://arxiv.org/abs/2501.03262; OpenRLHF, estimators `reinforce` and `reinforce_baseline`; verl,
/// `compute_reinforce_plus_plus_outcome_advantage`; Xie et al., "Logic-RL", 2025,
/// https://arxiv.org/abs/2502.14768, and its `scripts/curriculum.sh`.
enum REINFORCEPlusPlus {
  static let algorithm = Algorithm(
    name: "reinforce_plus_plus", title: "REINFORCE++", presets: presets,
    environments: .init(
      revision: 1,
      summary: "Rewards to go less the divergence, whitened over the batch; no value network.",
      defaults: defaults, ignored: ["environments", "rollout_steps"],
      train: PolicyGradient.onEpisodes),
    languageTasks: .init(
      revision: 3,
      summary: "Rewards to go less the divergence, whitened over the batch; no value model.",
      defaults: languageDefaults,
      train: PolicyGradient.onCompletions))

  private static let presets: [Preset<PolicyGradientSettings>] = [
    Preset("verl") { settings in
      settings.klPlacement = .none
      settings.dualClip = 3
    },
    Preset("logic_rl") { settings in
      settings.klPlacement = .inLoss
      settings.klEstimator = .k3
      settings.klCoefficient = 0.001
    },
    Preset("baseline", onEnvironments: { $0.groupsPerBatch = 2 }) { settings in
      compareWithinGroups(&settings)
      settings.groupsPerBatch = 8
      settings.klPlacement = .none
    },
  ]

  private static var defaults: PolicyGradientSettings {
    var settings = PolicyGradientSettings()
    penalizeAndWhiten(&settings)
    return settings
  }

  private static var languageDefaults: PolicyGradientSettings {
    var settings = defaults.withLanguageSizes()
    settings.groupSize = 1
    settings.groupsPerBatch = 64
    return settings
  }

  // MARK: Points on the axes

  /// REINFORCE++: the divergence in the reward, whitened rewards to go, clipped token ratios.
  static let penalizeAndWhiten: @Sendable (inout PolicyGradientSettings) -> Void = { settings in
    clipTokenRatios(&settings)
    settings.credit = .rewardToGo
    settings.baseline = .batchMean
    settings.scale = .batchStd
    settings.klPlacement = .inReward
    settings.klEstimator = .k1
    settings.klCoefficient = 0.01
  }

  /// REINFORCE++-baseline: whitened differences from the group's mean, clipped token ratios.
  static let compareAndWhiten: @Sendable (inout PolicyGradientSettings) -> Void = { settings in
    clipTokenRatios(&settings)
    compareWithinGroups(&settings)
    settings.groupsPerBatch = 2
  }

  private static func clipTokenRatios(_ settings: inout PolicyGradientSettings) {
    settings.discount = 1
    settings.ratio = .token
    settings.lengthNormalizer = .tokenMean
  }

  private static func compareWithinGroups(_ settings: inout PolicyGradientSettings) {
    settings.groupSize = 8
    settings.credit = .trajectory
    settings.baseline = .groupMean
    settings.scale = .batchStandardization
  }
}
