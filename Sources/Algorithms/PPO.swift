import Environments
import NeuralNetworks
import Objectives
import SeededRandom

/// Proximal policy optimization (PPO) with a value network.
///
///     Âₜ = Σₖ (γλ)ᵏ δₜ₊ₖ,   δₜ = rₜ₊₁ + γ V(sₜ₊₁) − V(sₜ)
///     L = mean max(−Âρ, −Â clip(ρ, 1 ± ε)) + c_v ½ mean (V − (Â + V_old))² − c_e mean H
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
      "length_constant", "group_size", "groups_per_batch", "group_starts",
    ],
    choices: [
      "scale": AdvantageScale.withoutGroups.filter(AdvantageScale.onEnvironments.contains)
        .map(\.rawValue)
    ],
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
    train: train)

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

  private static func train(
    _ settings: PolicyGradientSettings, _ run: TrainingRun
  ) throws(TrainingError) {
    let update = PolicyUpdate(run: run)
    var rollout = VectorRollout(settings, run: run)
    var order: [Int] = []
    var iteration = 0
    while run.remaining > 0 {
      let progress = run.usedShare
      rollout.collect(length: settings.rolloutSteps, run: run)
      try run.finishCollection()
      var diagnostics = estimateAdvantages(of: rollout, settings, run)

      let clipRange = settings.clipRange.map {
        settings.clipSchedule.value($0, progress: progress)
      }
      let learningRate = settings.learningRate(progress: progress)
      let steps = rollout.steps
      let minibatches = min(settings.minibatches, steps.count)
      var means = UpdateDiagnostics()
      for epoch in 0..<settings.epochs {
        run.enter(.bookkeeping)
        permute(&order, count: steps.count, isShuffled: minibatches > 1) {
          run.streams.generator(for: .minibatchOrder, iteration, epoch)
        }
        for minibatch in 0..<minibatches {
          let positions = part(minibatch, of: minibatches, count: steps.count)
          let weight = 1 / Float(positions.count)
          fill(&steps.weights, at: order, positions, with: weight)
          let summary = try update.minimize(
            steps, order: order, positions: positions, settings: settings, clipRange: clipRange,
            learningRate: learningRate, isFirst: epoch == 0 && minibatch == 0)
          means.add(summary)
        }
      }
      iteration += 1
      diagnostics += means.values(settings)
      try run.finishUpdate(diagnostics)
    }
    run.unfinishedReturns = rollout.unfinishedReturns
  }

  /// Writes values, advantages and value targets beside the steps of a rollout.
  private static func estimateAdvantages(
    of rollout: VectorRollout, _ settings: PolicyGradientSettings, _ run: TrainingRun
  ) -> Diagnostics {
    run.enter(.forward)
    let steps = rollout.steps
    var diagnostics: Diagnostics = []
    run.agent.computeReferenceLogProbabilities(of: steps)
    if settings.usesReference {
      diagnostics.append(("reference_kl_per_step", referenceDivergence(of: steps)))
    }
    if settings.klPlacement == .inReward {
      let penalized = klPenalizedRewards(
        steps.rewards[0..<steps.count].map(Double.init),
        logRatios: (0..<steps.count).map {
          Double(steps.logProbabilities[$0]) - Double(steps.referenceLogProbabilities[$0])
        }, coefficient: settings.klCoefficient, estimator: settings.klEstimator)
      for row in 0..<steps.count { steps.rewards[row] = Float(penalized[row]) }
    }
    run.agent.predictValues(of: steps, rows: 0..<steps.count)
    let bootstrapValues = run.agent.values(ofObservations: rollout.bootstrapObservations)
    run.enter(.advantages)
    for segment in rollout.segments {
      let isCutOff = segment.ending == .truncated && settings.truncation == .terminal
      generalizedAdvantages(
        rewards: steps.rewards, values: steps.values, segment: segment.rows,
        bootstrapValue: isCutOff ? 0 : segment.bootstrap.map { bootstrapValues[$0] } ?? 0,
        discount: Float(settings.discount), lambda: Float(settings.gaeLambda),
        into: &steps.advantages)
    }
    write(steps.advantages, plus: steps.values, count: steps.count, into: &steps.targets)
    if let explained = explainedVariance(
      predictions: Array(steps.values[0..<steps.count]),
      targets: Array(steps.targets[0..<steps.count]))
    {
      diagnostics.append(("explained_variance", explained))
    }
    if settings.scale == .batchStd {
      var advantages = steps.advantages[0..<steps.count].map(Double.init)
      divideByStandardDeviation(&advantages, epsilon: settings.scaleEpsilon)
      for row in 0..<steps.count { steps.advantages[row] = Float(advantages[row]) }
    }
    return diagnostics
  }

  /// Sets the elements of `weights` that `order[positions]` names.
  private static func fill(
    _ weights: inout [Float], at order: [Int], _ positions: Range<Int>, with weight: Float
  ) {
    for position in positions { weights[order[position]] = weight }
  }

  /// Writes the sums of the first `count` elements.
  private static func write(
    _ first: [Float], plus second: [Float], count: Int, into sums: inout [Float]
  ) {
    for index in 0..<count { sums[index] = first[index] + second[index] }
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
    train: LanguageTraining.train)

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
