import Foundation
import ResultStore
import Testing

@Suite struct LockTests {
  static func record(_ arm: String, _ seed: Int) -> Record {
    Record(
      metrics: [
        "evaluation_return": 100 + Double(seed) / 3 + (arm == "PPO" ? 0.1 : 0), "steps": 5000,
      ],
      curves: [Curve(name: "evaluation_return", steps: [10], values: [Double(seed)])],
      weights: [UInt8(truncatingIfNeeded: seed), 1, 2])
  }

  static func arm(_ label: String, seeds: Range<Int> = 0..<3) -> LockedArm {
    let fields = ["algorithm": label.lowercased(), "environment": "CartPole-v1"]
    return LockedArm(
      label: label, title: "\(label) α", preimage: fields,
      runs: seeds.reversed().map { seed in
        LockedRun(
          seed: seed, key: RunPreimage(fields: fields).setting("seed", to: "\(seed)").key,
          record: record(label, seed))
      })
  }

  static let lock = Lock(
    experiments: [
      LockedExperiment(
        name: "cartpole", question: "Does it?\nReally \"so\"?", metric: "evaluation_return",
        arms: [arm("PPO"), arm("GRPO")]),
      LockedExperiment(name: "bandit", question: "", metric: "regret", arms: []),
    ],
    documents: ["notebook.md": Digest.hex(of: "notebook"), "figures/a.svg": Digest.hex(of: "a")])

  private func error(_ text: String) -> LockError? {
    do {
      _ = try Lock(text: text, path: "reports/w/results.lock")
      return nil
    } catch {
      return error
    }
  }

  private func replacing(
    _ old: String, with new: String, after place: String? = nil
  ) throws -> String {
    let text = Self.lock.text
    let start = try place.map { try #require(text.range(of: $0)).upperBound } ?? text.startIndex
    let range = try #require(text.range(of: old, range: start..<text.endIndex))
    return text.replacingCharacters(in: range, with: new)
  }

  @Test func `what is stated of a trainer's metrics comes back, and so do repetitions`() throws {
    var experiment = try #require(Self.lock.experiment("cartpole"))
    experiment.stated = [
      "steps": StatedMetric(),
      "evaluation_return":
        StatedMetric(title: "Reward", unit: "points", higherIsBetter: true, tolerance: 0.02),
    ]
    var run = try #require(experiment.arms.first?.runs.first)
    run.repetitions = [
      LockedRepetition(digest: Digest.hex(of: "a"), metrics: ["evaluation_return": 1.5])
    ]
    let arm = try #require(experiment.arms.first)
    experiment.arms[0] = LockedArm(
      label: arm.label, title: arm.title, identity: arm.identity,
      runs: [run] + arm.runs.dropFirst())
    let lock = Lock(experiments: [experiment])
    #expect(try Lock(text: lock.text, path: "") == lock)
    for (old, new, words) in [
      ("\"better\": \"higher\"", "\"better\": \"large\"", "what is stated of the metric"),
      ("\"within\": 0.02", "\"within\": -1", "what is stated of the metric"),
      ("\"title\": \"Reward\"", "\"title\": \"\"", "what is stated of the metric"),
      ("\"repetitions\": [", "\"repetitions\": [7, ", "a repetition is no digest"),
      ("\"unit\": \"points\"", "\"unit\": \"yards\"", "altered"),
      ("\"evaluation_return\": 1.5", "\"evaluation_return\": 1.25", "altered"),
    ] {
      let text = lock.text.replacing(old, with: new)
      #expect(text != lock.text)
      #expect(
        error(text)?.description.contains(words) == true, "\(old): \(error(text).debugDescription)")
    }
  }

