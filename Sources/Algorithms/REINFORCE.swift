import NeuralNetworks
import Objectives
import Settings

/// REINFORCE: the policy gradient with whatever baseline is asked for, and nothing else.
///
///     g = mean over episodes of Σₜ (Gₜ − b) ∇ log π(aₜ|sₜ),   Gₜ = Σ_{k≥t} γ^{k−t} rₖ₊₁
///
/// Choices, in the order in which the code makes them:
/// 1. A batch is `groups_per_batch` whole episodes, each from its own start (Williams 1992; group size 1).
/// 2. An action is credited with the discounted return *from it on* (`credit: reward_to_go`): earlier
///    rewards cannot depend on it (Sutton & Barto, section 13.3).
/// 3. No baseline (`baseline: none`); every other one of the axis may be named, which is what this
///    algorithm is for: REINFORCE++ is `batch_mean` with `scale: batch_std` and `ratio: token`,
///    REINFORCE++-baseline is `group_mean` with `scale: batch_standardization`.
/// 4. Advantages are divided by their deviation over the batch (`scale: batch_std`), which only changes
///    the step size and keeps it independent of the rewards' unit.
/// 5. The loss sums over the steps of an episode and averages over episodes
///    (`length_normalizer: sequence_mean_token_sum`, verl's `compute_policy_loss_reinforce`).
/// 6. One step of Adam per batch, no importance ratio: the data are on-policy.
///
/// On language tasks the discount is 1. REINFORCE++ is an algorithm of its own, and the two presets of its name are the
/// same points.
///
/// Source: Williams, "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement
/// Learning", Machine Learning 8, 1992; Hu, "REINFORCE++", 2025, https://arxiv.org/abs/2501.03262.
enum REINFORCE {
  static let algorithm = Algorithm(
    name: "reinforce", title: "REINFORCE", presets: presets,
    environments: .init(
      revision: 2,
      summary: "The plain policy gradient on whole episodes, with any baseline of the axis.",
      defaults: defaults, ignored: ["environments", "rollout_steps"],
      train: PolicyGradient.onEpisodes),
    languageTasks: .init(
      revision: 3,
      summary: "The plain policy gradient on completions, with any baseline of the axis.",
      defaults: languageDefaults,
      train: PolicyGradient.onCompletions))

  private static let presets: [Preset<PolicyGradientSettings>] = [
    Preset("verl") { settings in
      settings.credit = .trajectory
      settings.discount = 1
      settings.scale = .none
    },
    // Names from when REINFORCE++ was no algorithm of its own on environments.
    Preset(
      "reinforce_plus_plus", in: .environments, change: REINFORCEPlusPlus.penalizeAndWhiten),
    Preset(
      "reinforce_plus_plus_baseline", in: .environments,
      change: REINFORCEPlusPlus.compareAndWhiten),
  ]

  private static var defaults: PolicyGradientSettings {
    var settings = PolicyGradientSettings()
    settings.scale = .batchStd
    return settings
  }

  private static var languageDefaults: PolicyGradientSettings {
    var settings = defaults.withLanguageSizes()
    settings.discount = 1
    settings.groupSize = 1
    settings.groupsPerBatch = 64
    return settings
  }
}
