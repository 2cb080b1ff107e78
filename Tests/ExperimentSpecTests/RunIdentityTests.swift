import Algorithms
import ExperimentSpec
import ResultStore
import Settings
import Testing

@Suite struct RunIdentityTests {
  static let text = """
    question: Which one?
    task: {environment: Bandit-v0, contexts: 5}
    policy: {hidden: [64, 32]}
    arms:
      A: {algorithm: alpha, learning_rate: 0.0001, clip_range: none}
    """
  let vocabulary = smallVocabulary()

  func preimage(_ text: String, seed: Int = 2) throws -> RunPreimage {
    let experiment = try experiment(text)
    return vocabulary.preimage(of: try #require(experiment.arms.first).run(seed: seed))
  }

  @Test func `the preimage holds every setting, the seed and the revisions, and nothing else`()
    throws
  {
    #expect(
      try preimage(Self.text).text == """
        labbook run key 1
        algorithm = alpha
        algorithm.baseline = none
        algorithm.clip_range = none
        algorithm.group_size = 1
        algorithm.learning_rate = 0.0001
        budget.environment_steps = 100000
        environment = Bandit-v0
        environment.contexts = 5
        evaluation.episodes = 20
        evaluation.every = 5000
        numerics = exact
        policy.hidden = [64, 32]
        policy.network = mlp
        revision.algorithm.alpha = 3
        revision.environment.Bandit-v0 = 1
        revision.kernels = 7
        revision.network.mlp = 5
        seed = 2

        """)
  }

  @Test(arguments: [
    // Comments, white space, order of keys, quotes, block style.
    """
    # Another file altogether.
    arms:

      A:
        clip_range:   none   # off
        "learning_rate":  0.0001
        algorithm: 'alpha'
    policy:
      hidden:
        - 64
        - 32
    task:
      contexts: 5
      environment: Bandit-v0
    question: Which one?
    """,
    // Spelling of numbers.
    text.replacing("0.0001", with: "1e-4"),
    text.replacing("0.0001", with: "1.0E-4"),
    text.replacing("0.0001", with: ".000_1"),
    text.replacing("[64, 32]", with: "[6_4, 32.0]").replacing("5}", with: "5.0}"),
    // Names, titles, seeds, metric.
    text.replacing("A:", with: "Other+label:"),
    text.replacing("{algorithm", with: "{title: A name, algorithm"),
    text.replacing("Which one?", with: "Another?") + "\ntitle: T\nseeds: [2, 9]\nmetric: updates",
    // Defaults written out, and a setting at the value from before it existed.
    text.replacing(
      "learning_rate", with: "group_size: 1, momentum: 0, shuffled: false, learning_rate")
      + "\nbudget: {environment_steps: 1e5}\nevaluation: {}\nnumerics: exact",
    // More arms.
    text + "\n  B: {algorithm: beta}",
  ])
  func `what does not change the run does not change its key`(other: String) throws {
    #expect(try preimage(other).text == preimage(Self.text).text)
    #expect(try preimage(other).key == preimage(Self.text).key)
  }

  @Test func `a preset gives the key of the settings it stands for`() throws {
    let preset = Self.text.replacing("learning_rate: 0.0001", with: "preset: paper")
    let written = Self.text.replacing(
      "learning_rate: 0.0001", with: "learning_rate: 0.01, group_size: 8")
    #expect(try preimage(preset).key == preimage(written).key)
  }

  @Test func `every change of a setting gives another key, however small`() throws {
    let texts = [
      Self.text,
      Self.text.replacing("0.0001", with: "0.00010000000000000002"),
      Self.text.replacing("0.0001", with: "0.00012345"),
      Self.text.replacing("0.0001", with: "0.00012349"),
      Self.text.replacing("clip_range: none", with: "clip_range: 0"),
      Self.text.replacing("[64, 32]", with: "[32, 64]"),
      Self.text.replacing("[64, 32]", with: "[]"),
      Self.text.replacing("contexts: 5", with: "contexts: 6"),
      Self.text.replacing("{algorithm", with: "{momentum: 0.5, algorithm"),
      Self.text.replacing("{algorithm", with: "{baseline: value, algorithm"),
      Self.text.replacing("{algorithm", with: "{shuffled: true, algorithm"),
      Self.text + "\nbudget: {environment_steps: 99_999}",
      Self.text + "\nevaluation: {episodes: 21}",
      Self.text + "\nnumerics: openblas",
    ]
    var keys = try texts.map { try preimage($0).key }
    keys.append(try preimage(Self.text, seed: 3).key)
    let run = try #require(try experiment(Self.text).arms.first).run(seed: 2)
    keys.append(smallVocabulary(alphaRevision: 4).preimage(of: run).key)
    #expect(Set(keys).count == keys.count)
  }

