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

  /// Arms each of which stands on the one before, in `ways` ways.
  private func chain(_ count: Int, ways: [String]) -> [LockedArm] {
    var arms: [LockedArm] = []
    var fields = ["algorithm": "a"]
    for number in 0..<count {
      arms.append(arm("A\(number)", fields, seeds: []))
      let digest = ArmPreimage(fields: fields).digest
      fields = ["algorithm": "a\(number)"]
      for way in ways { fields[way] = digest }
    }
    return arms
  }

  @Test(.timeLimit(.minutes(1)))
  func `a long chain of stages that all stand on the next twice is refused in no time`() {
    let arms = chain(40, ways: ["start", "reward"])
    let words = "it stands on stages in a chain of more than 64, or in more than 1000 ways"
    for arms in [arms, arms.reversed()] {
      #expect(message(lock(arms)).hasSuffix("e/A\(arms[0].label == "A0" ? 9 : 39): \(words)"))
    }
    // As many as a spec allows.
    let short = chain(9, ways: ["start", "reward"])
    #expect(message(lock(short)) == "")
    let read = try? Lock(text: lock(short.reversed()).text, path: "")
    #expect(read?.experiments[0].arms.first?.preimage(seed: 3).fields["start"]?.count == 64)
    #expect(read?.experiments[0].arms.first?.identity.stages["reward"]?.stages["start"] != nil)
  }

  @Test(arguments: [false, true])
  func `a chain without end is refused`(isReversed: Bool) {
    let arms = chain(1500, ways: ["start"])
    #expect(
      message(lock(isReversed ? arms.reversed() : arms)).contains(
        "it stands on stages in a chain of more than 64"))
    #expect(message(lock(chain(65, ways: ["start"]))) == "")
  }

  @Test(arguments: [
    ("", "is empty"), ("a\nb", "has a line break or another control character in it"),
    ("a\u{1B}[31m", "has a line break or another control character in it"),
    ("a\u{2028}b", "has a line break or another control character in it"),
    (String(repeating: "x", count: 1001), "has more than 1000 bytes"),
  ])
  func `a title, label or name that is no line is refused`(text: String, words: String) {
    var titled = arm("A", [:], seeds: [0])
    titled.title = text
    #expect(message(lock([titled])).hasSuffix("e/A: its 'title' \(words)"))
    #expect(message(lock([arm(text, [:], seeds: [0])])).hasSuffix("e: its 'label' \(words)"))
    #expect(
      message(lock([arm("A", [text: "1"], seeds: [0])])).hasSuffix(
        "e/A: the name of a setting \(words)"))
    var experiment = lock([]).experiments[0]
    experiment.metric = text
    #expect(message(Lock(experiments: [experiment])).hasSuffix("e: its 'metric' \(words)"))
  }

  @Test func `a metric that no record can hold is refused`() {
    let key = ArmPreimage(fields: [:]).run(seed: 0).key
    for name in ["", "a b", "<b>", "é", String(repeating: "m", count: 1001)] {
      let run = LockedRun(seed: 0, key: key, record: Record(metrics: [name: 1]))
      let arm = LockedArm(label: "A", title: "A", preimage: [:], runs: [run])
      #expect(message(lock([arm])).hasSuffix("e/A/0: a metric has no valid name"), "\(name)")
    }
  }

  @Test func `what is no digest is refused`() {
    #expect(
      message(Lock(experiments: [], documents: ["notebook.md": "x"])).hasSuffix(
        "the lock: one of its 'documents' is not 64 hexadecimal digits"))
    let plan = LockedPlan(name: "p", metric: "m", seeds: [0], runs: "x", arms: [])
    #expect(
      message(Lock(experiments: [], plans: [plan])).hasSuffix(
        "the plan of p: its 'runs' is not 64 hexadecimal digits"))
  }

  @Test(arguments: [[], [-1], [1, 1], [2, 1], [1 << 31]])
  func `a plan whose seeds no spec can name is refused`(seeds: [Int]) {
    let plan = LockedPlan(
      name: "p", metric: "m", seeds: seeds, runs: Digest.hex(of: ""), arms: [])
    #expect(
      message(Lock(experiments: [], plans: [plan])).hasSuffix(
        "the plan of p: 'seeds' is not an ascending list of seeds"))
  }

  @Test func `more arms or runs than a spec can have are refused`() {
    #expect(
      message(lock((0..<2001).map { arm("A\($0)", [:], seeds: []) })).hasSuffix(
        "e has 2001 'arms', more than 2000"))
    #expect(
      message(lock([arm("A", [:], seeds: Array(0..<1001))])).hasSuffix(
        "e/A has 1001 'runs', more than 1000"))
  }

  @Test func `an arm of a plan twice is refused`() {
    let arm = LockedPlan.Arm(label: "A", title: "A", settings: Digest.hex(of: ""))
    let plan = LockedPlan(
      name: "p", metric: "m", seeds: [0], runs: Digest.hex(of: ""), arms: [arm, arm])
    #expect(
      message(Lock(experiments: [], plans: [plan])).hasSuffix(
        "the plan of p: the arm 'A' is there twice"))
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
