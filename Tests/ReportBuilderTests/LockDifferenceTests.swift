import CanonicalJSON
import ReportBuilder
import ResultStore
import TestSupport
import Testing

@Suite struct LockDifferenceTests {
  private func difference(
    _ old: SyntheticExperiment, _ new: SyntheticExperiment, metrics: [String]? = nil
  ) -> LockDifference {
    LockDifference(
      from: old.lock, named: "2026-W44", to: new.lock, named: "2026-W45",
      catalog: syntheticCatalog, metrics: metrics)
  }

  private func returns(
    _ old: SyntheticArm, _ new: SyntheticArm
  ) throws -> MetricDifference {
    let difference = difference(
      SyntheticExperiment(old), SyntheticExperiment(new), metrics: ["evaluation_return"])
    let arm = try #require(difference.experiments.first?.arms.first)
    return try #require(arm.metrics.first)
  }

  // MARK: Verdicts

  @Test func `the same bits are identical and take no part in the family`() throws {
    let difference = difference(
      SyntheticExperiment(SyntheticArm("PPO", tenAround(400))),
      SyntheticExperiment(SyntheticArm("PPO", tenAround(400))))
    let arm = try #require(difference.experiments.first?.arms.first)
    #expect(arm.hasSameRecords)
    #expect(arm.metrics.map(\.verdict) == [.identical, .identical])
    #expect(arm.metrics.map(\.metric) == ["evaluation_return", "environment_steps"])
    #expect(difference.testedRows == 0)
    #expect(!difference.hasChanges)
  }

  @Test func `a shift of every seed is a change`() throws {
    let row = try returns(
      SyntheticArm("PPO", tenAround(400)), SyntheticArm("PPO", tenAround(440)))
    #expect(row.verdict == .changed)
    #expect(row.old == 400)
    #expect(row.new == 440)
    let change = try #require(row.change)
    // Every pair differs by the same 40; 2 of 1024 sign patterns are as far.
    #expect(change.difference == 40 && change.lower == 40 && change.upper == 40)
    #expect(change.adjustedP == 2.0 / 1024)
  }

  @Test func `an interval inside the margin is seed noise`() throws {
    let wiggle: [Double] = [1, -2, 3, -1, 2, -3, 1, -1, 2, -2]
    let row = try returns(
      SyntheticArm("PPO", tenAround(400)),
      SyntheticArm("PPO", zip(tenAround(400), wiggle).map { $0 + $1 }))
    #expect(row.margin == 25)
    #expect(row.verdict == .withinNoise)
    let p = try #require(row.change?.adjustedP)
    #expect(p >= 0.05)
  }

  @Test func `a counted cost that differs is shown and takes no part in the tests`() throws {
    func arm(steps: Double) -> SyntheticArm {
      SyntheticArm(
        "PPO", tenAround(400),
        metrics: ["environment_steps": [Double](repeating: steps, count: 10)])
    }
    let difference = difference(
      SyntheticExperiment(arm(steps: 100_000)), SyntheticExperiment(arm(steps: 90_000)))
    let steps = try #require(difference.experiments.first?.arms.first?.metrics.last)
    #expect(steps.metric == "environment_steps")
    #expect(steps.verdict == nil)
    #expect(steps.change?.difference == -10_000)
    #expect(steps.change?.adjustedP == nil)
    #expect(difference.testedRows == 0)
    #expect(difference.text(width: 200).contains("counted"))
  }

  @Test func `a wide interval tells nothing`() throws {
    let wiggle: [Double] = [150, -120, 90, -160, 140, -110, 130, -150, 100, -90]
    let row = try returns(
      SyntheticArm("PPO", tenAround(300)),
      SyntheticArm("PPO", zip(tenAround(300), wiggle).map { $0 + $1 }))
    #expect(row.verdict == .undecided)
    #expect(row.change?.adjustedP != nil)
  }

