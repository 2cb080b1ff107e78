import Foundation
import ResultStore
import Testing

@Suite struct LockFormTests {
  private static func run(_ seed: Int, _ fields: [String: String], diverged: Bool) -> LockedRun {
    var record = LockTests.record("PPO", seed)
    record.metrics["tiny"] = -1.5e-7 * Double(seed)
    if diverged { record.metrics["tiny"] = nil }
    return LockedRun(
      seed: seed, key: RunPreimage(fields: fields).setting("seed", to: "\(seed)").key,
      record: record)
  }

  /// An arm whose second run lacks a metric.
  private static func arm(_ label: String, seeds: Range<Int> = 0..<3) -> LockedArm {
    let fields = ["algorithm": label.lowercased(), "environment": "CartPole-v1"]
    return LockedArm(
      label: label, title: "\(label) α", preimage: fields,
      runs: seeds.map { run($0, fields, diverged: $0 == 1) })
  }

  private static let lock = Lock(
    experiments: [
      LockedExperiment(
        name: "cartpole", question: "Does it?\nReally?", metric: "evaluation_return",
        arms: [arm("PPO"), arm("GRPO")]),
      LockedExperiment(name: "bandit", question: "", metric: "regret", arms: []),
    ], documents: ["notebook.md": Digest.hex(of: "notebook")])

  private func error(_ text: String) -> String? {
    do {
      _ = try Lock(text: text, path: "w/results.lock")
      return nil
    } catch { return "\(error)" }
  }

  @Test func `a lock by arm has a line for each run below the names of its columns`() throws {
    let lock = Lock(
      experiments: [
        LockedExperiment(
          name: "b", question: "q", metric: "m",
          arms: [Self.arm("PPO", seeds: 0..<2), Self.arm("GRPO", seeds: 0..<1)])
      ])
    let runs = lock.runs.map(\.run)
    func digits(_ run: LockedRun, _ part: String) throws -> String {
      String(try #require(run.parts[part]).prefix(12))
    }
    let ends = try runs.map { run in
      "\(try digits(run, "curve.evaluation_return")) \(try digits(run, "weights"))"
    }
    let expected = """
      {
        "format": "labbook lock 2",
        "experiments": [
          {
            "name": "b",
            "question": "q",
            "metric": "m",
            "preimage": {
              "environment": "CartPole-v1"
            },
            "arms": [
              {
                "label": "PPO",
                "title": "PPO α",
                "preimage": {
                  "algorithm": "ppo"
                },
                "metrics": "evaluation_return steps tiny",
                "parts": "curve.evaluation_return weights",
                "runs": [
                  "0 \(runs[0].key.prefix(12)) \(runs[0].digest) 100.1 5000 -0.0 \(ends[0])",
                  "1 \(runs[1].key.prefix(12)) \(runs[1].digest) 100.43333333333332 5000 - \(ends[1])"
                ]
              },
              {
                "label": "GRPO",
                "title": "GRPO α",
                "preimage": {
                  "algorithm": "grpo"
                },
                "metrics": "evaluation_return steps tiny",
                "parts": "curve.evaluation_return weights",
                "runs": [
                  "0 \(runs[2].key.prefix(12)) \(runs[2].digest) 100.1 5000 -0.0 \(ends[2])"
                ]
              }
            ]
          }
        ],
        "documents": {},

      """
    #expect(
      lock.text(in: .byArm)
        == expected + "  \"digest\": \"\(Digest.hex(of: expected))\"\n}\n")
  }

  @Test func `a lock by arm reads as it was, but for the last digits of its parts' digests`() throws
  {
    let text = Self.lock.text(in: .byArm)
    let read = try Lock(text: text, path: "")
    #expect(read.text == text)
    #expect(read.text(in: .byArm) == text)
    try read.verify()
    for ((name, arm, run), (_, _, former)) in zip(read.runs, Self.lock.runs) {
      #expect(run.key == former.key && run.digest == former.digest)
      #expect(run.metrics == former.metrics)
      #expect(run.metrics["tiny"]?.sign == former.metrics["tiny"]?.sign)
      #expect(run.parts == former.parts.mapValues { String($0.prefix(12)) })
      #expect(arm.preimage == Self.lock.experiment("cartpole")?.arm(arm.label)?.preimage, "\(name)")
    }
  }

