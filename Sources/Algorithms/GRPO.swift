import NeuralNetworks
import Objectives

/// Group relative policy optimization (GRPO).
///
///     Âᵢ = (Rᵢ − mean(R)) / (std(R) + ε)
///     L = mean over i of 1/Lᵢ Σₜ max(−Âᵢ ρᵢₜ, −Âᵢ clip(ρᵢₜ, 1 − ε, 1 + ε)) + β k3
///
/// On an environment the prompt is the state after a reset, a completion is the whole episode that
/// follows it, and R its undiscounted return.
///
/// Choices, in the order in which the code makes them:
/// 1. `groups_per_batch` starts with `group_size` sampled episodes each, from copies of one reset state.
/// 2. Every step of an episode has the episode's return as its credit (`credit: trajectory`,
///    `discount: 1`; Shao et al., section 4.1.2, "outcome supervision").
/// 3. The baseline is the mean of the group, the episode itself included (`baseline: group_mean`).
/// 4. Divided by the group's *unbiased* deviation plus 1e-6 (verl; TRL adds 1e-4). A group whose
///    returns are all equal has advantage exactly 0: tested on the returns, never on the deviation.
/// 5. The loss averages over the steps of an episode, then over episodes
///    (`length_normalizer: sequence_mean_token_mean`, as published; TRL and verl now take the token mean).
/// 6. Token ratios clipped to 1 ± 0.2; with one epoch and one minibatch every ratio is exactly 1.
/// 7. No divergence penalty by default (TRL's β = 0); the paper's is `preset: paper`, which leaves the
///    size of groups as it is.
/// 8. `preset: dapo` has more room above than below 1 ("clip higher") and the token mean, with the 16 steps for each
///    batch that make ratios differ from 1 (Yu et al., 2025, https://arxiv.org/abs/2503.14476).
///    `preset: cispo` clips the weight of a token instead of its gain, and above alone (MiniMax, 2025,
///    https://arxiv.org/abs/2506.13585, with the bound of https://arxiv.org/abs/2510.13786); `preset: sapo` lets the
///    gradient of a token fade with its ratio's distance from 1 (Gao et al., 2025, https://arxiv.org/abs/2511.20347).
///    `preset: top_entropy` is the same on the fifth of tokens with the highest entropy alone (Wang et al., 2025,
///    https://arxiv.org/abs/2506.01939). `preset: intellect_2` bounds what a bad token that became likely can cost (Prime Intellect, 2025,
///    https://arxiv.org/abs/2505.07291).
/// 9. `preset: gspo` has one ratio for each completion, the geometric mean of its tokens', clipped where it is less
///    than a thousandth off 1 (Zheng et al., 2025, section 5.1, https://arxiv.org/abs/2507.18071).
///    `preset: luspo` scales GSPO's loss of each completion by its length (Liu et al., 2026, section 5.1,
///    https://arxiv.org/abs/2602.05261); `preset: gmpo` clips the logarithm of each token's ratio before the mean (Zhao et al., 2025,
///    https://arxiv.org/abs/2507.20673).
///
/// On a language task a completion is an episode, a token a step, and the reward is that of the last
/// token; the sizes of batch and steps are our own.
///
/// Source: Shao et al., "DeepSeekMath", 2024, https://arxiv.org/abs/2402.03300; defaults of TRL and
/// verl as far as they do not depend on a language model's size.
enum GRPO {
  static let declaration = AlgorithmDeclaration(
    name: "grpo", title: "GRPO", revision: 2,
    summary: "Each start's rollouts are each other's baseline, in units of their deviation.",
    defaults: defaults, ignored: ["environments", "rollout_steps"],
    presets: presets,
    train: PolicyGradient.onEpisodes)

  private static let presets: [Preset<PolicyGradientSettings>] = [
    Preset("paper") { settings in
      settings.klPlacement = .inLoss
      settings.klEstimator = .k3
      settings.klCoefficient = 0.04
    },
    Preset("trl") { settings in
      settings.scaleEpsilon = 1e-4
      settings.lengthNormalizer = .tokenMean
    },
    // Runs on environments had no dual clip when their keys were first made with this preset.
    Preset("verl", onEnvironments: { $0.dualClip = nil }) { settings in
      settings.lengthNormalizer = .tokenMean
      settings.dualClip = 3
      settings.klPlacement = .inLoss
      settings.klEstimator = .k3
      settings.klCoefficient = 0.001
    },
    // The clip range and the mean over tokens of DAPO, in 16 steps for each batch.
    Preset("dapo", change: dapo),
    // TRL: top_entropy_quantile, beside what `dapo` has.
    Preset("top_entropy") { settings in
      dapo(&settings)
      settings.topEntropyShare = 0.2
    },
    // TRL: delta.
    Preset("intellect_2") { settings in
      settings.dualClip = 4
      settings.klPlacement = .inLoss
      settings.klCoefficient = 0.001
    },
    // TRL: importance_sampling_level sequence, loss_type grpo; verl: loss_mode gspo.
    Preset("gspo") { settings in
      settings.ratio = .sequenceGeometricMean
      settings.clipRange = 3e-4
      settings.clipRangeHigh = 4e-4
      settings.minibatches = 4
    },
    // TRL and verl: cispo. Weights up to 5 are ScaleRL's bound, and TRL's.
    Preset("cispo") { settings in
      settings.surrogate = .clippedWeight
      settings.clipRange = nil
      settings.clipRangeHigh = 4
      settings.lengthNormalizer = .tokenMean
      settings.minibatches = 16
    },
    // TRL and verl: sapo.
    Preset("sapo") { settings in
      settings.surrogate = .softGate
      settings.minibatches = 4
    },
    // TRL: loss_type luspo. The sum over tokens is the length times GSPO's mean.
    Preset("luspo") { settings in
      settings.ratio = .sequenceGeometricMean
      settings.clipRange = 2e-3
      settings.clipRangeHigh = 2.5e-3
      settings.lengthNormalizer = .sequenceMeanTokenSum
      settings.minibatches = 4
    },
    // TRL: GMPOTrainer; verl: loss_mode geo_mean.
    Preset("gmpo") { settings in
      settings.ratio = .clippedGeometricMean
      settings.clipRange = 0.4
      settings.minibatches = 8
    },
  ]

  @Sendable private static func dapo(_ settings: inout PolicyGradientSettings) {
    settings.clipRange = 0.2
    settings.clipRangeHigh = 0.28
    settings.lengthNormalizer = .tokenMean
    settings.minibatches = 16
  }

  private static var defaults: PolicyGradientSettings {
    var settings = PolicyGradientSettings()
    settings.credit = .trajectory
    settings.discount = 1
    settings.baseline = .groupMean
    settings.scale = .groupStd
    settings.scaleEpsilon = 1e-6
    settings.ratio = .token
    settings.lengthNormalizer = .sequenceMeanTokenMean
    settings.groupSize = 8
    settings.groupsPerBatch = 2
    settings.learningRate = 0.005
    return settings
  }

  // MARK: Language tasks

  static let languageDeclaration = AlgorithmDeclaration(
    language: "grpo", title: "GRPO", revision: 3,
    summary: "Each prompt's completions are each other's baseline, in units of their deviation.",
    defaults: defaults.withLanguageSizes(),
    presets: presets,
    train: PolicyGradient.onCompletions)
}
