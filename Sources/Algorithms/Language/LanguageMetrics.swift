extension MetricDeclaration {
  /// The scalar metrics of a record of a language model, those whose names hold a level or a part of
  /// the reward aside; see ``languageFamilies``.
  ///
  /// Unless said otherwise, a metric is of the weights at the end of the budget and a mean over the test
  /// prompts of the levels that are not held out: `final_prompts` of each for greedy completions, `prompts`
  /// of each for sampled ones.
  public static let languageMetrics: [MetricDeclaration] = [
    .init(
      "test_accuracy", "Share of test prompts that the greedy completion answers right, all of it.",
      range: .fixed(0...1), higherIsBetter: true),
    .init(
      "test_accuracy_start", "Test accuracy before training.", range: .fixed(0...1),
      higherIsBetter: true),
    .init(
      "test_accuracy_auc",
      "Area under the curve of test accuracy by trapezoids, divided by its length in tokens.",
      range: .fixed(0...1), higherIsBetter: true),
    .init(
      "held_out_accuracy",
      "Share of test prompts of held-out levels that the greedy completion answers right; absent without such levels.",
      range: .fixed(0...1), higherIsBetter: true),
    .init(
      "format_rate", "Share of greedy completions of the right form, whatever their answer.",
      range: .fixed(0...1), higherIsBetter: true),
    .init(
      "test_reward", "Mean reward by rule of greedy completions.", unit: "reward",
      range: .taskRewards, higherIsBetter: true),
    .init(
      "memorization_score",
      "Share of pairs of twin prompts of which the greedy completion answers the original right and the perturbed twin wrong (LiMem of Xie et al., 2024).",
      range: .fixed(0...1), higherIsBetter: false),
    .init(
      "test_response_length", "Mean tokens of greedy completions, the end token included.",
      unit: "tokens"),
    .init(
      "test_truncated_fraction", "Share of greedy completions without an end token.",
      range: .fixed(0...1), higherIsBetter: false),
    .init(
      "test_reference_kl",
      "Divergence of the final policy from the one it started from: log-ratio of completions sampled at temperature 1, summed over tokens.",
      unit: "nats"),
    .init(
      "gold_reward", "Mean reward by rule of completions sampled at temperature 1.",
      unit: "reward", range: .taskRewards, higherIsBetter: true),
    .init(
      "proxy_reward",
      "Mean reward by the reward model of completions sampled at temperature 1.",
      unit: "reward", higherIsBetter: true),
    .init(
      "held_out_preference_accuracy",
      "Share of held-out pairs of which the reward model pays the preferred completion more, equal pay counted half.",
      range: .fixed(0...1), higherIsBetter: true),
    .init(
      "held_out_preference_loss",
      "Bradley-Terry loss on held-out pairs; ln 2 where all are paid the same.",
      unit: "nats", higherIsBetter: false),
    .init(
      "training_reward_last_100",
      "Mean reward by rule of the last 100 completions sampled in training.", unit: "reward",
      range: .taskRewards, higherIsBetter: true),
    .init(
      "diverged",
      "1 where a number that was not finite or a gradient norm above 10⁷ ended training, else 0; metrics are then of the last sound weights.",
      range: .fixed(0...1), higherIsBetter: false),
    .init("updates", "Steps of the optimizer.", unit: "updates"),
    .init(
      "tokens_generated",
      "Tokens that training sampled: greedy baselines, tied pairs, dropped rollouts, and what a reward model is normalized with included.",
      unit: "tokens"),
    .init(
      "tokens_trained",
      "Tokens that went through a forward and backward pass, prompts included, every epoch anew; completions without gradient have none.",
      unit: "tokens"),
    .init(
      "tokens_scored",
      "Tokens that went through a forward pass of training alone: of reference, value and reward model, and of the policy where there is no gradient.",
      unit: "tokens"),
    .init(
      "floating_point_operations",
      "Multiplications and additions of the matrix products of training, evaluation excluded.",
      unit: "operations"),
    .init("policy_parameters", "Parameters of the policy.", unit: "parameters"),
    .init("value_parameters", "Parameters of the value model.", unit: "parameters"),
    .init("reference_parameters", "Parameters of the frozen reference.", unit: "parameters"),
    .init("reward_parameters", "Parameters of the reward model.", unit: "parameters"),
    .init("optimizer_bytes", "Memory of the optimizer's moments.", unit: "bytes"),
    .init(
      "activation_bytes",
      "Memory of the training passes' buffers at their largest; sampling's cache is not in it.",
      unit: "bytes"),
    .init(
      "memory_bytes", "Memory of parameters, gradients, optimizer and activations.",
      unit: "bytes"),
  ]

  /// The curves of a record of a language model over the tokens of its budget, those whose names hold
  /// a part of the reward aside; see ``languageFamilies``.
  ///
  /// What is evaluated has the value at the point; all others, if they do not say otherwise, are
  /// means over the updates since the point before.
  public static let languageCurves: [MetricDeclaration] = [
    .init(
      "test_accuracy", "Share of test prompts that the greedy completion answers right.",
      range: .fixed(0...1), higherIsBetter: true),
    .init(
      "held_out_accuracy",
      "Share of test prompts of held-out levels that the greedy completion answers right.",
      range: .fixed(0...1), higherIsBetter: true),
    .init(
      "format_rate", "Share of greedy completions of test prompts of the right form.",
      range: .fixed(0...1), higherIsBetter: true),
    .init(
      "test_reward", "Mean reward by rule of greedy completions of test prompts.",
      unit: "reward", range: .taskRewards, higherIsBetter: true),
    .init(
      "test_response_length",
      "Mean tokens of greedy completions of test prompts, the end token included.",
      unit: "tokens"),
    .init(
      "test_truncated_fraction",
      "Share of greedy completions of test prompts without an end token.", range: .fixed(0...1),
      higherIsBetter: false),
    .init(
      "training_reward", "Mean reward by rule of the completions sampled in training.",
      unit: "reward", range: .taskRewards, higherIsBetter: true),
    .init("policy_entropy", "Mean entropy of the policy at the trained tokens.", unit: "nats"),
    .init(
      "reference_kl",
      "Divergence of the sampling policy from the start: log-ratio summed over tokens, a mean over completions.",
      unit: "nats"),
    .init(
      "approximate_kl",
      "Mean k3 estimate of the divergence of the updated policy from the sampling one, per token.",
      unit: "nats"),
    .init(
      "clip_fraction", "Share of tokens whose ratio is outside the clip range.",
      range: .fixed(0...1)),
    .init("gradient_norm", "Global norm of the gradient before clipping."),
    .init(
      "policy_loss",
      "The whole loss: policy, penalties, bonus, and value_coefficient times the value loss."),
    .init("value_loss", "Half the mean squared error of the value model.", unit: "reward²"),
    .init(
      "explained_variance",
      "Share of the variance of returns that the value model explains; negative if it misleads.",
      higherIsBetter: true),
    .init(
      "fraction_groups_without_signal", "Share of groups whose advantages are all exactly 0.",
      range: .fixed(0...1), higherIsBetter: false),
    .init(
      "response_length",
      "Mean tokens of the completions sampled in training, the end token included.",
      unit: "tokens"),
    .init(
      "truncated_fraction",
      "Share of the completions sampled in training without an end token.", range: .fixed(0...1),
      higherIsBetter: false),
    .init(
      "training_proxy_reward",
      "Mean reward by the reward model of the completions sampled in training.",
      unit: "reward", higherIsBetter: true),
    .init(
      "cross_entropy", "Mean cross-entropy of the demonstrations' tokens.", unit: "nats",
      higherIsBetter: false),
    .init(
      "reward_model_loss", "Bradley-Terry loss of the training pairs.", unit: "nats",
      higherIsBetter: false),
    .init(
      "fraction_tied_pairs", "Share of pairs of completions with equal reward, which are dropped.",
      range: .fixed(0...1), higherIsBetter: false),
    .init(
      "held_out_preference_accuracy",
      "Share of held-out pairs of which the reward model pays the preferred completion more, equal pay counted half.",
      range: .fixed(0...1), higherIsBetter: true),
    .init(
      "held_out_preference_loss",
      "Bradley-Terry loss on held-out pairs; ln 2 where all are paid the same.", unit: "nats",
      higherIsBetter: false),
    .init(
      "preference_accuracy",
      "Share of training pairs whose implicit reward margin has the right sign, ties counted half.",
      range: .fixed(0...1), higherIsBetter: true),
    .init("preference_margin", "Mean implicit reward margin β (log-ratio won − log-ratio lost)."),
    .init("preference_loss", "Loss of DPO; ln 2 at the reference with the sigmoid.", unit: "nats"),
    .init(
      "preferred_log_probability", "Mean log-probability of the preferred completions.",
      unit: "nats"),
    .init(
      "other_log_probability", "Mean log-probability of the other completions.", unit: "nats"),
    .init("learning_rate", "Step size after its schedule."),
    .init("kl_coefficient", "Weight of the divergence from the start, where it is adapted."),
  ]

  /// Metrics and curves whose names end in what the task or the settings say: a level, a part of
  /// the reward, a number of samples.
  ///
  /// The part in angle brackets stands for letters, digits and `_`.
  public static let languageFamilies: [MetricDeclaration] = [
    .init(
      "test_accuracy_<level>",
      "Share of test prompts of one level that the greedy completion answers right.",
      range: .fixed(0...1), higherIsBetter: true),
    .init(
      "test_reward_<component>",
      "Mean of one part of the reward by rule over greedy completions of test prompts.",
      unit: "reward", higherIsBetter: true),
    .init(
      "training_reward_<component>",
      "Mean of one part of the reward by rule over the completions sampled in training.",
      unit: "reward", higherIsBetter: true),
    .init(
      "hack_reward_<hack>",
      "What the rule pays, in the form that it pays best, for a known way of looking for the reward.",
      unit: "reward"),
    .init(
      "pass_at_<k>",
      "Probability that one of k completions sampled at temperature 1 is right, without bias.",
      range: .fixed(0...1), higherIsBetter: true),
  ]

  /// The declaration of a metric or curve of a language model, those of families included.
  ///
  /// - Parameters:
  ///   - name: Such as `test_accuracy_3`.
  ///   - isCurve: Whether the name is a curve's; the same name can mean different things.
  /// - Returns: The declaration with that name, or `nil` if there is none.
  public static func languageDeclaration(
    named name: String, isCurve: Bool = false
  ) -> MetricDeclaration? {
    let own = isCurve ? languageCurves : languageMetrics
    if let declaration = own.first(where: { $0.name == name }) { return declaration }
    if !isCurve,
      let error = standardError(named: name, of: { languageDeclaration(named: $0) })
    {
      return error
    }
    return languageFamilies.first { family in
      let prefix = family.name.prefix { $0 != "<" }
      let rest = name.dropFirst(prefix.count)
      return name.hasPrefix(prefix) && !rest.isEmpty
        && rest.utf8.allSatisfy(isAllowedInFamily)
    }.map { family in
      var declaration = family
      declaration.name = name
      return declaration
    }
  }

  private static func isAllowedInFamily(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