  /// The text of a lock by arm with `old` replaced by `new`, and the digest of the file made anew.
  private static func forged(_ lock: Lock, _ old: String, _ new: String) throws -> String {
    let text = lock.text(in: .byArm)
    let end = try #require(text.range(of: "  \"digest\"", options: .backwards))
    let place = try #require(text.range(of: old))
    let body = String(text[..<end.lowerBound]).replacing(old, with: new, maxReplacements: 1)
    #expect(place.upperBound < end.lowerBound)
    return "\(body)  \"digest\": \"\(Digest.hex(of: body))\"\n}\n"
  }

  @Test(arguments: [
    (" 100.1 ", " 400.1 ", ["metric.evaluation_return"]),
    (" 100.1 5000 -0.0 ", " 100.1 5000 - ", ["metric.tiny"]),
    (" 100.43333333333332 5000 - ", " 100.43333333333332 5000 1 ", ["metric.tiny"]),
    (" 5000 -0.0 ", " 5000.5 -0.0 ", ["metric.steps"]),
  ])
  func `numbers beside a digest that was not made of them are none of the record's`(
    old: String, new: String, parts: [String]
  ) throws {
    let folder = try TemporaryFolder()
    let store = ResultStore(root: folder.url)
    let seeds = 0..<2
    let fields = ["algorithm": "ppo", "environment": "CartPole-v1"]
    for seed in seeds {
      var record = LockTests.record("PPO", seed)
      record.metrics["tiny"] = seed == 1 ? nil : -1.5e-7 * Double(seed)
      _ = try store.store(
        record, for: RunPreimage(fields: fields).setting("seed", to: "\(seed)"), provenance: nil)
    }
    let lock = Lock(experiments: [
      LockedExperiment(
        name: "b", question: "q", metric: "m", arms: [Self.arm("PPO", seeds: seeds)])
    ])
    let sound = try Lock(text: lock.text(in: .byArm), path: "")
    #expect(try sound.disagreements(with: store).isEmpty)
    let forged = try Lock(text: Self.forged(lock, old, new), path: "")
    #expect(forged.runs.map(\.run.digest) == lock.runs.map(\.run.digest))
    let found = try forged.disagreements(with: store)
    #expect(found.map(\.parts) == [parts])
    let altered = try #require(forged.runs.first { $0.name == found[0].run }).run
    let key = try #require(RunKey(hex: altered.key))
    let record = try #require(try store.summary(for: key))
    #expect(record.digest.departures(from: altered.recordDigest) == parts)
  }

