import NeuralNetworks
import Objectives

/// Direct preference optimization (DPO) on pairs of episodes from one start.
///
///     L = −mean log σ(β [Σₜ log π/π_ref over the preferred − Σₜ log π/π_ref over the other])
///
/// Choices, in the order in which the code makes them:
/// 1. A pair is two sampled episodes from copies of one reset state. The one with the higher
///    undiscounted return is preferred, without noise; pairs with equal returns are dropped, though the
///    budget paid for them.
/// 2. `variant: iterative` samples `pairs_per_round` pairs with the policy of the moment, trains on
///    them for `epochs` and throws them away. `variant: offline` samples with the reference, a chunk
///    of the budget at a time, and trains on each chunk. From a policy that knows nothing, offline
///    pairs differ by luck: a known negative.
/// 3. Log-probabilities are summed over the steps of an episode, not averaged. The dynamics do not
///    depend on the policy, so their terms cancel.
/// 4. The reference is the initial policy, or with `reference: previous_round` the policy that began
///    the round or chunk. At the reference the loss is ln 2 and the gradient β/2 (∇ of the preferred −
///    ∇ of the other).
/// 5. The loss is the mean over the pairs of a minibatch, gradients clipped to a global norm of 10 as
///    in the reference implementation. Adam in place of its RMSprop.
///
/// Source: Rafailov et al., "Direct Preference Optimization: Your Language Model Is Secretly a Reward
/// Model", NeurIPS 2023, https://arxiv.org/abs/2305.18290; `eric-mitchell/direct-preference-optimization`,
/// `trainers.py`; TRL `dpo_trainer.py`.
enum DPO {
  static let declaration = AlgorithmDeclaration(
    name: "dpo", title: "DPO", revision: 2,
    summary:
      "Raises the probability of the better of two rollouts from one start; no reward model.",
    defaults: DPOSettings(),
    presets: [
      Preset("paper") { settings in
        settings.epochs = 1
      },
      Preset("cdpo") { settings in
        settings.labelSmoothing = 0.1
      },
    ],
    train: train)

  private static func train(
    _ settings: DPOSettings, _ run: EnvironmentRun
  ) throws(TrainingError) {
    var training = PreferenceTraining(EpisodePairs(settings, run: run))
    try training.train()
  }

  // MARK: Language tasks

  /// The same on completions of one prompt.
  ///
  /// What differs from environments:
  /// 1. `variant: offline` is the default: pairs are sampled with the policy that the run starts from. Pair k
  ///    is the pair k of a reward model that starts from the same policy with the same seed.
  /// 2. Labels follow the gold reward with the task's noise; without noise, ties are dropped.
  /// 3. A round of `pairs_per_round` pairs is sampled, trained on for `epochs` in minibatches of `batch_size`
  ///    pairs, and thrown away. With one epoch that is a single pass over all pairs, as published.
  /// 4. `loss: ipo` pulls the difference of the log-ratios to 1/(2β).
  /// 5. Log-probabilities are summed over the tokens of the completion, its end token included. Those of the
  ///    reference are computed once a round, or known from sampling where it sampled.
  /// 6. The budget counts sampled tokens, those of ties included; the pair with which it ends is dropped.
  ///
  /// Source of IPO: Azar et al., AISTATS 2024, https://arxiv.org/abs/2310.12036.
  static let languageDeclaration = AlgorithmDeclaration(
    language: "dpo", title: "DPO", revision: 3,
    summary:
      "Raises the probability of the preferred of two completions of a prompt; no reward model.",
    defaults: LanguageDPOSettings(), product: .imitation,
    presets: [
      Preset("cdpo") { settings in
        settings.labelSmoothing = 0.1
      },
      Preset("ipo") { settings in
        settings.loss = .ipo
      },
    ],
    train: trainLanguage)

  private static func trainLanguage(
    _ settings: LanguageDPOSettings, _ run: LanguageRun
  ) throws(TrainingError) {
    var training = PreferenceTraining(RankedCompletions(settings, run: run))
    try training.train()
  }
}
