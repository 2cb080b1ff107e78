internal import Metrics

extension TrainerPreset {
  /// The trainers of verl with its file logger (`trainer.logger: [console, file]`, `VERL_FILE_LOGGER_PATH`).
  ///
  /// The keys of its validation hold the name of the data set, such as `val-core/openai/gsm8k/acc/mean@1`, so a spec
  /// has to name the metric.
  ///
  /// Source: verl 0.9.1, `verl/trainer/ppo/metric_utils.py` (`compute_data_metrics`), `verl/trainer/ppo/core_algos.py`,
  /// `verl/workers/utils/losses.py`, `verl/utils/tracking.py`.
  static let verl: [TrainerPreset] = [
    verl(
      "verl/ppo",
      curves: [
        .engine("value_loss", "critic/vf_loss"),
        .engine("explained_variance", "critic/vf_explained_var"),
      ]),
    verl("verl/grpo", curves: []),
  ]

  private static func verl(_ name: String, curves: [Curve]) -> TrainerPreset {
    TrainerPreset(
      name: name, library: "verl", versions: ["0.9.1"], format: .jsonLines, path: "metrics.jsonl",
      metrics: [
        score.metric(better: .higher, take: .meanOfLast(10)),
        length.metric(better: nil, take: .meanOfLast(10)),
      ], curves: common + curves)
  }

  // The sum of a completion's scores, before any penalty is taken off.
  private static let score = Curve.engine("training_reward", "critic/score/mean")
  private static let length = Curve.engine("response_length", "response_length/mean")

  private static let common: [Curve] = [
    score,
    .own(
      "penalized_reward", "critic/rewards/mean",
      "Mean reward of a completion less the penalty on the divergence, where that is in the reward.",
      unit: "reward"),
    length,
    .own(
      "full_length_fraction", "response_length/clip_ratio",
      "Share of completions of the greatest length, with or without an end token."),
    .engine("policy_entropy", "actor/entropy"),
    .own(
      "policy_gradient_loss", "actor/pg_loss",
      "The policy gradient's part of the loss, without penalties and bonus."),
    .own(
      "clip_fraction_with_effect", "actor/pg_clipfrac",
      "Share of tokens whose clipped ratio gives the larger loss."),
    .own(
      "approximate_kl_k1", "actor/ppo_kl",
      "Mean negative log-ratio of the updated policy to the sampling one, per token.",
      title: "Approximate KL (k1)", unit: "nats"),
    .own(
      "reference_kl_per_token_k3", "actor/kl_loss",
      "Divergence of the policy from the reference: mean k3 estimate of a token (kl_loss_type: low_var_kl); logged with use_kl_loss.",
      title: "Reference KL per token (k3)", unit: "nats", always: false),
    .engine("gradient_norm", "actor/grad_norm"), .engine("learning_rate", "actor/lr"),
  ]
}
