/// What is known of a metric or curve: its name, its meaning, its unit.
public struct MetricDeclaration: Hashable, Sendable {
  /// Where the values of a metric lie, if that is known without running.
  public enum Range: Hashable, Sendable {
    case unknown
    /// The range of returns of the run's environment.
    case environmentReturns
    /// The range of rewards of the run's language task.
    case taskRewards
    case fixed(ClosedRange<Double>)
  }

  public var name: String
  /// One sentence for a person.
  public var documentation: String
  /// Such as `return`, `steps` or `nats`; empty for a number without unit.
  public var unit: String
  public var range: Range
  /// Whether a larger value is the better one; `nil` where neither is.
  public var higherIsBetter: Bool?

  init(
    _ name: String, _ documentation: String, unit: String = "", range: Range = .unknown,
    higherIsBetter: Bool? = nil
  ) {
    self.name = name
    self.documentation = documentation
    self.unit = unit
    self.range = range
    self.higherIsBetter = higherIsBetter
  }

  /// The scalar metrics of a record.
  public static let metrics: [MetricDeclaration] = [
    .init(
      "evaluation_return",
      "Mean undiscounted return of the greedy policy at the end of the budget, over `final_episodes` episodes.",
      unit: "return", range: .environmentReturns, higherIsBetter: true),
    .init(
      "evaluation_return_auc",
      "Area under the evaluation curve by trapezoids, divided by its length in steps.",
      unit: "return", range: .environmentReturns, higherIsBetter: true),
    .init(
      "training_return_last_100",
      "Mean undiscounted return of the last 100 sampled training episodes; of the unfinished ones if none finished.",
      unit: "return", range: .environmentReturns, higherIsBetter: true),
    .init(
      "expected_reward",
      "Exact expected reward of the final stochastic policy, by enumeration (bandit only).",
      unit: "reward", range: .environmentReturns, higherIsBetter: true),
    .init(
      "diverged",
      "1 where a number that was not finite or a gradient norm above 10⁷ ended training, else 0; metrics are then of the last sound weights.",
      range: .fixed(0...1), higherIsBetter: false),
    .init(
      "environment_steps",
      "Environment steps that training took, greedy, preference, tied and dropped rollouts included.",
      unit: "steps"),
    .init("updates", "Steps of the optimizer.", unit: "updates"),
    .init(
      "episodes", "Sampled training episodes that ended, those of dropped batches excluded.",
      unit: "episodes"),
    .init(
      "dropped_steps",
      "Environment steps of the batch of groups that the end of the budget cut off.",
      unit: "steps"),
    .init(
      "gradient_samples", "Rows that went through a network's backward pass.", unit: "rows"),
    .init(
      "floating_point_operations",
      "Multiplications and additions of the matrix products of training, evaluation excluded.",
      unit: "operations"),
    .init(
      "parameters", "Parameters held: policy, value network and reference.", unit: "parameters"),
  ]

  /// The end of a metric's name that holds the standard error of another.
  public static let standardErrorSuffix = "_standard_error"

  /// The declaration of the standard error of this metric.
  var standardError: MetricDeclaration {
    MetricDeclaration(
      name + Self.standardErrorSuffix,
      "Standard error of \(name) over the items of this run's final evaluation.", unit: unit)
  }

  /// The curves of a record: what is evaluated has the value at the point, of the policy in force at that step;
  /// all others are means over the updates since the point before.
  public static let curves: [MetricDeclaration] = [
    .init(
      "evaluation_return", "Mean undiscounted return of the greedy policy.", unit: "return",
      range: .environmentReturns, higherIsBetter: true),
    .init(
      "expected_reward", "Exact expected reward of the stochastic policy (bandit only).",
      unit: "reward", range: .environmentReturns, higherIsBetter: true),
    .init(
      "training_return", "Mean undiscounted return of the latest 100 sampled training episodes.",
      unit: "return", range: .environmentReturns, higherIsBetter: true),
    .init("policy_entropy", "Mean entropy of the policy at the sampled states.", unit: "nats"),
    .init(
      "approximate_kl",
      "Mean k3 estimate of the divergence of the updated policy from the sampling one.",
      unit: "nats"),
    .init(
      "clip_fraction", "Share of steps whose ratio is outside the clip range.",
      range: .fixed(0...1)),
    .init("gradient_norm", "Global norm of the gradient before clipping."),
    .init(
      "policy_loss",
      "The whole loss: policy, penalties, bonus, and value_coefficient times the value loss."),
    .init("value_loss", "Half the mean squared error of the value network.", unit: "return²"),
    .init(
      "explained_variance",
      "Share of the variance of returns that the value network explains; negative if it misleads.",
      higherIsBetter: true),
    .init(
      "reference_kl_per_step",
      "Divergence of the sampling policy from the initial one: mean log-ratio of a step.",
      unit: "nats"),
    .init("kl_coefficient", "Weight of the divergence from the start, where it is adapted."),
    .init(
      "fraction_groups_without_signal", "Share of groups whose advantages are all exactly 0.",
      range: .fixed(0...1), higherIsBetter: false),
    .init(
      "fraction_tied_pairs", "Share of pairs whose returns are equal, which are dropped.",
      range: .fixed(0...1), higherIsBetter: false),
    .init(
      "preference_accuracy",
      "Share of training pairs whose implicit reward margin has the right sign, ties counted half.",
      range: .fixed(0...1), higherIsBetter: true),
    .init("preference_margin", "Mean implicit reward margin β (log-ratio won − log-ratio lost)."),
    .init("preference_loss", "Loss of DPO; ln 2 at the reference.", unit: "nats"),
    .init(
      "preferred_log_probability", "Mean log-probability of the preferred trajectories.",
      unit: "nats"),
    .init(
      "other_log_probability", "Mean log-probability of the other trajectories.", unit: "nats"),
  ]

  /// Returns the declaration of the scalar metric `name`, or `nil`.
  public static func metric(named name: String) -> MetricDeclaration? {
    metrics.first { $0.name == name } ?? standardError(named: name) { metric(named: $0) }
  }

  /// Returns the declaration of a standard error, or `nil` if `name` is none of a metric that exists.
  static func standardError(
    named name: String, of metric: (String) -> MetricDeclaration?
  ) -> MetricDeclaration? {
    guard name.hasSuffix(standardErrorSuffix) else { return nil }
    return metric(String(name.dropLast(standardErrorSuffix.count)))?.standardError
  }
}
