internal import Metrics

extension TrainerPreset {
  /// The trainers of TRL, whose series are in the `trainer_state.json` of the output folder.
  ///
  /// Source: TRL 1.16.0, `trl/trainer/{grpo,rloo,dpo,sft,reward}_trainer.py`, the entries of `_metrics`; `loss`,
  /// `grad_norm` and `learning_rate` are those of transformers' `Trainer`.
  static let trl: [TrainerPreset] = [
    trl("trl/grpo", metrics: rewardMetrics, curves: rewardCurves + [klOfGRPO]),
    trl("trl/rloo", metrics: rewardMetrics, curves: rewardCurves + [klOfRLOO]),
    trl(
      "trl/dpo",
      metrics: [
        accuracy.metric(better: .higher, take: .meanOfLast(10)),
        margin.metric(better: nil, take: .meanOfLast(10)),
      ],
      curves: [
        accuracy, margin, .engine("preference_loss", "loss"),
        .engine("preferred_log_probability", "logps/chosen"),
        .engine("other_log_probability", "logps/rejected"), entropy,
      ] + optimizer),
    trl(
      "trl/sft",
      metrics: [
        crossEntropy.metric(better: .lower, take: .meanOfLast(10)),
        tokenAccuracy.metric(better: .higher, take: .meanOfLast(10)),
      ],
      curves: [crossEntropy, tokenAccuracy, heldOutCrossEntropy, entropy] + optimizer),
    trl(
      "trl/reward",
      metrics: [
        trainingAccuracy.metric(better: .higher, take: .meanOfLast(10)),
        rewardMargin.metric(better: nil, take: .meanOfLast(10)),
      ],
      curves: [
        trainingAccuracy, rewardMargin, .engine("reward_model_loss", "loss"),
        .own(
          "mean_reward", "mean_reward", "Mean reward of the completions of both sides.",
          unit: "reward"), heldOutAccuracy,
        .engine("held_out_preference_loss", "eval_loss", always: false),
      ] + optimizer),
  ]

  private static func trl(_ name: String, metrics: [Metric], curves: [Curve]) -> TrainerPreset {
    TrainerPreset(
      name: name, library: "trl", versions: ["1.16.0"], format: .huggingFaceTrainer,
      path: "trainer_state.json", metrics: metrics, curves: curves)
  }

  // The reward before any penalty and clipping, as the functions paid it, weighted.
  private static let reward = Curve.engine("training_reward", "reward")
  private static let length = Curve.engine("response_length", "completions/mean_length")
  private static let entropy = Curve.engine("policy_entropy", "entropy")

  private static let rewardMetrics: [Metric] = [
    reward.metric(better: .higher, take: .meanOfLast(10)),
    length.metric(better: nil, take: .meanOfLast(10)),
  ]

  private static let rewardCurves: [Curve] =
    [
      reward,
      .own(
        "reward_deviation", "reward_std", "Standard deviation of the rewards of a batch.",
        unit: "reward"),
      .engine("fraction_groups_without_signal", "frac_reward_zero_std"), length,
      .engine("truncated_fraction", "completions/clipped_ratio"), entropy,
      // Those alone whose gradient the clipping takes away, so not the engine's `clip_fraction`.
      .own(
        "clip_fraction_with_effect", "clip_ratio/region_mean",
        "Share of tokens whose ratio is outside the clip range on the side of their advantage.",
        always: false),
      .engine("policy_loss", "loss"),
    ] + optimizer

  private static let optimizer: [Curve] = [
    .engine("gradient_norm", "grad_norm"), .engine("learning_rate", "learning_rate"),
  ]

  // The engine's `reference_kl` is a sum over the tokens of a completion.
  private static let klOfGRPO = Curve.own(
    "reference_kl_per_token_k3", "kl",
    "Divergence of the policy from the reference: mean k3 estimate of a token; logged where beta is not 0.",
    title: "Reference KL per token (k3)", unit: "nats", always: false)
  private static let klOfRLOO = Curve.own(
    "reference_kl_per_token", "kl",
    "Divergence of the policy from the reference: mean log-ratio of a token; logged where beta is not 0.",
    title: "Reference KL per token", unit: "nats", always: false)

  // The engine counts ties half, which change nothing after the first update.
  private static let accuracy = Curve.own(
    "preference_accuracy", "rewards/accuracies",
    "Share of training pairs whose implicit reward margin is above 0; 0 at the first update, where all are 0."
  )
  private static let margin = Curve.engine("preference_margin", "rewards/margins")

  private static let crossEntropy = Curve.engine("cross_entropy", "loss")
  private static let tokenAccuracy = Curve.own(
    "token_accuracy", "mean_token_accuracy",
    "Share of the demonstrations' tokens that the policy gives the highest probability.")
  private static let heldOutCrossEntropy = Curve.own(
    "held_out_cross_entropy", "eval_loss",
    "Mean cross-entropy of the held-out demonstrations' tokens.", unit: "nats", always: false)

  private static let trainingAccuracy = Curve.own(
    "training_preference_accuracy", "accuracy",
    "Share of training pairs of which the reward model pays the preferred completion more.")
  private static let heldOutAccuracy = Curve.own(
    "held_out_preference_accuracy", "eval_accuracy",
    "Share of held-out pairs of which the reward model pays the preferred completion more.",
    always: false)
  private static let rewardMargin = Curve.own(
    "reward_margin", "margin", "Mean difference in reward between the two completions of a pair.",
    unit: "reward")
}
