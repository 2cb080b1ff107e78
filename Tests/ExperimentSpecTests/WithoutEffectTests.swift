import ExperimentSpec
import Testing

/// What `arms` of a spec on CartPole are told, with the names of this version of labbook.
private func complaints(
  onCartPole arms: String, task: String = "{environment: CartPole-v1}",
  policy: String = "{hidden: [16]}"
) -> [String] {
  complaints(
    """
    question: Which of these settings has an effect?
    task: \(task)
    policy: \(policy)
    budget: {environment_steps: 4_000}
    evaluation: {every: 2_000, episodes: 4}
    arms:
    \(arms)
    """, vocabulary: .labbook)
}

private func complaints(onSequences arms: String) -> [String] {
  complaints(
    """
    question: Which of these settings has an effect?
    task: {language: sequences, lengths: [2], held_out_lengths: [3]}
    policy: {layers: 1, width: 16, heads: 2, context: 32}
    budget: {tokens: 4_000}
    evaluation: {every: 2_000, prompts: 4, samples: 2}
    arms:
    \(arms)
    """, vocabulary: .labbook)
}

private func complaints(_ text: String, vocabulary: Vocabulary) -> [String] {
  do throws(SpecError) {
    _ = try loadExperiment(
      at: "experiments/x.yaml", in: SpecFiles(["experiments/x.yaml": text]),
      vocabulary: vocabulary)
    return []
  } catch {
    return error.issues.map {
      "\($0)".replacing("experiments/", with: "").replacing(
        "; leave it out, or change what keeps it from having one", with: "")
    }
  }
}

/// An arm that sets what nothing reads has another key than without it, and the same weights.
@Suite struct WithoutEffectTests {
  @Test(arguments: [
    // The case kl-without-effect.
    (
      "kl_placement: in_reward", "kl_placement has no effect with kl_coefficient: 0"
    ),
    (
      "kl_placement: in_loss, kl_coefficient: 0",
      "kl_placement has no effect with kl_coefficient: 0"
    ),
    ("kl_estimator: k1", "kl_estimator has no effect with kl_placement: none"),
    ("kl_coefficient: 0.1", "kl_coefficient has no effect with kl_placement: none"),
    ("clip_schedule: linear", "clip_schedule has no effect with ratio: none"),
    ("dual_clip: 3", "dual_clip has no effect with ratio: none"),
    ("kl_target: 6", "kl_target has no effect with kl_placement: none"),
    ("kl_horizon: 100", "kl_horizon has no effect with kl_placement: none"),
    ("kl_clamp: 10", "kl_clamp has no effect with kl_placement: none"),
    (
      "kl_gradient: divergence, kl_placement: in_reward, kl_coefficient: 0.1",
      "kl_gradient has no effect with kl_placement: in_reward"
    ),
    (
      "kl_gradient: divergence, kl_placement: in_loss, kl_coefficient: 0.1, kl_estimator: k2",
      "kl_gradient has no effect with kl_estimator: k2, whose own gradient it is"
    ),
    ("clip_range_high: 0.3", "clip_range_high has no effect with ratio: none"),
    ("surrogate: soft_gate", "surrogate has no effect with ratio: none"),
    (
      "soft_gate_temperature: 2", "soft_gate_temperature has no effect with surrogate: clipped"
    ),
    (
      "soft_gate_temperature_negative: 2, ratio: token, surrogate: clipped_weight",
      "soft_gate_temperature_negative has no effect with surrogate: clipped_weight"
    ),
    (
      "clip_range: 0.1, ratio: token, surrogate: soft_gate",
      "clip_range has no effect with surrogate: soft_gate"
    ),
    (
      "dual_clip: 3, ratio: token, surrogate: clipped_weight",
      "dual_clip has no effect with surrogate: clipped_weight"
    ),
    (
      "surrogate: soft_gate, ratio: clipped_geometric_mean",
      "surrogate has no effect with ratio: clipped_geometric_mean"
    ),
    ("gae_lambda: 0.5", "gae_lambda has no effect with credit: trajectory"),
    ("value_clip: 0.2", "value_clip has no effect with baseline: leave_one_out"),
    ("truncation: terminal", "truncation has no effect with baseline: leave_one_out"),
    (
      "moving_average_decay: 0.5", "moving_average_decay has no effect with baseline: leave_one_out"
    ),
    ("scale_epsilon: 0.1", "scale_epsilon has no effect with scale: none"),
    ("scale_variance: biased", "scale_variance has no effect with scale: none"),
    (
      "scale_variance: biased, scale: group_std, group_identifiers: own",
      "scale_variance has no effect with group_identifiers: own"
    ),
    (
      "group_arithmetic: single_precision, scale: group_std",
      "group_arithmetic has no effect with baseline: leave_one_out"
    ),
    (
      "group_arithmetic: single_precision, baseline: group_mean",
      "group_arithmetic has no effect with scale: none"
    ),
    (
      "group_identifiers: interleaved, baseline: none",
      "group_identifiers has no effect with baseline: none"
    ),
    (
      "length_constant: 9",
      "length_constant has no effect with length_normalizer: sequence_mean_token_sum"
    ),
    ("observation_clip: 5", "observation_clip has no effect with observation_normalization: none"),
    ("reward_clip: none", "reward_clip has no effect with reward_normalization: none"),
    (
      "exploration: state_dependent",
      "exploration has no effect with discrete actions, which need no noise"
    ),
    (
      "initial_log_deviation: -1",
      "initial_log_deviation has no effect with discrete actions, which need no noise"
    ),
    ("exploration_interval: 4", "exploration_interval has no effect with exploration: independent"),
  ])
  func `a setting that nothing reads is refused with the reason`(settings: String, words: String) {
    let arm = "  A: {algorithm: rloo, group_size: 4, \(settings)}"
    #expect(complaints(onCartPole: arm) == ["x.yaml:7:39: error: arms.A.\(words)"])
  }

