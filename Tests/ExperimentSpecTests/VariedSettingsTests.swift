import ExperimentSpec
import ResultStore
import Testing

/// The key `vary`: the arms differ in what it names, and in nothing else.
@Suite struct VariedSettingsTests {
  /// A spec on a language task that begins with `vary` and the arms, with the stages that these name.
  private func text(_ arms: String, vary: String, evaluation: String = "") -> String {
    let stages = [
      ("SFT", "{algorithm: sft}"), ("Same", "{algorithm: sft, title: The same}"),
      ("Longer", "{algorithm: sft, budget: {tokens: 8_000}}"),
      ("Judge", "{algorithm: reward_model, from: SFT}"),
      ("Again", "{algorithm: reward_model, from: Same}"),
    ].filter { label, _ in
      label == "SFT" || arms.contains(": \(label)") || label == "Same" && arms.contains("Again")
    }
    return """
      vary: \(vary)
      arms:
      \(arms)
      question: What does the baseline do?
      task: {language: sequences, lengths: [2], held_out_lengths: [3]}
      policy: {layers: 1, width: 16, heads: 2, context: 32}
      budget: {tokens: 4_000}
      evaluation: {every: 2_000, prompts: 4\(evaluation)}
      stages:
      \(stages.map { "  \($0.0): \($0.1)" }.joined(separator: "\n"))
      """
  }

  private func read(_ text: String) throws(SpecError) -> Experiment {
    try loadExperiment(at: "x.yaml", in: SpecFiles(["x.yaml": text]), vocabulary: .labbook)
  }

  private func complaints(_ arms: String, vary: String, evaluation: String = "") -> [String] {
    do throws(SpecError) {
      _ = try read(text(arms, vary: vary, evaluation: evaluation))
      return []
    } catch { return error.issues.map(\.description) }
  }

  private static let alike = """
      None: {algorithm: rloo, from: SFT, baseline: none}
      Own: {algorithm: reinforce, from: SFT, credit: trajectory, scale: none, group_size: 8, groups_per_batch: 8, baseline: group_mean}
      Others: {algorithm: rloo, from: SFT}
      Moving: {algorithm: rloo, from: SFT, baseline: moving_average, moving_average_decay: 0.5}
    """

  @Test func `arms of several algorithms that differ in one setting are read`() throws {
    let experiment = try read(text(Self.alike, vary: "baseline"))
    #expect(experiment.varied == ["baseline"])
    #expect(try read(text(Self.alike, vary: "[baseline]")).varied == ["baseline"])
  }

  @Test func `the promise is in no key`() throws {
    func keys(_ experiment: Experiment) -> [String] {
      let preimages = Vocabulary.labbook.preimages(of: experiment)
      return experiment.arms.compactMap { preimages[$0.label]?.run(seed: 0).key.hex }
    }
    let text = text(Self.alike, vary: "baseline")
    let without = try read(text.replacing("vary: baseline\n", with: ""))
    #expect(without.varied == [])
    #expect(keys(try read(text)) == keys(without))
  }

