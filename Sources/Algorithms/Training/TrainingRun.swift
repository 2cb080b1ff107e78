import Environments
import NeuralNetworks
import SeededRandom
import Settings
import Tensors

/// What training is busy with; reported as it changes, for measurements.
public enum TrainingPhase: String, CaseIterable, Sendable {
  /// The policy chooses actions, on a language task with all that sampling takes.
  case rollout
  /// Environments are reset, stepped and looked at.
  case environment
  /// Predictions and losses of a batch that was collected.
  case forward
  case backward
  /// Clipping of the gradient and the step along it.
  case optimizer
  /// Advantages are estimated, and standardized.
  case advantages
  /// What is left: the order of minibatches, notes of steps and episodes, diagnostics.
  case bookkeeping
  case evaluation
}

/// The state of one run: its environment, agent, streams, budget and log.
///
/// It counts and evaluates; what is learned is the algorithms' business.
final class TrainingRun {
  let environment: any Environment
  let streams: RandomStreams
  let agent: Agent
  let budget: Int
  /// Whether a row's result does not depend on its batch, so that ratios must start at exactly 1.
  let isExact: Bool
  var log = TrainingLog()
  /// What the policy sees of observations; training alone adds to what it has seen.
  var observationNormalization: ObservationNormalization
  /// What training sees of rewards.
  var rewardNormalization: RewardNormalization
  /// The index of the next start that nothing has used yet.
  var nextStart = 0
  /// Returns so far of the sampled episodes that were dropped or under way when the budget ended.
  var unfinishedReturns: [Double] = []

  let enter: (TrainingPhase) -> Void
  private let progress: (Int, Int) -> Void
  private let evaluationSettings: EvaluationSettings
  private let evaluator: Evaluator
  private var timetable: EvaluationTimetable
  /// What the policy saw of observations when the latest update was done; evaluation sees the same.
  private var normalizationInForce: ObservationNormalization
  /// Parameters and normalization of the latest evaluation without a number that is not finite.
  private var lastSound: (parameters: [Float], normalization: ObservationNormalization)?
  private var hasDiverged = false

  /// Creates a run at its beginning.
  init(
    _ configuration: RunConfiguration, needs: AgentNeeds, progress: @escaping (Int, Int) -> Void,
    enter: @escaping (TrainingPhase) -> Void
  ) throws(TrainingError) {
    guard let declaration = EnvironmentRegistry.declaration(named: configuration.environment)
    else {
      throw .invalidConfiguration("there is no environment '\(configuration.environment)'")
    }
    let made: any Environment
    do throws(SettingProblem) {
      made = try declaration.make(configuration.taskSettings)
    } catch { throw .invalidConfiguration("\(configuration.environment): \(error)") }
    guard let actions = ActionKind(of: made) else {
      throw .invalidConfiguration(
        "\(configuration.environment) has neither discrete nor continuous actions")
    }
    if case .discrete = actions, needs.settings.exploration == .stateDependent {
      throw .invalidConfiguration(
        "\(configuration.environment) has discrete actions; exploration state_dependent is for action vectors"
      )
    }
    environment = made
    let policy = try validated(configuration.policy, over: PolicySettings(), section: "policy")
    evaluationSettings = try validated(
      configuration.evaluation, over: EvaluationSettings(), section: "evaluation")
    budget = try validated(configuration.budget, over: BudgetSettings(), section: "budget")
      .environmentSteps
    isExact = configuration.numerics == .exact
    streams = RandomStreams(
      identity: stochasticIdentity(
        of: declaration, settings: configuration.taskSettings),
      replicateSeed: configuration.seed)
    agent = Agent(
      inputs: environment.observationWidth, actions: actions, settings: policy,
      needs: needs, profile: configuration.numerics, streams: streams)
    observationNormalization = ObservationNormalization(
      width: environment.observationWidth, settings: needs.settings)
    normalizationInForce = observationNormalization
    rewardNormalization = RewardNormalization(
      needs.rewardNormalization, clip: needs.rewardClip)
    evaluator = Evaluator(
      environment: environment, streams: streams, splitIndex: evaluationSettings.splitIndex)
    timetable = EvaluationTimetable(every: evaluationSettings.every, budget: budget)
    self.progress = progress
    self.enter = enter
    try evaluate(at: timetable.reached(by: 0))
  }

