import Algorithms
import ExperimentSpec
import ResultStore
import Settings
import Testing

/// A sweep of a language task is not measured on what reports are about.
@Suite struct EvaluationSplitCheckTests {
  private static let text = """
    question: Which rate?
    task: {language: sequences}
    policy: {layers: 1, width: 16, heads: 2, context: 32}
    budget: {tokens: 2_000}
    evaluation: {every: 1_000}
    stages:
      SFT: {algorithm: sft, evaluation: {every: 500}}
    arms:
      Plain: {algorithm: rloo, from: SFT}
      Swept: {algorithm: grpo, from: SFT, sweep: {learning_rate: [0.001, 0.01]}}
      Also: {algorithm: ppo, from: SFT, sweep: {learning_rate: [0.001]}}
    """

  private static let remedy =
    "cannot be run: arm 'Swept' has a sweep, and what is chosen by the test prompts cannot be judged by them; write 'evaluation: {split: validation}', or name in 'vary' what is swept to be compared, which no step size is"

  private func complaints(_ texts: [String: String]) -> [String] {
    do throws(SpecError) {
      _ = try loadExperiment(
        at: "experiments/x.yaml", in: SpecFiles(texts), vocabulary: .labbook)
      return []
    } catch { return error.description.split(separator: "\n").map(String.init) }
  }

  private func complaints(_ text: String) -> [String] { complaints(["experiments/x.yaml": text]) }

  @Test func `a sweep on test prompts is refused once, with what to write and where`() {
    #expect(
      complaints(Self.text) == ["experiments/x.yaml:5:1: error: evaluation.split \(Self.remedy)"])
    #expect(
      complaints(Self.text.replacing("{every: 1_000}", with: "{every: 1_000, split: test}"))
        == ["experiments/x.yaml:5:35: error: evaluation.split \(Self.remedy)"])
    #expect(
      complaints(
        Self.text.replacing("evaluation: {every: 1_000}\n", with: "")
          .replacing("2_000", with: "80_000"))
        == ["experiments/x.yaml:1:1: error: evaluation.split \(Self.remedy)"])
  }

  @Test func `a sweep on validation prompts is read, and the split is in the keys`() throws {
    let text = Self.text.replacing("{every: 1_000}", with: "{every: 1_000, split: validation}")
    #expect(complaints(text) == [])
    let experiment = try loadExperiment(
      at: "experiments/x.yaml", in: SpecFiles(["experiments/x.yaml": text]), vocabulary: .labbook)
    let preimages = Vocabulary.labbook.preimages(of: experiment)
    for arm in experiment.arms {
      #expect(arm.configuration.evaluation["split"] == .choice("validation"))
      #expect(preimages[arm.label]?.fields["evaluation.split"] == "validation")
    }
    // Without a sweep either split will do.
    let plain = text.replacing(", sweep: {learning_rate: [0.001, 0.01]}", with: "")
      .replacing(", sweep: {learning_rate: [0.001]}", with: "")
    #expect(complaints(plain) == [])
    #expect(complaints(plain.replacing("validation", with: "test")) == [])
    #expect(
      complaints(text.replacing("validation", with: "validate"))
        == [
          "experiments/x.yaml:5:35: error: evaluation.split must be one of test, validation, got 'validate'; did you mean 'validation'?"
        ])
  }

  @Test func `what is extended counts, whichever file has the sweep`() {
    let validation = Self.text.replacing(
      "{every: 1_000}", with: "{every: 1_000, split: validation}")
    let withoutSweeps = Self.text.replacing(", sweep: {learning_rate: [0.001, 0.01]}", with: "")
      .replacing(", sweep: {learning_rate: [0.001]}", with: "")
    func complaints(_ text: String, base: String) -> [String] {
      self.complaints(["experiments/x.yaml": text, "experiments/base.yaml": base])
    }
    let sweeping = """
      extends: base.yaml
      arms:
        Swept: {algorithm: grpo, from: SFT, sweep: {learning_rate: [0.001]}}
      """
    #expect(
      complaints(sweeping, base: withoutSweeps)
        == [
          "experiments/base.yaml:5:1: error: evaluation.split \(Self.remedy) (experiments/x.yaml extends this file)"
        ])
    #expect(complaints(sweeping, base: validation) == [])
    #expect(
      complaints("extends: base.yaml\nevaluation: {split: test}", base: validation)
        == ["experiments/x.yaml:2:21: error: evaluation.split \(Self.remedy)"])
    #expect(
      complaints("extends: base.yaml\nevaluation: {split: validation}", base: Self.text) == [])
  }

  @Test func `a stage is measured on the prompts of its experiment`() {
    let text = Self.text.replacing("{every: 1_000}", with: "{every: 1_000, split: validation}")
    #expect(
      complaints(text.replacing("{every: 500}", with: "{every: 500, split: test}"))
        == [
          "experiments/x.yaml:7:50: error: stages.SFT.evaluation.split cannot be run: stages and arms of an experiment are evaluated on one split, and its evaluation has 'split: validation'; leave the key out, or write it there"
        ])
    #expect(
      complaints(text.replacing("{every: 500}", with: "{every: 500, split: validation}")) == [])
  }

  /// Their episodes come from the replicate seed.
  @Test func `a sweep on an environment takes either split`() {
    let text = """
      question: Which rate?
      task: {environment: CartPole-v1}
      evaluation: {split: test}
      arms:
        A: {algorithm: rloo, group_size: 2, sweep: {learning_rate: [0.001, 0.01]}}
      """
    #expect(complaints(text) == [])
    #expect(complaints(text.replacing("split: test", with: "split: validation")) == [])
  }
}
