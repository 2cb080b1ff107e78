import Settings

extension MetricDeclaration {
  /// Every metric and curve, in the order of help and of tables of costs.
  ///
  /// Unless said otherwise, a metric of a language model is of the weights at the end of the budget and a mean
  /// over the test prompts of the levels that are not held out: `final_prompts` of each for greedy completions,
  /// `prompts` of each for sampled ones.
  public static let all: [MetricDeclaration] =
    returns + testResults + samples + rewardModels + counts + training + preferences + audits

  /// The returns of a policy on an environment.
  private static let returns: [MetricDeclaration] = [
    .init(
      "evaluation_return",
      "Mean undiscounted return of the greedy policy; at the end of the budget over `final_episodes` episodes.",
      [.metric, .curve], in: [.environments], unit: "return", range: .taskReturns, better: .higher,
      over: .episodes),
    .init(
      "evaluation_return_auc",
      "Area under the evaluation curve by trapezoids, divided by its length in steps.",
      in: [.environments], title: "Evaluation return AUC", unit: "return", range: .taskReturns,
      better: .higher),
    .init(
      "training_return_last_100",
      "Mean undiscounted return of the last 100 sampled training episodes; of the unfinished ones if none finished.",
      in: [.environments], unit: "return", range: .taskReturns, better: .higher),
    .init(
      "training_return", "Mean undiscounted return of the latest 100 sampled training episodes.",
      [.curve], in: [.environments], unit: "return", range: .taskReturns, better: .higher,
      presence: .endedEpisodes),
    .init(
      "expected_reward", "Exact expected reward of the stochastic policy, by enumeration.",
      [.metric, .curve], in: [.environments], unit: "reward", range: .taskReturns, better: .higher,
      presence: .exactRewards),
  ]

  /// The results of greedy completions of test prompts.
  private static let testResults: [MetricDeclaration] = [
    .share(
      "test_accuracy", "Share of test prompts that the greedy completion answers right, all of it.",
      [.metric, .curve], in: [.languageTasks], better: .higher, over: .greedyPrompts,
      presence: .policies),
    .share(
      "test_accuracy_start", "Test accuracy before training.", in: [.languageTasks],
      better: .higher, presence: .policies),
    .share(
      "test_accuracy_auc",
      "Area under the curve of test accuracy by trapezoids, divided by its length in tokens.",
      in: [.languageTasks], title: "Test accuracy AUC", better: .higher, presence: .policies),
    .share(
      "held_out_accuracy",
      "Share of test prompts of held-out levels that the greedy completion answers right.",
      [.metric, .curve], in: [.languageTasks], better: .higher, over: .greedyPrompts,
      presence: .heldOutLevels),
    .share(
      "format_rate", "Share of greedy completions of the right form, whatever their answer.",
      [.metric, .curve], in: [.languageTasks], better: .higher, over: .greedyPrompts,
      presence: .policies),
    .init(
      "test_reward", "Mean reward by rule of greedy completions.", [.metric, .curve],
      in: [.languageTasks], unit: "reward", range: .taskReturns, better: .higher,
      over: .greedyPrompts, presence: .policies),
    .share(
      "memorization_score",
      "Share of pairs of twin prompts of which the greedy completion answers the original right and the perturbed twin wrong (LiMem of Xie et al., 2024).",
      in: [.languageTasks], better: .lower, over: .prompts, presence: .twins),
    .init(
      "test_response_length", "Mean tokens of greedy completions, the end token included.",
      [.metric, .curve], in: [.languageTasks], unit: "tokens", over: .greedyPrompts,
      presence: .policies),
    .share(
      "test_truncated_fraction", "Share of greedy completions without an end token.",
      [.metric, .curve], in: [.languageTasks], better: .lower, over: .greedyPrompts,
      presence: .policies),
    .share(
      "test_accuracy_<level>",
      "Share of test prompts of one level that the greedy completion answers right.",
      in: [.languageTasks], better: .higher, over: .greedyPrompts, presence: .policies),
    .init(
      "test_reward_<component>", "Mean of one part of the reward by rule over greedy completions.",
      [.metric, .curve], in: [.languageTasks], unit: "reward", better: .higher,
      over: .greedyPrompts, presence: .policies),
    .init(
      "hack_reward_<hack>",
      "What the rule pays, in the form that it pays best, for a known way of looking for the reward.",
      in: [.languageTasks], unit: "reward", presence: .policies),
  ]