  @Test(arguments: [
    ("kl_placement: in_loss", "kl_placement has no effect with kl_coefficient: 0"),
    ("kl_target: 6", "kl_target has no effect with kl_placement: none"),
    ("score: truncated", "score has no effect with neither top_k nor top_p"),
    ("score: full_in_training", "score has no effect with neither top_k nor top_p"),
    (
      "group_identifiers: own, baseline: none",
      "group_identifiers has no effect with baseline: none"
    ),
    ("dual_clip: 3, ratio: none", "dual_clip has no effect with ratio: none"),
    ("overlong_penalty: 2", "overlong_penalty has no effect with overlong_buffer: 0"),
    (
      "scale_epsilon: 0.1, scale: signal_share",
      "scale_epsilon has no effect with scale: signal_share"
    ),
    (
      "value_learning_rate: 0.1",
      "value_learning_rate has no effect with baseline: leave_one_out"
    ),
  ])
  func `so it is on language tasks`(settings: String, words: String) {
    let arm = "  A: {algorithm: rloo, group_size: 4, \(settings)}"
    #expect(complaints(onSequences: arm) == ["x.yaml:7:39: error: arms.A.\(words)"])
  }

  @Test func `ε of components that are normalized one by one is read, whatever the scale`() {
    #expect(
      complaints(
        onSequences:
          "  A: {algorithm: rloo, group_size: 4, reward_aggregation: normalize_then_sum, scale_epsilon: 0.1}"
      ) == [])
  }

  @Test func `a list of weights has one for each component of the reward`() {
    func told(_ weights: String) -> [String] {
      complaints(onSequences: "  A: {algorithm: rloo, group_size: 4, reward_weights: \(weights)}")
    }
    #expect(told("[2.0]") == [])
    #expect(
      told("[2.0, 1.0]") == [
        "x.yaml:7:55: error: arms.A cannot be run: reward_weights must be a list of 1, one for each of answer; it has 2"
      ])
  }

  @Test(arguments: ["previous_round", "moving"])
  func `offline pairs on environments have a reference that stays`(reference: String) {
    let arm = "  A: {algorithm: dpo, variant: offline, reference: \(reference)}"
    #expect(
      complaints(onCartPole: arm) == [
        "x.yaml:7:32: error: arms.A cannot be run: variant offline samples with the policy that the run starts from, and reference \(reference) moves it on environments; set reference: initial, or variant: iterative"
      ])
    #expect(complaints(onCartPole: arm.replacing("offline", with: "iterative")) == [])
    #expect(complaints(onSequences: arm) == [])
  }

  @Test func `a limit beyond the vocabulary limits nothing`() {
    #expect(
      complaints(onSequences: "  A: {algorithm: rloo, score: truncated, top_k: 4_000}").map {
        $0.prefix { $0 != "w" }
      } == [
        "x.yaml:7:24: error: arms.A.score has no effect ",
        "x.yaml:7:42: error: arms.A.top_k has no effect ",
      ])
    #expect(complaints(onSequences: "  A: {algorithm: rloo, score: truncated, top_k: 4}") == [])
  }

  @Test(arguments: [
    (
      "{environment: FrozenLake-v1, is_slippery: false, success_rate: 0.5}", "{hidden: [16]}",
      "x.yaml:2:56: error: task.success_rate has no effect with is_slippery: false"
    ),
    (
      "{environment: Taxi-v4, fickle_probability: 0.5}", "{hidden: [16]}",
      "x.yaml:2:30: error: task.fickle_probability has no effect with fickle_passenger: false"
    ),
    (
      "{environment: CartPole-v1}", "{hidden: [], activation: relu}",
      "x.yaml:3:22: error: policy.activation has no effect with no hidden layers"
    ),
  ])
  func `so it is in the task and the policy`(task: String, policy: String, expected: String) {
    #expect(
      complaints(onCartPole: "  A: {algorithm: rloo}", task: task, policy: policy) == [expected])
  }

  @Test func `fewer items at the end than along the way are as many`() {
    func told(_ evaluation: String) -> [String] {
      complaints(
        """
        question: Q
        task: {environment: CartPole-v1}
        evaluation: {\(evaluation)}
        arms:
          A: {algorithm: rloo}
        """, vocabulary: .labbook)
    }
    #expect(
      told("episodes: 200, final_episodes: 150") == [
        "x.yaml:3:29: error: evaluation.final_episodes has no effect with episodes: 200, which the evaluation at the end has, too"
      ])
    // Without it there would be 100.
    #expect(told("episodes: 60, final_episodes: 50") == [])
    #expect(told("episodes: 200") == [])
  }

  @Test func `a stage is told what its algorithm's evaluation does not read`() {
    #expect(
      complaints(
        """
        question: Q
        task: {language: preference}
        policy: {context: 40}
        stages:
          RM: {algorithm: reward_model, evaluation: {prompts: 20, final_prompts: 300}}
        arms:
          A: {algorithm: ppo, reward: RM}
        """, vocabulary: .labbook) == [
          "x.yaml:5:59: error: stages.RM.evaluation.final_prompts has no effect with algorithm: reward_model"
        ])
  }

  @Test(arguments: [
    (
      "proxy_reward",
      [
        "x.yaml:5:9: error: metric is proxy_reward, which no arm has: it is only of arms that a reward model pays"
      ]
    ),
    (
      "held_out_preference_loss",
      [
        "x.yaml:5:9: error: metric is held_out_preference_loss, which no arm has: it is only of arms that train a reward model"
      ]
    ), ("gold_reward", []),
  ])
  func `a metric that no arm has is refused`(metric: String, expected: [String]) {
    #expect(
      complaints(
        """
        question: Q
        task: {language: preference}
        policy: {context: 40}
        seeds: 2
        metric: \(metric)
        arms:
          A: {algorithm: ppo}
        """, vocabulary: .labbook) == expected)
  }

  @Test func `a metric that no arm's algorithm records is refused`() {
    func told(_ arms: String) -> [String] {
      complaints(
        """
        question: Q
        task: {language: arithmetic}
        seeds: 2
        metric: training_reward_last_100
        arms:
        \(arms)
        """, vocabulary: .labbook)
    }
    #expect(
      told("  A: {algorithm: sft}") == [
        "x.yaml:4:9: error: metric is training_reward_last_100, which no arm has: it is only of algorithms that sample completions of the policy"
      ])
    #expect(told("  A: {algorithm: sft}\n  B: {algorithm: grpo}") == [])
  }

  @Test func `an episode of one step has nothing to discount`() {
    #expect(
      complaints(
        onCartPole: "  A: {algorithm: reinforce, discount: 0.9}",
        task: "{environment: ContextualBandit-v0}") == [
          "x.yaml:7:29: error: arms.A.discount has no effect with episodes of one step"
        ])
  }

  @Test(arguments: [
    // A coefficient of 0 is a point of a sweep like any other.
    "kl_placement: in_reward, kl_estimator: k1, sweep: {kl_coefficient: [0, 0.1]}",
    "kl_coefficient: 0.1, sweep: {kl_placement: [none, in_reward, in_loss]}",
    "sweep: {kl_coefficient: [0, 0.1], kl_placement: [in_reward, in_loss]}",
    "clip_range: 0.1, epochs: 2, sweep: {ratio: [none, token]}",
    // What holds anyway may be written.
    "kl_placement: none, kl_coefficient: 0, scale_epsilon: 1e-8, clip_range: 0.2",
    // What a preset brings is its source's business.
    "preset: trl, kl_coefficient: 0", "preset: paper, kl_placement: none",
  ])
  func `what is read somewhere, holds anyway or comes with a preset may stand`(settings: String) {
    #expect(complaints(onCartPole: "  A: {algorithm: rloo, group_size: 4, \(settings)}") == [])
  }

  @Test(arguments: [
    (
      "sweep: {kl_estimator: [k1, k2]}",
      "x.yaml:7:47: error: arms.A.sweep.kl_estimator has no effect with kl_placement: none"
    ),
    (
      "kl_placement: in_loss, sweep: {kl_coefficient: [0]}",
      "x.yaml:7:39: error: arms.A.kl_placement has no effect with kl_coefficient: 0"
    ),
    (
      "preset: trl, kl_placement: none, kl_estimator: k3",
      "x.yaml:7:72: error: arms.A.kl_estimator has no effect with kl_placement: none"
    ),
  ])
  func `what no arm of a sweep reads is refused`(settings: String, expected: String) {
    #expect(
      complaints(onCartPole: "  A: {algorithm: rloo, group_size: 4, \(settings)}") == [expected])
  }

  @Test func `noise that depends on the state is for action vectors`() {
    let arm = "  A: {algorithm: ppo, exploration: state_dependent, exploration_interval: 4}"
    #expect(complaints(onCartPole: arm, task: "{environment: Pendulum-v1}") == [])
    #expect(complaints(onCartPole: arm).count == 2)
  }

  // MARK: Warnings

  private func warnings(_ settings: String) throws -> [String] {
    let text = """
      question: Q
      task: {environment: CartPole-v1}
      arms:
        A: {algorithm: rloo, \(settings)}
      """
    return try loadExperiment(
      at: "experiments/x.yaml", in: SpecFiles(["experiments/x.yaml": text]), vocabulary: .labbook
    ).warnings.map { "\($0)" }
  }

  @Test func `k1 in the loss is warned of, for its gradient is 0 in expectation`() throws {
    let told = try warnings("kl_placement: in_loss, kl_coefficient: 0.1, kl_estimator: k1")
    #expect(told.count == 1)
    #expect(
      told.first?.hasPrefix(
        "experiments/x.yaml:4:68: warning: arms.A.kl_estimator puts k1 into the loss without importance correction: on-policy its gradient is 0 in expectation"
      ) == true, "\(told)")
    // Of a preset's estimator it is told where its place was changed.
    #expect(
      try warnings("preset: trl, kl_placement: in_loss").first?.hasPrefix(
        "experiments/x.yaml:4:37: warning: arms.A.kl_placement puts k1") == true)
    #expect(
      try warnings("kl_placement: in_loss, kl_coefficient: 0.1, sweep: {kl_estimator: [k1, k3]}")
        .first?.hasPrefix("experiments/x.yaml:4:76: warning: arms.A.sweep.kl_estimator") == true)
    for fine in [
      "kl_placement: in_loss, kl_coefficient: 0.1, kl_estimator: k2",
      "kl_placement: in_loss, kl_coefficient: 0.1, kl_estimator: k1, kl_gradient: divergence",
      "kl_placement: in_reward, kl_coefficient: 0.1, kl_estimator: k1", "preset: trl",
    ] { #expect(try warnings(fine) == []) }
  }

  @Test func `a clip range that no second step can reach is warned of`() throws {
    let told = try warnings("ratio: token, clip_range: 0.1")
    #expect(
      told.first?.hasPrefix("experiments/x.yaml:4:24: warning: arms.A.ratio changes nothing")
        == true)
    #expect(
      told.last?.hasPrefix(
        "experiments/x.yaml:4:38: warning: arms.A.clip_range never acts") == true)
    #expect(try warnings("ratio: token, clip_range: 0.1, epochs: 2") == [])
    #expect(try warnings("preset: openrlhf") == [])
  }
}
