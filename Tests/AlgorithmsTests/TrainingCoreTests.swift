import Algorithms
import Environments
import NeuralNetworks
import Objectives
import Settings
import Tensors
import TestSupport
import Testing

/// What holds of the training core whatever the world: each test runs environments, a language task and a table
/// through the same code.
@Suite struct TrainingCoreTests {
  /// A world that the core trains in.
  enum World: CaseIterable {
    case environment
    case languageTask
    case bandit
    case completions
  }

  /// An algorithm in a world.
  struct Case: CustomTestStringConvertible {
    var world: World
    var algorithm: String

    var testDescription: String { "\(algorithm), \(world)" }

    static let all = World.allCases.flatMap { world in
      ["reinforce", "ppo", "grpo", "dr_grpo", "remax", "rloo"].map {
        Case(world: world, algorithm: $0)
      }
    }

    /// The declaration whose point on the axes is trained.
    var declaration: AlgorithmDeclaration? {
      world == .environment || world == .bandit
        ? AlgorithmRegistry.declaration(named: algorithm)
        : AlgorithmRegistry.languageDeclaration(named: algorithm)
    }

    /// Trains with the defaults, sizes that suit all worlds, and `changes`.
    func trained(_ changes: [String: SettingValue]) throws -> TrainingResult {
      let declaration = try #require(declaration)
      let sizes: [String: SettingValue] = [
        "group_size": .integer(3), "groups_per_batch": .integer(4), "rollout_steps": .integer(20),
      ]
      let values = sizes.merging(changes) { $1 }.filter { name, _ in
        declaration.settings.contains { $0.name == name }
      }
      switch world {
      case .environment: return try train(smallRun(algorithm, values, steps: 900))
      case .languageTask: return try train(languageRun(algorithm, values, tokens: 900, every: 300))
      case .bandit, .completions:
        var settings = try #require(
          try point(of: declaration, changes: values))
        settings.groupSize = max(settings.groupSize, 2)
        var task = TableTask(phrasing: world == .bandit ? .bandit : .completions)
        task.steps = 2
        return try trainedTable(task, settings).result
      }
    }
  }

  /// The settings of a declaration with changes.
  private static func point(
    of declaration: AlgorithmDeclaration, changes: [String: SettingValue]
  ) throws -> PolicyGradientSettings? {
    var settings = PolicyGradientSettings()
    for setting in declaration.settings {
      try settings.set(setting.name, to: setting.defaultValue)
    }
    if declaration.name == "ppo" {
      (settings.credit, settings.baseline) = (.gae, .value)
      (settings.ratio, settings.lengthNormalizer) = (.token, .tokenMean)
    }
    for (name, value) in changes { try settings.set(name, to: value) }
    return settings
  }

  @Test(arguments: Case.all)
  func `with one step on each batch every ratio is exactly 1`(golden: Case) throws {
    let result = try golden.trained([
      "epochs": .integer(1), "minibatches": .integer(1), "clip_range": .number(1e-6),
      "ratio": .choice("token"), "learning_rate": .number(0.01),
    ])
    #expect((result.metrics["updates"] ?? 0) >= 2)
    for name in ["approximate_kl", "clip_fraction"] {
      let values = result.curve(name).values
      #expect(!values.isEmpty && values.allSatisfy { $0 == 0 }, "\(name) \(values)")
    }
  }

  @Test(arguments: World.allCases)
  func `with one step on each batch every ratio and every surrogate gives the same weights`(
    world: World
  ) throws {
    func trained(_ ratio: ImportanceRatio, _ surrogate: SurrogateObjective) throws -> TrainingResult
    {
      try Case(world: world, algorithm: "grpo").trained([
        "ratio": .choice(ratio.rawValue), "surrogate": .choice(surrogate.rawValue),
        "clip_range": .number(1e-6), "clip_range_high": .number(2e-6),
        "dual_clip": .number(1.000001), "learning_rate": .number(0.01),
      ])
    }
    let plain = try trained(.none, .clipped)
    #expect((plain.metrics["updates"] ?? 0) >= 2)
    for ratio in ImportanceRatio.allCases {
      for surrogate in SurrogateObjective.allCases {
        #expect(try trained(ratio, surrogate).weights == plain.weights, "\(ratio) \(surrogate)")
      }
    }
  }

  @Test(arguments: Case.all)
  func `a learning rate of 0 changes nothing, and every divergence is 0`(golden: Case) throws {
    let still = try golden.trained([
      "learning_rate": .number(0), "epochs": .integer(3), "minibatches": .integer(2),
      "ratio": .choice("token"), "kl_placement": .choice("in_loss"),
      "kl_coefficient": .number(0.1), "entropy_coefficient": .number(0.1),
    ])
    let updates = try #require(still.metrics["updates"])
    #expect(updates >= 6)
    var names = ["approximate_kl", "clip_fraction"]
    names.append(golden.world == .environment ? "reference_kl_per_step" : "reference_kl")
    for name in names {
      let values = still.curve(name).values
      #expect(!values.isEmpty && values.allSatisfy { $0 == 0 }, "\(name) \(values)")
    }
    let moved = try golden.trained(["learning_rate": .number(0.01)])
    let other = try golden.trained(["learning_rate": .number(0), "epochs": .integer(1)])
    #expect(still.weights == other.weights)
    #expect(moved.weights != other.weights)
  }

  @Test(arguments: ["reinforce", "ppo", "grpo", "dr_grpo", "remax", "rloo"])
  func `one task is learned alike as a bandit and as completions of one token`(
    algorithm: String
  ) throws {
    let declaration = try #require(AlgorithmRegistry.languageDeclaration(named: algorithm))
    for changes: [String: SettingValue] in [
      [:], ["ratio": .choice("token"), "epochs": .integer(3), "minibatches": .integer(3)],
      ["ratio": .choice("sequence"), "credit": .choice("trajectory"), "epochs": .integer(2)],
      [
        "ratio": .choice("sequence_geometric_mean"), "credit": .choice("trajectory"),
        "epochs": .integer(2), "clip_range": .number(0.001), "clip_range_high": .number(0.002),
      ],
      [
        "ratio": .choice("clipped_geometric_mean"), "credit": .choice("trajectory"),
        "epochs": .integer(3), "clip_range": .number(0.01),
      ],
      [
        "kl_placement": .choice("in_reward"), "kl_coefficient": .number(0.2),
        "kl_target": .number(0.01), "kl_horizon": .number(50),
      ],
      [
        "kl_placement": .choice("in_loss"), "kl_coefficient": .number(0.2),
        "entropy_coefficient": .number(0.1), "dual_clip": .number(1.1), "ratio": .choice("token"),
        "epochs": .integer(4),
      ],
    ] {
      let known = changes.filter { name, _ in declaration.settings.contains { $0.name == name } }
      var settings = try #require(try Self.point(of: declaration, changes: known))
      guard declaration.conflict(in: known) == nil else { continue }
      (settings.groupSize, settings.groupsPerBatch) = (3, 4)
      settings.learningRate = 0.05
      var task = TableTask()
      task.phrasing = .bandit
      let bandit = try trainedTable(task, settings)
      task.phrasing = .completions
      let completions = try trainedTable(task, settings)
      #expect(bandit.result.metrics["updates"] ?? 0 >= 20)
      #expect(bandit.result.weights == completions.result.weights)
      #expect(bandit.result.updateDigests == completions.result.updateDigests)
      // Losses are summed piece by piece, which the weights do not show.
      let sums = ["policy_loss", "value_loss"]
      for (one, other) in zip(bandit.result.curves, completions.result.curves) {
        #expect(one.name == other.name && one.steps == other.steps)
        guard sums.contains(one.name) else {
          #expect(one.values == other.values, "\(one.name)")
          continue
        }
        for (one, other) in zip(one.values, other.values) {
          expectClose(one, other, tolerance: 1e-12 * max(1, other.magnitude))
        }
      }
    }
  }

  @Test(
    arguments: [("grpo", "in_loss"), ("ppo", "in_reward"), ("rloo", "in_reward")], World.allCases)
  func `the coefficient of the divergence is steered toward its target in every world`(
    algorithm: (name: String, placement: String), world: World
  ) throws {
    let result = try Case(world: world, algorithm: algorithm.name).trained([
      "learning_rate": .number(0.02), "epochs": .integer(2),
      "kl_placement": .choice(algorithm.placement), "kl_coefficient": .number(0.1),
      "kl_target": .number(1e6), "kl_horizon": .number(100),
    ])
    // The policy stays far below the target, so that every batch takes off the most that it may.
    let coefficients = result.curve("kl_coefficient").values
    // A point without a batch since the one before has its value.
    #expect(zip(coefficients, coefficients.dropFirst()).allSatisfy { $0 >= $1 })
    let (first, last) = (try #require(coefficients.first), try #require(coefficients.last))
    #expect(first <= 0.1 && last < 0.98 * 0.1, "\(coefficients)")
  }

  @Test func `steps of the lowest entropies do not learn`() throws {
    var settings = PolicyGradientSettings()
    (settings.credit, settings.baseline, settings.discount) = (.trajectory, .groupMean, 1)
    (settings.groupSize, settings.groupsPerBatch, settings.topEntropyShare) = (4, 2, 0.5)
    settings.learningRate = 0.05
    // Contexts of ln 3 and of nearly no entropy take turns; four of a batch's eight sequences are in either.
    let logits: [Float] = [0, 0, 0, 3, 0, -3]
    for phrasing in TableTask.Phrasing.allCases {
      let task = TableTask(
        rewards: [[0, 1, 0.25], [0.5, 0, 2]], steps: 2, phrasing: phrasing, budget: 16,
        initialLogits: logits)
      let run = try trainedTable(task, settings).run
      let moved = zip(run.logits.values.array, logits).map { $0 != $1 }
      #expect(moved == [true, true, true, false, false, false])
      settings.topEntropyShare = 1
      let whole = try trainedTable(task, settings).run
      #expect(whole.logits.values.array[3...] != logits[3...])
      settings.topEntropyShare = 0.5
    }
  }

  @Test func `pieces without gradients take no backward pass, and no bit changes`() throws {
    var settings = PolicyGradientSettings()
    (settings.credit, settings.baseline, settings.discount) = (.trajectory, .groupMean, 1)
    (settings.groupSize, settings.groupsPerBatch) = (2, 6)
    settings.learningRate = 0.05
    var task = TableTask()
    task.phrasing = .completions
    let skipping = try trainedTable(task, settings)
    // A penalty of weight 0 has zeros as gradients too, but is not recognized as having none.
    settings.klPlacement = .inLoss
    let whole = try trainedTable(task, settings)
    #expect(skipping.models.backwardPieces < whole.models.backwardPieces)
    #expect(skipping.result.weights == whole.result.weights)
  }

  @Test(arguments: TableTask.Phrasing.allCases, ImportanceRatio.allCases)
  func `the passes of a warm update allocate nothing`(
    phrasing: TableTask.Phrasing, ratio: ImportanceRatio
  ) throws {
    var settings = PolicyGradientSettings()
    (settings.credit, settings.baseline, settings.ratio) = (.trajectory, .batchMean, ratio)
    (settings.groupSize, settings.groupsPerBatch, settings.epochs) = (2, 6, 2)
    (settings.klPlacement, settings.klCoefficient) = (.inLoss, 0.1)
    settings.scale = .minibatchStandardization
    settings.entropyCoefficient = 0.1
    settings.topEntropyShare = ratio.ofSequences == nil ? 0.5 : 1
    var task = TableTask()
    (task.phrasing, task.steps) = (phrasing, 3)
    try expectNoAllocations(task, settings)
    settings.baseline = .value
    settings.ratio = ratio.ofSequences == nil ? ratio : .token
    try expectNoAllocations(task, settings)
  }

  private func expectNoAllocations(
    _ task: TableTask, _ settings: PolicyGradientSettings,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let allocations = try trainedTable(task, settings).models.allocations
    #expect(allocations.count >= 10, sourceLocation: sourceLocation)
    #if DEBUG
      // Generic code that is not specialized allocates on its own; what is needed here is that nothing grows.
      let warm = allocations.dropFirst(2)
      #expect(Set(warm).count <= 2, "\(allocations)", sourceLocation: sourceLocation)
    #else
      #expect(
        allocations.dropFirst().allSatisfy { $0 == 0 }, "\(allocations)",
        sourceLocation: sourceLocation)
    #endif
  }

  @Test func `one update on a table is the one worked out by hand`() throws {
    // One context, two actions of probability ½ each, rewards 1 and 0, the baseline is the batch's mean.
    var settings = PolicyGradientSettings()
    (settings.credit, settings.baseline, settings.discount) = (.trajectory, .batchMean, 1)
    (settings.groupSize, settings.groupsPerBatch) = (1, 8)
    settings.lengthNormalizer = .tokenMean
    settings.maxGradientNorm = nil
    var task = TableTask(rewards: [[1, 0]])
    task.budget = 8
    let (result, models, run) = try trainedTable(task, settings)
    #expect(result.metrics["updates"] == 1)
    let wins = models.actions.count { $0 == 0 }
    #expect(wins > 0 && wins < 8)
    // −1/8 Σ (r − r̄) (1[a = 0] − ½) is −p (1 − p) with p the share of wins, whichever actions were drawn.
    let share = Double(wins) / 8
    let gradient = -share * (1 - share)
    let norm = try #require(result.curve("gradient_norm").values.last)
    expectClose(norm, gradient.magnitude * 2.0.squareRoot(), tolerance: 1e-6)
    // Adam's first step is the learning rate, toward the action that is paid.
    expectClose(run.logits.values[0], 0.001, tolerance: 1e-6)
    expectClose(run.logits.values[1], -0.001, tolerance: 1e-6)
  }

  @Test(arguments: TableTask.Phrasing.allCases)
  func `sequences left out of the loss are still compared with, and weigh nothing`(
    phrasing: TableTask.Phrasing
  ) throws {
    var settings = PolicyGradientSettings()
    (settings.credit, settings.baseline, settings.discount) = (.trajectory, .batchMean, 1)
    (settings.groupSize, settings.groupsPerBatch) = (1, 8)
    settings.lengthNormalizer = .tokenMean
    settings.maxGradientNorm = nil
    var task = TableTask(rewards: [[1, 0]])
    (task.budget, task.phrasing, task.firstLeftOut) = (8, phrasing, 5)
    let (result, models, run) = try trainedTable(task, settings)
    let mean = Double(models.actions.count { $0 == 0 }) / 8
    // −1/5 Σ (r − r̄) (1[a = 0] − ½) over the five that are learned from, r̄ over all eight.
    let gradient = models.actions.prefix(5).reduce(0.0) { sum, action in
      sum - ((action == 0 ? 1 : 0) - mean) * (action == 0 ? 0.5 : -0.5) / 5
    }
    let norm = try #require(result.curve("gradient_norm").values.last)
    expectClose(norm, gradient.magnitude * 2.0.squareRoot(), tolerance: 1e-6)
    #expect(result.metrics["updates"] == 1 && run.logits.values[0] != 0)
    task.firstLeftOut = 0
    let still = try trainedTable(task, settings)
    #expect(still.result.metrics["updates"] == 0)
    #expect(still.run.logits.values.array.allSatisfy { $0 == 0 })
  }

  // MARK: Preferences

  @Test(arguments: [World.environment, .languageTask])
  func `at the reference preferences have no margin, and a learning rate of 0 changes nothing`(
    world: World
  ) throws {
    func trained(_ rate: Double) throws -> TrainingResult {
      let settings: [String: SettingValue] = [
        "learning_rate": .number(rate), "epochs": .integer(2), "pairs_per_round": .integer(6),
      ]
      return world == .environment
        ? try train(smallRun("dpo", settings, steps: 900))
        : try train(languageRun("dpo", settings, tokens: 900, every: 300))
    }
    let still = try trained(0)
    #expect((still.metrics["updates"] ?? 0) >= 4)
    #expect(still.curve("preference_margin").values.allSatisfy { $0 == 0 })
    #expect(still.curve("preference_accuracy").values.allSatisfy { $0 == 0.5 })
    for loss in still.curve("preference_loss").values {
      expectClose(loss, 0.6931471805599453, tolerance: 1e-12)
    }
    let untrained =
      try world == .environment
      ? train(smallRun("dpo", steps: 1)) : train(languageRun("dpo", tokens: 1))
    #expect(still.weights == untrained.weights)
    #expect(try trained(0.01).weights != untrained.weights)
  }

  @Test(arguments: [
    PreferenceObjective.SummationOrder.byStepAndMinibatch, .bySequenceAndRound,
  ])
  func `preferences on a table are learned alike whether sequences are pieces or are cut`(
    summation: PreferenceObjective.SummationOrder
  ) throws {
    var settings = DPOSettings()
    (settings.beta, settings.labelSmoothing) = (0.5, 0.1)
    (settings.epochs, settings.maxGradientNorm) = (3, 1)
    let objective = PreferenceObjective(settings, summation: summation)
    var task = TableTask()
    task.steps = 2
    task.phrasing = .bandit
    let cut = try trainedTable(task, objective).result
    task.phrasing = .completions
    let whole = try trainedTable(task, objective).result
    #expect((cut.metrics["updates"] ?? 0) >= 20)
    #expect(cut.weights == whole.weights)
    #expect(cut.curves == whole.curves)
  }

  @Test func `one preference update on a table is the one worked out by hand`() throws {
    // Two actions of probability ½; whichever pairs are decided, action 0 is the preferred one.
    var settings = DPOSettings()
    (settings.beta, settings.epochs, settings.maxGradientNorm) = (0.5, 1, nil)
    let objective = PreferenceObjective(settings, summation: .byStepAndMinibatch)
    var task = TableTask(rewards: [[1, 0]])
    task.budget = 16
    let (result, _, run) = try trainedTable(task, objective)
    #expect(result.metrics["updates"] == 1)
    // −β/2 (∇ log π(0) − ∇ log π(1)) = −β/2 (1, −1).
    let norm = try #require(result.curve("gradient_norm").values.last)
    expectClose(norm, 0.25 * 2.0.squareRoot(), tolerance: 1e-6)
    expectClose(run.logits.values[0], 0.01, tolerance: 1e-6)
    expectClose(run.logits.values[1], -0.01, tolerance: 1e-6)
  }

  /// Trains a table of one context on preferences, and returns the mean margin and loss of each round.
  private func preferred(
    _ task: TableTask, pairsPerRound: Int = 8, _ change: (inout DPOSettings) -> Void
  ) throws -> (margins: [Double], losses: [Double], weights: [UInt8]) {
    var settings = DPOSettings()
    (settings.beta, settings.epochs, settings.maxGradientNorm) = (0.5, 2, nil)
    change(&settings)
    let result = try trainedTable(
      task, PreferenceObjective(settings, summation: .byStepAndMinibatch),
      pairsPerRound: pairsPerRound
    ).result
    return (
      result.curve("preference_margin").values, result.curve("preference_loss").values,
      result.weights
    )
  }

  @Test(arguments: TableTask.Phrasing.allCases)
  func `a reference that follows at every step leaves no margin, and half of the way half of it`(
    phrasing: TableTask.Phrasing
  ) throws {
    var task = TableTask(rewards: [[1, 0]])
    (task.budget, task.phrasing) = (16, phrasing)
    func margin(_ share: Double) throws -> Double {
      let (margins, _, _) = try preferred(task) {
        ($0.reference, $0.referenceInterval, $0.referenceShare) = (.moving, 1, share)
      }
      return try #require(margins.last)
    }
    let still = try #require(try preferred(task) { _ in }.margins.last)
    #expect(still > 0)
    // Logits of two actions of one context: log-ratios are linear in the parameters.
    #expect(try margin(0) == still)
    expectClose(try margin(0.5), still / 2, tolerance: 1e-7)
    expectClose(try margin(0.75), still / 4, tolerance: 1e-7)
    #expect(try margin(1) == 0)
    // Of two steps on a round the second one sees it only if it moves after the first.
    let rare = try preferred(task) { ($0.reference, $0.referenceInterval) = (.moving, 2) }
    #expect(rare.margins.last == still)
  }

  @Test func `without a reference the log-ratio is the log-probability`() throws {
    // All sequences of a table of zeros are alike: no margin, so the loss is softplus(γ).
    var task = TableTask()
    (task.budget, task.steps) = (32, 2)
    let simpo = try preferred(task) {
      ($0.reference, $0.logRatio, $0.targetMargin, $0.epochs) = (.none, .mean, 1, 1)
    }
    expectClose(try #require(simpo.losses.last), 1.3132616875182228, tolerance: 1e-12)
    #expect(simpo.margins == [0])
    // A reference that finds all alike changes no difference.
    task.budget = 600
    let uniform = try preferred(task) { $0.reference = .initial }
    let none = try preferred(task) { $0.reference = .none }
    expectClose(none.margins, uniform.margins, tolerance: 1e-6)
    #expect(none.losses != uniform.losses || none.weights == uniform.weights)
  }

  @Test func `the mean over two steps is the sum with half of beta`() throws {
    var task = TableTask()
    task.steps = 2
    let sum = try preferred(task) { $0.beta = 0.5 }
    let mean = try preferred(task) { ($0.beta, $0.logRatio) = (1, .mean) }
    #expect(sum.weights == mean.weights && sum.losses == mean.losses)
  }

  // MARK: Advantages

  /// Segments of a rollout of two environments: one that ends, what begins after it, and one that is cut off.
  private static let segments = [
    [SequenceRewards(rewards: [1, 2], values: [0.5, 1])],
    [SequenceRewards(rewards: [4], values: [2], bootstrapValue: 8)],
    [SequenceRewards(rewards: [0, 0], values: [1, 3], bootstrapValue: 4)],
  ]

  @Test(arguments: [ValueBaselineRounding.recursion, .credit])
  func `the advantages of PPO's rollout are those worked out by hand`(
    rounding: ValueBaselineRounding
  ) {
    var settings = PolicyGradientSettings()
    (settings.credit, settings.baseline) = (.gae, .value)
    (settings.discount, settings.gaeLambda) = (0.5, 0.5)
    var average = MovingAverage(decay: 0)
    let estimates = estimatedAdvantages(
      of: Self.segments, greedyRewards: [], settings: settings, valueRounding: rounding,
      average: &average)
    // δ: 1 + ½·1 − ½ = 1 and 2 − 1 = 1; 4 + ½·8 − 2 = 6; ½·3 − 1 = ½ and ½·4 − 3 = −1. γλ = ¼.
    #expect(estimates.advantages == [[[1.25, 1]], [[6]], [[0.25, -1]]])
    #expect(estimates.targets == [[[1.75, 2]], [[8]], [[1.25, 2]]])
  }

  @Test func `a value follows a cut by the rollout, and by a time limit if the settings say so`() {
    #expect(TruncationHandling.bootstrap.bootstraps(after: nil))
    #expect(TruncationHandling.terminal.bootstraps(after: nil))
    #expect(TruncationHandling.bootstrap.bootstraps(after: .truncated))
    #expect(!TruncationHandling.terminal.bootstraps(after: .truncated))
    #expect(!TruncationHandling.bootstrap.bootstraps(after: .terminated))
    #expect(!TruncationHandling.terminal.bootstraps(after: .terminated))
  }

  @Test(arguments: TruncationHandling.allCases)
  func `an episode that a time limit cut off has the advantages and targets worked out by hand`(
    truncation: TruncationHandling
  ) {
    var settings = PolicyGradientSettings()
    (settings.credit, settings.baseline) = (.gae, .value)
    (settings.discount, settings.gaeLambda) = (0.5, 0.5)
    let following = truncation.bootstraps(after: .truncated) ? 8.0 : 0
    var average = MovingAverage(decay: 0)
    let estimates = estimatedAdvantages(
      of: [[SequenceRewards(rewards: [2, 1], values: [1, 3], bootstrapValue: following)]],
      greedyRewards: [], settings: settings, valueRounding: .recursion, average: &average)
    // δ₁ = 1 + ½·8 − 3 = 2, or 1 − 3 = −2 without what follows; δ₀ = 2 + ½·3 − 1 = 2½. γλ = ¼.
    #expect(
      estimates.advantages == [[truncation == .bootstrap ? [3, 2] : [2, -2]]])
    // What is to be predicted is Â + v: TD(λ).
    #expect(estimates.targets == [[truncation == .bootstrap ? [4, 5] : [3, 1]]])
  }

  @Test func `PPO's advantages are divided by their deviation over all steps of the batch`() {
    var settings = PolicyGradientSettings()
    (settings.credit, settings.baseline, settings.scale) = (.gae, .value, .batchStd)
    (settings.discount, settings.gaeLambda, settings.scaleEpsilon) = (0.5, 0.5, 0)
    var average = MovingAverage(decay: 0)
    let estimates = estimatedAdvantages(
      of: Self.segments, greedyRewards: [], settings: settings, valueRounding: .recursion,
      average: &average)
    let raw = [1.25, 1, 6, 0.25, -1]
    let deviation = standardDeviation(of: raw)
    #expect(estimates.advantages.flatMap { $0.flatMap { $0 } } == raw.map { $0 / deviation })
  }

  @Test
  func
    `the two roundings of a value baseline differ for tiny advantages beside large values alone`()
  {
    var settings = PolicyGradientSettings()
    (settings.credit, settings.baseline) = (.gae, .value)
    func advantages(_ member: SequenceRewards, _ rounding: ValueBaselineRounding) -> [Float] {
      var average = MovingAverage(decay: 0)
      return estimatedAdvantages(
        of: [[member]], greedyRewards: [], settings: settings, valueRounding: rounding,
        average: &average
      ).advantages[0][0].map { Float($0) }
    }
    let usual = SequenceRewards(
      rewards: (0..<500).map { Double($0 * 23 % 16) / 4 },
      values: (0..<500).map { Double($0 * 37 % 64) / 8 - 4 })
    #expect(advantages(usual, .recursion) == advantages(usual, .credit))
    // δ is 0 and 10⁻⁹, so that the first advantage is γλ 10⁻⁹, beside a value of 1000.
    let tiny = SequenceRewards(rewards: [1000, 1e-9], values: [1000, 0])
    let whole = advantages(tiny, .recursion)
    let rounded = advantages(tiny, .credit)
    #expect(whole == [Float(0.99) * Float(0.95) * Float(1e-9), Float(1e-9)])
    #expect(rounded[0] != whole[0] && (rounded[0] / whole[0] - 1).magnitude < 1e-3)
    #expect(rounded[1] == whole[1])
  }
}