  /// The results of completions that are sampled at temperature 1.
  private static let samples: [MetricDeclaration] = [
    .init(
      "test_reference_kl",
      "Divergence of the final policy from the one it started from: log-ratio of completions sampled at temperature 1, summed over tokens.",
      in: [.languageTasks], title: "Test reference KL", unit: "nats", over: .prompts,
      presence: .policies),
    .init(
      "gold_reward", "Mean reward by rule of completions sampled at temperature 1.",
      in: [.languageTasks], unit: "reward", range: .taskReturns, better: .higher, over: .prompts,
      presence: .policies),
    .init(
      "proxy_reward",
      "Mean reward by the reward model of completions sampled at temperature 1.",
      in: [.languageTasks], unit: "reward", better: .higher, over: .prompts,
      presence: .paidByRewardModel),
    .share(
      "pass_at_<k>",
      "Probability that one of k completions sampled at temperature 1 is right, without bias.",
      in: [.languageTasks], better: .higher, over: .prompts, presence: .policies),
  ]

  /// The accuracy and loss of a reward model.
  private static let rewardModels: [MetricDeclaration] = [
    .share(
      "held_out_preference_accuracy",
      "Share of held-out pairs of which the reward model pays the preferred completion more, equal pay counted half.",
      [.metric, .curve], in: [.languageTasks], better: .higher, presence: .rewardModels),
    .init(
      "held_out_preference_loss",
      "Bradley-Terry loss on held-out pairs; ln 2 where all are paid the same.",
      [.metric, .curve], in: [.languageTasks], unit: "nats", better: .lower,
      presence: .rewardModels),
    .init(
      "reward_model_loss", "Bradley-Terry loss of the training pairs.", [.curve],
      in: [.languageTasks], unit: "nats", better: .lower, presence: .rewardModels),
  ]

  /// The counts and costs of a run.
  private static let counts: [MetricDeclaration] = [
    .init(
      "training_reward_last_100",
      "Mean reward by rule of the last 100 completions sampled in training.",
      in: [.languageTasks], unit: "reward", range: .taskReturns, better: .higher,
      presence: .sampledCompletions),
    .share(
      "diverged",
      "1 where a number that was not finite or a gradient norm above 10⁷ ended training, else 0; metrics are then of the last sound weights.",
      better: .lower),
    .count(
      "environment_steps",
      "Environment steps that training took, greedy, preference, tied and dropped rollouts included.",
      in: [.environments], unit: "steps", costTitle: "Environment steps"),
    .count("updates", "Steps of the optimizer.", unit: "updates"),
    .count(
      "episodes", "Sampled training episodes that ended, those of dropped batches excluded.",
      in: [.environments], unit: "episodes"),
    .count(
      "dropped_steps",
      "Environment steps of the batch of groups that the end of the budget cut off.",
      in: [.environments], unit: "steps"),
    .count(
      "gradient_samples", "Rows that went through a network's backward pass.",
      in: [.environments], unit: "rows", costTitle: "Gradient samples"),
    .count(
      "tokens_generated",
      "Tokens that training sampled: greedy baselines, tied pairs, dropped rollouts, and what a reward model is normalized with included.",
      in: [.languageTasks], unit: "tokens", costTitle: "Tokens generated"),
    .count(
      "tokens_trained",
      "Tokens that went through a forward and backward pass, prompts included, every epoch anew; completions without gradient have none.",
      in: [.languageTasks], unit: "tokens", costTitle: "Tokens trained on"),
    .count(
      "tokens_scored",
      "Tokens that went through a forward pass of training alone: of reference, value and reward model, and of the policy where there is no gradient.",
      in: [.languageTasks], unit: "tokens"),
    .count(
      "parameters", "Parameters held: policy, value network and reference.",
      in: [.environments], unit: "parameters"),
    .count(
      "policy_parameters", "Parameters of the policy.", in: [.languageTasks], unit: "parameters"),
    .count(
      "value_parameters", "Parameters of the value model.", in: [.languageTasks],
      unit: "parameters"),
    .count(
      "reference_parameters", "Parameters of the frozen reference.", in: [.languageTasks],
      unit: "parameters"),
    .count(
      "reward_parameters", "Parameters of the reward model.", in: [.languageTasks],
      unit: "parameters"),
    .count(
      "optimizer_bytes", "Memory of the optimizer's moments.", in: [.languageTasks],
      title: "Optimizer memory", unit: "bytes"),
    .count(
      "activation_bytes",
      "Memory of the training passes' buffers at their largest; sampling's cache is not in it.",
      in: [.languageTasks], title: "Activation memory", unit: "bytes"),
    .count(
      "memory_bytes", "Memory of parameters, gradients, optimizer and activations.",
      in: [.languageTasks], title: "Memory", unit: "bytes", costTitle: "Memory held"),
    .count(
      "floating_point_operations",
      "Multiplications and additions of the matrix products of training, evaluation excluded.",
      unit: "operations", costTitle: "Floating-point operations"),
  ]

