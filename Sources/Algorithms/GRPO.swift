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
///
/// Its presets, each a method of its own that changes one or two of these, are in `GRPO+Presets.swift`.
///
/// On a language task a completion is an episode, a token a step, and the reward is that of the last
/// token; the sizes of batch and steps are our own.
///
/// Source: Shao et al., "DeepSeekMath", 2024, https://arxiv.org/abs/2402.03300; defaults of TRL and
/// verl as far as they do not depend on a language model's size.
enum GRPO {
  static let algorithm = Algorithm(
    name: "grpo", title: "GRPO", presets: presets,
    environments: .init(
      revision: 2,
      summary: "Each start's rollouts are each other's baseline, in units of their deviation.",
      defaults: defaults, ignored: ["environments", "rollout_steps"],
      train: PolicyGradient.onEpisodes),
    languageTasks: .init(
      revision: 3,
      summary: "Each prompt's completions are each other's baseline, in units of their deviation.",
      defaults: defaults.withLanguageSizes(),
      train: PolicyGradient.onCompletions))

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
}