  @Test func `the first digits of a part's digest count as its numbers do`() throws {
    let lock = Lock(experiments: [
      LockedExperiment(
        name: "b", question: "q", metric: "m", arms: [Self.arm("PPO", seeds: 0..<1)])
    ])
    let run = lock.runs[0].run
    let digits = try #require(run.parts["weights"]).prefix(12)
    let forged = try Lock(
      text: Self.forged(lock, String(digits), String(digits.reversed())), path: "")
    #expect(
      run.recordDigest.departures(from: forged.runs[0].run.recordDigest)
        == (digits == String(digits.reversed()) ? [] : ["weights"]))
  }

  @Test func `one run with two results is no lock`() throws {
    let experiments = ["a", "b"].map { name in
      LockedExperiment(
        name: name, question: "q", metric: "m", arms: [Self.arm("PPO", seeds: 0..<1)])
    }
    let lock = Lock(experiments: experiments)
    for form in Lock.Form.allCases { #expect(error(lock.text(in: form)) == nil) }
    #expect(
      error(try Self.forged(lock, " 100.1 ", " 400.1 "))?.contains(
        "a/PPO/0 and b/PPO/0 are one run, with two results") == true)
    var other = LockTests.record("PPO", 0)
    other.metrics["evaluation_return"] = 400
    let arm = experiments[1].arms[0]
    let key = arm.identity.key(seed: 0)
    let two = Lock(experiments: [
      experiments[0],
      LockedExperiment(
        name: "b", question: "q", metric: "m",
        arms: [
          LockedArm(
            label: "PPO", title: "P", identity: arm.identity,
            runs: [LockedRun(seed: 0, key: key, record: other)])
        ]),
    ])
    for form in Lock.Form.allCases {
      #expect(error(two.text(in: form))?.contains("with two results") == true)
    }
  }

  @Test func `a part that a lock alone has was not found again, one that it lacks may be new`()
    throws
  {
    let record = LockTests.record("PPO", 0)
    var more = record
    more.metrics["pass_at_4"] = 0.93
    #expect(record.digest.departures(from: more.digest) == ["metric.pass_at_4"])
    #expect(more.digest.departures(from: record.digest).isEmpty)
    #expect(record.digest.departures(from: record.digest).isEmpty)
  }

  @Test func `a run of a lock by arm tells its values one by one as it tells them together`() throws
  {
    let read = try Lock(text: Self.lock.text(in: .byArm), path: "")
    for (lock, form) in [(Self.lock, "as made"), (read, "as read")] {
      for arm in lock.experiments.flatMap(\.arms) {
        for run in arm.runs {
          #expect(Set(run.metricNames) == Set(run.metrics.keys), "\(form)")
          #expect(Set(run.partNames) == Set(run.parts.keys))
          for name in run.metricNames + ["nothing"] {
            #expect(run.metric(name)?.bitPattern == run.metrics[name]?.bitPattern)
          }
          for name in run.partNames + ["nothing"] { #expect(run.part(name) == run.parts[name]) }
        }
        // The second run lacks a metric.
        #expect(arm.values(of: "tiny").map { $0 != nil } == [true, false, true])
        #expect(arm.commonMetricNames.sorted() == ["evaluation_return", "steps"])
        #expect(arm.allMetricNames == ["evaluation_return", "steps", "tiny"])
        #expect(arm.commonPartNames.sorted() == ["curve.evaluation_return", "weights"])
      }
    }
    var changed = read.runs[0].run
    #expect(changed == read.runs[0].run && changed != read.runs[2].run)
    changed.metrics["steps"] = 1
    #expect(
      changed != read.runs[0].run && changed.metric("tiny") == read.runs[0].run.metric("tiny"))
  }

  @Test func `the text of a lock with the same experiments is taken over, and is what it would be`()
    throws
  {
    for form in Lock.Form.allCases {
      let text = Self.lock.text(in: form)
      let former = try Lock(text: text, path: "")
      for documents in [[:], ["notebook.md": Digest.hex(of: "other")], Self.lock.documents] {
        let lock = Lock(experiments: former.experiments, documents: documents)
        #expect(lock.text(after: (former, text)) == lock.text(in: form))
      }
      let fewer = Lock(experiments: Array(former.experiments.dropFirst()))
      #expect(fewer.text(after: (former, text)) == fewer.text)
      var experiments = former.experiments
      experiments[0].question += "?"
      let other = Lock(experiments: experiments)
      #expect(other.text(after: (former, text)) == other.text)
    }
  }

  @Test func `only a lock of many runs is written by arm, whatever it was read from`() throws {
    #expect(Self.lock.text.contains("labbook lock 1"))
    let fields = ["algorithm": "ppo"]
    func lock(_ runs: Int) -> Lock {
      let arms = stride(from: 0, to: runs, by: 500).map { start in
        let own = fields.merging(["arm": "\(start)"]) { $1 }
        return LockedArm(
          label: "A\(start)", title: "A", preimage: own,
          runs: (start..<min(runs, start + 500)).map { Self.run($0, own, diverged: false) })
      }
      return Lock(experiments: [.init(name: "e", question: "", metric: "steps", arms: arms)])
    }
    #expect(lock(2000).text.contains("labbook lock 1"))
    let large = lock(2001)
    #expect(large.text.contains("labbook lock 2"))
    #expect(try Lock(text: large.text(in: .byRun), path: "").text == large.text)
  }

  @Test func `decisions, repetitions and stages come back`() throws {
    var experiment = try #require(Self.lock.experiment("cartpole"))
    let fields = ["algorithm": "sft", "environment": "x"]
    let stage = LockedArm(
      label: "SFT", title: "SFT", isStage: true, identity: ArmPreimage(fields: fields),
      runs: (0..<2).map { Self.run($0, fields, diverged: false) })
    let started = ArmPreimage(
      fields: ["algorithm": "rloo", "environment": "x"], stages: ["start": stage.identity])
    var runs = (0..<2).map { seed in
      LockedRun(
        seed: seed, key: started.key(seed: seed), record: LockTests.record("RLOO", seed))
    }
    runs[1].resolution = Resolution(
      kept: runs[1].digest, rejected: [Digest.hex(of: "other")], reason: "The disk was full.")
    runs[0].repetitions = [
      LockedRepetition(digest: Digest.hex(of: "again"), metrics: ["steps": 4999.5])
    ]
    experiment.arms += [LockedArm(label: "RLOO", title: "R", identity: started, runs: runs), stage]
    let lock = Lock(experiments: [experiment])
    let read = try Lock(text: lock.text(in: .byArm), path: "")
    let arm = try #require(read.experiment("cartpole")?.arm("RLOO"))
    #expect(arm.run(seed: 1)?.resolution == runs[1].resolution)
    #expect(arm.run(seed: 0)?.repetitions == runs[0].repetitions)
    #expect(arm.identity.stages["start"] == stage.identity)
    #expect(arm.runs.map(\.key) == runs.map(\.key))
    #expect(read.experiment("cartpole")?.arm("SFT")?.isStage == true)
  }

  @Test func `a key is the same with and without its preimage`() {
    let stage = ArmPreimage(fields: ["algorithm": "sft", "z": ""])
    let arm = ArmPreimage(fields: ["algorithm": "rloo"], stages: ["start": stage])
    for identity in [stage, arm, ArmPreimage(fields: [:]), ArmPreimage(fields: ["zz": "a\\b "])] {
      let run = identity.run(seed: 12)
      #expect(run.key == identity.key(seed: 12))
      #expect(
        run == RunPreimage(fields: run.fields) && run.text == RunPreimage(fields: run.fields).text)
      #expect(identity.digest == RunPreimage(fields: identity.fields).key.hex)
    }
  }

  @Test func `a change of any byte of a lock by arm is found`() {
    let lock = Lock(
      experiments: [
        .init(name: "b", question: "q", metric: "m", arms: [Self.arm("PPO", seeds: 0..<2)])
      ], documents: ["notebook.md": Digest.hex(of: "ab")])
    let text = Array(lock.text(in: .byArm).utf8)
    for index in text.indices {
      var altered = text
      altered[index] ^= 1
      guard let altered = String(validating: altered, as: UTF8.self) else { continue }
      #expect(error(altered) != nil, "byte \(index)")
    }
  }

  @Test func `lines that are none are refused with their arm, though their digest is right`() throws
  {
    let text = Self.lock.text(in: .byArm)
    let run = try #require(Self.lock.runs.first?.run)
    let key = String(run.key.prefix(12))
    for (old, new, words) in [
      (" 5000 ", " 5000 7 ", "cartpole/PPO: a run is no seed, key, digest"),
      ("\"0 \(key)", "\"-1 \(key)", "a run is no seed, key, digest"),
      ("\"0 \(key)", "\"1 \(key)", "the seed 1 is there twice"),
      ("\"0 \(key)", "\"9 \(key)", "cartpole/PPO/9: key or seed was altered"),
      (key, String(key.reversed()), "cartpole/PPO/0: key or seed was altered"),
      (" 5000 ", " 1e999 ", "cartpole/PPO/0: metric steps is not a finite number"),
      (" 5000 ", " five ", "metric steps is not a finite number"),
      (run.digest, String(run.digest.dropLast()), "its key or digest is not one"),
      ("\"evaluation_return steps tiny\"", "\"steps evaluation_return tiny\"", "in their order"),
      ("\"environment\": \"CartPole-v1\"", "\"algorithm\": \"CartPole-v1\"", "for all arms"),
      ("\"algorithm\": \"ppo\"", "\"algorithm\": \"pp0\"", "preimage was altered"),
    ] {
      let range = try #require(text.range(of: old), "\(old)")
      var body = text.replacingCharacters(in: range, with: new)
      let closing = try #require(body.range(of: "  \"digest\": \"", options: .backwards))
      body = String(body[..<closing.lowerBound])
      let altered = body + "  \"digest\": \"\(Digest.hex(of: body))\"\n}\n"
      #expect(error(altered)?.contains(words) == true, "\(new): \(error(altered) ?? "was read")")
    }
  }

  @Test func `a record is compared with a lock by arm part by part`() throws {
    let folder = try TemporaryFolder()
    let store = ResultStore(root: folder.url)
    let lock = try Lock(text: Self.lock.text(in: .byArm), path: "")
    for (name, arm, run) in lock.runs where arm.label == "PPO" {
      var record = LockTests.record("PPO", run.seed)
      record.metrics["tiny"] = run.metrics["tiny"]
      if name == "cartpole/PPO/2" {
        record.metrics["steps"] = 5001
        record.weights[0] = 77
      }
      if name == "cartpole/PPO/0" { record.metrics["new_diagnostic"] = 1 }
      _ = try store.store(record, for: arm.preimage(seed: run.seed), provenance: nil)
    }
    let disagreements = try lock.disagreements(with: store)
    #expect(disagreements.map(\.run) == ["cartpole/PPO/2"])
    #expect(disagreements.map(\.parts) == [["metric.steps", "weights"]])
  }
}
