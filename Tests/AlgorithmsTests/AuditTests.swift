import Algorithms
import Environments
import Metrics
import NeuralNetworks
import Objectives
import SeededRandom
import Settings
import TestSupport
import Testing

/// An audit measures what it says, and leaves the policy as it is.
@Suite struct AuditTests {
  private static let baselines = Baseline.allCases.filter { $0 != .value }

  // MARK: On a table

  /// One context, four actions, a policy that is not uniform.
  private static let table = TableTask(
    rewards: [[0, 1, 0.25, 2]], budget: 100_000, initialLogits: [0.5, 0, -0.25, -1])

  private static func audited(
    _ task: TableTask, _ settings: AuditSettings, seed: Int = 0
  ) throws -> TrainingResult {
    let run = try TableRun(task, hasValues: false, seed: seed)
    var sampling = PolicyGradientSettings()
    sampling.baseline = .greedy
    (sampling.groupSize, sampling.groupsPerBatch) = (settings.completions, settings.prompts)
    let sampler = TableSampler(sampling, run: run)
    return try result(of: run) { _ throws(TrainingError) in
      var audit = FrozenPolicyAudit(settings, sampler: sampler)
      try audit.measure()
    }
  }

  /// The table as a problem that can be enumerated.
  private static func enumerated(_ task: TableTask) throws -> EnumerableProblem {
    let logits = (task.initialLogits ?? []).map { Double($0) }
    let rows = (0..<task.contexts).map { context in
      Array(logits[(context * task.actions)..<((context + 1) * task.actions)])
    }
    return try EnumerableProblem(
      FiniteDecisionProcess(BanditTable(meanRewards: task.rewards, noise: .none)),
      ScoredPolicy(softmax: BanditTable.policy(logits: rows)))
  }

  /// What an audit with groups of `size` is to say of a baseline, from the exact moments of one group.
  private static func expected(
    _ moments: EstimateMoments, groupSize size: Double, batchSize: Double
  ) throws -> [(quantity: String, value: Double)] {
    let (signal, variance) = (moments.squaredNormOfMean, moments.variance)
    let squaredTruth = moments.trueGradient.reduce(0) { $0 + $1 * $1 }
    let scale = try #require(moments.scale)
    let direction = try #require(moments.cosineOfMean)
    var all = [
      ("gradient_variance", size * variance),
      ("gradient_relative_variance", size * variance / signal),
      ("gradient_squared_bias", moments.squaredBias / squaredTruth),
      ("gradient_scale", scale), ("gradient_direction", direction),
      ("gradient_cosine", direction / (1 + variance * size / batchSize / signal).squareRoot()),
    ]
    // Near a cosine of 0.9 the number has a pole, and below there is none.
    if direction > 0.95, let estimates = moments.estimates(forCosine: 0.9) {
      all.append(("gradient_samples_for_cosine", estimates * size))
    }
    return all
  }

  /// Two contexts whose rewards, probabilities and gradients differ.
  private static let contexts = TableTask(
    rewards: [[0, 1, 0.25, 2], [1.5, 0.5, 1, 0]], budget: 1_000_000,
    initialLogits: [0.5, 0, -0.25, -1, 0.2, -0.4, 0, 0.3])

