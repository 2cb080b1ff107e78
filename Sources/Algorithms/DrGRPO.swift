import NeuralNetworks
import Objectives

/// GRPO done right (Dr. GRPO): GRPO without its two divisions.
///
///     Âᵢ = Rᵢ − mean(R)
///     L = mean over i of 1/C Σₜ max(−Âᵢ ρᵢₜ, −Âᵢ clip(ρᵢₜ, 1 − ε, 1 + ε))
///
/// Choices, where they differ from GRPO's:
/// 1. No division by the group's deviation (`scale: none`), which weighs starts that are nearly solved
///    or nearly hopeless up against the others.
/// 2. The loss is divided by a constant length C (`length_normalizer: constant`), which the length of
///    the episode at hand does not enter. C is the environment's step limit, as the reference takes the
///    largest length it generates; verl's default, the longest of the current batch, would vary.
/// 3. The mean still includes the episode itself, so the expected gradient is (G − 1)/G of RLOO's.
///
/// On a language task C is the longest completion that the task allows, which TRL takes too.
///
/// Source: Liu et al., "Understanding R1-Zero-Like Training: A Critical Perspective", 2025,
/// https://arxiv.org/abs/2503.20783; `sail-sg/understand-r1-zero`, `train_zero_math.py`.
enum DrGRPO {
  static let algorithm = Algorithm(
    name: "dr_grpo", title: "Dr. GRPO",
    environments: .init(
      revision: 2,
      summary: "GRPO without the division by the group's deviation and the episode's length.",
      defaults: defaults, ignored: ["environments", "rollout_steps"],
      train: PolicyGradient.onEpisodes),
    languageTasks: .init(
      revision: 3,
      summary: "GRPO without the division by the group's deviation and the completion's length.",
      defaults: defaults.withLanguageSizes(),
      train: PolicyGradient.onCompletions))

  private static var defaults: PolicyGradientSettings {
    var settings = PolicyGradientSettings()
    settings.credit = .trajectory
    settings.discount = 1
    settings.baseline = .groupMean
    settings.scale = .none
    settings.ratio = .token
    settings.lengthNormalizer = .constant
    settings.groupSize = 8
    settings.groupsPerBatch = 2
    settings.learningRate = 0.005
    return settings
  }
}
