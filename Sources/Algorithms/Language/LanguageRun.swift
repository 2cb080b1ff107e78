import LanguageTasks
import NeuralNetworks
import SeededRandom
import Settings
import Tensors

/// The state of one run on a language task: its task, models, streams, budget and log.
///
/// It counts and evaluates; what is learned is the algorithms' business.
final class LanguageRun {
  /// The name of the task in a spec.
  let taskName: String
  let task: any LanguageTask
  /// Named by the task with its settings and the seed; neither network nor algorithm is in it.
  let streams: RandomStreams
  let policySettings: TransformerSettings
  /// Tokens that training may use.
  let budget: Int
  let evaluation: LanguageEvaluationSettings
  /// Whether a row's result does not depend on its batch, so that ratios must start at exactly 1.
  let isExact: Bool
  let needs: LanguageNeeds

  /// What is trained: the policy, or the reward model where the needs say so.
  let model: LanguageModel
  /// The value model; it begins as a copy of the policy, with a head of zeros.
  let value: LanguageModel?
  /// The trained model that pays the reward instead of the task's rule.
  let rewardModel: RewardModel?

  var log = TrainingLog(returnCurve: nil)
  var ledger = CostLedger()
  /// Completions that the run shows, in the order in which they were made.
  var samples: [TrainingSample] = []
  /// The index of the next training prompt that nothing has used yet.
  ///
  /// Where a reward model pays it begins beyond all prompts that pairs are made of: the model knows the very
  /// texts that the start policy wrote for those.
  var nextPrompt = 0
  /// Rewards by rule of the completions of the batch that was dropped.
  var droppedRewards: [Double] = []
  let evaluationCache = EvaluationCache()
  /// Sequences that pass through a model together; results do not depend on it.
  let chunk: Int

  /// The prompts of the pairs that a reward model is fitted on lie before this one.
  static let firstPromptBeyondPairs = 1 << 24

  let enter: (TrainingPhase) -> Void
  private let progress: (Int, Int) -> Void
  private let evaluator: any LanguageEvaluation
  private var timetable: EvaluationTimetable
  /// The parameters of the latest evaluation without a number that is not finite.
  private var lastSound: [Float]?
  private var hasDiverged = false
  private let startModel: LanguageModel