  /// The diagnostics of policy gradients.
  private static let training: [MetricDeclaration] = [
    .init(
      "training_reward", "Mean reward by rule of the completions sampled in training.", [.curve],
      in: [.languageTasks], unit: "reward", range: .taskReturns, better: .higher,
      presence: .sampledCompletions),
    .init(
      "training_reward_<component>",
      "Mean of one part of the reward by rule over the completions sampled in training.",
      [.curve], in: [.languageTasks], unit: "reward", better: .higher,
      presence: .sampledCompletions),
    .init(
      "training_proxy_reward",
      "Mean reward by the reward model of the completions sampled in training.", [.curve],
      in: [.languageTasks], unit: "reward", better: .higher, presence: .paidByRewardModel),
    .init(
      "response_length",
      "Mean tokens of the completions sampled in training, the end token included.", [.curve],
      in: [.languageTasks], unit: "tokens",
      presence: .sampledCompletions),
    .share(
      "truncated_fraction", "Share of the completions sampled in training without an end token.",
      [.curve], in: [.languageTasks], better: .lower,
      presence: .sampledCompletions),
    .init(
      "cross_entropy", "Mean cross-entropy of the demonstrations' tokens.", [.curve],
      in: [.languageTasks], unit: "nats", better: .lower, presence: .demonstrations),
    .init(
      "policy_entropy", "Mean entropy of the policy at the steps that it is trained on.", [.curve],
      unit: "nats", presence: .policies),
    .init(
      "approximate_kl",
      "Mean k3 estimate of the divergence of the updated policy from the sampling one, per step.",
      [.curve], title: "Approximate KL", unit: "nats",
      presence: .policyUpdates),
    .init(
      "reference_kl",
      "Divergence of the sampling policy from the start: log-ratio summed over tokens, a mean over completions.",
      [.curve], in: [.languageTasks], title: "Reference KL", unit: "nats",
      presence: .ownSamples),
    .init(
      "reference_kl_per_step",
      "Divergence of the sampling policy from the initial one: mean log-ratio of a step.",
      [.curve], in: [.environments], title: "Reference KL per step", unit: "nats",
      presence: .klPlacement),
    .share(
      "clip_fraction", "Share of steps whose ratio is outside the clip range.", [.curve],
      presence: .policyGradients),
    .init(
      "policy_loss",
      "The whole loss: policy, penalties, bonus, and value_coefficient times the value loss.",
      [.curve], title: "Total loss", presence: .policyGradients),
    .init(
      "value_loss", "Half the mean squared error of the value network or value model.", [.curve],
      unit: "return²", presence: .valueBaseline),
    .init(
      "explained_variance",
      "Share of the variance of returns that the values explain; negative if they mislead.",
      [.curve], better: .higher, presence: .valueBaseline),
    .share(
      "fraction_groups_without_signal", "Share of groups whose advantages are all exactly 0.",
      [.curve], better: .lower, presence: .sampledGroups),
    .init("gradient_norm", "Global norm of the gradient before clipping.", [.curve]),
    .init(
      "learning_rate", "Step size after its schedule.", [.curve], in: [.languageTasks],
      presence: .updates),
    .init(
      "kl_coefficient", "Weight of the divergence from the start, where it is adapted.", [.curve],
      title: "KL coefficient", presence: .klTarget),
  ]

