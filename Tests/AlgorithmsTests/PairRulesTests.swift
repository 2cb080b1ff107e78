import Algorithms
import Metrics
import Settings
import Testing

@Suite struct PairRulesTests {
  @Test func `parts of a round are so many and nearly equal`() {
    var settings = DPOSettings()
    (settings.minibatches, settings.batchSize) = (3, 2)
    #expect(PairDivision.parts.minibatches(of: 7, settings) == [0..<2, 2..<4, 4..<7])
    // Fewer pairs than minibatches: one each.
    #expect(PairDivision.parts.minibatches(of: 2, settings) == [0..<1, 1..<2])
    #expect(PairDivision.parts.minibatches(of: 0, settings).isEmpty)
  }

  @Test func `batches of a round have one size, and a rest`() {
    var settings = DPOSettings()
    (settings.minibatches, settings.batchSize) = (3, 2)
    #expect(PairDivision.batches.minibatches(of: 5, settings) == [0..<2, 2..<4, 4..<5])
    #expect(PairDivision.batches.minibatches(of: 0, settings).isEmpty)
    // Where the numbers fit, both rules are one.
    #expect(
      PairDivision.batches.minibatches(of: 6, settings)
        == PairDivision.parts.minibatches(of: 6, settings))
  }

  @Test func `the step size stands still within a round, or follows it to its end`() {
    #expect(RoundProgress.held.progress(from: 0.25, to: 0.75, share: 0.5) == 0.25)
    #expect(RoundProgress.interpolated.progress(from: 0.25, to: 0.75, share: 0.5) == 0.5)
    #expect(RoundProgress.interpolated.progress(from: 0.25, to: 0.75, share: 0) == 0.25)
  }

  @Test func `a log holds the diagnostics that its world declares, and no others`() throws {
    let onEnvironment = try train(smallRun("ppo"))
    let onLanguage = try train(languageRun("grpo", smallBatches("grpo")))
    #expect(!onEnvironment.curve("gradient_norm").values.isEmpty)
    #expect(onEnvironment.curve("learning_rate").values.isEmpty)
    #expect(!onLanguage.curve("learning_rate").values.isEmpty)
    for (world, result) in [(World.environments, onEnvironment), (.languageTasks, onLanguage)] {
      for curve in result.curves {
        #expect(
          MetricDeclaration.named(curve.name, .curve, in: world) != nil, "\(curve.name)")
      }
    }
    // The parts of episodes that a rollout holds are no groups.
    #expect(onEnvironment.curve("fraction_groups_without_signal").values.isEmpty)
    #expect(!onLanguage.curve("fraction_groups_without_signal").values.isEmpty)
  }
}