  /// Creates a run at its beginning, and evaluates it there.
  init(
    _ configuration: RunConfiguration, weights: StageWeights, needs: LanguageNeeds,
    evaluator: any LanguageEvaluation, chunk: Int? = nil,
    progress: @escaping (Int, Int) -> Void, enter: @escaping (TrainingPhase) -> Void
  ) throws(TrainingError) {
    let name = configuration.language ?? ""
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
    budget = try validated(
      configuration.budget, over: LanguageBudgetSettings(), section: "budget"
    ).tokens
    timetable = EvaluationTimetable(every: evaluation.every, budget: budget)
    if let problem = policySettings.problem { throw .invalidConfiguration("policy: \(problem)") }
    let longest = task.longestPrompt + task.longestCompletion
    guard longest <= policySettings.context else {
      throw .invalidConfiguration(
        "policy: context \(policySettings.context) is too small for \(name), whose prompts and completions take \(longest) tokens"
      )
    }
    isExact = configuration.numerics == .exact
    streams = RandomStreams(
      identity: stochasticIdentity(
        name: name, declarations: declaration.settings, settings: configuration.taskSettings),
      replicateSeed: configuration.seed)
    self.needs = needs
    self.evaluator = evaluator
    self.progress = progress
    self.enter = enter

    let vocabulary = task.tokenizer.vocabulary.count
    let (policySettings, profile) = (policySettings, configuration.numerics)
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
    self.model.copyParameters(of: start)
    self.chunk = chunk ?? start.transformer.preferredChunk(length: longest)
    if needs.valueModel {
      let value = model(.scalar, training: needs)
      value.copyParameters(of: self.model)
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
    ledger.policyParameters = self.model.parameters.count
    ledger.valueParameters = value?.parameters.count ?? 0
    ledger.referenceParameters = needs.reference ? self.model.parameters.count : 0
    ledger.rewardParameters = rewardModel?.model.parameters.count ?? 0
    ledger.trainedParameters = ledger.policyParameters + ledger.valueParameters
    if let rewardModel {
      nextPrompt = Self.firstPromptBeyondPairs
      try rewardModel.normalize(by: self)
    }
    try evaluate(at: timetable.reached(by: 0))
  }

  // MARK: Models

  var tokenizer: Tokenizer { task.tokenizer }

  /// The transformer that is trained.
  var policy: Transformer { model.transformer }

  /// The parameters of ``policy``.
  var parameters: ParameterSet { model.parameters }

  /// The optimizer of ``policy``.
  var optimizer: Adam {
    guard let optimizer = model.optimizer else {
      preconditionFailure("the model that is trained has an optimizer")
    }
    return optimizer
  }

  /// The frozen copy of the policy as the run began, or as of the latest ``updateReference()``; of a
  /// reward model, the policy that its trunk began with.
  var reference: Transformer {
    startModel.transformer
  }

  /// Makes the reference a copy of the policy as it is now.
  func updateReference() {
    startModel.copyParameters(of: model)
  }

  /// Samples with ``policy``.
  ///
  /// - Precondition: What is trained is a policy.
  private(set) lazy var generator = Generator(policy)

  // MARK: Budget

  /// Tokens of the budget that are used.
  var usedTokens: Int { log.environmentSteps }

  /// Tokens that may still be used.
  var remaining: Int { budget - usedTokens }

  /// The share of the budget that is used, in 0...1.
  var usedShare: Double { Double(usedTokens) / Double(budget) }

  /// Takes `tokens` off the budget.
  ///
  /// - Precondition: That many remain.
  func spend(_ tokens: Int) {
    precondition(tokens <= remaining, "\(tokens) tokens of a budget with \(remaining) left")
    log.environmentSteps += tokens
  }

  // MARK: Updates

  /// Clips the gradients, checks that the numbers are within bounds, and takes a step of the optimizer.
  ///
  /// - Parameters:
  ///   - loss: The loss whose gradients they are.
  ///   - learningRate: The step size.
  ///   - valueLearningRate: That of the value model; none: the same.
  ///   - maxGradientNorm: Where the gradients of all models together are clipped to.
  /// - Returns: The norm before clipping.
  /// - Throws: If the loss or the norm leaves its bound; no step is taken then.
  func takeStep(
    loss: Double, learningRate: Double, valueLearningRate: Double? = nil,
    maxGradientNorm: Double?
  ) throws(TrainingError) -> Double {
    enter(.optimizer)
    let norm =
      if let value {
        clipGradients(of: parameters, value.parameters, toGlobalNorm: maxGradientNorm)
      } else {
        clipGradients(of: parameters, toGlobalNorm: maxGradientNorm)
      }
    try requireBounded(
      loss: loss, gradientNorm: norm, update: optimizer.updates + 1, steps: usedTokens,
      unit: "tokens")
    optimizer.update(learningRate: learningRate)
    if let value {
      value.optimizer?.update(learningRate: valueLearningRate ?? learningRate)
      log.recordStep(to: parameters, value.parameters)
    } else {
      log.recordStep(to: parameters)
    }
    return norm
  }

  /// Throws if `value` is infinite or not a number.
  func requireFinite(_ value: Double, _ quantity: String) throws(TrainingError) {
    guard !value.isFinite else { return }
    throw .notFinite(
      quantity: quantity, value: value.isNaN ? "not a number" : "\(value)",
      update: optimizer.updates + 1, environmentSteps: usedTokens, unit: "tokens")
  }

  /// Ends the collection of a batch: evaluates the model that sampled it at the multiples that it passed.
  ///
  /// - Throws: If the model computes something that is not finite.
  func finishCollection() throws(TrainingError) {
    try evaluate(at: timetable.passed(by: usedTokens))
  }

  /// Ends an update: takes note of its diagnostics, and evaluates if a multiple was reached.
  ///
  /// - Throws: If the model computes something that is not finite.
  func finishUpdate(_ diagnostics: Diagnostics) throws(TrainingError) {
    log.record(diagnostics)
    try evaluate(at: timetable.reached(by: usedTokens))
    progress(usedTokens, budget)
  }

  /// Evaluates the model as it is, once for all of `due`.
  private func evaluate(at due: [Int]) throws(TrainingError) {
    guard let step = due.first else { return }
    enter(.evaluation)
    let points = try evaluator.evaluate(self, step: step)
    lastSound = parameters.values.array
    add(points, at: due)
  }

  private func add(_ points: Diagnostics, at due: [Int]) {
    for step in due {
      for (name, value) in points { log.addPoint(name, step: step, value: value) }
    }
    log.closeInterval(at: due)
  }

  /// Evaluates the final model.
  ///
  /// A model whose output is not finite makes the run diverged, and gives way to the last one that was sound.
  private func finalEvaluation() throws(TrainingError) -> FinalEvaluation {
    enter(.evaluation)
    do { return try evaluator.evaluateFinally(self) } catch  where error.isDivergence {
      guard let lastSound else { throw error }
      hasDiverged = true
      parameters.values.copy(from: lastSound)
      return try evaluator.evaluateFinally(self)
    }
  }

  /// Ends training where its numbers left all bounds: the result is that of the weights before.
  func endDiverged() {
    hasDiverged = true
  }

  /// Returns what the run leaves behind.
  ///
  /// - Throws: If no model of the run could be evaluated.
  func result() throws(TrainingError) -> TrainingResult {
    let final = try finalEvaluation()
    add(final.points, at: timetable.rest())
    var metrics = final.metrics
    for (metric, curve) in evaluator.curveMetrics {
      metrics[metric] = areaUnderCurve(log.curves[curve] ?? TrainingCurve(name: curve))
    }
    metrics.merge(ledger.metrics) { _, new in new }
    metrics["diverged"] = hasDiverged ? 1 : 0
    metrics["updates"] = Double(optimizer.updates)
    if let recent = log.recentReturn {
      metrics["training_reward_last_100"] = recent
    } else if !droppedRewards.isEmpty {
      metrics["training_reward_last_100"] = meanOfLast(100, of: droppedRewards)
    }
    return TrainingResult(
      metrics: metrics, curves: log.curves.values.sorted { $0.name < $1.name },
      weights: safetensors(of: policy), items: final.items, updateDigests: log.updateDigests,
      samples: samples)
  }
}

/// Sets the weights of a model from a safetensors file.
private func loadWeights(
  _ bytes: [UInt8], into model: LanguageModel, what: String
) throws(TrainingError) {
  do throws(SafetensorsProblem) { try load(bytes, into: model.transformer) } catch {
    throw .invalidConfiguration("\(what) do not fit the policy's network: \(error)")
  }
}
