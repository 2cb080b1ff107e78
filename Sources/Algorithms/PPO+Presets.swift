import NeuralNetworks
import Objectives
import Settings

/// The presets of PPO's reference implementations, each for the world it is of.
///
/// `zoo` holds what `hyperparams/ppo.yml` has, the keyword arguments of its policies included (`ortho_init`,
/// `log_std_init`, `use_sde`): an experiment's `policy:` has nothing to add to it. Minibatches of `batch_size`
/// steps are counted here, `rollout / batch_size`.
///
/// Source: CleanRL `ppo.py` and `ppo_continuous_action.py`; Stable-Baselines3 `ppo.py` (whose value loss lacks the
/// ½: its coefficient 0.5 is 1 here); rl-baselines3-zoo `hyperparams/ppo.yml`; TRL `ppo_trainer.py`; verl;
/// OpenRLHF.
extension PPO {
  static let presets: [Preset<PolicyGradientSettings>] = [
    // ppo_continuous_action.py
    Preset("cleanrl", in: .environments, only: "MountainCarContinuous-v0", "Pendulum-v1") {
      settings in
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
    Preset("cleanrl", in: .environments) { settings in
      settings = common
      settings.truncation = .terminal
      settings.valueClip = 0.2
    },
    Preset("sb3", in: .environments) { settings in
      settings = stableBaselines3
    },
    Preset("zoo", in: .environments, only: "CartPole-v1") { settings in
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
    Preset("zoo", in: .environments, only: "Acrobot-v1") { settings in
      settings = normalizedZoo
      settings.rolloutSteps = 256
      settings.gaeLambda = 0.94
      settings.minibatches = 64
    },
    Preset("zoo", in: .environments, only: "MountainCar-v0") { settings in
      settings = normalizedZoo
      settings.rolloutSteps = 16
      settings.gaeLambda = 0.98
      settings.minibatches = 4
    },
    Preset("zoo", in: .environments, only: "MountainCarContinuous-v0") { settings in
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
    Preset("zoo", in: .environments, only: "Pendulum-v1") { settings in
      settings = stableBaselines3
      settings.environments = 4
      settings.rolloutSteps = 1024
      settings.discount = 0.9
      settings.minibatches = 64
      settings.learningRate = 0.001
      settings.exploration = .stateDependent
      settings.explorationInterval = 4
    },
    Preset("trl", in: .languageTasks) { settings in
      settings.gaeLambda = 0.95
      settings.epochs = 4
      settings.minibatches = 1
      settings.valueClip = 0.2
      settings.valueCoefficient = 0.1
      settings.klPlacement = .inReward
      settings.klEstimator = .k1
      settings.klCoefficient = 0.05
    },
    Preset("verl", in: .languageTasks) { settings in
      settings.gaeLambda = 1
      settings.epochs = 1
      settings.valueClip = 0.5
      settings.dualClip = 3
    },
    Preset("openrlhf", in: .languageTasks) { settings in
      settings.gaeLambda = 1
      settings.epochs = 1
      settings.valueClip = 0.5
      settings.klPlacement = .inReward
      settings.klEstimator = .k1
      settings.klCoefficient = 0.01
    },
  ]

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

  /// The settings that the zoo's entries with `normalize: true` share; minibatches are of 64 steps.
  private static var normalizedZoo: PolicyGradientSettings {
    var settings = stableBaselines3
    settings.environments = 16
    settings.epochs = 4
    settings.observationNormalization = .running
    settings.rewardNormalization = .running
    return settings
  }
}
