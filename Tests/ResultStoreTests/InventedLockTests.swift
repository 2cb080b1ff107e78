import ResultStore
import Testing

/// Locks that somebody made up, with keys and digests that are right.
@Suite struct InventedLockTests {
  private func message(_ lock: Lock) -> String {
    do {
      _ = try Lock(text: lock.text, path: "reports/2026-W10/results.lock")
      return ""
    } catch {
      return "\(error)"
    }
  }

  private func lock(_ arms: [LockedArm]) -> Lock {
    Lock(experiments: [LockedExperiment(name: "e", question: "", metric: "m", arms: arms)])
  }

  private func arm(_ label: String, _ fields: [String: String], seeds: [Int]) -> LockedArm {
    LockedArm(
      label: label, title: label, preimage: fields,
      runs: seeds.map {
        LockedRun(
          seed: $0, key: ArmPreimage(fields: fields).run(seed: $0).key,
          record: Record(metrics: ["m": 1]))
      })
  }

  @Test func `a seed twice, an arm twice and an experiment twice are refused`() {
    #expect(message(lock([arm("A", [:], seeds: [0, 1])])) == "")
    #expect(
      message(lock([arm("A", [:], seeds: [0, 1, 0])])).hasSuffix(
        "error: e/A: the seed 0 is there twice"))
    #expect(
      message(lock([arm("A", [:], seeds: [0]), arm("A", ["x": "1"], seeds: [0])])).hasSuffix(
        "error: e: the arm 'A' is there twice"))
    let twice = lock([]).experiments + lock([]).experiments
    #expect(message(Lock(experiments: twice)).hasSuffix("the experiment 'e' is there twice"))
  }

  @Test(arguments: [-1, .min, .max, 1 << 31])
  func `a seed that no spec can name is refused`(seed: Int) {
    #expect(
      message(lock([arm("A", [:], seeds: [seed])])).hasSuffix(
        "e/A: a run has no seed, which is a whole number in 0...2147483647"))
  }

  @Test(arguments: [1e301, -1.7e308, .greatestFiniteMagnitude])
  func `a number of which no difference can be told is refused`(value: Double) {
    var arm = arm("A", [:], seeds: [0])
    let key = ArmPreimage(fields: [:]).run(seed: 0).key
    arm = LockedArm(
      label: "A", title: "A", preimage: [:],
      runs: [LockedRun(seed: 0, key: key, record: Record(metrics: ["m": value]))])
    #expect(
      message(lock([arm])).hasSuffix("e/A/0: metric m is not a finite number of at most 1e300"))
  }

  @Test func `a normalization that makes no number of a metric is refused`() {
    var experiment = lock([arm("A", [:], seeds: [0])]).experiments[0]
    experiment.normalizations = ["m": ScoreScale(random: 0, solved: .leastNonzeroMagnitude)]
    #expect(
      message(Lock(experiments: [experiment])).hasSuffix(
        "e: the normalization of m makes no number of 1.0"))
  }

  @Test(.timeLimit(.minutes(1)))
  func `a long chain of stages that all stand on the next twice is read in no time`() {
    var arms: [LockedArm] = []
    var fields = ["algorithm": "a"]
    for number in 0..<40 {
      arms.append(arm("A\(number)", fields, seeds: []))
      let digest = ArmPreimage(fields: fields).digest
      fields = ["algorithm": "a\(number)", "start": digest, "reward": digest]
    }
    #expect(message(lock(arms)) == "")
    #expect(message(lock(arms.reversed())) == "")
    let read = try? Lock(text: lock(arms).text, path: "")
    #expect(read?.experiments[0].arms.last?.preimage(seed: 3).fields["start"]?.count == 64)
  }

  @Test func `a chain without end is cut off`() throws {
    var arms: [LockedArm] = []
    var fields = ["algorithm": "a"]
    for number in 0..<20_000 {
      arms.append(arm("A\(number)", fields, seeds: []))
      fields = ["algorithm": "a\(number)", "start": ArmPreimage(fields: fields).digest]
    }
    #expect(message(lock(arms.reversed())) == "")
  }

  @Test(arguments: [
    ("<<<<<<< HEAD\n", "<<<<<<< HEAD"), (">>>>>>> other\r\n", ">>>>>>> other"),
    ("=======\n", "======="), ("<<<<<<< Updated upstream\n", "<<<<<<< Updated upstream"),
  ])
  func `a merge conflict is told with what to do`(mark: String, shown: String) {
    let text = LockTests.lock.text
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for place in [0, 5, lines.count - 8] {
      let broken =
        lines[..<place].map { $0 + "\n" }.joined() + mark + lines[place...].joined(separator: "\n")
      let words =
        "reports/2026-W10/results.lock:\(place + 1): error: the file holds a merge conflict ('\(shown)'): take "
        + "one side of it with 'git checkout --ours' or '--theirs', then run 'labbook report 2026-W10' again"
      func message(_ read: () throws(LockError) -> Lock) -> String {
        do throws(LockError) {
          _ = try read()
          return ""
        } catch {
          return "\(error)"
        }
      }
      let path = "reports/2026-W10/results.lock"
      #expect(message { () throws(LockError) in try Lock(text: broken, path: path) } == words)
      #expect(
        message { () throws(LockError) in
          try Lock(text: broken, path: path, alike: (LockTests.lock, text))
        } == words)
    }
  }

  @Test func `runs are found by their seeds`() {
    let arm = arm("A", [:], seeds: [9, 2, 5])
    #expect([2, 5, 9].map { arm.run(seed: $0)?.seed } == [2, 5, 9])
    #expect([0, 3, 10].allSatisfy { arm.run(seed: $0) == nil })
  }
}
