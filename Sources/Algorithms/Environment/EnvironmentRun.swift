internal import Checkpoints
import Environments
import NeuralNetworks
import SeededRandom
import Settings
import Tensors

/// A run on an environment: its agent, its normalization of observations and rewards, and its episodes.
final class EnvironmentRun: TrainingRun {
  let state: RunState
  let streams: RandomStreams
  let environment: any Environment
  let agent: Agent
  let trained: [TrainedParameters]
  /// The normalization of observations; training alone adds to its moments.
  var observationNormalization: ObservationNormalization
  /// The normalization of the rewards that training sees.
  var rewardNormalization: RewardNormalization
  /// The index of the next start that nothing has used yet.
  var nextStart = 0
  /// Returns so far of the sampled episodes that were dropped or under way when the budget ended.
  var unfinishedReturns: [Double] = []

  private let evaluation: EvaluationSettings
  private let evaluator: Evaluator
  /// The normalization of observations as it was when the latest update was done; evaluation uses it.
  private var normalizationInForce: ObservationNormalization
  /// Parameters and normalization of the latest evaluation without a number that is not finite.
  private var lastSound: (parameters: [Float], normalization: ObservationNormalization)?

  /// Creates a run at its beginning, and evaluates it there.
  ///
  /// - Parameters:
  ///   - configuration: The run.
  ///   - start: Final weights of the run whose policy it starts from; none: initial weights.
  ///   - needs: The parts of the agent.
  ///   - checkpoints: Where checkpoints go, and the one that the run resumes from.
  ///   - progress: Called after each update.
  ///   - enter: Called whenever training turns to another phase.
  /// - Throws: Where the configuration is not valid, or the weights do not fit it.
  init(
    _ configuration: RunConfiguration, start: [UInt8]? = nil, needs: AgentNeeds,
    checkpoints: TrainingCheckpoints? = nil, progress: @escaping (Int, Int) -> Void,
    enter: @escaping (TrainingPhase) -> Void
  ) throws(TrainingError) {
    guard let declaration = EnvironmentRegistry.declaration(named: configuration.task)
    else {
      throw .invalidConfiguration("there is no environment '\(configuration.task)'")
    }
    let made: any Environment
    do throws(SettingProblem) {
      made = try declaration.make(configuration.taskSettings)
    } catch { throw .invalidConfiguration("\(configuration.task): \(error)") }
    guard let actions = ActionKind(of: made) else {
      throw .invalidConfiguration(
        "\(configuration.task) has neither discrete nor continuous actions")
    }
    if case .discrete = actions, needs.settings.exploration == .stateDependent {
      throw .invalidConfiguration(
        "\(configuration.task) has discrete actions; exploration state_dependent is for action vectors"
      )
    }
    environment = made
    let policy = try validated(configuration.policy, over: PolicySettings(), section: "policy")
    evaluation = try validated(
      configuration.evaluation, over: EvaluationSettings(), section: "evaluation")
    let budget = try validated(configuration.budget, over: BudgetSettings(), section: "budget")
    streams = RandomStreams(
      identity: stochasticIdentity(of: declaration, settings: configuration.taskSettings),
      replicateSeed: configuration.seed)
    state = RunState(
      budget: budget.environmentSteps, unit: "environment steps",
      evaluatedEvery: evaluation.every, numerics: configuration.numerics,
      returnCurve: "training_return", world: .environments, checkpoints: checkpoints,
      progress: progress, enter: enter)
    agent = Agent(
      inputs: environment.observationWidth, actions: actions, settings: policy,
      needs: needs, profile: configuration.numerics, streams: streams)
    trained = [
      TrainedParameters(
        parameters: agent.parameters, optimizer: agent.optimizer, valueSlices: agent.valueSlices)
    ]
    observationNormalization = ObservationNormalization(
      width: environment.observationWidth, settings: needs.settings)
    normalizationInForce = observationNormalization
    rewardNormalization = RewardNormalization(
      needs.rewardNormalization, clip: needs.rewardClip)
    evaluator = Evaluator(
      environment: environment, streams: streams, splitIndex: evaluation.splitIndex,
      lookUp: { [state] () throws(TrainingError) in try state.lookUp(from: .betweenUpdates) })
    if let start { try begin(from: start) }
    try begin()
  }

