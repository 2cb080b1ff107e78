import NeuralNetworks
import Objectives
import Settings

/// ReMax: REINFORCE with the greedy rollout from the same start as its baseline.
///
///     g = mean over starts of (R(τ) − R(τ_greedy)) Σₜ ∇ log π(aₜ|sₜ)
///
/// Choices, in the order in which the code makes them:
/// 1. `groups_per_batch` starts with one sampled episode each (`group_size: 1`), and from a copy of the
///    same reset state one greedy episode, which the budget pays for.
/// 2. The credit of every step is the undiscounted return of the episode, the baseline that of the
///    greedy one (`credit: trajectory`, `baseline: greedy`): equal returns give no gradient.
/// 3. No ratio, no clipping: one step of Adam on on-policy data. The loss is the mean over steps
///    (`length_normalizer: token_mean`), as the reference's Σ A log π m / Σ m.
/// 4. No divergence penalty by default; `preset: paper` takes off k1 with β = 0.05 and clips nothing.
///    There the reference penalizes a step with its own k1 only, ours with that of the episode; and it
///    discounts the reward by 0.99 for each step to the end, ours does not.
///
/// On language tasks there is no `preset: paper`: the reference's discount by the distance to the end and
/// its clipping of the reward are no points on the axes. Its penalty of a step by the step's own k1 is
/// one: with ratio 1 it has the gradient of k2 in the loss.
///
/// Source: Li et al., "ReMax: A Simple, Effective, and Efficient Reinforcement Learning Method for
/// Aligning Large Language Models", ICML 2024, https://arxiv.org/abs/2310.10505; `liziniu/ReMax`,
/// `remax_trainer.py`; `verl`, `compute_remax_outcome_advantage`.
enum ReMax {
  static let algorithm = Algorithm(
    name: "remax", title: "ReMax", presets: presets,
    environments: .init(
      revision: 2,
      summary: "The greedy rollout from the same start is the baseline of a sampled one.",
      defaults: defaults, ignored: ["environments", "rollout_steps"],
      train: PolicyGradient.onEpisodes),
    languageTasks: .init(
      revision: 3,
      summary: "The greedy completion of the same prompt is the baseline of a sampled one.",
      defaults: languageDefaults,
      train: PolicyGradient.onCompletions))

  private static let presets: [Preset<PolicyGradientSettings>] = [
    Preset("paper", in: .environments) { settings in
      settings.klPlacement = .inReward
      settings.klEstimator = .k1
      settings.klCoefficient = 0.05
    },
    // Runs on environments had no dual clip when their keys were first made with this preset.
    Preset("verl", onEnvironments: { $0.dualClip = nil }) { settings in
      settings.ratio = .token
      settings.dualClip = 3
    },
  ]

  private static var defaults: PolicyGradientSettings {
    var settings = PolicyGradientSettings()
    settings.credit = .trajectory
    settings.discount = 1
    settings.baseline = .greedy
    settings.lengthNormalizer = .tokenMean
    settings.learningRate = 0.003
    return settings
  }

  private static var languageDefaults: PolicyGradientSettings {
    var settings = defaults.withLanguageSizes()
    settings.groupSize = 1
    settings.groupsPerBatch = 32
    return settings
  }
}