  @Test func `an audit agrees with exact moments within its own errors`() throws {
    var settings = AuditSettings()
    let size = 2
    (settings.prompts, settings.completions, settings.groupSizes) = (100, 4, [size])
    for task in [Self.table, Self.contexts] {
      let metrics = try Self.audited(task, settings).metrics
      let problem = try Self.enumerated(task)
      #expect(metrics["gradient_projection_error"] == 0)
      // Batch mean and shrinkage compare the groups of a whole batch, which are too many to enumerate.
      for baseline in Self.baselines where ![.batchMean, .shrinkage].contains(baseline) {
        let exact = try problem.moments(of: estimatePoint(baseline, groupSize: size))
        let all = try Self.expected(
          exact, groupSize: Double(size), batchSize: Double(settings.batchSize))
        for (quantity, value) in all {
          let name = "\(quantity)_\(baseline.rawValue)"
          let found = try #require(metrics[name], "\(name)")
          let error = try #require(metrics[name + "_standard_error"], "\(name)")
          #expect(
            (found - value).magnitude <= 4 * error + 1e-6,
            "\(name): \(found) ± \(error), exactly \(value)")
        }
        let parts = VarianceParts(
          try problem.prompts.indices.map {
            (
              problem.prompts[$0].probability,
              try problem.given(prompt: $0).moments(
                of: estimatePoint(baseline, groupSize: size))
            )
          })
        guard baseline != .movingAverage else { continue }
        let name = "gradient_between_prompts_share_\(baseline.rawValue)"
        let (share, error) = try (
          #require(metrics[name]), #require(metrics[name + "_standard_error"])
        )
        #expect(
          (share - parts.betweenPrompts / parts.total).magnitude <= 4 * error + 1e-6,
          "\(name): \(share) ± \(error)")
      }
      let squaredTruth = problem.gradient.reduce(0) { $0 + $1 * $1 }
      let square = try #require(metrics["gradient_squared_norm"])
      let error = try #require(metrics["gradient_squared_norm_standard_error"])
      #expect((square - squaredTruth).magnitude <= 4 * error)
    }
  }

  @Test func `prompts of different rewards vary between themselves`() throws {
    var settings = AuditSettings()
    (settings.prompts, settings.completions, settings.groupSizes) = (60, 16, [8])
    // The two contexts pull apart parameters of their own, and nothing varies within one.
    let task = TableTask(
      rewards: [[0, 4], [4, 0]], budget: 100_000, initialLogits: [0, 0, 0, 0])
    let metrics = try Self.audited(task, settings).metrics
    // By hand: E[ĝ | x] is (−1, 1) or (1, −1) in a context's own parameters, so E ‖E[ĝ | x]‖² = 2. Each context comes
    // half of the time: ‖E ĝ‖² = 4 · (½)² = 1, and what lies between prompts is 2 − 1.
    let share = try #require(metrics["gradient_between_prompts_share_leave_one_out"])
    let square = try #require(metrics["gradient_squared_norm"])
    let variance = try #require(metrics["gradient_variance_leave_one_out"]) / 8
    #expect((square - 1).magnitude < 0.1, "\(square)")
    #expect((share * variance - 1).magnitude < 0.25, "\(share) of \(variance)")
  }

  // MARK: On a transformer

  private static let sizes: [String: SettingValue] = [
    "prompts": .integer(24), "completions": .integer(8), "projections": .integer(1_048),
  ]

  private static func language(
    _ settings: [String: SettingValue] = [:], chunk: Int? = nil, seed: Int = 0
  ) throws -> TrainingResult {
    try trainLanguage(
      languageRun(
        "audit", sizes.merging(settings) { $1 }, tokens: 60_000, every: 60_000, seed: seed),
      chunk: chunk)
  }

  @Test func `the group mean is the leave-one-out mean times (G − 1) / G on the same samples`()
    throws
  {
    let result = try Self.language()
    for (index, size) in [2, 4, 8].enumerated() {
      let factor = Double(size - 1) / Double(size)
      let all = [
        ("gradient_variance", factor * factor), ("gradient_scale", factor),
        ("gradient_relative_variance", 1), ("gradient_cosine", 1), ("adam_cosine", 1),
        ("adam_relative_variance", 1),
      ]
      for (quantity, expected) in all {
        let (mean, leaveOneOut) = (
          result.curve("\(quantity)_group_mean"), result.curve("\(quantity)_leave_one_out")
        )
        #expect(mean.steps == leaveOneOut.steps && index < 3)
        // Where the samples do not tell the gradient from 0, both are silent; variances always speak.
        guard let position = leaveOneOut.steps.firstIndex(of: size) else {
          #expect(quantity != "gradient_variance")
          continue
        }
        let ratio = mean.values[position] / leaveOneOut.values[position]
        #expect((ratio - expected).magnitude < 1e-9, "\(quantity) at \(size): \(ratio)")
      }
    }
  }

  @Test func `estimates without bias agree within their errors, and the reference with itself`()
    throws
  {
    let metrics = try Self.language(["prompts": .integer(64)]).metrics
    // Of all completions at once leave-one-out is the reference.
    let ownBias = try #require(metrics["gradient_squared_bias_leave_one_out"])
    let ownScale = try #require(metrics["gradient_scale_leave_one_out"])
    #expect(ownBias.magnitude < 1e-9 && (ownScale - 1).magnitude < 1e-9)
    for baseline in [Baseline.none, .movingAverage, .greedy] {
      let name = "gradient_squared_bias_\(baseline.rawValue)"
      let (bias, error) = (
        try #require(metrics[name]), try #require(metrics[name + "_standard_error"])
      )
      #expect(bias.magnitude <= 4 * error, "\(name): \(bias) ± \(error)")
    }
  }

  @Test func `estimates that pass backward are those that are sums of scores`() throws {
    // So near to 1 a discount changes no number but makes the credits of a completion's tokens differ.
    let discount = ["discount": SettingValue.number(1 - 1e-9), "group_sizes": .integers([4])]
    let sums = try Self.language(discount).metrics
    let passes = try Self.language(discount.merging(["credit": .choice("reward_to_go")]) { $1 })
      .metrics
    var compared = 0
    // Of the others a mean over completions becomes one over tokens.
    for quantity in ["gradient_variance", "gradient_squared_bias", "gradient_scale", "adam_cosine"]
    {
      let name = "\(quantity)_none"
      guard let sum = sums[name], let pass = passes[name] else {
        #expect(sums[name] == passes[name], "\(name)")
        continue
      }
      #expect(
        (sum - pass).magnitude <= 2e-5 * (1 + sum.magnitude), "\(name): \(sum) and \(pass)")
      compared += 1
    }
    #expect(compared > 0)
    #expect(passes["tokens_trained"] ?? 0 > sums["tokens_trained"] ?? 0)
  }

  @Test func `an audit is the same again, however many sequences pass together`() throws {
    let one = try Self.language(["credit": .choice("reward_to_go")], chunk: 1)
    let many = try Self.language(["credit": .choice("reward_to_go")], chunk: 5)
    #expect(one.withoutBuffers == many.withoutBuffers)
    let others = try (1...2).map { try Self.language(seed: $0).metrics }
    #expect(others[0] != others[1])
  }

  @Test func `an audit takes no step, and leaves the weights as they were`() throws {
    let start = try train(languageRun("rloo", smallBatches("rloo")))
    var configuration = languageRun("audit", Self.sizes, tokens: 60_000, every: 60_000)
    configuration.start = String(repeating: "0", count: 64)
    let result = try train(configuration, weights: StageWeights(start: start.weights))
    #expect(result.weights == start.weights)
    #expect(result.metrics["updates"] == 0 && result.updateDigests.isEmpty)
    #expect(result.metrics["test_accuracy"] == start.metrics["test_accuracy"])
    // It is of the policy that it starts from.
    let initial = try Self.language()
    #expect(
      result.metrics["gradient_squared_norm"] != initial.metrics["gradient_squared_norm"])
  }

  @Test func `an arm with a smaller budget is the beginning of the same arm with a larger one`()
    throws
  {
    let settings = smallBatches("rloo")
    let short = try train(languageRun("rloo", settings, tokens: 1_000))
    let long = try train(languageRun("rloo", settings, tokens: 2_000))
    #expect(!short.updateDigests.isEmpty && short.updateDigests.count < long.updateDigests.count)
    #expect(Array(long.updateDigests.prefix(short.updateDigests.count)) == short.updateDigests)
  }

  @Test func `a projection to fewer numbers keeps the findings within its error`() throws {
    let exact = try Self.language(["projections": .integer(100_000)]).metrics
    let projected = try Self.language(["projections": .integer(512)]).metrics
    #expect(exact["gradient_projection_error"] == 0)
    let error = try #require(projected["gradient_projection_error"])
    #expect((error - 0.0625).magnitude < 1e-12)
    for baseline in Self.baselines {
      let name = "gradient_variance_\(baseline.rawValue)"
      let (truth, found) = (try #require(exact[name]), try #require(projected[name]))
      #expect((found / truth - 1).magnitude < 4 * error, "\(name): \(found) of \(truth)")
    }
  }

  @Test func `a budget that does not hold the samples is refused in words`() throws {
    for run in [
      languageRun("audit", tokens: 300, every: 300), smallRun("audit", steps: 300),
    ] {
      do {
        _ = try train(run)
        Issue.record("no error")
      } catch {
        #expect("\(error)".contains("ends before 64 × 16 samples are complete"), "\(error)")
      }
    }
  }

  @Test func `group sizes that cannot be are refused`() throws {
    let audit = try #require(AlgorithmRegistry.languageDeclaration(named: "audit"))
    #expect(
      audit.conflict(in: ["completions": .integer(8), "group_sizes": .integers([2, 16])])
        == SettingConflict(
          ["group_sizes", "completions"],
          "group_sizes has 16, and each prompt has 8 completions"))
    #expect(
      audit.conflict(in: ["group_sizes": .integers([4, 2])])
        == SettingConflict(["group_sizes"], "group_sizes must ascend"))
    #expect(audit.conflict(in: ["completions": .integer(2)]) == nil)
  }

  // MARK: Everything that is recorded

  @Test func `whatever an audit records is finite and declared`() throws {
    let language = try Self.language()
    let environment = try train(
      smallRun(
        "audit", ["prompts": .integer(4), "completions": .integer(4)], steps: 3_000, every: 3_000))
    for (result, world) in [(language, World.languageTasks), (environment, .environments)] {
      for (name, value) in result.metrics {
        #expect(value.isFinite, "\(name)")
        #expect(MetricDeclaration.named(name, in: world)?.name == name, "\(name)")
      }
      for curve in result.curves {
        let areFinite = curve.values.allSatisfy(\.isFinite)
        #expect(areFinite, "\(curve.name)")
        #expect(MetricDeclaration.named(curve.name, .curve, in: world) != nil, "\(curve.name)")
        if curve.name.hasPrefix("gradient_variance_") {
          #expect(curve.steps == (world == .languageTasks ? [2, 4, 8] : [2, 4]))
          #expect(curve.values.last == result.metrics[curve.name])
        }
      }
      for baseline in Self.baselines {
        #expect(result.metrics["gradient_variance_\(baseline.rawValue)"] != nil, "\(baseline)")
        #expect(
          result.metrics["gradient_between_prompts_share_\(baseline.rawValue)"] != nil
            || baseline == .bestOfOthers, "\(baseline)")
      }
    }
  }

  @Test func `every choice gives the bits that its revisions stand for`() throws {
    var goldens = RunGoldens()
    for world in World.all {
      let isLanguage = world == .languageTasks
      let audit = try #require(
        isLanguage
          ? AlgorithmRegistry.languageDeclaration(named: "audit")
          : AlgorithmRegistry.declaration(named: "audit"))
      let names = ["credit", "scale", "length_normalizer"]
      let cases = audit.settings.filter { names.contains($0.name) }.flatMap { setting in
        setting.listedValues.map { ("\(setting.name)=\($0)", [setting.name: $0]) }
      }
      for (name, values) in [("defaults", [:])] + cases {
        let sizes: [String: SettingValue] = [
          "prompts": .integer(4), "completions": .integer(4), "projections": .integer(64),
        ]
        let settings = sizes.merging(values) { $1 }
        let result =
          isLanguage
          ? try trainLanguage(languageRun("audit", settings, every: 2_000))
          : try train(smallRun("audit", settings, steps: 3_000, every: 3_000, seed: 3))
        goldens.add(
          "\(world.title) \(name)", revisions: "audit=\(audit.revision)", bytes: result.weights,
          numbers: result.withoutBuffers.metrics.sorted { $0.key < $1.key }.map { ($0, $1) }
            + result.curves.flatMap { curve in
              zip(curve.steps, curve.values).map { ("\(curve.name) \($0)", $1) }
            })
      }
    }
    try goldens.expectUnchanged(file: "audit_runs.txt")
  }
}