  /// Environment steps that may still be taken.
  var remaining: Int { budget - log.environmentSteps }

  /// The share of the budget that is used, in 0...1.
  var usedShare: Double { Double(log.environmentSteps) / Double(budget) }

  /// Ends the collection of a batch: evaluates the policy that sampled it at the multiples that it passed.
  ///
  /// - Throws: If the policy computes something that is not finite.
  func finishCollection() throws(TrainingError) {
    try evaluate(at: timetable.passed(by: log.environmentSteps))
  }

  /// Ends an update: takes note of its diagnostics, and evaluates if a multiple was reached.
  ///
  /// - Throws: If the policy computes something that is not finite.
  func finishUpdate(_ diagnostics: Diagnostics) throws(TrainingError) {
    enter(.bookkeeping)
    log.record(diagnostics)
    normalizationInForce = observationNormalization
    try evaluate(at: timetable.reached(by: log.environmentSteps))
    progress(log.environmentSteps, budget)
  }

  /// Evaluates the policy in force, once for all of `due`.
  private func evaluate(at due: [Int]) throws(TrainingError) {
    guard !due.isEmpty else { return }
    addPoints(try evaluation(episodes: evaluationSettings.episodes), at: due)
  }

  /// What an evaluation found.
  private struct Evaluation {
    var returns: ItemMean
    var items: [Double]
    var expectedReward: Double?
  }

  /// Evaluates the policy as it is.
  private func evaluation(episodes: Int) throws(TrainingError) -> Evaluation {
    enter(.evaluation)
    defer { enter(.bookkeeping) }
    do throws(NotFiniteOutput) {
      let items = try evaluator.returns(
        of: agent.policy, seeing: normalizationInForce, episodes: episodes)
      let expected = try evaluator.expectedReward(of: agent.policy, seeing: normalizationInForce)
      guard let returns = ItemMean(of: [items]) else {
        preconditionFailure("an evaluation has an episode")
      }
      lastSound = (agent.parameters.values.array, normalizationInForce)
      return Evaluation(returns: returns, items: items, expectedReward: expected)
    } catch {
      throw .notFinite(
        quantity: "output of the evaluated policy",
        value: error.value.isNaN ? "not a number" : "\(error.value)",
        update: agent.optimizer.updates, environmentSteps: log.environmentSteps)
    }
  }

  private func addPoints(_ evaluation: Evaluation, at due: [Int]) {
    for step in due {
      log.addPoint("evaluation_return", step: step, value: evaluation.returns.value)
      if let expected = evaluation.expectedReward {
        log.addPoint("expected_reward", step: step, value: expected)
      }
    }
    log.closeInterval(at: due)
  }

  /// Evaluates the final policy: the last point of the curves, and of whatever multiples are left where
  /// training ended before its budget.
  ///
  /// A policy whose output is not finite makes the run diverged, and gives way to the last one that was sound.
  private func finalEvaluation() throws(TrainingError) -> Evaluation {
    let episodes = evaluationSettings.largestEpisodes
    do {
      return try evaluation(episodes: episodes)
    } catch  where error.isDivergence {
      guard let (parameters, normalization) = lastSound else { throw error }
      hasDiverged = true
      agent.parameters.values.copy(from: parameters)
      normalizationInForce = normalization
      observationNormalization = normalization
      return try evaluation(episodes: episodes)
    }
  }

  /// Ends training where its numbers left all bounds: the result is that of the weights before.
  func endDiverged() {
    hasDiverged = true
  }

