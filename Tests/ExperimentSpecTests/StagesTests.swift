import Algorithms
import ExperimentSpec
import ResultStore
import Settings
import Testing

/// Specs on language tasks, with stages that arms start from.
@Suite struct StagesTests {
  static let text = """
    question: Does it learn?
    task: {language: riddles, words: [1, 2]}
    policy: {width: 12}
    budget: {tokens: 20_000}
    evaluation: {every: 1_000}
    seeds: 3
    stages:
      Base: {algorithm: tune, title: The start, budget: {tokens: 50_000}, evaluation: {every: 10_000}}
      Judge: {algorithm: judge, from: Base, learning_rate: 0.1, evaluation: {samples: 2}}
    arms:
      Plain: {algorithm: alpha, from: Base}
      Paid: {algorithm: alpha, from: Base, reward: Judge, sweep: {group_size: [1, 2]}}
      Next: {algorithm: alpha, from: Paid-group_size=2}
      Scratch: {algorithm: alpha}

    """
  let vocabulary = smallVocabulary()

  /// The preimages of all arms by label.
  func preimages(_ text: String = Self.text) throws -> [String: ArmPreimage] {
    try vocabulary.preimages(of: experiment(text))
  }

  @Test func `a spec with stages is read with its stages first`() throws {
    let experiment = try experiment(Self.text)
    #expect(
      experiment.arms.map(\.label) == [
        "Base", "Judge", "Plain", "Paid-group_size=1", "Paid-group_size=2", "Next", "Scratch",
      ])
    #expect(experiment.arms.map(\.isStage) == [true, true] + Array(repeating: false, count: 5))
    #expect(
      experiment.arms.map(\.start) == [
        nil, "Base", "Base", "Base", "Base", "Paid-group_size=2", nil,
      ])
    #expect(experiment.arms.map(\.reward) == [nil, nil, nil, "Judge", "Judge", nil, nil])
    #expect(experiment.metric == "test_accuracy")
    #expect(experiment.arms[0].title == "The start")
    let scratch = try #require(experiment.arm("Scratch")).configuration
    #expect(scratch.world == .languageTasks)
    #expect(scratch.task == "riddles")
    #expect(
      scratch.taskSettings == ["words": .integers([1, 2]), "held_out_words": .integers([4])])
    #expect(scratch.policy["width"] == .integer(12))
    #expect(scratch.budget == ["tokens": .integer(20_000)])
    #expect(scratch.evaluation == ["every": .integer(1000), "samples": .integer(4)])
  }

  @Test func `a stage has its own budget and evaluation over those of the file`() throws {
    let experiment = try experiment(Self.text)
    let base = try #require(experiment.arm("Base")).configuration
    #expect(base.budget == ["tokens": .integer(50_000)])
    #expect(base.evaluation == ["every": .integer(10_000), "samples": .integer(4)])
    let judge = try #require(experiment.arm("Judge")).configuration
    #expect(judge.budget == ["tokens": .integer(20_000)])
    #expect(judge.evaluation == ["every": .integer(1000), "samples": .integer(2)])
  }

  @Test func `the preimage of a language run holds its task, tokenizer and stages`() throws {
    let preimages = try preimages()
    let base = try #require(preimages["Base"]).run(seed: 2)
    let judge = try #require(preimages["Judge"]).run(seed: 2)
    #expect(judge.fields["start"] == base.key.hex)
    #expect(
      try #require(preimages["Paid-group_size=2"]).run(seed: 2).text == """
        labbook run key 1
        algorithm = alpha
        algorithm.baseline = none
        algorithm.clip_range = 0.2
        algorithm.group_size = 2
        algorithm.learning_rate = 0.001
        budget.tokens = 20000
        evaluation.every = 1000
        evaluation.samples = 4
        language = riddles
        numerics = exact
        policy.context = 16
        policy.heads = 2
        policy.network = transformer
        policy.width = 12
        revision.algorithm.alpha = 4
        revision.kernels = 7
        revision.network.transformer = 9
        revision.task.riddles = 6
        revision.tokenizer = 2
        reward = \(judge.key.hex)
        seed = 2
        start = \(base.key.hex)
        task.held_out_words = [4]
        task.words = [1, 2]
        tokenizer = characters: <pad> <end> <unknown> a b ?

        """)
  }

  @Test func `replicate s starts from replicate s`() throws {
    let preimages = try preimages()
    let (base, plain) = (try #require(preimages["Base"]), try #require(preimages["Plain"]))
    for seed in 0..<3 {
      #expect(plain.run(seed: seed).fields["start"] == base.run(seed: seed).key.hex)
    }
    #expect(Set((0..<3).map { plain.run(seed: $0).key }).count == 3)
    #expect(plain.fields["start"] == base.digest)
    #expect(plain.fields["seed"] == nil)
    #expect(plain.run(seed: 1).stages == ["start": base.run(seed: 1).key])
  }

  @Test func `a change of a stage changes the keys of all that stand on it and of nothing else`()
    throws
  {
    let before = try preimages()
    let after = try preimages(
      Self.text.replacing("from: Base, learning_rate: 0.1", with: "from: Base, learning_rate: 0.2"))
    let changed = before.keys.filter { before[$0] != after[$0] }.sorted()
    #expect(changed == ["Judge", "Next", "Paid-group_size=1", "Paid-group_size=2"])
    for label in changed { #expect(before[label]?.run(seed: 0) != after[label]?.run(seed: 0)) }
  }

  @Test func `the same stage under another label, or as an arm, is the same run`() throws {
    let renamed = try preimages(
      Self.text.replacing("Base", with: "Warm").replacing("The start", with: "Other"))
    #expect(try renamed["Warm"] == preimages()["Base"])
    #expect(
      try renamed["Paid-group_size=1"]?.run(seed: 1)
        == preimages()["Paid-group_size=1"]?.run(seed: 1))
    let arm = try preimages(
      """
      question: Q
      task: {language: riddles, words: [1, 2]}
      policy: {width: 12}
      budget: {tokens: 50_000}
      evaluation: {every: 10_000}
      arms:
        Tuned: {algorithm: tune}
        After: {algorithm: alpha, from: Tuned}
      """)
    #expect(try arm["Tuned"] == preimages()["Base"])
  }

  @Test func `a preimage reads back as the run it was made of`() throws {
    let preimage = try #require(try preimages()["Paid-group_size=1"]).run(seed: 7)
    let run = try vocabulary.configuration(of: RunPreimage(text: preimage.text))
    #expect(run.start == preimage.fields["start"])
    #expect(run.reward == preimage.fields["reward"])
    #expect(run.world == .languageTasks)
    #expect(run.task == "riddles")
    #expect(run.seed == 7)
    #expect(vocabulary.preimage(of: run).text == preimage.text)
  }

  @Test(
    arguments: [
      ("start", "12", "the field 'start' must be a run key of 64 hexadecimal digits, got '12'"),
      (
        "tokenizer", "characters a",
        "it was made with tokenizer characters a, and this version has characters: <pad> <end> <unknown> a b ?"
      ),
      (
        "revision.task.riddles", "5",
        "it was made with revision.task.riddles 5, and this version has 6"
      ),
      ("language", nil, "the field 'environment' is missing"),
    ] as [(String, String?, String)])
  func `a preimage of another version is refused in words`(
    field: String, value: String?, words: String
  ) throws {
    let changed = try #require(try preimages()["Plain"]).run(seed: 0).setting(field, to: value)
    let error = #expect(throws: RunIdentityError.self) { try vocabulary.configuration(of: changed) }
    #expect(error?.description.hasPrefix(words) == true, "\(String(describing: error))")
  }

  static let mistakes: [(old: String, new: String, complaint: String)] = [
    (
      "from: Base}", "from: Bas}",
      "11:35: error: arms.Plain.from must be one of Base, Judge, Plain, Paid-group_size=1, Paid-group_size=2, Next, Scratch, got 'Bas'; did you mean 'Base'?"
    ),
    (
      "from: Base}", "from: Judge}",
      "11:35: error: arms.Plain.from must name an arm or stage that trains a policy, and 'Judge' is a reward model"
    ),
    (
      "reward: Judge", "reward: Base",
      "12:48: error: arms.Paid.reward must name a reward model, and 'Base' trains a policy"
    ),
    (
      "from: Base, reward", "from: Next, reward",
      "13:34: error: arms.Next.from leads back to itself: Next → Paid-group_size=2 → Next"
    ),
    (
      "{algorithm: tune,", "{algorithm: tune, reward: Judge,",
      "8:27: error: stages.Base.reward means nothing to tune, which has no use for a reward model"
    ),
    (
      "{algorithm: alpha}", "{algorithm: alpha, budget: {tokens: 5}}",
      "14:31: error: arms.Scratch.budget is allowed in stages alone"
    ),
    (
      "samples: 2}}", "samples: 2}, sweep: {learning_rate: [1, 2]}}",
      "9:87: error: stages.Judge.sweep is allowed in arms alone"
    ),
    (
      "{tokens: 50_000}", "{environment_steps: 50_000}",
      "8:54: error: stages.Base.budget.environment_steps is for tasks on environments, and this is a language task; expected tokens"
    ),
    (
      "{width: 12}", "{hidden: [64]}",
      "3:10: error: policy.hidden is for tasks on environments, and this is a language task; expected network, width, heads, context"
    ),
    (
      "{width: 12}", "{width: 13}",
      "3:17: error: policy cannot be run: 2 heads do not divide a width of 13"
    ),
    (
      "{width: 12}", "{context: 11}",
      "3:19: error: policy.context must be at least 12, the most tokens of a prompt and its completion, got 11"
    ),
    (
      "words: [1, 2]", "words: [4]",
      "2:1: error: task cannot be run: must be free of held-out lengths, got '[4]'"
    ),
    (
      "every: 10_000", "every: 60_000",
      "8:91: error: stages.Base.evaluation.every must be at most the budget of 50000 tokens, got 60000"
    ),
    ("  Scratch:", "  Base:", "14:3: error: arms.Base would give two arms the label 'Base'"),
    (
      "{language: riddles", "{environment: Pole-v1, language: riddles",
      "2:30: error: task.language stands beside an environment; a task is the one or the other"
    ),
    (
      "language: riddles", "language: ridles",
      "2:18: error: task.language must be one of riddles, got 'ridles'; did you mean 'riddles'?"
    ),
    (
      "  Judge: {", "  Idle: {algorithm: tune}\n  Judge: {",
      "9:3: error: stages.Idle is a stage that no arm starts from"
    ),
    (
      "seeds: 3", "metric: test_accuracy_3",
      "6:9: error: metric must be one of test_accuracy, held_out_accuracy, test_reward, test_accuracy_1, test_accuracy_2, test_accuracy_4, test_reward_format, test_reward_answer, proxy_reward, pass_at_1, pass_at_2, pass_at_4, got 'test_accuracy_3'; did you mean 'test_accuracy_1'?"
    ),
  ]

  @Test(arguments: mistakes.indices)
  func `a mistake is told at its place`(index: Int) throws {
    let (old, new, complaint) = Self.mistakes[index]
    try #require(Self.text.contains(old))
    #expect(
      complaints(Self.text.replacing(old, with: new, maxReplacements: 1)) == ["x.yaml:\(complaint)"]
    )
  }

  @Test(arguments: ["test_accuracy_4", "test_reward_answer", "pass_at_4", "held_out_accuracy"])
  func `the metrics are those that the task has`(metric: String) throws {
    #expect(try experiment(Self.text + "metric: \(metric)\n").metric == metric)
  }

  @Test func `several mistakes are told at once`() {
    let text = Self.text.replacing("from: Paid-group_size=2", with: "from: Paid")
      .replacing("reward: Judge", with: "reward: Plain").replacing("seeds: 3", with: "seeds: 0")
    #expect(
      complaints(text).map { String($0.prefix { $0 != " " }) }
        == ["x.yaml:6:8:", "x.yaml:12:48:", "x.yaml:13:34:"])
  }

  @Test func `stages and what they need are refused on an environment`() {
    #expect(
      complaints(
        """
        question: Q
        task: {environment: Pole-v1}
        policy: {width: 8}
        stages: {S: {algorithm: tune}}
        arms:
          A: {algorithm: alpha, from: S}
        """) == [
          "x.yaml:3:10: error: policy.width is for language tasks, and this task is on an environment; expected network, hidden",
          "x.yaml:4:1: error: stages is for language tasks, and this task is on an environment",
          "x.yaml:6:25: error: arms.A.from is for language tasks, and this task is on an environment",
        ])
  }

  @Test func `a file need not use the stages of the file that it extends`() throws {
    let texts = [
      "experiments/base.yaml": Self.text,
      "experiments/x.yaml": """
      extends: base.yaml
      arms:
        Paid: {algorithm: alpha, from: Base, preset: paper}
        Next: {algorithm: alpha}
      """,
    ]
    let next = try experiment(texts)
    #expect(
      next.arms.map(\.label) == [
        "Base", "Judge", "Plain", "Paid-group_size=1", "Paid-group_size=2", "Next", "Scratch",
      ])
    let other = try experiment([
      "experiments/base.yaml": Self.text.replacing(", reward: Judge", with: ""),
      "experiments/x.yaml": "extends: base.yaml\nquestion: Another?\n",
    ])
    #expect(
      other.arms.map(\.label) == [
        "Base", "Plain", "Paid-group_size=1", "Paid-group_size=2", "Next", "Scratch",
      ])
  }

  @Test func `a chain of more than eight stages is refused`() throws {
    func chain(_ count: Int) -> String {
      let stages = (0..<count).map { number in
        "  S\(number): {algorithm: tune\(number == 0 ? "" : ", from: S\(number - 1)")}"
      }
      return """
        question: Q
        task: {language: riddles}
        stages:
        \(stages.joined(separator: "\n"))
        arms:
          A: {algorithm: alpha, from: S\(count - 1)}
        """
    }
    #expect(try experiment(chain(8)).arms.count == 9)
    #expect(
      complaints(chain(9)) == [
        "x.yaml:14:3: error: arms.A stands on a chain of more than 8 stages"
      ])
  }
}