  @Test(arguments: [Lock.Form.byRun, .byArm])
  func `a promise of repetitions comes back, and is written only where there is one`(
    form: Lock.Form
  ) throws {
    var experiment = try #require(Self.lock.experiment("cartpole"))
    #expect(!Lock(experiments: [experiment]).text(in: form).contains("repeats"))
    experiment.repeatsExactly = true
    let text = Lock(experiments: [experiment]).text(in: form)
    let read = try Lock(text: text, path: "")
    #expect(try #require(read.experiment("cartpole")).repeatsExactly)
    #expect(read.exactObservations.count == experiment.arms.flatMap(\.runs).count)
    #expect(Self.lock.exactObservations.isEmpty)
    for (value, words) in [
      ("\"sometimes\"", "cartpole: 'repeats' is something else than 'exact'"),
      ("true", "cartpole: 'repeats' is something else than 'exact'"),
    ] {
      let changed = text.replacing("\"repeats\": \"exact\"", with: "\"repeats\": \(value)")
      #expect(error(changed)?.description.contains(words) == true, "\(value)")
    }
    let removed = text.replacing("      \"repeats\": \"exact\",\n", with: "")
    #expect(removed != text)
    #expect(error(removed)?.description.contains("promise of repetitions") == true)
  }

  @Test func `a lock comes back from its text as it was`() throws {
    let text = Self.lock.text
    #expect(try Lock(text: text, path: "") == Self.lock)
    #expect(try Lock(text: text, path: "").text == text)
    #expect(Self.lock.experiments.map(\.name) == ["bandit", "cartpole"])
    #expect(Self.lock.experiment("cartpole")?.arms.map(\.label) == ["PPO", "GRPO"])
    #expect(Self.lock.experiment("cartpole")?.arm("GRPO")?.runs.map(\.seed) == [0, 1, 2])
    #expect(try Lock(text: Lock(experiments: []).text, path: "") == Lock(experiments: []))
  }

  @Test func `the settings that arms differ in come back, and only where there are some`() throws {
    var experiments = Self.lock.experiments
    #expect(!Self.lock.text.contains("varied"))
    experiments[1].varied = ["baseline", "learning_rate"]
    let lock = Lock(experiments: experiments, documents: Self.lock.documents)
    #expect(try Lock(text: lock.text, path: "") == lock)
    #expect(lock.text.contains(#""varied": ["#))
    for wrong in ["[]", "[3]", "[\"\"]", "3"] {
      let text = try #require(lock.text.range(of: #""varied": ["#))
      let end = try #require(lock.text[text.upperBound...].firstIndex(of: "]"))
      let changed =
        lock.text[..<text.lowerBound] + "\"varied\": \(wrong)"
        + lock.text[lock.text.index(after: end)...]
      #expect(error(String(changed)) != nil, "\(wrong)")
    }
  }

