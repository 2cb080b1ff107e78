import ResultStore
import Testing

/// The union of two locks that began as one.
@Suite struct LockMergeTests {
  /// A lock with the runs of these seeds.
  private static func lock(
    ppo: Range<Int> = 0..<2, grpo: Range<Int>? = 0..<2, question: String = "Does it?",
    documents: [String: String] = [:], _ change: (inout LockedRun) -> Void = { _ in }
  ) -> Lock {
    var arms = [LockTests.arm("PPO", seeds: ppo)]
    if let grpo { arms.append(LockTests.arm("GRPO", seeds: grpo)) }
    arms = arms.map { arm in
      LockedArm(
        label: arm.label, title: arm.title, identity: arm.identity,
        runs: arm.runs.map { run in
          var run = run
          if arm.label == "PPO", run.seed == 0 { change(&run) }
          return run
        })
    }
    return Lock(
      experiments: [
        LockedExperiment(
          name: "cartpole", question: question, metric: "evaluation_return", arms: arms)
      ], documents: documents.mapValues { Digest.hex(of: $0) })
  }

  /// The run with another result.
  private static func deviate(_ run: inout LockedRun) {
    var record = LockTests.record("PPO", 0)
    record.metrics["steps"] = 4999
    let resolution = run.resolution
    run = LockedRun(
      seed: 0, key: RunKey(hex: run.key) ?? Fixture.preimage().key, record: record)
    run.resolution = resolution
  }

  private func problems(_ base: Lock?, _ ours: Lock, _ theirs: Lock) -> [String] {
    do {
      _ = try LockMerge(base: base, ours: ours, theirs: theirs)
      return []
    } catch {
      return error.problems
    }
  }

  @Test func `runs that one side has are both sides', whoever merges`() throws {
    let (base, ours, theirs) = (
      Self.lock(), Self.lock(ppo: 0..<5), Self.lock(ppo: 0..<3, grpo: 0..<4)
    )
    let united = try LockMerge(base: base, ours: ours, theirs: theirs)
    #expect(united.lock == Self.lock(ppo: 0..<5, grpo: 0..<4))
    #expect(united.ownRuns == 2 && united.otherRuns == 2)
    #expect(try LockMerge(base: base, ours: theirs, theirs: ours).lock == united.lock)
    // Both sides began the week.
    #expect(try LockMerge(base: nil, ours: ours, theirs: theirs).lock == united.lock)
    #expect(try Lock(text: united.lock.text, path: "") == united.lock)
  }

  @Test func `what one side changed or removed is taken from it`() throws {
    let base = Self.lock(ppo: 0..<4, documents: ["a": "1", "b": "1", "c": "1"])
    let ours = Self.lock(
      ppo: 0..<4, question: "Does it now?", documents: ["a": "2", "b": "1", "c": "2"])
    let theirs = Self.lock(ppo: 0..<3, grpo: nil, documents: ["a": "1", "c": "3", "d": "1"])
    let united = try LockMerge(base: base, ours: ours, theirs: theirs).lock
    // Of a file that both changed, ours is named until it is built again.
    #expect(
      united
        == Self.lock(
          ppo: 0..<3, grpo: nil, question: "Does it now?",
          documents: ["a": "2", "c": "2", "d": "1"]))
    #expect(
      problems(base, ours, Self.lock(question: "Why?"))
        == ["cartpole: both sides changed its question"])
  }

  @Test func `a promise of repetitions is that of the side that gave it`() throws {
    func lock(_ isExact: Bool) throws -> Lock {
      var experiment = try #require(Self.lock().experiments.first)
      experiment.repeatsExactly = isExact
      return Lock(experiments: [experiment])
    }
    let (plain, exact) = (try lock(false), try lock(true))
    #expect(try LockMerge(base: plain, ours: plain, theirs: exact).lock == exact)
    #expect(try LockMerge(base: exact, ours: plain, theirs: exact).lock == plain)
    #expect(
      problems(nil, plain, exact) == ["cartpole: both sides changed its promise of repetitions"])
  }

  @Test func `two results of one run are a disagreement, until somebody has decided`() throws {
    let (base, other) = (Self.lock(ppo: 1..<2), Self.lock(Self.deviate))
    let ours = Self.lock()
    let found = problems(base, ours, other)
    try #require(found.count == 1)
    #expect(found[0].hasPrefix("cartpole/PPO/0 (key "))
    #expect(found[0].contains("has two results"))
    let rejected = try #require(other.experiments.first?.arms.first?.run(seed: 0)?.digest)
    let kept = try #require(ours.experiments.first?.arms.first?.run(seed: 0)?.digest)
    let decided = Self.lock {
      $0.resolution = Resolution(kept: kept, rejected: [rejected], reason: "Faulty memory.")
    }
    #expect(try LockMerge(base: base, ours: decided, theirs: other).lock == decided)
    #expect(try LockMerge(base: base, ours: other, theirs: decided).lock == decided)
    let otherwise = Self.lock {
      $0.resolution = Resolution(kept: kept, rejected: [rejected], reason: "A guess.")
    }
    #expect(
      problems(base, decided, otherwise)
        == ["cartpole/PPO/0: the two sides decided otherwise between its results"])
  }

  @Test func `settings that both sides changed are a disagreement`() throws {
    func changed(_ value: String) -> Lock {
      let fields = ["algorithm": "ppo", "environment": "CartPole-v1", "clip_range": value]
      let arm = LockedArm(
        label: "PPO", title: "PPO α", preimage: fields,
        runs: [
          LockedRun(
            seed: 0, key: RunPreimage(fields: fields).setting("seed", to: "0").key,
            record: LockTests.record("PPO", 0))
        ])
      return Lock(experiments: [
        LockedExperiment(
          name: "cartpole", question: "Does it?", metric: "evaluation_return",
          arms: [arm, LockTests.arm("GRPO", seeds: 0..<2)])
      ])
    }
    #expect(
      problems(Self.lock(), changed("0.1"), changed("0.3"))
        == ["cartpole/PPO: the two sides have other settings, so their runs are not of one plan"])
    #expect(
      try LockMerge(base: Self.lock(), ours: Self.lock(), theirs: changed("0.1")).lock
        == changed("0.1"))
  }

  @Test func `repetitions of both sides are kept, each once`() throws {
    func repetition(_ name: String) -> LockedRepetition {
      LockedRepetition(digest: Digest.hex(of: name), metrics: ["steps": 1])
    }
    let ours = Self.lock { $0.repetitions = [repetition("a"), repetition("b")] }
    let theirs = Self.lock { $0.repetitions = [repetition("a"), repetition("c")] }
    let base = Self.lock { $0.repetitions = [repetition("a")] }
    let united = try LockMerge(base: base, ours: ours, theirs: theirs).lock
    #expect(
      united.experiments.first?.arms.first?.run(seed: 0)?.repetitions
        == [repetition("a"), repetition("b"), repetition("c")])
  }
}
