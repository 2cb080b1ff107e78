import NeuralNetworks
import Objectives

/// Proximal policy optimization (PPO) with a value network.
///
///     Âₜ = Σₖ (γλ)ᵏ δₜ₊ₖ,   δₜ = rₜ₊₁ + γ V(sₜ₊₁) − V(sₜ)
///     L = mean max(−Âρ, −Â clip(ρ, 1 ± ε)) + c_v ½ mean (V − (Â + V_old))² − c_e mean H
///
/// The functions below are these two lines in code, for a rollout and for a part of a minibatch. Training runs them at
/// every point of the axes that has their terms: ``AdvantageEstimation`` and ``PolicyObjective``, with
/// ``PolicyGradientTraining`` as the loop around them.
enum PPO {
  /// Writes Âₜ = δₜ + γλ Âₜ₊₁ of each row, from the last of a segment to its first.
  ///
  /// - Parameters:
  ///   - rewards: [rows] rₜ₊₁.
  ///   - values: [rows] V(sₜ) when the rollout was collected.
  ///   - segments: The rows of each episode, or part of one.
  ///   - bootstrapValues: [segments] V of what follows a segment; 0 where nothing does.
  ///   - settings: γ and λ.
  ///   - advantages: [rows] receives Âₜ; the value network is to predict Âₜ + V(sₜ).
  static func advantages(
    rewards: [Float], values: [Float], segments: [Range<Int>], bootstrapValues: [Double],
    settings: PolicyGradientSettings, into advantages: inout [Float]
  ) {
    for (segment, bootstrapValue) in zip(segments, bootstrapValues) {
      generalizedAdvantages(
        rewards: rewards, values: values, segment: segment, bootstrapValue: Float(bootstrapValue),
        discount: Float(settings.discount), lambda: Float(settings.gaeLambda), into: &advantages)
    }
  }

  /// Returns Σ w max(−Âρ, −Â clip(ρ, 1 ± ε)) with ρ = π/π_old, and writes its gradient by log π.
  static func policyLoss(of rows: inout MinibatchRows, surrogate: Surrogate) -> PolicyLoss {
    surrogateLoss(
      logProbabilities: rows.logProbabilities, oldLogProbabilities: rows.oldLogProbabilities,
      advantages: rows.advantages, weights: rows.weights, count: rows.count,
      surrogate: surrogate, gradient: &rows.gradient)
  }

  /// Takes c_e Σ w H off the loss, and writes its gradient by H.
  static func subtractEntropyBonus(
    of rows: inout MinibatchRows, coefficient: Double, from summary: inout UpdateSummary
  ) {
    Objectives.subtractEntropyBonus(
      entropies: rows.entropies, weights: rows.weights, count: rows.count,
      coefficient: coefficient, loss: &summary.loss.loss, entropySum: &summary.entropySum,
      gradient: &rows.entropyGradient)
  }

  /// Returns Σ ½ (V − (Â + V_old))², clipped around V_old if `value_clip` is set, and writes the gradient of c_v times
  /// its mean by V.
  static func valueLoss(
    of rows: inout MinibatchRows, minibatchCount: Int, settings: PolicyGradientSettings
  ) -> Double {
    Objectives.valueLoss(
      values: rows.values, oldValues: rows.oldValues, targets: rows.targets,
      weight: settings.valueCoefficient / Double(minibatchCount), count: rows.count,
      clipRange: settings.valueClip, gradient: &rows.valueGradient)
  }
}

