import ResultStore
import Testing

@Suite struct ArmPreimageTests {
  static let stage = ArmPreimage(fields: ["algorithm": "sft", "seed": "4"])
  static let judge = ArmPreimage(
    fields: ["algorithm": "reward_model"], stages: ["start": stage])
  static let arm = ArmPreimage(
    fields: ["algorithm": "ppo"], stages: ["start": stage, "reward": judge])

  /// A lock with an arm on two stages; the reward model stands after the arm.
  static func lock(_ metric: Double = 0.5) -> Lock {
    func locked(_ label: String, isStage: Bool, _ identity: ArmPreimage) -> LockedArm {
      LockedArm(
        label: label, title: "The \(label)", isStage: isStage, identity: identity,
        runs: (0..<2).map { seed in
          LockedRun(
            seed: seed, key: identity.run(seed: seed).key,
            record: Record(metrics: ["test_accuracy": metric]))
        })
    }
    return Lock(experiments: [
      LockedExperiment(
        name: "words", question: "Q?", metric: "test_accuracy",
        arms: [
          locked("SFT", isStage: true, stage), locked("PPO", isStage: false, arm),
          locked("RM", isStage: true, judge),
        ])
    ])
  }

  @Test func `a run names its stage's run of the same seed, an arm its stage's digest`() {
    let run = Self.arm.run(seed: 3)
    #expect(Self.stage.run(seed: 3) == RunPreimage(fields: ["algorithm": "sft", "seed": "3"]))
    #expect(
      run.fields == [
        "algorithm": "ppo", "seed": "3", "start": Self.stage.run(seed: 3).key.hex,
        "reward": Self.judge.run(seed: 3).key.hex,
      ])
    #expect(
      Self.arm.fields == [
        "algorithm": "ppo", "start": Self.stage.digest, "reward": Self.judge.digest,
      ])
    #expect(
      run.stages == ["start": Self.stage.run(seed: 3).key, "reward": Self.judge.run(seed: 3).key])
    #expect(Self.stage.run(seed: 3).stages == [:])
  }

  @Test func `a run key follows from the text of the run, wherever the seed stands in it`() {
    for fields in [
      [:], ["a": "1"], ["seed": "7"],
      ["zeta": "1", "sf": "2", "see": "3", "seedling": "4", "a": ""],
    ] {
      for stages in [[:], ["start": Self.stage], ["start": Self.stage, "reward": Self.judge]] {
        let arm = ArmPreimage(fields: fields, stages: stages)
        var expected = fields
        expected["seed"] = "12"
        for (name, stage) in stages { expected[name] = stage.key(seed: 12).hex }
        let run = RunPreimage(fields: expected)
        #expect(arm.run(seed: 12) == run)
        #expect(arm.run(seed: 12).text == run.text)
        #expect(arm.key(seed: 12) == run.key)
      }
    }
  }

  @Test func `arms are equal if their settings and those of their stages are`() {
    let other = ArmPreimage(fields: ["algorithm": "sft", "rate": "2"])
    #expect(
      Self.judge
        == ArmPreimage(fields: ["algorithm": "reward_model"], stages: ["start": Self.stage]))
    #expect(
      Self.judge != ArmPreimage(fields: ["algorithm": "reward_model"], stages: ["start": other]))
    #expect(Self.judge != ArmPreimage(fields: ["algorithm": "reward_model"]))
  }

  @Test func `a lock with stages reads back as it was written, in any order of its arms`() throws {
    let lock = Self.lock()
    let read = try Lock(text: lock.text, path: "results.lock")
    #expect(read == lock)
    let arms = try #require(read.experiment("words")).arms
    #expect(arms.map(\.isStage) == [true, false, true])
    #expect(arms[1].identity.stages == ["start": Self.stage, "reward": Self.judge])
    #expect(arms[1].preimage(seed: 1) == Self.arm.run(seed: 1))
    #expect(lock.text.split(separator: "\n").count { $0.contains("\"stage\": true") } == 2)
  }

  @Test func `an altered stage is told at the stage`() {
    let text = Self.lock().text.replacing("\"algorithm\": \"sft\"", with: "\"algorithm\": \"dpo\"")
    let error = #expect(throws: LockError.self) { try Lock(text: text, path: "l") }
    #expect(
      error?.problem
        == .altered(
          run: "words/SFT/0", part: "preimage",
          "was altered: the run key does not follow from it"))
  }

  @Test func `an arm whose stage is not in the lock is told`() {
    let lock = Self.lock()
    let alone = Lock(experiments: [
      LockedExperiment(
        name: "words", question: "Q?", metric: "test_accuracy",
        arms: [lock.experiments[0].arms[1]])
    ])
    let error = #expect(throws: LockError.self) { try Lock(text: alone.text, path: "l") }
    #expect(error?.description.contains("words/PPO/0") == true)
  }

  @Test func `a stage's mark is true or absent`() {
    let text = Self.lock().text.replacing("\"stage\": true", with: "\"stage\": false")
    let error = #expect(throws: LockError.self) { try Lock(text: text, path: "l") }
    #expect(error?.description.contains("words/SFT: 'stage' is something else than true") == true)
  }
}
