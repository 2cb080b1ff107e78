import Algorithms
import ExperimentSpec
import ResultStore
import Settings
import Testing

/// How arms are named for people and in other files: labels of sweeps, and titles.
@Suite struct ArmNamesTests {
  private func spec(_ arms: String) -> String {
    "question: Q\ntask: {environment: Pole-v1}\narms:\n\(arms)\n"
  }

  // MARK: Labels

  @Test func `an arm of a sweep keeps its name when the list changes around it`() throws {
    func rates(_ list: String) throws -> [String: SettingValue] {
      let arms = try experiment(spec("  A: {algorithm: alpha, sweep: {group_size: \(list)}}")).arms
      return Dictionary(
        uniqueKeysWithValues: arms.compactMap { arm in
          arm.configuration.algorithmSettings["group_size"].map { (arm.label, $0) }
        })
    }
    let before = try rates("[2, 3]")
    let after = try rates("[3, 8, 2]")
    #expect(before == ["A-group_size=2": .integer(2), "A-group_size=3": .integer(3)])
    for (label, value) in before { #expect(after[label] == value) }
    #expect(try rates("[8]")["A-group_size=3"] == nil)
  }

  @Test func `labels hold settings in the order of the sweep, whatever their kind`() throws {
    #expect(
      try experiment(
        spec(
          "  A: {algorithm: alpha, sweep: {learning_rate: [1e-5], clip_range: [none], baseline: [group_mean], group_size: [1_0]}}"
        )
      ).arms.map(\.label) == [
        "A-learning_rate=1e-5-clip_range=none-baseline=group_mean-group_size=10"
      ])
  }

  @Test func `a boolean can be swept`() throws {
    let text = spec("  A: {algorithm: alpha, sweep: {shuffled: [false, true]}}")
    let arms = try experiment(text).arms
    #expect(arms.map(\.label) == ["A-shuffled=false", "A-shuffled=true"])
    #expect(arms.map(\.title) == ["A, shuffled false", "A, shuffled true"])
    #expect(
      arms.map { $0.configuration.algorithmSettings["shuffled"] } == [
        .boolean(false), .boolean(true),
      ])
  }

  @Test func `every choice of every setting can stand in a label`() {
    let vocabulary = Vocabulary.labbook
    let components =
      vocabulary.worlds.flatMap(\.algorithms)
    for setting in components.flatMap(\.settings) {
      guard case .choice(let names) = setting.kind else { continue }
      for name in names {
        #expect(
          name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_+-.".contains($0)) })
      }
    }
  }

  @Test func `one value written in two ways is refused in a sweep`() {
    for (list, column, value) in [
      ("[0.1, 0.10]", 54, "0.1"), ("[1, 1.0]", 52, "1"), ("[1e-1, 100e-3]", 55, "0.1"),
    ] {
      #expect(
        complaints(spec("  A: {algorithm: alpha, sweep: {learning_rate: \(list)}}")) == [
          "x.yaml:4:\(column): error: arms.A.sweep.learning_rate[1] must not repeat \(value)"
        ], "\(list)")
    }
  }

  // MARK: Titles

  @Test(arguments: [
    // The case arms-one-title.
    ("PPO", "PPO"), ("PPO", "ppo"), ("PPO", "\"  PPO \""), ("a b", "\"a\\u00A0b\""),
    ("\"Caf\\u00E9\"", "\"Cafe\\u0301\""), ("\"\\uFF30PO\"", "PPO"), ("PPO", "\"P\\u200BPO\""),
  ])
  func `two arms of one experiment cannot have one title`(first: String, second: String) {
    let told = complaints(
      spec("  A: {algorithm: alpha, title: \(first)}\n  B: {algorithm: beta, title: \(second)}"))
    #expect(told.count == 1)
    #expect(told.first?.hasPrefix("x.yaml:5:31: error: arms.B has the title '") == true, "\(told)")
    #expect(
      told.first?.hasSuffix(
        "as has arms.A on line 4; tables and figures tell arms apart by their titles") == true)
  }

  @Test func `a title may not be another arm's label, nor that of an arm of a sweep`() {
    #expect(
      complaints(spec("  PPO: {algorithm: alpha}\n  B: {algorithm: beta, title: PPO}")).count == 1)
    #expect(
      complaints(spec("  ppo: {algorithm: alpha}\n  PPO: {algorithm: beta}")).count == 1)
    #expect(
      complaints(
        spec(
          "  A: {algorithm: alpha, title: T, sweep: {group_size: [2, 3]}}\n  B: {algorithm: beta, title: 'T, group_size 3'}"
        )
      ).count == 1)
    // Two sweeps with one title give many equal ones, which is one mistake.
    #expect(
      complaints(
        spec(
          "  A: {algorithm: alpha, title: T, sweep: {learning_rate: [0.1, 0.2]}}\n  B: {algorithm: alpha, title: T, sweep: {learning_rate: [0.1, 0.2]}}"
        )
      ).count == 1)
  }

  @Test func `a title that is inherited counts, and its file is named`() {
    let base = spec("  A: {algorithm: alpha, title: PPO}")
    let told = complaints([
      "experiments/x.yaml": "extends: base/b.yaml\narms:\n  B: {algorithm: beta, title: PPO}\n",
      "experiments/base/b.yaml": base,
    ])
    #expect(
      told == [
        "x.yaml:3:31: error: arms.B has the title 'PPO', as has arms.A on line 4 of base/b.yaml; tables and figures tell arms apart by their titles"
      ])
  }

  @Test func `stages and arms share their titles' space`() {
    let told = complaints(
      """
      question: Q
      task: {language: riddles}
      stages:
        Base: {algorithm: tune, title: The start}
      arms:
        A: {algorithm: alpha, from: Base, title: the start}
      """)
    #expect(told.count == 1 && told.first?.hasPrefix("x.yaml:6:44: error: arms.A has") == true)
  }

  @Test func `titles of an old lock that look alike have their names after them`() {
    #expect(
      distinctTitles(["PPO", "GRPO", "ppo"], names: ["A", "B", "C"]) == [
        "PPO (A)", "GRPO", "ppo (C)",
      ])
    #expect(distinctTitles(["PPO", "PPO", "PPO (A)"], names: ["A", "B", "C"]) == ["A", "B", "C"])
  }
}