  @Test func `without a known range nothing is seed noise`() throws {
    let old = SyntheticArm("PPO", tenAround(1), metrics: ["entropy": tenAround(5)])
    let new = SyntheticArm(
      "PPO", tenAround(1),
      metrics: ["entropy": zip(tenAround(5), [1, -1, 1, -1, 1, -1, 1, -1, 1, -1]).map { $0 + $1 }])
    let row = try #require(
      difference(SyntheticExperiment(old), SyntheticExperiment(new), metrics: ["entropy"])
        .experiments.first?.arms.first?.metrics.first)
    #expect(row.margin == nil)
    #expect(row.verdict == .undecided)
  }

  @Test func `below six common seeds nothing is tested`() throws {
    let row = try returns(
      SyntheticArm("PPO", [1, 2, 3, 4, 5]), SyntheticArm("PPO", [401, 402, 403, 404, 405]))
    #expect(row.verdict == .tooFewSeeds)
    #expect(row.change?.adjustedP == nil && row.change?.lower == nil)
    #expect(row.change?.difference == 400)
  }

  @Test func `six common seeds are enough for a change`() throws {
    let row = try returns(
      SyntheticArm("PPO", [1, 2, 3, 4, 5, 6]), SyntheticArm("PPO", [11, 12, 13, 14, 15, 16]))
    #expect(row.change?.adjustedP == 2.0 / 64)
    #expect(row.verdict == .changed)
  }

  // MARK: Seeds

  @Test func `seeds pair by number`() throws {
    let difference = difference(
      SyntheticExperiment(SyntheticArm("PPO", tenAround(400))),
      SyntheticExperiment(SyntheticArm("PPO", tenAround(404.5) + [0, 0], firstSeed: 4)),
      metrics: ["evaluation_return"])
    let arm = try #require(difference.experiments.first?.arms.first)
    #expect(arm.oldSeeds == 10)
    #expect(arm.newSeeds == 12)
    #expect(arm.commonSeeds == 6)
    // Seeds 4…9 hold 399.5…404.5 before and 400…405 after.
    let row = try #require(arm.metrics.first)
    #expect(row.old == 402)
    #expect(row.new == 402.5)
    #expect(row.change?.difference == 0.5)
  }

  @Test func `arms without a common seed show their own means`() throws {
    let row = try returns(
      SyntheticArm("PPO", tenAround(400)), SyntheticArm("PPO", tenAround(410), firstSeed: 100))
    #expect(row.old == 400)
    #expect(row.new == 410)
    #expect(row.change == nil)
    #expect(row.verdict == .tooFewSeeds)
  }

  // MARK: Changed sets of seeds

  private func seeds(_ old: Int, _ new: Int, shift: Double = 0) -> LockDifference {
    let values = (0..<20).map { Double(($0 * 7) % 20) }
    return difference(
      SyntheticExperiment(SyntheticArm("PPO", Array(values.prefix(old)))),
      SyntheticExperiment(SyntheticArm("PPO", values.prefix(new).map { $0 + shift })))
  }

  @Test func `new seeds are a row with both values, and what both have is not called identical`()
    throws
  {
    let difference = seeds(8, 13)
    let arm = try #require(difference.experiments.first?.arms.first)
    #expect(arm.hasOtherSeeds && arm.commonSeeds == 8)
    #expect(arm.metrics.map(\.verdict) == [.sameOnCommonSeeds, .sameOnCommonSeeds])
    let all = try #require(arm.metrics[0].ofAllSeeds)
    expectClose([all.old, all.new], [7, 106.0 / 13], tolerance: 1e-12)
    let text = difference.text(width: 200)
    #expect(!text.contains("identical"))
    #expect(text.contains("13 instead of 8 seeds"), "\(text)")
    #expect(text.contains("the same on 8 seeds in common"))
    #expect(text.contains("7.0  8.2"))
    #expect(difference.hasChanges && difference.testedRows == 0)
    let json = try JSONValue(text: difference.json)
    #expect(difference.json.contains(#""old_all_seeds": 7"#), "\(json)")
  }

  @Test func `dropped seeds are a row like new ones`() throws {
    let text = seeds(13, 8).text(width: 200)
    #expect(text.contains("8 instead of 13 seeds") && !text.contains("identical"))
  }

  @Test func `runs that changed are compared on the seeds both have, and seeds are a row beside`()
    throws
  {
    let difference = seeds(8, 13, shift: 100)
    let row = try #require(difference.experiments.first?.arms.first?.metrics.first)
    #expect(row.verdict == .changed && row.change?.pairs == 8 && row.change?.difference == 100)
    #expect([row.old, row.new] == [7, 107])
    let text = difference.text(width: 200)
    #expect(text.contains("changed (8 seeds in common)"), "\(text)")
    #expect(text.contains("13 instead of 8 seeds"))
  }

  @Test func `as many seeds, but others, are not the same seeds`() throws {
    let difference = difference(
      SyntheticExperiment(SyntheticArm("PPO", tenAround(400))),
      SyntheticExperiment(SyntheticArm("PPO", tenAround(402), firstSeed: 2)),
      metrics: ["evaluation_return"])
    let text = difference.text(width: 200)
    #expect(text.contains("10 seeds, 8 of them as before"), "\(text)")
    #expect(text.contains("the same on 8 seeds in common") && !text.contains("identical"))
  }

  // MARK: What is not tested

  @Test func `errors over items are left out, and not tested where they are asked for`() throws {
    func experiment(_ error: Double) -> SyntheticExperiment {
      SyntheticExperiment(
        SyntheticArm(
          "PPO", tenAround(400),
          metrics: ["evaluation_return_standard_error": tenAround(error)]))
    }
    let all = try #require(difference(experiment(5), experiment(6)).experiments.first?.arms.first)
    #expect(all.metrics.map(\.metric) == ["evaluation_return", "environment_steps"])
    let asked = difference(
      experiment(5), experiment(6), metrics: ["evaluation_return_standard_error"])
    #expect(asked.testedRows == 0)
    #expect(asked.experiments.first?.arms.first?.metrics.map(\.verdict) == [.notTested])
  }

  // MARK: Pairing of arms

  @Test func `an arm that only changed its label is renamed`() throws {
    let difference = difference(
      SyntheticExperiment(SyntheticArm("GRPO", tenAround(400))),
      SyntheticExperiment(SyntheticArm("GRPO8", tenAround(400), settings: ["algorithm": "grpo"])))
    let arm = try #require(difference.experiments.first?.arms.first)
    #expect(arm.isRenamed)
    #expect(arm.name == "GRPO → GRPO8")
    #expect(arm.changedFields.isEmpty)
    #expect(arm.metrics.allSatisfy { $0.verdict == .identical })
    #expect(!difference.hasChanges)
  }

  @Test func `equal settings go before equal labels`() throws {
    let small = ["algorithm": "grpo", "algorithm.group_size": "8"]
    let large = ["algorithm": "grpo", "algorithm.group_size": "16"]
    let difference = difference(
      SyntheticExperiment(SyntheticArm("GRPO", tenAround(400), settings: small)),
      SyntheticExperiment(
        SyntheticArm("GRPO", tenAround(420), settings: large),
        SyntheticArm("GRPO8", tenAround(400), settings: small)))
    let arms = try #require(difference.experiments.first?.arms)
    #expect(arms.map(\.name) == ["GRPO", "GRPO → GRPO8"])
    #expect(arms.map(\.presence) == [.added, .both])
    #expect(difference.hasChanges)
  }

  @Test func `a raised revision does not part equal settings`() throws {
    let old = SyntheticArm(
      "PPO", tenAround(400), settings: ["algorithm": "ppo", "revision.algorithm.ppo": "1"])
    let new = SyntheticArm(
      "PPO2", tenAround(440), settings: ["algorithm": "ppo", "revision.algorithm.ppo": "2"])
    let arm = try #require(
      difference(SyntheticExperiment(old), SyntheticExperiment(new)).experiments.first?.arms.first)
    #expect(arm.isRenamed)
    #expect(arm.changedFields.map(\.text) == ["revision.algorithm.ppo: 1 → 2"])
  }

  @Test func `arms with the same label pair and show what changed in the key`() throws {
    let old = SyntheticArm(
      "PPO", tenAround(400),
      settings: ["algorithm": "ppo", "algorithm.clip_range": "0.2", "algorithm.gone": "1"])
    let new = SyntheticArm(
      "PPO", tenAround(440),
      settings: ["algorithm": "ppo", "algorithm.clip_range": "0.1", "algorithm.new": "2"])
    let arm = try #require(
      difference(SyntheticExperiment(old), SyntheticExperiment(new)).experiments.first?.arms.first)
    #expect(
      arm.changedFields.map(\.text) == [
        "algorithm.clip_range: 0.2 → 0.1", "algorithm.gone: 1 → —", "algorithm.new: — → 2",
      ])
  }

  /// A lock with a stage and an arm that starts from it.
  private func stagedLock(
    stage label: String, _ settings: [String: String], start: String = "start"
  ) -> Lock {
    let stage = ArmPreimage(
      fields: settings.merging(["algorithm": "sft"]) { first, _ in first })
    let arm = ArmPreimage(fields: ["algorithm": "grpo"], stages: [start: stage])
    func locked(_ label: String, _ identity: ArmPreimage, isStage: Bool) -> LockedArm {
      LockedArm(
        label: label, title: label, isStage: isStage, identity: identity,
        runs: (0..<6).map { seed in
          let record = Record(metrics: ["evaluation_return": Double(seed)], curves: [])
          return LockedRun(seed: seed, key: identity.run(seed: seed).key, record: record)
        })
    }
    return Lock(experiments: [
      LockedExperiment(
        name: "words", question: "?", metric: "evaluation_return",
        arms: [locked(label, stage, isStage: true), locked("GRPO", arm, isStage: false)])
    ])
  }

  private func changes(_ old: Lock, _ new: Lock) throws -> [String] {
    // Written and read again, as locks are when weeks are compared.
    let locks = try [old, new].map { try Lock(text: $0.text, path: "results.lock") }
    let difference = LockDifference(
      from: locks[0], named: "a", to: locks[1], named: "b", catalog: syntheticCatalog)
    let arms = try #require(difference.experiments.first?.arms)
    return try #require(arms.first { $0.newLabel == "GRPO" }).changedFields.map(\.text)
  }

  @Test func `a changed stage shows which of its settings changed`() throws {
    #expect(
      try changes(
        stagedLock(stage: "SFT", ["algorithm.learning_rate": "0.006", "revision.tokenizer": "1"]),
        stagedLock(stage: "SFT", ["algorithm.learning_rate": "0.003", "revision.tokenizer": "2"]))
        == ["start.algorithm.learning_rate: 0.006 → 0.003", "start.revision.tokenizer: 1 → 2"])
  }

  @Test func `a stage with another label is named by it`() throws {
    #expect(
      try changes(
        stagedLock(stage: "Short", ["budget.tokens": "100"]),
        stagedLock(stage: "Long", ["budget.tokens": "200"]))
        == ["start: Short → Long", "start.budget.tokens: 100 → 200"])
    // Only the label changed: the key is the same.
    #expect(
      try changes(
        stagedLock(stage: "Short", ["budget.tokens": "100"]),
        stagedLock(stage: "Long", ["budget.tokens": "100"])) == [])
  }

  @Test func `a stage that came or went is named by its label`() throws {
    #expect(
      try changes(
        stagedLock(stage: "SFT", [:], start: "start"),
        stagedLock(stage: "SFT", [:], start: "reward"))
        == ["reward: — → SFT", "start: SFT → —"])
  }

  @Test func `arms and experiments of one lock only are added or removed`() throws {
    let old = Lock(experiments: [
      SyntheticExperiment(SyntheticArm("A", tenAround(1)), SyntheticArm("B", tenAround(2))).locked,
      SyntheticExperiment(SyntheticArm("X", tenAround(1)), name: "bandit").locked,
    ])
    let new = Lock(experiments: [
      SyntheticExperiment(SyntheticArm("C", tenAround(3)), SyntheticArm("A", tenAround(1))).locked,
      SyntheticExperiment(SyntheticArm("Y", tenAround(1)), name: "pendulum").locked,
    ])
    let difference = LockDifference(
      from: old, named: "a", to: new, named: "b", catalog: syntheticCatalog)
    #expect(difference.experiments.map(\.name) == ["bandit", "cartpole", "pendulum"])
    #expect(difference.experiments.map(\.presence) == [.removed, .both, .added])
    let arms = difference.experiments[1].arms
    #expect(arms.map(\.name) == ["C", "A", "B"])
    #expect(arms.map(\.presence) == [.added, .both, .removed])
    #expect(arms[0].metrics.map(\.new) == [3, 100_000])
    #expect(arms[0].metrics.map(\.verdict) == [nil, nil])
    #expect(arms[2].metrics.map(\.old) == [2, 100_000])
    #expect(difference.hasChanges)
  }

  // MARK: The family

  @Test func `p-values are adjusted over all tested rows`() throws {
    func arms(_ shift: Double) -> SyntheticExperiment {
      SyntheticExperiment(
        SyntheticArm("A", tenAround(100 + shift)), SyntheticArm("B", tenAround(200 + shift)),
        SyntheticArm("C", tenAround(300)))
    }
    let difference = difference(arms(0), arms(40))
    #expect(difference.testedRows == 2)
    let rows = try #require(difference.experiments.first).arms.compactMap { arm in
      arm.metrics.first { $0.metric == "evaluation_return" }
    }
    #expect(rows.map { $0.change?.adjustedP } == [4.0 / 1024, 4.0 / 1024, nil])
    #expect(rows.map(\.verdict) == [.changed, .changed, .identical])
  }

  @Test func `a family can be too large for ten seeds`() throws {
    // 26 rows at 2/1024 each: Holm's smallest adjusted value is 52/1024 > 0.05.
    let names = (0..<26).map { "A\($0)" }
    var old = SyntheticExperiment()
    var new = SyntheticExperiment()
    old.arms = names.map { SyntheticArm($0, tenAround(100)) }
    new.arms = names.map { SyntheticArm($0, tenAround(140)) }
    let rows = try #require(difference(old, new, metrics: ["evaluation_return"]).experiments.first)
      .arms
      .flatMap(\.metrics)
    #expect(
      rows.allSatisfy { $0.change?.adjustedP == 52.0 / 1024 && $0.verdict == .leavesOutZero })
    let words = "So many rows leave no p-value below 0.05 to these seeds"
    #expect(difference(old, new, metrics: ["evaluation_return"]).text().contains(words))
    #expect(difference(old, new, metrics: ["evaluation_return"]).markdown.contains(words))
    #expect(!example.text().contains(words))
  }

  // MARK: Text

  private var example: LockDifference {
    let wiggle: [Double] = [1, -2, 3, -1, 2, -3, 1, -1, 2, -2]
    return difference(
      SyntheticExperiment(
        SyntheticArm(
          "PPO", tenAround(400), settings: ["algorithm": "ppo", "algorithm.clip_range": "0.2"]),
        SyntheticArm("GRPO", tenAround(300)), SyntheticArm("RLOO", tenAround(350)),
        SyntheticArm("DPO", tenAround(100))),
      SyntheticExperiment(
        SyntheticArm(
          "PPO", tenAround(440), settings: ["algorithm": "ppo", "algorithm.clip_range": "0.1"]),
        SyntheticArm("GRPO8", tenAround(300), settings: ["algorithm": "grpo"]),
        SyntheticArm("RLOO", zip(tenAround(350), wiggle).map { $0 + $1 }),
        SyntheticArm("ReMax", tenAround(200))))
  }

  @Test func `a terminal gets an aligned table`() throws {
    try expectSnapshot(example.text(), named: "difference.txt")
  }

  @Test func `a narrow terminal gets no intervals, then arms on lines of their own`() throws {
    #expect(example.text(width: 120) == example.text())
    for width in [96, 80] {
      let text = example.text(width: width)
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
      try expectSnapshot(text, named: "difference-\(width).txt")
    }
  }

  @Test func `Markdown gets a table for each experiment`() throws {
    try expectSnapshot(example.markdown, named: "difference.md")
  }

  @Test func `JSON has every number at full precision`() throws {
    try expectSnapshot(example.json, named: "difference.json")
    #expect(try JSONValue(text: example.json)["has_changes"] == .boolean(true))
  }

  @Test func `large counts are written with all of their digits`() {
    func arm(_ count: Double) -> SyntheticArm {
      SyntheticArm(
        "PPO", tenAround(400), metrics: ["operations": Array(repeating: count, count: 10)])
    }
    let text = difference(
      SyntheticExperiment(arm(2.5e10)), SyntheticExperiment(arm(3e10)), metrics: ["operations"]
    ).text()
    #expect(text.contains("25,000,000,000  30,000,000,000  +5,000,000,000"))
  }

  @Test func `the same locks give the same text every time`() {
    #expect(example.json == example.json)
    #expect(example == example)
  }
}