  /// Returns what the run leaves behind.
  ///
  /// - Throws: If no policy of the run could be evaluated.
  func result() throws(TrainingError) -> TrainingResult {
    let final = try finalEvaluation()
    log.record([])
    addPoints(final, at: timetable.rest())
    var metrics: [String: Double] = [
      "evaluation_return_auc": areaUnderCurve(
        log.curves["evaluation_return"] ?? TrainingCurve(name: "evaluation_return")),
      "training_return_last_100": log.recentReturn
        ?? meanOfLast(unfinishedReturns.count, of: unfinishedReturns),
      "diverged": hasDiverged ? 1 : 0,
      "environment_steps": Double(log.environmentSteps),
      "dropped_steps": Double(log.droppedSteps),
      "updates": Double(agent.optimizer.updates),
      "episodes": Double(log.episodes),
      "gradient_samples": Double(agent.gradientSamples),
      "floating_point_operations": Double(agent.floatingPointOperations),
      "parameters": Double(agent.parameterCount),
    ]
    metrics.add(final.returns, as: "evaluation_return")
    metrics["expected_reward"] = final.expectedReward
    return TrainingResult(
      metrics: metrics,
      curves: log.curves.values.sorted { $0.name < $1.name },
      weights: safetensors(of: namedTensors(of: agent.parameters) + normalizationTensors),
      items: [
        TrainingCurve(
          name: "evaluation_return", steps: Array(final.items.indices), values: final.items)
      ], updateDigests: log.updateDigests)
  }

  /// What observations and rewards were last normalized by; nothing where they were not.
  private var normalizationTensors: [NamedTensor] {
    var tensors: [NamedTensor] = []
    if let scale = observationNormalization.scale {
      let shape = [environment.observationWidth]
      tensors += [
        NamedTensor(name: "observation.mean", shape: shape, elements: scale.means),
        NamedTensor(name: "observation.deviation", shape: shape, elements: scale.deviations),
      ]
    }
    if rewardNormalization.isActive {
      tensors.append(
        NamedTensor(
          name: "reward.deviation", shape: [1], elements: [Float(rewardNormalization.deviation)]))
    }
    return tensors
  }
}

/// Returns the mean of the last `count` values, or of all if there are fewer; 0 for none.
func meanOfLast(_ count: Int, of values: [Double]) -> Double {
  let last = values.suffix(count)
  return last.isEmpty ? 0 : last.reduce(0, +) / Double(last.count)
}

/// Returns the area under a curve by trapezoids, divided by its length in steps.
///
/// A curve of one point has that point's value.
func areaUnderCurve(_ curve: TrainingCurve) -> Double {
  guard let first = curve.steps.first, let last = curve.steps.last, last > first else {
    return curve.values.first ?? 0
  }
  var area = 0.0
  for (index, step) in curve.steps.enumerated().dropFirst() {
    let width = Double(step - curve.steps[index - 1])
    area += width * (curve.values[index] + curve.values[index - 1]) / 2
  }
  return area / Double(last - first)
}

/// Returns the text that names an environment's randomness: its name and settings, defaults included.
///
/// Revision, network, budget and arm are not in it, so arms with the same seed share their randomness.
func stochasticIdentity(
  of declaration: EnvironmentDeclaration, settings: [String: SettingValue]
) -> String {
  stochasticIdentity(
    name: declaration.name, declarations: declaration.settings, settings: settings)
}

/// Returns the text that names the randomness of an environment or a language task.
func stochasticIdentity(
  name: String, declarations: [SettingDeclaration], settings: [String: SettingValue]
) -> String {
  let naming = declarations.filter(\.namesStreams).sorted { $0.name < $1.name }
  let lines = naming.compactMap { setting -> String? in
    let value = settings[setting.name] ?? setting.defaultValue
    return value == setting.earlierValue ? nil : "\(setting.name) = \(value)"
  }
  return ([name] + lines).joined(separator: "\n")
}

/// Returns `defaults` with `values` written over them; an error names `section` and the setting.
func validated<Declared: DeclaredSettings>(
  _ values: [String: SettingValue], over defaults: Declared, section: String
) throws(TrainingError) -> Declared {
  var changed = defaults
  for (name, value) in values.sorted(by: { $0.key < $1.key }) {
    do throws(SettingProblem) { try changed.set(name, to: value) } catch {
      if case .unknownName = error { throw .invalidConfiguration("\(section) \(error)") }
      throw .invalidConfiguration("\(section): \(name) \(error)")
    }
  }
  return changed
}