  /// The findings of audits about the gradient estimates of each baseline.
  ///
  /// The steps of a curve are group sizes, and the metric is its last point. Variances are those of a batch times its
  /// completions or episodes.
  private static let audits: [MetricDeclaration] = [
    .init(
      "gradient_relative_variance_<baseline>",
      "Variance of the gradient estimate with one baseline over the squared norm of its expectation, which no scale changes; of one completion, by group size.",
      [.metric, .curve], better: .lower, presence: .audits),
    .init(
      "gradient_variance_<baseline>",
      "Trace of the covariance of the gradient estimate with one baseline, of one completion, by group size.",
      [.metric, .curve], presence: .audits),
    .init(
      "gradient_between_prompts_share_<baseline>",
      "Share of the variance of a group's estimate that lies between prompts, by group size up to half the completions; without bias, so perhaps below 0.",
      [.metric, .curve], presence: .audits),
    .init(
      "gradient_squared_bias_<baseline>",
      "Squared norm of the bias of the gradient estimate over that of the true gradient, by group size; without bias itself, so perhaps below 0.",
      [.metric, .curve], presence: .audits),
    .init(
      "gradient_scale_<baseline>",
      "Length of the expected gradient estimate along the true gradient, in units of its norm, by group size; 1 without bias.",
      [.metric, .curve], presence: .audits),
    .init(
      "gradient_direction_<baseline>",
      "Cosine between the expected gradient estimate and the true gradient, by group size; of estimates without bias, so perhaps above 1.",
      [.metric, .curve], better: .higher, presence: .audits),
    .init(
      "gradient_cosine_<baseline>",
      "Cosine between the estimate of a batch of `batch_size` completions and the true gradient, by group size.",
      [.metric, .curve], better: .higher, presence: .audits),
    .init(
      "gradient_samples_for_cosine_<baseline>",
      "Completions whose estimate has a cosine of 0.9 with the true gradient, by group size.",
      [.metric, .curve], unit: "completions", better: .lower,
      presence: .audits),
    .init(
      "adam_relative_variance_<baseline>",
      "Relative variance of the estimate after Adam's division by the root of second moments, by group size.",
      [.metric, .curve], better: .lower, presence: .audits),
    .init(
      "adam_cosine_<baseline>",
      "Cosine of a batch's estimate with the true gradient, both after Adam's division by the root of second moments, by group size.",
      [.metric, .curve], better: .higher, presence: .audits),
    .init(
      "gradient_squared_norm",
      "Squared norm of the true gradient, estimated without bias, so perhaps below 0.",
      presence: .audits),
    .init(
      "gradient_projection_error",
      "Standard deviation of a squared norm under the audit's random projection, as a share of it, at most.",
      presence: .audits),
  ]

  /// The diagnostics of training on pairs.
  private static let preferences: [MetricDeclaration] = [
    .share(
      "fraction_tied_pairs", "Share of pairs of equal reward, which are dropped.", [.curve],
      better: .lower, presence: .pairs),
    .share(
      "preference_accuracy",
      "Share of training pairs whose implicit reward margin has the right sign, ties counted half.",
      [.curve], better: .higher, presence: .preferences),
    .init(
      "preference_margin", "Mean implicit reward margin β (log-ratio won − log-ratio lost).",
      [.curve], presence: .preferences),
    .init(
      "preference_loss", "Loss of DPO; ln 2 at the reference with the sigmoid.", [.curve],
      unit: "nats", presence: .preferences),
    .init(
      "preferred_log_probability", "Mean log-probability of the preferred sequences.", [.curve],
      unit: "nats", presence: .preferences),
    .init(
      "other_log_probability", "Mean log-probability of the other sequences.", [.curve],
      unit: "nats", presence: .preferences),
  ]
}