/// Choices, in the order in which the code makes them (numbers in brackets are the details of Huang et
/// al., "The 37 Implementation Details of Proximal Policy Optimization", 2022):
/// 1. `environments` step side by side for `rollout_steps`; an episode goes on in the next rollout [1].
/// 2. Separate policy and value networks [13], orthogonal weights of gain √2, 0.01 for the policy's
///    last layer and 1 for the value's, biases 0 [2]; Adam with ε = 1e-5 [3]; one global norm for the
///    gradients of both [11].
/// 3. Learning rate and, in `preset: zoo`, clip range fall linearly with the budget used when the
///    rollout begins [4].
/// 4. Values are computed once per rollout. A rollout's end is bootstrapped. A time limit is too
///    (`truncation: bootstrap`), as in Stable-Baselines3; CleanRL treats it as terminal, as its preset
///    does here. Value targets are Â + V, taken before advantages are standardized [5].
/// 5. Each epoch visits all steps once, in `minibatches` of a fresh permutation [6].
/// 6. Advantages are standardized per minibatch: unbiased deviation plus 1e-8 [7].
/// 7. Clipped surrogate [8], value loss clipped if `value_clip` is set [9], entropy bonus [10].
/// 8. No early stop by divergence: `epochs` and the clip range bound the step.
/// 9. The diagnostics that CleanRL logs are curves: losses, entropy, divergence, share of clipped ratios,
///    explained variance [12].
/// 10. Action vectors: normal distributions [C1] whose deviations are parameters and no function of the
///     state [C2], or, with `exploration: state_dependent`, one that is; components are independent [C3];
///     policy and value networks are separate [C4]; an action is stored and trained on as it was drawn, and clipped
///     by the environment alone [C5].
/// 11. Observations normalized by running moments [C6] and clipped [C7], rewards divided by the running deviation of
///     discounted returns [C8] and clipped [C9], if `observation_normalization` and `reward_normalization` say so.
///     The moments are those over all environments, as in Stable-Baselines3; CleanRL's are of each environment, of
///     which its script for action vectors has one.
///
/// On a language task (numbers as above):
/// 1. A batch is `groups_per_batch` prompts with `group_size` completions each; a token is a step.
/// 2. Policy and value model are transformers of one size. The value model begins as a copy of the
///    policy with a head of zeros, and has its own Adam; one global norm for the gradients of both.
/// 3. The reward of a completion is that of its last token, on which nothing follows: neither after an
///    end token nor where the longest length cut it off. The discount is 1.
/// 4. Advantages are whitened over all tokens of the batch (`batch_standardization`), as trainers of language
///    models do, value targets before that. Minibatches are of completions.
///
/// Source: Schulman et al., "Proximal Policy Optimization Algorithms", 2017,
/// https://arxiv.org/abs/1707.06347, equations 7, 9, 11 and 12; CleanRL `ppo.py` and `ppo_continuous_action.py`; what
/// other implementations have is in `PPO+Presets.swift`.
extension PPO {
  static let algorithm = Algorithm(
    name: "ppo", title: "PPO",
    ignored: [
      "credit", "baseline", "moving_average_decay", "ratio", "length_normalizer", "length_constant",
      "group_arithmetic", "group_identifiers",
    ],
    presets: presets,
    environments: .init(
      revision: 2,
      summary:
        "A value network as baseline, several epochs per rollout, clipped importance ratios.",
      defaults: common,
      ignored: ["group_size", "groups_per_batch", "group_starts", "sampling_rounds"],
      choices: ["scale": AdvantageScale.withoutGroups.map(\.rawValue)],
      train: PolicyGradient.onRollouts),
    languageTasks: .init(
      revision: 3,
      summary:
        "A value model of the policy's size as baseline of each token, clipped importance ratios.",
      defaults: onLanguageTasks,
      choices: ["scale": AdvantageScale.withoutGroups.map(\.rawValue)],
      train: PolicyGradient.onCompletions))

  /// The settings that CleanRL and Stable-Baselines3 share, with CleanRL's sizes.
  static var common: PolicyGradientSettings {
    var settings = PolicyGradientSettings()
    settings.credit = .gae
    settings.discount = 0.99
    settings.gaeLambda = 0.95
    settings.baseline = .value
    settings.scale = .minibatchStandardization
    settings.scaleEpsilon = 1e-8
    settings.ratio = .token
    settings.clipRange = 0.2
    settings.lengthNormalizer = .tokenMean
    settings.environments = 4
    settings.rolloutSteps = 128
    settings.epochs = 4
    settings.minibatches = 4
    settings.learningRate = 2.5e-4
    settings.learningRateSchedule = .linear
    settings.adamEpsilon = 1e-5
    settings.maxGradientNorm = 0.5
    settings.entropyCoefficient = 0.01
    settings.valueCoefficient = 0.5
    return settings
  }

  /// The same with what suits language models: whitened advantages, no entropy bonus, sizes.
  private static var onLanguageTasks: PolicyGradientSettings {
    var settings = common.withLanguageSizes()
    settings.discount = 1
    settings.scale = .batchStandardization
    settings.groupSize = 1
    settings.groupsPerBatch = 64
    settings.epochs = 2
    settings.minibatches = 2
    settings.learningRateSchedule = .constant
    settings.adamEpsilon = 1e-8
    settings.entropyCoefficient = 0
    settings.valueCoefficient = 1
    return settings
  }
}
