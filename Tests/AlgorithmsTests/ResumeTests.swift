import Algorithms
import AllocationCounter
import Checkpoints
import Environments
import LanguageTasks
import NeuralNetworks
import Settings
import TestSupport
import Testing

/// A run that is interrupted and resumed has, bit for bit, the result of one that never stopped.
///
/// Every golden run is interrupted after each of its updates, so state that a checkpoint lacks shows in a digest.
@Suite struct ResumeTests {
  @Test func `every golden run on environments has its bits when it ends after every update`()
    throws
  {
    let recorded = try GoldenTests.recorded()
    for golden in GoldenTests.cases {
      // A long run of many updates ends seldom.
      let isLong = golden.name.hasPrefix("truncation=")
      let (result, count) = try trainInterrupted(
        GoldenTests.configuration(golden), after: isLong ? 7 : 1)
      #expect(count >= 1, "\(golden.key)")
      #expect(GoldenTests.digest(result) == recorded[golden.key]?.digest, "\(golden.key)")
    }
  }

  @Test func `every golden run on a language task has its bits when it ends after every update`()
    throws
  {
    let recorded = try LanguageGoldenTests.recorded()
    for golden in LanguageGoldenTests.cases {
      let (result, count) = try trainInterrupted(LanguageGoldenTests.configuration(golden))
      #expect(count >= 2, "\(golden.key)")
      #expect(
        LanguageGoldenTests.digest(result) == recorded[golden.key]?.digest, "\(golden.key)")
    }
  }

  @Test func `every golden run of a stage has the same result when it ends after every update`()
    throws
  {
    for golden in try StageGoldenTests.cases() {
      let (result, count) = try trainInterrupted(golden.configuration)
      #expect(count >= 2, "\(golden.name)")
      expectSame(result, try train(golden.configuration), golden.name)
    }
  }

  @Test
  func `every golden run on action vectors has the same result when it ends after every update`()
    throws
  {
    for golden in try ContinuousGoldenTests.cases() {
      let (result, count) = try trainInterrupted(golden.configuration)
      #expect(count >= 2, "\(golden.key)")
      expectSame(result, try train(golden.configuration), golden.key)
    }
  }

  @Test(arguments: EnvironmentRegistry.all.map(\.name))
  func `episodes under way go on in every environment`(environment: String) throws {
    let settings: [String: SettingValue] = [
      "environments": .integer(3), "rollout_steps": .integer(16), "epochs": .integer(2),
      "minibatches": .integer(2), "observation_normalization": .choice("running"),
      "reward_normalization": .choice("running"),
    ]
    var configuration = smallRun("ppo", settings, steps: 400, every: 100, seed: 5)
    configuration.task = environment
    let (result, count) = try trainInterrupted(configuration)
    #expect(count >= 8)
    expectSame(result, try train(configuration), environment)
  }

  @Test(arguments: reinforcementLearners)
  func `a language run resumes from each of its checkpoints with the same record`(
    algorithm: String
  ) throws {
    let settings = smallBatches(algorithm).filter { name, _ in
      AlgorithmRegistry.languageDeclaration(named: algorithm)?.settings.contains {
        $0.name == name
      } == true
    }
    let configuration = languageRun(algorithm, settings, tokens: 1500, every: 400)
    let kept = Interruptions(after: nil)
    let whole = try train(configuration)
    expectSame(try train(configuration, checkpoints: kept.checkpoints()), whole, "with checkpoints")
    let states = kept.states
    #expect(states.count >= 3)
    for (update, state) in states.enumerated() {
      let resumed = Interruptions(after: nil)
      expectSame(
        try train(configuration, checkpoints: resumed.checkpoints(from: state)), whole,
        "\(algorithm) from update \(update)")
      #expect(resumed.refusals == [] && resumed.resumptions == 1)
      #expect(resumed.states == Array(states.dropFirst(update + 1)))
    }
  }

  @Test func `a chain of twenty interruptions changes nothing`() throws {
    let settings: [String: SettingValue] = [
      "group_size": .integer(2), "groups_per_batch": .integer(1),
      "baseline": .choice("moving_average"),
    ]
    let configuration = languageRun("reinforce", settings, tokens: 1200, every: 300)
    let (result, count) = try trainInterrupted(configuration)
    #expect(count >= 20)
    expectSame(result, try train(configuration), "language")
    let control = smallRun("ppo", ["rollout_steps": .integer(8)], steps: 700, every: 100)
    let (controlled, controlCount) = try trainInterrupted(control)
    #expect(controlCount >= 20)
    expectSame(controlled, try train(control), "environment")
  }

  @Test func `a run that a reward model pays resumes with its normalization and costs`() throws {
    var configuration = languageRun(
      "ppo",
      smallBatches("ppo").merging(["kl_target": .number(0.5), "kl_coefficient": .number(0.05)]) {
        $1
      }, tokens: 1000,
      every: 300)
    let key = String(repeating: "0", count: 64)
    let vocabulary = try languageTask(of: configuration).tokenizer.vocabulary.count
    configuration.reward = key
    configuration.start = key
    var start = configuration
    (start.reward, start.start) = (nil, nil)
    let weights = StageWeights(
      start: try train(start).weights,
      reward: try rewardModelWeights(of: configuration, vocabulary: vocabulary))
    let (result, count) = try trainInterrupted(configuration, weights: weights)
    #expect(count >= 2)
    expectSame(result, try train(configuration, weights: weights), "paid by a model")
  }

  @Test(arguments: World.all)
  func `an audit goes on with the trajectory or the estimate that is next`(world: World) throws {
    let settings: [String: SettingValue] = [
      "prompts": .integer(4), "completions": .integer(4), "projections": .integer(64),
      "credit": .choice("reward_to_go"),
    ]
    let configuration =
      world == .languageTasks
      ? languageRun("audit", settings, every: 2_000)
      : smallRun("audit", settings, steps: 3_000, every: 3_000, seed: 3)
    let (result, count) = try trainInterrupted(configuration, after: 5)
    #expect(count >= 8)
    expectSame(result, try train(configuration), world.title)
  }

  @Test func `an algorithm that takes no notice of the state to resume from is told`() throws {
    let interruptions = Interruptions(after: nil)
    let run = try TableRun(
      TableTask(), hasValues: false, checkpoints: interruptions.checkpoints(from: [1]))
    #expect(throws: TrainingError.unusableCheckpoint("its algorithm keeps none")) {
      try Algorithms.result(of: run) { _ throws(TrainingError) in }
    }
  }

  @Test func `asking whether a checkpoint is due allocates nothing`() throws {
    let run = try TableRun(
      TableTask(), hasValues: false,
      checkpoints: TrainingCheckpoints(isDue: { false }, keep: { _, _ in true }))
    func ask() throws(TrainingError) {
      try run.offerCheckpoint { _ throws(CheckpointProblem) in }
    }
    try ask()
    let before = allocation_count()
    for _ in 0..<100 { try ask() }
    #expect(allocation_count() == before)
  }

  @Test func `a diverging run that resumes diverges at the same update`() throws {
    let configuration = DivergenceTests().leavesItsReference(coefficient: 1000)
    let whole = try train(configuration)
    try #require(whole.metrics["diverged"] == 1)
    let (result, _) = try trainInterrupted(configuration)
    expectSame(result, whole, "diverged")
  }

  @Test func `the core resumes tables that are worked out by hand`() throws {
    var settings = PolicyGradientSettings()
    (settings.groupSize, settings.groupsPerBatch) = (3, 4)
    settings.baseline = .movingAverage
    let whole = try trainedTable(TableTask(), settings).result
    let kept = Interruptions(after: nil)
    _ = try trainedTable(TableTask(), settings, checkpoints: kept.checkpoints())
    #expect(kept.states.count >= 20)
    for state in kept.states {
      let resumed = Interruptions(after: nil)
      let result = try trainedTable(
        TableTask(), settings, checkpoints: resumed.checkpoints(from: state)
      ).result
      #expect(result == whole)
    }
  }

  @Test func `a state of another run is refused in a sentence, and the run starts over`() throws {
    let kept = Interruptions(after: nil)
    _ = try train(smallRun("ppo"), checkpoints: kept.checkpoints())
    let state = try #require(kept.states.first)
    func problem(_ state: [UInt8], _ configuration: RunConfiguration) throws -> String {
      let resumed = Interruptions(after: nil)
      let result = try train(configuration, checkpoints: resumed.checkpoints(from: state))
      expectSame(result, try train(configuration), "\(configuration.algorithm)")
      #expect(resumed.refusals.count == 1 && resumed.resumptions == 0)
      return resumed.refusals.first ?? "none"
    }
    let wide = { (configuration: RunConfiguration) in
      var wide = configuration
      wide.policy = ["hidden": .integers([16])]
      return wide
    }
    #expect(
      try problem(state, wide(smallRun("ppo"))).hasPrefix("its field parameters has "))
    #expect(try problem(Array(state.dropLast(3)), smallRun("ppo")).hasPrefix("it ends within"))
    #expect(try problem(state + [0], smallRun("ppo")) == "it holds 1 bytes that nothing reads")
    #expect(try problem([], smallRun("ppo")) == "it ends within its field log.used")
    #expect(
      try problem(state, smallRun("rloo")).hasPrefix("its field parameters has "))
  }

  /// Expects the same record: metrics, curves, weights, items, digests of updates and samples.
  private func expectSame(
    _ result: TrainingResult, _ whole: TrainingResult, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(result.updateDigests == whole.updateDigests, "\(name)", sourceLocation: sourceLocation)
    #expect(result.metrics == whole.metrics, "\(name)", sourceLocation: sourceLocation)
    #expect(result.curves == whole.curves, "\(name)", sourceLocation: sourceLocation)
    #expect(result.samples == whole.samples, "\(name)", sourceLocation: sourceLocation)
    #expect(result == whole, "\(name)", sourceLocation: sourceLocation)
  }
}
