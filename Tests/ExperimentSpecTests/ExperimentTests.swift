import Algorithms
import ExperimentSpec
import Settings
import Tensors
import Testing

@Suite struct ExperimentTests {
  static let text = """
    # A comment.
    question: >
      Does it help
      to compare?
    title: "Alpha: one or many"
    task: {environment: Bandit-v0, contexts: 1_0}
    policy: {network: mlp, hidden: [32, 1_6]}
    budget: {environment_steps: 1e5}
    evaluation: {every: 1_000}
    seeds: [7, 3, 1_000]
    metric: updates
    numerics: openblas
    arms:
      A+:
        algorithm: alpha
        title: yes
        clip_range: "none"
        baseline: 'yes'
        learning_rate: 1e-4
      beta_2-x: {algorithm: "beta", widths: []}
    """

  @Test func `a spec is read with every default written out`() throws {
    let configuration = RunConfiguration(
      world: .environments, task: "Bandit-v0", taskSettings: ["contexts": .integer(10)],
      policy: ["network": .choice("mlp"), "hidden": .integers([32, 16])],
      budget: ["environment_steps": .integer(100_000)],
      evaluation: ["every": .integer(1000), "episodes": .integer(20)],
      algorithm: "alpha",
      algorithmSettings: [
        "learning_rate": .number(1e-4), "clip_range": .none, "group_size": .integer(1),
        "baseline": .choice("yes"), "momentum": .number(0),
        "shuffled": .boolean(false),
      ],
      numerics: .openblas, seed: 0)
    var other = configuration
    other.algorithm = "beta"
    other.algorithmSettings = ["beta": .number(0.1), "widths": .integers([])]
    let experiment = try experiment(Self.text)
    #expect(experiment.name == "x")
    #expect(experiment.path == "experiments/x.yaml")
    #expect(experiment.question == "Does it help to compare?")
    #expect(experiment.title == "Alpha: one or many")
    #expect(experiment.metric == "updates")
    #expect(experiment.seeds == [3, 7, 1000])
    #expect(experiment.arms.map(\.label) == ["A+", "beta_2-x"])
    #expect(experiment.arms.map(\.title) == ["yes", "beta_2-x"])
    #expect(experiment.arms.map(\.configuration) == [configuration, other])
  }

  @Test func `what a spec leaves out has its default`() throws {
    let experiment = try experiment(
      "{question: Q, task: {environment: Pole-v1}, arms: {A: {algorithm: alpha}}}")
    #expect(experiment.title == nil)
    #expect(experiment.metric == "evaluation_return")
    #expect(experiment.seeds == Array(0..<10))
    let run = try #require(experiment.arm("A")).run(seed: 4)
    #expect(run.seed == 4)
    #expect(run.numerics == .exact)
    #expect(run.policy["hidden"] == .integers([64, 64]))
    #expect(run.budget["environment_steps"] == .integer(100_000))
    #expect(experiment.arm("B") == nil)
  }

  @Test func `an asterisk that is no alias is an asterisk`() throws {
    let experiment = try experiment(
      """
      question: "* is 2 *3 &a ! a product?"   # *really*
      title: a *b* c
      task: {environment: Pole-v1}
      arms: {A: {algorithm: alpha, title: '*A*'}}
      """)
    #expect(experiment.question == "* is 2 *3 &a ! a product?")
    #expect(experiment.title == "a *b* c")
    #expect(experiment.arms[0].title == "*A*")
  }

  @Test func `a byte order mark and Windows line ends change nothing`() throws {
    let windows = "\u{FEFF}" + Self.text.replacing("\n", with: "\r\n")
    #expect(try experiment(windows) == experiment(Self.text))
  }

  @Test func `a preset is expanded between the defaults and the file`() throws {
    let experiment = try experiment(
      """
      question: Q
      task: {environment: Pole-v1}
      arms:
        Plain: {algorithm: alpha}
        Paper: {algorithm: alpha, preset: paper}
        Zoo: {algorithm: alpha, preset: zoo, learning_rate: 0.5}
      """)
    let settings = experiment.arms.map(\.configuration.algorithmSettings)
    #expect(settings.map { $0["learning_rate"] } == [.number(0.001), .number(0.01), .number(0.5)])
    #expect(settings.map { $0["group_size"] } == [.integer(1), .integer(8), .integer(1)])
    #expect(settings.map { $0["clip_range"] } == [.number(0.2), .number(0.2), SettingValue.none])
  }

  @Test func `a sweep tries every value of one setting with every value of the others`() throws {
    let experiment = try experiment(
      """
      question: Q
      task: {environment: Pole-v1}
      arms:
        B: {algorithm: beta, sweep: {widths: [[1, 2], []]}}
        A:
          algorithm: alpha
          title: Alpha
          preset: paper
          sweep: {learning_rate: [1e-4, 0.003], clip_range: [none, 0.1, 0.2]}
      """)
    #expect(
      experiment.arms.map(\.label) == [
        "B-widths=1x2", "B-widths=empty",
        "A-learning_rate=0.0001-clip_range=none", "A-learning_rate=0.0001-clip_range=0.1",
        "A-learning_rate=0.0001-clip_range=0.2", "A-learning_rate=0.003-clip_range=none",
        "A-learning_rate=0.003-clip_range=0.1", "A-learning_rate=0.003-clip_range=0.2",
      ])
    #expect(
      experiment.arms.map(\.title) == [
        "B, widths [1, 2]", "B, widths []",
        "Alpha, learning_rate 0.0001, clip_range none",
        "Alpha, learning_rate 0.0001, clip_range 0.1",
        "Alpha, learning_rate 0.0001, clip_range 0.2",
        "Alpha, learning_rate 0.003, clip_range none",
        "Alpha, learning_rate 0.003, clip_range 0.1",
        "Alpha, learning_rate 0.003, clip_range 0.2",
      ])
    let last = experiment.arms[7].configuration.algorithmSettings
    #expect(last["learning_rate"] == .number(0.003))
    #expect(last["clip_range"] == .number(0.2))
    #expect(last["group_size"] == .integer(8))
  }
}