  /// Makes the policy that of a run's final weights, and fixes the normalization that it sees observations by.
  ///
  /// A value network and the divisor of rewards are no part of a policy.
  private func begin(from weights: [UInt8]) throws(TrainingError) {
    let stored = try StoredPolicy(weights)
    guard stored.normalizesObservations == observationNormalization.isActive else {
      let (seen, setting) =
        stored.normalizesObservations
        ? ("normalized", RunningNormalization.running) : ("as they are", .none)
      throw .invalidConfiguration(
        "the policy to start from sees observations \(seen); set observation_normalization: \(setting.rawValue)"
      )
    }
    for (index, slice) in agent.parameters.slices.enumerated()
    where !agent.valueSlices.contains(index) {
      agent.parameters.values.copy(
        from: try stored.elements(of: slice.name, slice.shape), at: slice.offset)
    }
    agent.updateReference()
    guard stored.normalizesObservations else { return }
    let shape = [environment.observationWidth]
    observationNormalization.fix(
      means: try stored.elements(of: "observation.mean", shape),
      deviations: try stored.elements(of: "observation.deviation", shape))
    normalizationInForce = observationNormalization
  }

  /// Takes note that training and its evaluation have seen the same observations.
  func adoptUpdate() { normalizationInForce = observationNormalization }

  // MARK: Evaluation

  func measure(at step: Int) throws(TrainingError) -> Diagnostics {
    try measured(episodes: evaluation.episodes).points
  }

  func measureFinally() throws(TrainingError) -> FinalEvaluation {
    try measured(episodes: evaluation.largestEpisodes)
  }

  /// Evaluates the policy as it is.
  private func measured(episodes: Int) throws(TrainingError) -> FinalEvaluation {
    do throws(EvaluationFailure) {
      let items = try evaluator.returns(
        of: agent.policy, seeing: normalizationInForce, episodes: episodes)
      let expected = try evaluator.expectedReward(of: agent.policy, seeing: normalizationInForce)
      guard let returns = ItemMean(of: [items]) else {
        preconditionFailure("an evaluation has an episode")
      }
      var final = FinalEvaluation(
        points: [("evaluation_return", returns.value)], metrics: [:],
        items: [
          TrainingCurve(name: "evaluation_return", steps: Array(items.indices), values: items)
        ])
      final.metrics.add(returns, as: "evaluation_return")
      if let expected {
        final.points.append(("expected_reward", expected))
        final.metrics["expected_reward"] = expected
      }
      return final
    } catch {
      switch error {
      case .notFinite(let value):
        throw notFinite(Double(value), "output of the evaluated policy", update: updates)
      case .ended(let error): throw error
      }
    }
  }

  func keepSound() {
    lastSound = (agent.parameters.values.array, normalizationInForce)
  }

  func restoreSound() -> Bool {
    guard let (parameters, normalization) = lastSound else { return false }
    agent.parameters.values.copy(from: parameters)
    normalizationInForce = normalization
    observationNormalization = normalization
    return true
  }

  // MARK: Checkpoints

  func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    try agent.passState(through: &archive)
    try observationNormalization.passState(through: &archive)
    try normalizationInForce.passState(through: &archive)
    try rewardNormalization.passState(through: &archive)
    try archive.pass("next_start", &nextStart, in: indices(since: nextStart))
    try archive.pass("unfinished_returns", &unfinishedReturns)
    var sound = lastSound?.parameters
    try archive.pass("last_sound", &sound, count: agent.parameters.values.count)
    // The initial policy was evaluated.
    try archive.require(sound != nil, "its field last_sound is missing")
    if let sound {
      var normalization = lastSound?.normalization ?? normalizationInForce
      try normalization.passState(through: &archive)
      lastSound = (sound, normalization)
    }
  }

  // MARK: Result

  let samples: [TrainingSample] = []

  let curveMetrics = [(metric: "evaluation_return_auc", curve: "evaluation_return")]

  var trainingMetrics: [String: Double] {
    [
      "training_return_last_100": log.recentReturn
        ?? meanOfLast(unfinishedReturns.count, of: unfinishedReturns),
      "environment_steps": Double(log.used),
      "dropped_steps": Double(log.droppedSteps),
      "episodes": Double(log.episodes),
      "gradient_samples": Double(agent.gradientSamples),
      "floating_point_operations": Double(agent.floatingPointOperations),
      "parameters": Double(agent.parameterCount),
    ]
  }

  var weights: [UInt8] {
    safetensors(of: namedTensors(of: agent.parameters) + normalizationTensors)
  }

  /// The latest divisors and means of observations and rewards; empty where nothing is normalized.
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
