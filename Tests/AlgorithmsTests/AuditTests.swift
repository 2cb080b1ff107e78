import Algorithms
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

  /// The moments of a group of two by enumeration: of whatever the pair can be, through the function that trains.
  private static func enumerated(_ baseline: Baseline) -> (mean: [Double], secondMoment: Double) {
    let weights = (table.initialLogits ?? []).map { exponential(Double($0)) }
    let probabilities = weights.map { $0 / weights.reduce(0, +) }
    let norm = probabilities.reduce(0) { $0 + $1 * $1 }
    let expected = zip(probabilities, table.rewards[0]).reduce(0) { $0 + $1.0 * $1.1 }
    var settings = PolicyGradientSettings()
    (settings.credit, settings.discount, settings.groupSize) = (.trajectory, 1, 2)
    settings.baseline = baseline
    let actions = Array(probabilities.indices)
    var mean = actions.map { _ in 0.0 }
    var secondMoment = 0.0
    for first in actions {
      for second in actions {
        let members = [first, second].map {
          MemberEvidence(
            rewards: [table.rewards[0][$0]], squaredScoreNorms: [1 - 2 * probabilities[$0] + norm])
        }
        var average = MovingAverage(decay: 0)
        average.record(expected)
        let advantages = estimatedAdvantages(
          of: [members], greedyRewards: [[table.rewards[0][0]]], settings: settings,
          average: &average
        ).advantages[0]
        let gradient = actions.map { parameter in
          zip([first, second], advantages).reduce(0) { sum, term in
            sum + term.1[0] * ((term.0 == parameter ? 1 : 0) - probabilities[parameter]) / 2
          }
        }
        let probability = probabilities[first] * probabilities[second]
        for parameter in actions { mean[parameter] += probability * gradient[parameter] }
        secondMoment += probability * gradient.reduce(0) { $0 + $1 * $1 }
      }
    }
    return (mean, secondMoment)
  }

  private static func exponential(_ x: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for k in 1..<30 {
      term *= x / Double(k)
      sum += term
    }
    return sum
  }

  @Test func `moments are those of enumeration within their errors`() throws {
    var settings = AuditSettings()
    (settings.prompts, settings.completions, settings.groupSizes) = (150, 6, [2])
    let metrics = try Self.audited(Self.table, settings).metrics
    let truth = Self.enumerated(.none).mean
    func product(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let squaredTruth = product(truth, truth)
    #expect(metrics["gradient_projection_error"] == 0)
    // Batch mean and shrinkage compare the groups of a whole batch, which are too many to enumerate.
    for baseline in Self.baselines where ![.batchMean, .shrinkage].contains(baseline) {
      let (mean, secondMoment) = Self.enumerated(baseline)
      let squaredMean = product(mean, mean)
      let variance = secondMoment - squaredMean
      let bias = zip(mean, truth).map { $0 - $1 }
      let expected: [(String, Double)] = [
        ("gradient_variance", 2 * variance),
        ("gradient_relative_variance", 2 * variance / squaredMean),
        ("gradient_squared_bias", product(bias, bias) / squaredTruth),
        ("gradient_scale", product(mean, truth) / squaredTruth),
        ("gradient_direction", product(mean, truth) / (squaredMean * squaredTruth).squareRoot()),
        (
          "gradient_cosine",
          product(mean, truth)
            / (squaredTruth * (squaredMean + variance / 128)).squareRoot()
        ),
      ]
      for (quantity, value) in expected {
        let name = "\(quantity)_\(baseline.rawValue)"
        let found = try #require(metrics[name], "\(name)")
        let error = try #require(metrics[name + "_standard_error"], "\(name)")
        #expect(
          (found - value).magnitude <= 4 * error + 1e-6,
          "\(name): \(found) ± \(error), by enumeration \(value)")
      }
    }
    let square = try #require(metrics["gradient_squared_norm"])
    let error = try #require(metrics["gradient_squared_norm_standard_error"])
    #expect((square - squaredTruth).magnitude <= 4 * error)
    // One context: all that varies is within the prompt.
    let share = try #require(metrics["gradient_between_prompts_share_leave_one_out"])
    let shareError = try #require(
      metrics["gradient_between_prompts_share_leave_one_out_standard_error"])
    #expect(share.magnitude <= 4 * shareError)
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
        == "group_sizes has 16, and each prompt has 8 completions")
    #expect(audit.conflict(in: ["group_sizes": .integers([4, 2])]) == "group_sizes must ascend")
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
