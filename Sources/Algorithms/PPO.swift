import Environments
import NeuralNetworks
import Objectives
import SeededRandom

/// Proximal policy optimization (PPO) with a value network.
///
///     Âₜ = Σₖ (γλ)ᵏ δₜ₊ₖ,   δₜ = rₜ₊₁ + γ V(sₜ₊₁) − V(sₜ)
///     L = mean max(−Âρ, −Â clip(ρ, 1 ± ε)) + c_v ½ mean (V − (Â + V_old))² − c_e mean H
///
/// The first line is ``AdvantageEstimation``, the second ``PolicyObjective``: ratio, clipped surrogate, value loss and
/// entropy, by the functions of `Objectives`; ``PolicyGradientTraining`` is the loop around them.
///
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
/// `preset: zoo` holds what `hyperparams/ppo.yml` has, the keyword arguments of its policies included
/// (`ortho_init`, `log_std_init`, `use_sde`): an experiment's `policy:` has nothing to add to it. Minibatches
/// of `batch_size` steps are counted here, `rollout / batch_size`.
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
/// https://arxiv.org/abs/1707.06347; CleanRL `ppo.py`; Stable-Baselines3 `ppo.py` (whose value loss
/// lacks the ½: its coefficient 0.5 is 1 here); rl-baselines3-zoo `hyperparams/ppo.yml`; CleanRL
/// `ppo_continuous_action.py`.
enum PPO {
  static let declaration = AlgorithmDeclaration(
    name: "ppo", title: "PPO", revision: 2,
    summary: "A value network as baseline, several epochs per rollout, clipped importance ratios.",
    defaults: defaults,
    ignored: [
      "credit", "baseline", "moving_average_decay", "ratio", "length_normalizer",
      "length_constant", "group_size", "groups_per_batch", "group_starts", "sampling_rounds",
    ],
    choices: ["scale": AdvantageScale.withoutGroups.map(\.rawValue)],
    presets: [
      // ppo_continuous_action.py
      Preset("cleanrl", only: "MountainCarContinuous-v0", "Pendulum-v1") { settings in
        settings = common
        settings.truncation = .terminal
        settings.valueClip = 0.2
        settings.environments = 1
        settings.rolloutSteps = 2048
        settings.epochs = 10
        settings.minibatches = 32
        settings.learningRate = 3e-4
        settings.entropyCoefficient = 0
        settings.observationNormalization = .running
        settings.rewardNormalization = .running
      },
      // ppo.py
      Preset("cleanrl") { settings in
        settings = common
        settings.truncation = .terminal
        settings.valueClip = 0.2
      },
      Preset("sb3") { settings in
        settings = stableBaselines3
      },
      Preset("zoo", only: "CartPole-v1") { settings in
        settings = stableBaselines3
        settings.environments = 8
        settings.rolloutSteps = 32
        settings.discount = 0.98
        settings.gaeLambda = 0.8
        settings.epochs = 20
        settings.minibatches = 1
        settings.learningRate = 0.001
        settings.learningRateSchedule = .linear
        settings.clipSchedule = .linear
      },
      Preset("zoo", only: "Acrobot-v1") { settings in
        settings = normalizedZoo
        settings.rolloutSteps = 256
        settings.gaeLambda = 0.94
        settings.minibatches = 64
      },
      Preset("zoo", only: "MountainCar-v0") { settings in
        settings = normalizedZoo
        settings.rolloutSteps = 16
        settings.gaeLambda = 0.98
        settings.minibatches = 4
      },
      Preset("zoo", only: "MountainCarContinuous-v0") { settings in
        settings = normalizedZoo
        settings.environments = 1
        settings.rolloutSteps = 8
        settings.discount = 0.9999
        settings.gaeLambda = 0.9
        settings.epochs = 10
        // Minibatches of 256 of rollouts of 8.
        settings.minibatches = 1
        settings.learningRate = 7.77e-5
        settings.clipRange = 0.1
        settings.entropyCoefficient = 0.00429
        settings.valueCoefficient = 0.38
        settings.maxGradientNorm = 5
        settings.initialization = .uniform
        settings.exploration = .stateDependent
        settings.initialLogDeviation = -3.29
      },
      Preset("zoo", only: "Pendulum-v1") { settings in
        settings = stableBaselines3
        settings.environments = 4
        settings.rolloutSteps = 1024
        settings.discount = 0.9
        settings.minibatches = 64
        settings.learningRate = 0.001
        settings.exploration = .stateDependent
        settings.explorationInterval = 4
      },
    ],
    train: PolicyGradient.onRollouts)

  private static var defaults: PolicyGradientSettings { common }

  /// What CleanRL and Stable-Baselines3 have in common, with CleanRL's sizes.
  private static var common: PolicyGradientSettings {
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

  private static var stableBaselines3: PolicyGradientSettings {
    var settings = common
    settings.environments = 1
    settings.rolloutSteps = 2048
    settings.epochs = 10
    settings.minibatches = 32
    settings.learningRate = 3e-4
    settings.learningRateSchedule = .constant
    settings.entropyCoefficient = 0
    // Its loss is the mean squared error without the half, with coefficient 0.5.
    settings.valueCoefficient = 1
    return settings
  }

  /// What the zoo's entries with `normalize: true` have in common; minibatches are of 64 steps.
  private static var normalizedZoo: PolicyGradientSettings {
    var settings = stableBaselines3
    settings.environments = 16
    settings.epochs = 4
    settings.observationNormalization = .running
    settings.rewardNormalization = .running
    return settings
  }

  // MARK: Language tasks

  static let languageDeclaration = AlgorithmDeclaration(
    language: "ppo", title: "PPO", revision: 3,
    summary:
      "A value model of the policy's size as baseline of each token, clipped importance ratios.",
    defaults: languageDefaults,
    ignored: [
      "credit", "baseline", "moving_average_decay", "ratio", "length_normalizer",
      "length_constant",
    ],
    choices: ["scale": AdvantageScale.withoutGroups.map(\.rawValue)],
    presets: [
      Preset("trl") { settings in
        settings.gaeLambda = 0.95
        settings.epochs = 4
        settings.minibatches = 1
        settings.valueClip = 0.2
        settings.valueCoefficient = 0.1
        settings.klPlacement = .inReward
        settings.klEstimator = .k1
        settings.klCoefficient = 0.05
      },
      Preset("verl") { settings in
        settings.gaeLambda = 1
        settings.epochs = 1
        settings.valueClip = 0.5
        settings.dualClip = 3
      },
      Preset("openrlhf") { settings in
        settings.gaeLambda = 1
        settings.epochs = 1
        settings.valueClip = 0.5
        settings.klPlacement = .inReward
        settings.klEstimator = .k1
        settings.klCoefficient = 0.01
      },
    ],
    train: PolicyGradient.onCompletions)

  private static var languageDefaults: PolicyGradientSettings {
    var settings = common
    settings.discount = 1
    settings.scale = .batchStandardization
    settings.adamEpsilon = 1e-8
    settings.entropyCoefficient = 0
    settings.valueCoefficient = 1
    settings.epochs = 2
    settings.minibatches = 2
    settings.learningRateSchedule = .constant
    settings = settings.withLanguageSizes()
    settings.groupSize = 1
    settings.groupsPerBatch = 64
    return settings
  }
}