  @Test(arguments: [
    text, text + "\nnumerics: openblas",
    text.replacing("{algorithm", with: "{momentum: 0.5, algorithm"),
    text.replacing("{algorithm", with: "{shuffled: true, algorithm"),
    text.replacing("alpha, learning_rate: 0.0001, clip_range: none", with: "beta, widths: []"),
  ])
  func `a preimage reads back as the run it was made of`(text: String) throws {
    let run = try #require(try experiment(text).arms.first).run(seed: 41)
    let preimage = try RunPreimage(text: vocabulary.preimage(of: run).text)
    #expect(try vocabulary.configuration(of: preimage) == run)
  }

  @Test func `a run that leaves settings out has the key of their defaults`() throws {
    let sparse = RunConfiguration(world: .environments, task: "Pole-v1", algorithm: "beta")
    let full = try vocabulary.configuration(of: vocabulary.preimage(of: sparse))
    #expect(full.algorithmSettings == ["beta": .number(0.1), "widths": .integers([1])])
    #expect(vocabulary.preimage(of: full) == vocabulary.preimage(of: sparse))
  }

  @Test(
    arguments: [
      ("seed", nil, "the field 'seed' is missing"),
      ("algorithm", "gamma", "the field 'algorithm' must be one of alpha, beta, got 'gamma'"),
      ("algorithm.group_size", nil, "the field 'algorithm.group_size' is missing"),
      (
        "algorithm.group_size", "0",
        "the field 'algorithm.group_size' must be a whole number in 1...4096, got 0"
      ),
      (
        "algorithm.learning_rate", "1e-4",
        "the field 'algorithm.learning_rate' is not in canonical form, got '1e-4'"
      ),
      (
        "algorithm.momentum", "0",
        "the field 'algorithm.momentum' is not in canonical form, got '0'"
      ),
      (
        "algorithm.shuffled", "True",
        "the field 'algorithm.shuffled' must be true or false, got 'True'"
      ),
      (
        "algorithm.shuffled", "false",
        "the field 'algorithm.shuffled' is not in canonical form, got 'false'"
      ),
      (
        "algorithm.group_size", "9223372036854775807",
        "the field 'algorithm.group_size' must be a whole number in 1...4096, got 9223372036854775807"
      ),
      (
        "policy.hidden", "[\(Array(repeating: "64", count: 1001).joined(separator: ", "))]",
        "the field 'policy.hidden' must be a list of at most 1000 values, got 1001 values"
      ),
      ("algorithm.beta", "1", "the field 'algorithm.beta' is not known to this version"),
      ("revision.kernels", nil, "the field 'revision.kernels' is missing"),
      (
        "revision.algorithm.alpha", "2",
        "it was made with revision.algorithm.alpha 2, and this version has 3"
      ),
    ] as [(String, String?, String)])
  func `a preimage of another version is refused in words`(
    field: String, value: String?, words: String
  ) throws {
    let changed = try preimage(Self.text).setting(field, to: value)
    let error = #expect(throws: RunIdentityError.self) {
      try vocabulary.configuration(of: changed)
    }
    #expect(error?.description == words)
    #expect(error?.isOnlyOtherRevisions == (field == "revision.algorithm.alpha"))
  }

  @Test func `all that is wrong with a preimage is said in one sentence`() throws {
    let changed = try preimage(Self.text).setting("revision.kernels", to: "6")
      .setting("policy.hidden", to: nil).setting("revision.network.mlp", to: "4")
    let error = #expect(throws: RunIdentityError.self) {
      try vocabulary.configuration(of: changed)
    }
    #expect(
      error?.description
        == "the field 'policy.hidden' is missing; it was made with revision.kernels 6, and this version has 7; it was made with revision.network.mlp 4, and this version has 5"
    )
  }
}
