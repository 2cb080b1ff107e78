import Algorithms
import LanguageTasks
import Settings
import Testing

/// What settings are chosen by is not what reports measure.
@Suite struct EvaluationSplitTests {
  private func languageRun(
    _ algorithm: String, _ split: EvaluationSplit, task: String = "sequences"
  ) -> RunConfiguration {
    var run = stageRun(
      algorithm, algorithm == "reward_model" ? ["pairs": .integer(40)] : [:], task: task,
      policy: ["context": .integer(40)], tokens: 1000, every: 1000)
    run.evaluation["split"] = .choice(split.rawValue)
    return run
  }

  @Test func `validation shows other prompts to the same policy`() throws {
    let (test, validation) = (
      try trainLanguage(languageRun("sft", .test)),
      try trainLanguage(languageRun("sft", .validation))
    )
    #expect(test.weights == validation.weights)
    let prompts = Set(test.samples.map(\.prompt))
    #expect(!prompts.isEmpty && prompts.isDisjoint(with: validation.samples.map(\.prompt)))
    let task = try languageTask(of: languageRun("sft", .validation))
    #expect(
      validation.samples.prefix(3).map(\.prompt)
        == (0..<3).map { task.evaluationExample(.validation, level: $0, 0).prompt })
  }

  @Test func `a reward model is measured on pairs of the same split`() throws {
    let (test, validation) = (
      try trainLanguage(languageRun("reward_model", .test, task: "preference")),
      try trainLanguage(languageRun("reward_model", .validation, task: "preference"))
    )
    #expect(test.weights == validation.weights)
    #expect(
      test.metrics["held_out_preference_loss"] != validation.metrics["held_out_preference_loss"])
  }

  @Test func `validation episodes begin in other states than those of reports`() throws {
    func result(_ split: EvaluationSplit?) throws -> TrainingResult {
      var run = smallRun("reinforce", steps: 2000, every: 500, episodes: 5)
      run.evaluation["split"] = split.map { .choice($0.rawValue) }
      return try train(run)
    }
    let (byDefault, test, validation) = (
      try result(nil), try result(.test), try result(.validation)
    )
    #expect(byDefault == test)
    #expect(test.weights == validation.weights)
    #expect(test.curve("evaluation_return").values != validation.curve("evaluation_return").values)
    #expect(test.curve("training_return") == validation.curve("training_return"))
  }
}
