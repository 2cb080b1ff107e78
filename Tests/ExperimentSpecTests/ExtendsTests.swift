import Algorithms
import ExperimentSpec
import Settings
import Testing

@Suite struct ExtendsTests {
  static let base = """
    question: The base?
    title: Base
    task: {environment: Bandit-v0, contexts: 9}
    budget: {environment_steps: 500}
    evaluation: {every: 100, episodes: 5}
    seeds: 3
    arms:
      One: {algorithm: alpha, group_size: 4, sweep: {learning_rate: [0.1, 0.2]}}
      Two: {algorithm: beta, beta: 0.5}
    """

  @Test func `what a file says goes over what it extends, arm by arm`() throws {
    let extending = """
      extends: shared/base.yaml
      question: And now?
      evaluation: {episodes: 7}
      arms:
        Three: {algorithm: alpha}
        Two: {widths: [3]}
        One: {group_size: 8, sweep: {clip_range: [0.3]}}
      """
    let experiment = try experiment([
      "experiments/x.yaml": extending, "experiments/shared/base.yaml": Self.base,
    ])
    #expect(experiment.question == "And now?")
    #expect(experiment.title == "Base")
    #expect(experiment.seeds == [0, 1, 2])
    #expect(experiment.arms.map(\.label) == ["One-clip_range=0.3", "Two", "Three"])
    let one = experiment.arms[0].configuration
    #expect(one.taskSettings == ["contexts": .integer(9)])
    #expect(one.evaluation == ["every": .integer(100), "episodes": .integer(7)])
    #expect(one.algorithmSettings["group_size"] == .integer(8))
    #expect(one.algorithmSettings["clip_range"] == .number(0.3))
    #expect(one.algorithmSettings["learning_rate"] == .number(0.001))
    #expect(
      experiment.arms[1].configuration.algorithmSettings
        == ["beta": .number(0.5), "widths": .integers([3])])
  }

  @Test func `another environment or algorithm leaves the settings of the old one behind`() throws {
    let extending = """
      extends: ../base.yaml
      task: {environment: Pole-v1}
      arms: {Two: {algorithm: alpha}}
      """
    let experiment = try experiment([
      "experiments/x.yaml": extending, "base.yaml": Self.base,
    ])
    let two = try #require(experiment.arm("Two")).configuration
    #expect(two.task == "Pole-v1")
    #expect(two.taskSettings == [:])
    #expect(two.algorithmSettings["learning_rate"] == .number(0.001))
  }

  @Test func `a chain of files is merged from its end`() throws {
    let experiment = try experiment([
      "experiments/x.yaml": "extends: y.yaml\nseeds: 1",
      "experiments/y.yaml": "extends: z.yaml\nseeds: 2\ntitle: Y",
      "experiments/z.yaml": Self.base,
    ])
    #expect(experiment.seeds == [0])
    #expect(experiment.title == "Y")
    #expect(experiment.question == "The base?")
  }

  @Test func `a mistake is reported in the file that holds it`() {
    #expect(
      complaints([
        "experiments/x.yaml": "extends: base.yaml\nseeds: none",
        "experiments/base.yaml": Self.base.replacing("beta: 0.5", with: "beta: 50"),
      ]) == [
        "base.yaml:9:32: error: arms.Two.beta must be a number above 0 and at most 10, got 50 (x.yaml extends this file)",
        "x.yaml:2:8: error: seeds must be a whole number in 1...1000, got 'none'",
      ])
  }

  @Test func `what a broken file below might hold is not said to be missing`() {
    let extending = "extends: base.yaml\nseeds: 0\narms: {One: {group_size: 2}}"
    #expect(
      complaints(["experiments/x.yaml": extending, "experiments/base.yaml": "a: ["]) == [
        "base.yaml:1:5: error: the file is not valid YAML: did not find expected node content while parsing a flow node (x.yaml extends this file)",
        "x.yaml:2:8: error: seeds must be a whole number in 1...1000, got 0",
      ])
    #expect(
      complaints(extending) == [
        "x.yaml:1:10: error: extends must name a spec that exists, got 'base.yaml'",
        "x.yaml:2:8: error: seeds must be a whole number in 1...1000, got 0",
      ])
  }

  @Test func `files that extend each other are refused`() {
    #expect(
      complaints([
        "experiments/x.yaml": "extends: y.yaml\n" + Self.base,
        "experiments/y.yaml": "extends: ./x.yaml\nseeds: 1",
      ]) == [
        "y.yaml:1:10: error: extends leads back to itself: x.yaml → y.yaml → x.yaml (x.yaml extends this file)"
      ])
  }

  @Test(
    arguments: [
      ("x.yaml", "extends leads back to itself: x.yaml → x.yaml"),
      ("gone.yaml", "extends must name a spec that exists, got 'gone.yaml'"),
      (
        "/etc/passwd", "extends must be a relative path to a spec inside the lab, got '/etc/passwd'"
      ),
      (
        "../../other.yaml",
        "extends must be a relative path to a spec inside the lab, got '../../other.yaml'"
      ),
      ("[a.yaml, b.yaml]", "extends must be the path of a spec, got 'a list'"),
      ("", "extends must be the path of a spec, got 'nothing'"),
    ] as [(String, String)])
  func `what cannot be extended is reported where it is named`(name: String, words: String) {
    let column = name.isEmpty ? 9 : 10
    #expect(
      complaints("extends: \(name)\n" + Self.base) == ["x.yaml:1:\(column): error: \(words)"])
  }

  @Test func `a broken file below is reported once, however many files extend it`() throws {
    let files = SpecFiles([
      "experiments/a.yaml": "extends: shared/base.yaml",
      "experiments/b.yaml": "extends: shared/base.yaml",
      "experiments/shared/base.yaml": Self.base.replacing("seeds: 3", with: "seeds: [1, 1]"),
    ])
    let error = #expect(throws: SpecError.self) {
      try loadExperiments(
        at: ["experiments/b.yaml", "experiments/a.yaml"], in: files, vocabulary: smallVocabulary())
    }
    #expect(
      error?.description
        == "experiments/shared/base.yaml:6:12: error: seeds[1] must not repeat 1 "
        + "(experiments/a.yaml, experiments/b.yaml extend this file)")
  }

  @Test func `a mistake at the end of a chain names the spec that cannot be read for it`() {
    #expect(
      complaints([
        "experiments/x.yaml": "extends: y.yaml", "experiments/y.yaml": "extends: z.yaml",
        "experiments/z.yaml": Self.base.replacing("seeds: 3", with: "seeds: 0"),
      ]) == [
        "z.yaml:6:8: error: seeds must be a whole number in 1...1000, got 0 (x.yaml extends this file)"
      ])
  }

  @Test func `what an extending file makes wrong of what it extends names both`() {
    #expect(
      complaints([
        "experiments/x.yaml": "extends: base.yaml\nbudget: {environment_steps: 50}",
        "experiments/base.yaml": Self.base,
      ]) == [
        "base.yaml:5:21: error: evaluation.every must be at most the budget of 50 steps, got 100 (x.yaml extends this file)"
      ])
  }

  @Test func `a file that many specs extend names the first of them`() {
    let names = (0..<6).map { "experiments/\($0).yaml" }
    var files = Dictionary(uniqueKeysWithValues: names.map { ($0, "extends: base/b.yaml") })
    files["experiments/base/b.yaml"] = Self.base.replacing("seeds: 3", with: "seeds: 0")
    let specs = loadSpecs(at: names, in: SpecFiles(files), vocabulary: smallVocabulary())
    #expect(specs.experiments.isEmpty)
    #expect(
      specs.error?.description
        == "experiments/base/b.yaml:6:8: error: seeds must be a whole number in 1...1000, got 0 "
        + "(experiments/0.yaml, experiments/1.yaml, experiments/2.yaml and 3 more extend this file)"
    )
  }
}
