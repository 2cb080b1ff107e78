import NeuralNetworks

/// Supervised fine-tuning (SFT): the cross-entropy of a task's demonstrations.
///
///     L = −1/N Σ over tokens t of the completions: log π(y_t | x, y_<t)
///
/// Choices, in the order in which the code makes them:
/// 1. Demonstration k is that of training prompt k: every prompt is seen once, in the order of the task,
///    the same for all seeds. What differs between seeds is the initial weights.
/// 2. The loss is over the tokens of the completion and its end token; the prompt is read but not learned.
/// 3. It is a mean over all N completion tokens of the minibatch, however the sequences are divided among
///    passes: a mean of the passes' means would weigh tokens of short sequences more.
/// 4. AdamW with β₂ = 0.95, a warm-up, then half a cosine down to 0 with the budget used; gradients are
///    clipped to a global norm of 1.
/// 5. The budget counts the tokens that are read in training, those of the prompts included. The last
///    minibatch ends with the demonstration with which it is used.
///
/// Source: Ouyang et al., "Training language models to follow instructions with human feedback", NeurIPS
/// 2022, section 3.5, https://arxiv.org/abs/2203.02155; OpenRLHF `sft_trainer.py`; TRL `sft_trainer.py` with
/// `completion_only_loss`; the normalizer: Hugging Face transformers issue 34242.
enum SFT {
  static let algorithm = Algorithm(
    onlyLanguageTasks: AlgorithmDeclaration(
      language: "sft", title: "SFT", revision: 2,
      summary: "Raises the probability of the task's demonstrations, token by token.",
      defaults: SFTSettings(), product: .imitation,
      train: { settings, run throws(TrainingError) in
        try SupervisedFineTuning(settings, run: run).train()
      }))
}