  @Test func `plans and registered claims come back, and only where there are some`() throws {
    for word in ["plans", "preregistered"] { #expect(!Self.lock.text.contains(word)) }
    let plan = LockedPlan(
      name: "sorting", metric: "m", seeds: [3, 5],
      runs: LockedPlan.digest(ofRuns: []),
      arms: [.init(label: "A", title: "α", settings: Digest.hex(of: "A"))])
    let registration = Preregistration(
      claims: [
        .init(experiment: "sorting", text: "B > A on m"),
        .init(experiment: "sorting", text: "A ~ B within 1 on m"),
        .init(experiment: "sorting", text: "B > A on m"),
      ], runs: ["sorting": plan.runs])
    #expect(registration.claims.map(\.text) == ["A ~ B within 1 on m", "B > A on m"])
    let lock = Lock(
      experiments: Self.lock.experiments, documents: Self.lock.documents, plans: [plan],
      preregistered: registration)
    #expect(try Lock(text: lock.text, path: "") == lock)
    #expect(lock.withDistinctTitles.preregistered == registration)
    #expect(lock.withDistinctTitles.plans == [plan])
    #expect(
      try Lock(text: lock.text, path: "", alike: (lock: Self.lock, text: Self.lock.text)) == lock)
    #expect(lock.text.hasPrefix(String(Self.lock.text.split(separator: "\n  \"digest\"")[0])))
    // A claim that somebody changed does not have the digest that was registered.
    let altered = lock.text.replacing("B > A on m", with: "A > B on m")
    #expect(
      error(altered)?.description.contains(
        "the registered claims were altered: their digest does not follow from them") == true)
    let without = lock.text.replacing("\"seeds\": [", with: "\"seeds\": [-1, ")
    #expect(
      error(without)?.description.contains("'seeds' is not an ascending list of seeds") == true)
  }

  @Test func `a lock like another one reads as by itself, and is checked as by itself`() throws {
    let other = (lock: Self.lock, text: Self.lock.text)
    let sameResults = Lock(
      experiments: Self.lock.experiments, documents: ["notebook.md": Digest.hex(of: "other")])
    let fewer = Lock(experiments: [Self.lock.experiments[0]], documents: Self.lock.documents)
    for lock in [Self.lock, sameResults, fewer, Lock(experiments: [])] {
      #expect(try Lock(text: lock.text, path: "", alike: other) == lock)
    }
    for (old, new) in [("other", "another"), ("cartpole", "cartpool"), ("5000", "5001")] {
      let text = sameResults.text
        .replacing(Digest.hex(of: old), with: Digest.hex(of: new))
        .replacing("\"\(old)\"", with: "\"\(new)\"").replacing(": \(old)", with: ": \(new)")
      try #require(text != sameResults.text)
      #expect(throws: LockError.self) { _ = try Lock(text: text, path: "", alike: other) }
    }
    #expect(throws: LockError.self) {
      _ = try Lock(text: String(sameResults.text.dropLast(90)), path: "", alike: other)
    }
  }

  @Test func `a small lock has this text`() throws {
    let lock = Lock(
      experiments: [
        .init(name: "b", question: "q", metric: "m", arms: [Self.arm("PPO", seeds: 1..<2)])
      ], documents: ["notebook.md": "ab"])
    let run = try #require(lock.experiment("b")?.arm("PPO")?.run(seed: 1))
    let curve = try #require(run.parts["curve.evaluation_return"])
    let weights = try #require(run.parts["weights"])
    let body = """
      {
        "format": "labbook lock 1",
        "experiments": [
          {
            "name": "b",
            "question": "q",
            "metric": "m",
            "arms": [
              {
                "label": "PPO",
                "title": "PPO α",
                "preimage": {
                  "algorithm": "ppo",
                  "environment": "CartPole-v1"
                },
                "runs": [
                  {
                    "seed": 1,
                    "key": "\(run.key)",
                    "digest": "\(Self.record("PPO", 1).digest.all)",
                    "checks": "CHECKS",
                    "metrics": {
                      "evaluation_return": 100.43333333333332,
                      "steps": 5000
                    },
                    "parts": {
                      "curve.evaluation_return": "\(curve)",
                      "weights": "\(weights)"
                    }
                  }
                ]
              }
            ]
          }
        ],
        "documents": {
          "notebook.md": "ab"
        },

      """
    let checks = Self.record("PPO", 1).digest.parts.map {
      Digest.hex(of: "\($0.name) \($0.hex)").prefix(4)
    }.joined(separator: " ")
    let expected = body.replacingOccurrences(of: "CHECKS", with: checks)
    #expect(lock.text == expected + "  \"digest\": \"\(Digest.hex(of: expected))\"\n}\n")
  }

  @Test func `what scores are normalized by is kept, and written only where there is something`()
    throws
  {
    var experiment = Self.lock.experiments[1]
    experiment.normalizations = [
      "evaluation_return": ScoreScale(random: 22.25, solved: 475),
      "curve": ScoreScale(random: -500, solved: -100),
    ]
    let lock = Lock(experiments: [experiment])
    let text = lock.text
    #expect(try Lock(text: text, path: "") == lock)
    #expect(
      text.contains(
        """
              "metric": "evaluation_return",
              "normalizations": {
                "curve": {
                  "random": -500,
                  "solved": -100
                },
                "evaluation_return": {
                  "random": 22.25,
                  "solved": 475
                }
              },
              "arms": [
        """))
    #expect(!Self.lock.text.contains("normalizations"))
    #expect(error(text.replacing("475", with: "476")) != nil)
    #expect(
      error(text.replacing("22.25", with: "475"))?.description.contains(
        "cartpole: the normalization of evaluation_return is not two different numbers") == true)
    #expect(ScoreScale(random: -500, solved: -100).normalized(-200) == 0.75)
    // Zero is the better of what needs no learning.
    #expect(ScoreScale(random: -700, constant: -500, solved: -100).normalized(-200) == 0.75)
    #expect(ScoreScale(random: -500, constant: -700, solved: -100).normalized(-200) == 0.75)
    #expect(ScoreScale(random: 0.5, constant: 0.375, solved: 0.125).normalized(0.25) == 0.5)
    #expect(ScoreScale(random: 0.5, solved: 0.25).normalized(0.125) == 1.5)
  }

  @Test func `the score of one action throughout is kept beside the random one`() throws {
    var experiment = Self.lock.experiments[1]
    experiment.normalizations = [
      "evaluation_return": ScoreScale(random: -771.5, constant: -200, solved: 8)
    ]
    let text = Lock(experiments: [experiment]).text
    #expect(text.contains("\"constant\": -200,"), "\(text)")
    #expect(try Lock(text: text, path: "") == Lock(experiments: [experiment]))
    for wrong in ["8", "9", "\"none\""] {
      #expect(
        error(text.replacing("\"constant\": -200", with: "\"constant\": \(wrong)"))?.description
          .contains("is not two different numbers") == true)
    }
  }

  @Test func `an altered metric is named with experiment, arm and seed`() throws {
    let text = try replacing("100.33333333333333", with: "100.33333333333334", after: "\"GRPO\"")
    #expect(
      error(text)
        == LockError(
          path: "reports/w/results.lock",
          problem: .altered(
            run: "cartpole/GRPO/1", part: "metric evaluation_return",
            "was altered: 100.33333333333334 does not match the record's digest")))
    #expect(
      error(text).map { "\($0)" }
        == "reports/w/results.lock: error: cartpole/GRPO/1: metric evaluation_return was altered: "
        + "100.33333333333334 does not match the record's digest")
  }

  @Test func `other altered parts of a run are named`() throws {
    func place(_ text: String) -> String? {
      guard case .altered(let run, let part, _)? = error(text)?.problem else { return nil }
      return "\(run) \(part)"
    }
    let run = try #require(Self.lock.experiment("cartpole")?.arm("PPO")?.run(seed: 1))
    func flipped(_ hex: String) -> String { (hex.hasPrefix("0") ? "1" : "0") + hex.dropFirst() }
    func text(_ hex: String) throws -> String { try replacing(hex, with: flipped(hex)) }
    #expect(place(try text(run.digest)) == "cartpole/PPO/1 digest")
    #expect(place(try text(run.key)) == "cartpole/PPO/1 key or seed")
    let curve = try #require(run.parts["curve.evaluation_return"])
    #expect(
      place(
        try replacing(curve, with: flipped(curve), after: "\"seed\": 1,"))
        == "cartpole/PPO/1 curve.evaluation_return")
    #expect(
      place(try replacing("\"seed\": 1", with: "\"seed\": 7")) == "cartpole/PPO/7 key or seed")
    #expect(
      place(try replacing("\"algorithm\": \"grpo\"", with: "\"algorithm\": \"grp0\""))
        == "cartpole/GRPO/0 preimage")
    #expect(
      place(try replacing("\"checks\": \"", with: "\"checks\": \"x")) == "cartpole/PPO/0 checks")
  }

  @Test func `a change of any byte is found`() {
    let text = Array(
      Lock(
        experiments: [
          .init(name: "b", question: "q", metric: "m", arms: [Self.arm("PPO", seeds: 0..<2)])
        ], documents: ["notebook.md": "ab"]
      ).text.utf8)
    for index in text.indices {
      var altered = text
      altered[index] ^= 1
      guard let altered = String(validating: altered, as: UTF8.self) else { continue }
      #expect(error(altered) != nil, "byte \(index)")
    }
  }

  @Test func `what is altered outside the runs is found by the digest of the file`() throws {
    let changes = [
      ("Does it?", "Does he?"), ("\"PPO α\"", "\"PPO β\""),
      ("\"label\": \"PPO\"", "\"label\": \"PP0\""),
      ("\"metric\": \"regret\"", "\"metric\": \"steps\""),
      (Digest.hex(of: "notebook"), Digest.hex(of: "notebooks")),
    ]
    for (old, new) in changes {
      guard case .alteredElsewhere? = error(try replacing(old, with: new))?.problem else {
        Issue.record("\(old) → \(new): \(String(describing: error(try replacing(old, with: new))))")
        continue
      }
    }
  }

  @Test func `a text that is no lock is refused with its line`() throws {
    #expect(
      error("<<<<<< HEAD\n")?.problem
        == .malformed(line: 1, "this is not JSON: expected a value"))
    #expect(
      error("{}")?.problem == .malformed(line: nil, "the lock has no 'format', or it is not a text")
    )
    #expect(
      error(try replacing("lock 1", with: "lock 3"))?.problem
        == .malformed(line: nil, "the format is not 'labbook lock 1' or 'labbook lock 2'"))
    #expect(
      error(try replacing("  \"name\": \"bandit\"", with: "   \"name\": \"bandit\""))?.problem
        == .malformed(line: 5, "the file was altered: it is not written as labbook writes it"))
  }

  @Test func `a lock in memory whose run does not follow fails verification`() throws {
    var run = LockedRun(
      seed: 0, key: Fixture.preimage(seed: 0).key, record: Record(metrics: ["a": 1]))
    func lock() -> Lock {
      Lock(experiments: [
        .init(
          name: "e", question: "", metric: "a",
          arms: [.init(label: "A", title: "A", preimage: Fixture.preimage().fields, runs: [run])])
      ])
    }
    try lock().verify()
    run.metrics["a"] = 2
    #expect(throws: LockError.self) { try lock().verify() }
  }

  @Test func `records in the store are compared part by part`() throws {
    let folder = try TemporaryFolder()
    let store = ResultStore(root: folder.url)
    let lock = Self.lock
    #expect(try lock.disagreements(with: store) == [])
    for (name, arm, run) in lock.runs {
      var record = Self.record(arm.label, run.seed)
      if name == "cartpole/GRPO/2" {
        record.metrics["steps"] = 5001
        record.weights[0] = 77
      }
      record.metrics["new_diagnostic"] = 1
      _ = try store.store(record, for: arm.preimage(seed: run.seed), provenance: nil)
    }
    let disagreements = try lock.disagreements(with: store)
    #expect(disagreements.map(\.run) == ["cartpole/GRPO/2"])
    #expect(disagreements.map(\.parts) == [["metric.steps", "weights"]])
    let key = try #require(disagreements.first?.key)
    #expect(
      disagreements.first.map { "\($0)" }
        == "run cartpole/GRPO/2 (key \(key.short)): metric.steps, weights in the store differs from the lock"
    )
    try folder.write(
      Array("x".utf8), to: "records/\(key.hex.prefix(2))/\(key.hex)/weights.safetensors")
    let error = #expect(throws: StoreError.self) { try lock.disagreements(with: store) }
    #expect(
      error.map { "\($0)".contains("cartpole/GRPO/2") && "\($0)".contains("weights") } == true)
  }
}
