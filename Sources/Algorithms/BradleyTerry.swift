import NeuralNetworks
import Objectives

/// A reward model of the Bradley–Terry kind, trained on pairs of completions.
///
///     L = −mean log σ(r(x, y_w) − r(x, y_l)) + c mean (r(x, y_w) + r(x, y_l))²
///
/// Choices, in the order in which the code makes them:
/// 1. The policy that the run starts from samples two completions of each of `pairs` training prompts.
///    They are labelled by their gold reward, what the task's rule pays, with the task's noise: the first
///    is preferred with probability σ((gold₁ − gold₂) / noise). Without noise, equal rewards are a tie
///    and dropped; two equal completions always are.
/// 2. The model is the policy's network with a scalar head in place of the output head: its trunk starts
///    from the policy's weights, its head from N(0, 1/(width + 1)).
/// 3. The reward is the head's output at the last token, which is the end token unless the completion
///    was cut off.
/// 4. The loss is a mean over the pairs of a minibatch. `epochs` passes in random order, or fewer if the
///    budget, in tokens trained on, is used before.
/// 5. The learning rate falls to 0 with the passes. AdamW, gradients clipped to a global norm of 1.
///
/// Rewards are determined up to a constant only; the run that uses the model shifts and scales them.
///
/// Source: Ouyang et al., "Training language models to follow instructions with human feedback", NeurIPS
/// 2022, section 3.5, https://arxiv.org/abs/2203.02155; Stiennon et al., "Learning to summarize from human
/// feedback", NeurIPS 2020, https://arxiv.org/abs/2009.01325 (the head's initial weights, appendix B.1); TRL
/// `reward_trainer.py`; OpenRLHF `rm_trainer.py`.
enum BradleyTerry {
  static let algorithm = Algorithm(
    onlyLanguageTasks: AlgorithmDeclaration(
      language: "reward_model", title: "Reward model", revision: 3,
      summary: "Learns from pairs of completions which of two a judge prefers.",
      defaults: RewardModelSettings(), product: .rewardModel, evaluation: RewardModelEvaluation(),
      train: { settings, run throws(TrainingError) in
        try RewardModelTraining(settings, run: run).train()
      }))
}
