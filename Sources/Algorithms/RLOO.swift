import NeuralNetworks
import Objectives
import Settings

/// REINFORCE with a leave-one-out baseline (RLOO).
///
///     Âᵢ = Rᵢ − 1/(G−1) Σ_{j≠i} Rⱼ
///     g = mean over i of Âᵢ Σₜ ∇ log π(aₜ|sₜ)
///
/// Choices, in the order in which the code makes them:
/// 1. `groups_per_batch` starts with `group_size` sampled episodes each, from copies of one reset state.
/// 2. The whole episode is one action: every step has its undiscounted return as credit
///    (`credit: trajectory`; Ahmadian et al., section 3.2).
/// 3. The baseline is the mean of the *other* episodes of the start (`baseline: leave_one_out`), which
///    does not depend on the episode, so the gradient is unbiased.
/// 4. No ratio and no clipping: one step on on-policy data (the paper finds clipping active in less than
///    5 % of batches). `preset: trl` has a sequence ratio, `preset: openrlhf` and `verl` token ratios:
///    three algorithms carry this name. OpenRLHF takes the baseline of raw rewards and adds the k1 of the
///    steps to come afterwards; here, as in TRL, the k1 of the episode is in the reward and so in the
///    baseline.
/// 5. The loss sums over steps and averages over episodes (`length_normalizer: sequence_mean_token_sum`).
///
/// On language tasks there is no `preset: openrlhf`, since its baseline of raw rewards under a penalty
/// of each step is no point on the axes.
///
/// Source: Ahmadian et al., "Back to Basics: Revisiting REINFORCE Style Optimization for Learning from
/// Human Feedback in LLMs", ACL 2024, https://arxiv.org/abs/2402.14740; Kool et al., "Buy 4 REINFORCE
/// Samples, Get a Baseline for Free!", 2019.
enum RLOO {
  static let algorithm = Algorithm(
    name: "rloo", title: "RLOO", presets: presets,
    environments: .init(
      revision: 2,
      summary: "The mean of the other rollouts from the same start is the baseline.",
      defaults: defaults, ignored: ["environments", "rollout_steps"],
      train: PolicyGradient.onEpisodes),
    languageTasks: .init(
      revision: 3,
      summary: "The mean of the other completions of the same prompt is the baseline.",
      defaults: defaults.withLanguageSizes(),
      train: PolicyGradient.onCompletions))

  private static let presets: [Preset<PolicyGradientSettings>] = [
    // The sizes of groups, 4 in the paper and 2 in TRL, are set on environments alone. On language tasks `paper` and `trl` keep the
    // batches of all algorithms, 8 completions of each prompt, so that what they change is the method; and keys of runs with these
    // presets were made so.
    Preset("paper", onEnvironments: { $0.groupSize = 4 }) { settings in
      settings.klPlacement = .inReward
      settings.klEstimator = .k1
      settings.klCoefficient = 0.03
    },
    Preset("trl", onEnvironments: { $0.groupSize = 2 }) { settings in
      settings.ratio = .sequence
      settings.klPlacement = .inReward
      settings.klEstimator = .k1
      settings.klCoefficient = 0.05
    },
    Preset("openrlhf", in: .environments) { settings in
      settings.ratio = .token
      settings.lengthNormalizer = .tokenMean
      settings.klPlacement = .inReward
      settings.klEstimator = .k1
      settings.klCoefficient = 0.01
    },
    // Runs on environments had no dual clip when their keys were first made with this preset.
    Preset("verl", onEnvironments: { $0.dualClip = nil }) { settings in
      settings.ratio = .token
      settings.lengthNormalizer = .tokenMean
      settings.dualClip = 3
    },
  ]

  private static var defaults: PolicyGradientSettings {
    var settings = PolicyGradientSettings()
    settings.credit = .trajectory
    settings.discount = 1
    settings.baseline = .leaveOneOut
    settings.groupSize = 8
    settings.groupsPerBatch = 2
    settings.learningRate = 0.005
    return settings
  }
}
