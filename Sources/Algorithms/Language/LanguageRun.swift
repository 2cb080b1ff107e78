import LanguageTasks
import NeuralNetworks
import SeededRandom
import Settings
import Tensors

/// A run on a language task: its task, models, prompts and cost.
final class LanguageRun: TrainingRun {
  let state: RunState
  let streams: RandomStreams
  /// The name of the task in a spec.
  let taskName: String
  let task: any LanguageTask
  let policySettings: TransformerSettings
  let evaluation: LanguageEvaluationSettings
  let needs: LanguageNeeds

  /// The trained model: the policy, or the reward model where the needs say so.
  let model: LanguageModel
  /// The value model; it begins as a copy of the policy, with a head of zeros.
  let value: LanguageModel?
  /// The trained model that pays the reward instead of the task's rule.
  let rewardModel: RewardModel?
  let trained: [TrainedParameters]

  var ledger = CostLedger()
  /// Completions that the run shows, in the order in which they were made.
  var samples: [TrainingSample] = []
  /// The index of the next training prompt that nothing has used yet.
  ///
  /// With a reward model it begins beyond all prompts that pairs are made of: the model has seen the completions
  /// of the start policy for those.
  var nextPrompt = 0
  /// Rewards by rule of the completions of the batch that was dropped.
  var droppedRewards: [Double] = []
  let evaluationCache = EvaluationCache()
  /// Sequences that pass through a model together; results do not depend on it.
  let chunk: Int

  /// The prompts of the pairs that a reward model is fitted on lie before this one.
  static let firstPromptBeyondPairs = 1 << 24

  private let evaluator: any LanguageEvaluation
  /// The parameters of the latest evaluation without a number that is not finite.
  var lastSound: [Float]?
  private let startModel: LanguageModel
  /// The references that an algorithm holds beside the start.
  private(set) var addedReferences: [LanguageModel] = []
  private let profile: NumericsProfile

  /// Creates a run at its beginning, and evaluates it there.
  init(
    _ configuration: RunConfiguration, weights: StageWeights, needs: LanguageNeeds,
    evaluator: any LanguageEvaluation, chunk: Int? = nil,
    checkpoints: TrainingCheckpoints? = nil, progress: @escaping (Int, Int) -> Void,
    enter: @escaping (TrainingPhase) -> Void
  ) throws(TrainingError) {
    let name = configuration.task
    guard let declaration = LanguageTaskRegistry.declaration(named: name) else {
      throw .invalidConfiguration("there is no language task '\(name)'")
    }
    do throws(SettingProblem) { task = try declaration.make(configuration.taskSettings) } catch {
      throw .invalidConfiguration("\(name): \(error)")
    }
    taskName = name
    policySettings = try validated(
      configuration.policy, over: TransformerSettings(), section: "policy")
    evaluation = try validated(
      configuration.evaluation, over: LanguageEvaluationSettings(), section: "evaluation")
    let budget = try validated(
      configuration.budget, over: LanguageBudgetSettings(), section: "budget")
    if let conflict = policySettings.conflict {
      throw .invalidConfiguration("policy: \(conflict.message)")
    }
    let longest = task.longestPrompt + task.longestCompletion
    guard longest <= policySettings.context else {
      throw .invalidConfiguration(
        "policy: context \(policySettings.context) is too small for \(name), whose prompts and completions take \(longest) tokens"
      )
    }
    streams = RandomStreams(
      identity: stochasticIdentity(
        name: name, declarations: declaration.settings, settings: configuration.taskSettings),
      replicateSeed: configuration.seed)
    state = RunState(
      budget: budget.tokens, unit: "tokens", evaluatedEvery: evaluation.every,
      numerics: configuration.numerics, world: .languageTasks, checkpoints: checkpoints,
      progress: progress, enter: enter)
    self.needs = needs
    self.evaluator = evaluator

    let vocabulary = task.tokenizer.vocabulary.count
    profile = configuration.numerics
    let (policySettings, profile) = (policySettings, profile)
    func model(_ head: TransformerHead, training: LanguageNeeds?) -> LanguageModel {
      LanguageModel(
        settings: policySettings, vocabulary: vocabulary, head: head, profile: profile,
        training: training)
    }
    let start = model(.tokens, training: nil)
    start.transformer.initialize(streams: streams)
    if let bytes = weights.start {
      try loadWeights(bytes, into: start, what: "the weights to start from")
    }
    startModel = start
    self.model = model(needs.head, training: needs)
    self.model.transformer.initialize(
      streams: streams, scoreDeviation: 1 / Double(policySettings.width + 1).squareRoot())
    self.model.parameters.move(toward: start.parameters)
    self.chunk = chunk ?? start.transformer.preferredChunk(length: longest)
    if needs.valueModel {
      let value = model(.scalar, training: needs)
      value.parameters.move(toward: self.model.parameters)
      self.value = value
    } else {
      value = nil
    }
    if let bytes = weights.reward {
      let reward = model(.scalar, training: nil)
      try loadWeights(bytes, into: reward, what: "the reward model's weights")
      rewardModel = RewardModel(reward)
    } else {
      rewardModel = nil
    }
    trained = [self.model, value].compactMap(\.self).compactMap { model in
      model.optimizer.map { TrainedParameters(parameters: model.parameters, optimizer: $0) }
    }
    ledger.policyParameters = self.model.parameters.count
    ledger.valueParameters = value?.parameters.count ?? 0
    ledger.referenceParameters = needs.reference ? self.model.parameters.count : 0
    ledger.rewardParameters = rewardModel?.model.parameters.count ?? 0
    ledger.trainedParameters = ledger.policyParameters + ledger.valueParameters
    if let rewardModel {
      nextPrompt = Self.firstPromptBeyondPairs
      if !state.isResuming { try rewardModel.normalize(by: self) }
    }
    try begin()
  }

