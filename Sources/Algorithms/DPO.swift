import NeuralNetworks
import Objectives
import Settings

/// Direct preference optimization (DPO) on pairs of sequences from one start.
///
///     L = −mean log σ(β [Σₜ log π/π_ref over the preferred − Σₜ log π/π_ref over the other])
///
/// Choices, in the order in which the code makes them:
/// 1. A pair is two sampled sequences from one start: two episodes from copies of one reset state, or two
///    completions of one prompt.
/// 2. Episodes are judged by their undiscounted return, without noise; completions by their gold reward, with the
///    task's noise. Pairs of which neither is better are dropped, though the budget paid for them.
/// 3. `variant: iterative` samples `pairs_per_round` pairs with the policy of the moment, trains on them for
///    `epochs` and throws them away. `variant: offline` samples with the reference: on environments a chunk of the
///    budget at a time, on language tasks a round, with one epoch a single pass over all pairs, as published. From
///    a policy that knows nothing, offline pairs differ by luck: a known negative.
/// 4. Log-probabilities are summed over the steps of a sequence, the end token included, and with `log_ratio: mean`
///    divided by their number. The dynamics of an environment do not depend on the policy, so their terms cancel.
/// 5. The reference is the initial policy, or with `reference: previous_round` the policy that began the round or
///    chunk; its log-probabilities are computed once a round, or known from sampling where it sampled. At the
///    reference the loss is ln 2 and the gradient β/2 (∇ of the preferred − ∇ of the other). `reference: moving`
///    follows the policy every `reference_interval` steps of the optimizer (TR-DPO); `reference: none` with
///    `log_ratio: mean` and a `target_margin` is SimPO.
/// 6. `loss: ipo` pulls the difference of the log-ratios to 1/(2β), `loss: hinge` pushes it to 1/β and no further.
///    `loss: apo_zero` asks each side by itself, as KTO does.
/// 7. The loss is the mean over the pairs of a minibatch, gradients clipped to a global norm of 10 as in the
///    reference implementation. Adam in place of its RMSprop.
///
/// On language tasks pair k is the pair k of a reward model that starts from the same policy with the same seed,
/// and the pair with which the budget of sampled tokens ends is dropped.
///
/// Source: Rafailov et al., "Direct Preference Optimization: Your Language Model Is Secretly a Reward Model",
/// NeurIPS 2023, https://arxiv.org/abs/2305.18290; `eric-mitchell/direct-preference-optimization`, `trainers.py`;
/// TRL `dpo_trainer.py`; IPO: Azar et al., AISTATS 2024, https://arxiv.org/abs/2310.12036; TR-DPO: Gorbatovski et
/// al., "Learn Your Reference Model for Real Good Alignment", ICLR 2025, https://arxiv.org/abs/2404.09656; the other
/// losses: `PreferenceLosses.swift`.
enum DPO {
  static let algorithm = Algorithm(
    name: "dpo", title: "DPO",
    presets: [
      Preset("paper", in: .environments) { settings in
        settings.epochs = 1
      },
      Preset("cdpo") { settings in
        settings.labelSmoothing = 0.1
      },
      Preset("ipo") { settings in
        settings.loss = .ipo
      },
      Preset("robust") { settings in
        settings.loss = .robust
        settings.labelSmoothing = 0.1
      },
      Preset("hinge") { settings in
        settings.loss = .hinge
      },
      Preset("apo_zero") { settings in
        settings.loss = .apoZero
      },
      // α of TRL's `ref_model_mixup_alpha`; how often is a matter of size.
      Preset("tr_dpo") { settings in
        settings.reference = .moving
        settings.referenceShare = 0.6
      },
      // β and γ of `llama-3-8b-base-simpo.yaml`.
      Preset("simpo") { settings in
        settings.reference = .none
        settings.logRatio = .mean
        settings.beta = 2
        settings.targetMargin = 1
      },
    ],
    environments: .init(
      revision: 2,
      summary:
        "Raises the probability of the better of two rollouts from one start; no reward model.",
      defaults: DPOSettings(),
      train: { settings, run throws(TrainingError) in
        var training = PreferenceTraining(EpisodePairs(settings, run: run))
        try training.train()
      }),
    languageTasks: .init(
      revision: 3,
      summary:
        "Raises the probability of the preferred of two completions of a prompt; no reward model.",
      defaults: DPOSettings().withLanguageSizes(), product: .imitation,
      train: { settings, run throws(TrainingError) in
        var training = PreferenceTraining(RankedCompletions(settings, run: run))
        try training.train()
      }))
}