  @Test func `an arm that differs in more is refused at its place, with both values`() {
    #expect(
      complaints(
        """
          RLOO: {algorithm: rloo, from: SFT}
          None: {algorithm: rloo, from: SFT, baseline: none}
          GRPO: {algorithm: grpo, from: SFT, length_normalizer: sequence_mean_token_sum, ratio: none}
          Small: {algorithm: rloo, from: SFT, baseline: none, group_size: 4, learning_rate: 0.1}
        """, vary: "baseline") == [
          "x.yaml:5:3: error: arms.GRPO differs from arm 'RLOO' in scale (group_std, none) too; 'vary' names baseline alone",
          "x.yaml:6:3: error: arms.Small differs from arm 'RLOO' in group_size (4, 8) and learning_rate (0.1, 0.0005) too; 'vary' names baseline alone",
        ])
  }

  @Test func `what is named may be tuned for each arm`() {
    let arms = """
        RLOO: {algorithm: rloo, from: SFT}
        None: {algorithm: rloo, from: SFT, baseline: none, learning_rate: 0.001}
      """
    #expect(complaints(arms, vary: "[baseline, learning_rate]") == [])
    #expect(
      complaints(arms, vary: "[learning_rate]") == [
        "x.yaml:4:3: error: arms.None differs from arm 'RLOO' in baseline (none, leave_one_out) too; 'vary' names learning_rate alone"
      ])
  }

  @Test func `settings that nothing reads are no difference, those that some arms read are one`() {
    // The decay is read by moving averages alone, and there it must be one.
    let arms = """
        A: {algorithm: rloo, from: SFT}
        B: {algorithm: rloo, from: SFT, baseline: moving_average, moving_average_decay: 0.5}
        C: {algorithm: rloo, from: SFT, baseline: moving_average, moving_average_decay: 0.6}
      """
    #expect(
      complaints(arms, vary: "baseline") == [
        "x.yaml:5:3: error: arms.C differs from arm 'B' in moving_average_decay (0.6, 0.5) too; 'vary' names baseline alone"
      ])
    #expect(complaints(arms, vary: "[baseline, moving_average_decay]") == [])
  }

  @Test func `a setting that an algorithm does not have is another value`() {
    let arms = """
        Value: {algorithm: reinforce, from: SFT, baseline: value, credit: gae}
        PPO: {algorithm: ppo, from: SFT}
      """
    let found = complaints(arms, vary: "baseline")
    #expect(found.count == 1)
    #expect(found[0].contains("credit (no setting of ppo, gae)"))
    #expect(!found[0].contains("baseline (no setting of ppo, value)"))
    #expect(!found[0].contains("algorithm ("))
  }

  @Test func `algorithms that learn in other ways differ in more than settings`() {
    let found = complaints(
      """
        RLOO: {algorithm: rloo, from: SFT}
        DPO: {algorithm: dpo, from: SFT}
      """, vary: "learning_rate")
    #expect(
      found.contains {
        $0.hasPrefix(
          "x.yaml:4:3: error: arms.DPO differs from arm 'RLOO' in algorithm (dpo, rloo), ")
      }, "\(found)")
  }

  @Test func `stages count by what they are, not by their labels`() {
    func arms(_ start: String, _ more: String = "") -> String {
      """
        A: {algorithm: rloo, from: SFT}
        B: {algorithm: rloo, baseline: none, from: \(start)\(more)}
      """
    }
    #expect(complaints(arms("Same"), vary: "baseline") == [])
    #expect(
      complaints(arms("Longer"), vary: "baseline") == [
        "x.yaml:4:3: error: arms.B differs from arm 'A' in from (Longer, SFT) too; 'vary' names baseline alone"
      ])
    #expect(complaints(arms("Longer"), vary: "[baseline, from]") == [])
    #expect(
      complaints(arms("SFT", ", reward: Judge"), vary: "baseline") == [
        "x.yaml:4:3: error: arms.B differs from arm 'A' in reward (Judge, none) too; 'vary' names baseline alone"
      ])
    #expect(
      complaints(
        """
          A: {algorithm: rloo, from: SFT, reward: Judge}
          B: {algorithm: rloo, from: SFT, reward: Again, baseline: none}
        """, vary: "baseline") == [])
  }

  @Test
  func `a name that nothing has, one given twice, and one that no arms differ in are refused`() {
    let arms = """
        A: {algorithm: rloo, from: SFT}
        B: {algorithm: rloo, from: SFT, baseline: none}
      """
    #expect(
      complaints(arms, vary: "[basline, baseline, baseline, scale]") == [
        "x.yaml:1:8: error: vary[0] must name a setting that arms can have, got 'basline'; did you mean 'baseline'?",
        "x.yaml:1:27: error: vary[2] must not repeat baseline",
        "x.yaml:1:37: error: vary[3] is scale, in which no two arms differ; leave it out, or change an arm",
      ])
    #expect(
      complaints(arms, vary: "[baseline, scale]") == [
        "x.yaml:1:18: error: vary[1] is scale, in which no two arms differ; leave it out, or change an arm"
      ])
    #expect(
      complaints(arms, vary: "[]") == [
        "x.yaml:1:7: error: vary is empty; expected at least one setting"
      ])
    #expect(
      complaints(arms, vary: "{baseline: none}") == [
        "x.yaml:1:7: error: vary must be a setting, or a list of settings, got 'a mapping'"
      ])
    // On environments nothing starts from stages.
    #expect(
      complaints(
        onCartPole: "  A: {algorithm: rloo}\n  B: {algorithm: rloo, baseline: none}", vary: "from")
        == ["x.yaml:1:7: error: vary must name a setting that arms can have, got 'from'"])
  }

  private func complaints(onCartPole arms: String, vary: String) -> [String] {
    let text = """
      vary: \(vary)
      question: What does the baseline do?
      task: {environment: CartPole-v1}
      arms:
      \(arms)
      """
    do throws(SpecError) {
      _ = try read(text)
      return []
    } catch { return error.issues.map(\.description) }
  }

  /// A rollout of environments side by side is not a batch of episodes, whatever else is equal.
  @Test func `on environments PPO's rollouts are a difference`() {
    let found = complaints(
      onCartPole: """
          A: {algorithm: reinforce, baseline: value, credit: gae}
          B: {algorithm: ppo}
        """, vary: "scale")
    #expect(found.first?.contains("environments (4, no setting of reinforce)") == true)
  }

  @Test func `a sweep of what the arms differ in may be measured on the test prompts`() throws {
    let sweep = "  A: {algorithm: rloo, from: SFT, sweep: {baseline: [none, leave_one_out]}}"
    #expect(complaints(sweep, vary: "baseline") == [])
    let labels = try read(text(sweep, vary: "baseline")).arms.filter { !$0.isStage }.map(\.label)
    #expect(labels == ["A-baseline=none", "A-baseline=leave_one_out"])
    // A step size is chosen by what comes out, and so is what 'vary' does not name.
    for (swept, vary) in [
      ("learning_rate: [0.001, 0.01]", "learning_rate"),
      (
        "baseline: [none, leave_one_out], learning_rate: [0.001, 0.01]", "[baseline, learning_rate]"
      ),
    ] {
      let found = complaints("  A: {algorithm: rloo, from: SFT, sweep: {\(swept)}}", vary: vary)
      #expect(found.count == 1)
      #expect(found[0].contains("evaluation.split cannot be run: arm 'A' has a sweep"))
      #expect(
        complaints(
          "  A: {algorithm: rloo, from: SFT, sweep: {\(swept)}}", vary: vary,
          evaluation: ", split: validation") == [])
    }
  }

  @Test func `a spec that extends another keeps its promise`() throws {
    let base = text(Self.alike, vary: "baseline")
    func complaints(_ text: String) -> [String] {
      do throws(SpecError) {
        _ = try loadExperiment(
          at: "y.yaml", in: SpecFiles(["x.yaml": base, "y.yaml": text]), vocabulary: .labbook)
        return []
      } catch { return error.issues.map(\.description) }
    }
    #expect(
      complaints(
        "extends: x.yaml\narms:\n  More: {algorithm: rloo, from: SFT, baseline: shrinkage}") == [])
    #expect(
      complaints("extends: x.yaml\narms:\n  More: {algorithm: rloo, from: SFT, temperature: 2}")
        == [
          "y.yaml:3:3: error: arms.More differs from arm 'None' in temperature (2, 1) too; 'vary' names baseline alone"
        ])
    #expect(
      complaints(
        "extends: x.yaml\nvary: [baseline, temperature]\narms:\n  More: {algorithm: rloo, from: SFT, temperature: 2}"
      )
        == [])
  }
}