  // MARK: Models

  var tokenizer: Tokenizer { task.tokenizer }

  /// The transformer that is trained.
  var policy: Transformer { model.transformer }

  /// The parameters of ``policy``.
  var parameters: ParameterSet { model.parameters }

  /// The frozen copy of the policy as the run began; of a reward model, the policy that its trunk began with.
  var reference: Transformer { startModel.transformer }

  /// Returns a further frozen copy of the policy as the run began, which the ledger counts.
  func addReference() -> LanguageModel {
    let model = LanguageModel(
      settings: policySettings, vocabulary: task.tokenizer.vocabulary.count, head: .tokens,
      profile: profile)
    model.parameters.move(toward: startModel.parameters)
    ledger.referenceParameters += model.parameters.count
    addedReferences.append(model)
    return model
  }

  /// Samples with ``policy``.
  ///
  /// - Precondition: The trained model is a policy.
  private(set) lazy var generator = Generator(policy)

  // MARK: Evaluation

  func measure(at step: Int) throws(TrainingError) -> Diagnostics {
    try evaluator.evaluate(self, step: step)
  }

  func measureFinally() throws(TrainingError) -> FinalEvaluation {
    try evaluator.evaluateFinally(self)
  }

  func keepSound() { lastSound = parameters.values.array }

  func restoreSound() -> Bool {
    guard let lastSound else { return false }
    parameters.values.copy(from: lastSound)
    return true
  }

  // MARK: Result

  var curveMetrics: [(metric: String, curve: String)] { evaluator.curveMetrics }

  var trainingMetrics: [String: Double] {
    var metrics = ledger.metrics
    if let recent = log.recentReturn {
      metrics["training_reward_last_100"] = recent
    } else if !droppedRewards.isEmpty {
      metrics["training_reward_last_100"] = meanOfLast(100, of: droppedRewards)
    }
    return metrics
  }

  var weights: [UInt8] { safetensors(of: policy) }
}

/// Sets the weights of a model from a safetensors file.
private func loadWeights(
  _ bytes: [UInt8], into model: LanguageModel, what: String
) throws(TrainingError) {
  do throws(SafetensorsProblem) { try load(bytes, into: model.transformer) } catch {
    throw .invalidConfiguration("\(what) do not fit the policy's network: \(error)")
  }
}
