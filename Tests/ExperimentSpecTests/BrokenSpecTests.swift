import Algorithms
import ExperimentSpec
import ResultStore
import Testing

/// A spec with one mistake, and what is said about it.
struct BrokenSpec: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String
  var complaints: [String]

  init(_ name: String, _ text: String, _ complaints: String...) {
    self.name = name
    self.text = text
    self.complaints = complaints
  }

  var testDescription: String { name }
}

/// A spec with nothing wrong, one line for each key.
private let goodLines = [
  "question: Which one?", "task: {environment: Pole-v1}", "arms: {A: {algorithm: alpha}}",
]

/// The good spec with the line of a key replaced or, for a new key, added at the end.
private func spec(_ line: String) -> String {
  let key = line.prefix { $0 != ":" }
  var lines = goodLines
  if let index = lines.firstIndex(where: { $0.hasPrefix("\(key):") }) {
    lines[index] = line
  } else {
    lines.append(line)
  }
  return lines.joined(separator: "\n") + "\n"
}

/// The good spec with the arm's own settings.
private func arm(_ settings: String) -> String {
  spec("arms: {A: {algorithm: alpha, \(settings)}}")
}

@Suite struct BrokenSpecTests {
  static let structure: [BrokenSpec] = [
    .init(
      "empty", "",
      "x.yaml:1:1: error: the file is empty; expected the keys of an experiment, such as question, task and arms"
    ),
    .init(
      "comments only", "# nothing\n",
      "x.yaml:1:1: error: the file is empty; expected the keys of an experiment, such as question, task and arms"
    ),
    .init(
      "a list", "- a\n- b\n",
      "x.yaml:1:1: error: the file must be a mapping with the keys of an experiment, got 'a list'"),
    .init(
      "a word", "hello\n",
      "x.yaml:1:1: error: the file must be a mapping with the keys of an experiment, got 'hello'"),
    .init(
      "nothing required", "title: T\n",
      "x.yaml:1:1: error: arms is missing; expected a mapping from labels to arms",
      "x.yaml:1:1: error: question is missing; expected the question that the experiment answers",
      "x.yaml:1:1: error: task is missing; expected a mapping with the environment or language task"
    ),
    .init(
      "tab", "question: Q\ntask:\n\tenvironment: Pole-v1\n",
      "x.yaml:3:1: error: the file is not valid YAML: a tab cannot indent; use spaces"),
    .init(
      "unclosed bracket", "question: Q\nseeds: [1, 2\narms: {}\n",
      "x.yaml:3:5: error: the file is not valid YAML: did not find expected ',' or ']' while parsing a flow sequence"
    ),
    .init(
      "unclosed quote", "question: \"Q\n",
      "x.yaml:2:1: error: the file is not valid YAML: found unexpected end of stream while scanning a quoted scalar"
    ),
    .init(
      "bad indentation", "question: Q\n  task: T\n",
      "x.yaml:2:7: error: the file is not valid YAML: mapping values are not allowed in this context"
    ),
    .init(
      "control character", "question: a\u{7}b\n",
      "x.yaml:1:12: error: the file is not valid YAML: control characters are not allowed"),
    .init(
      "two documents", "question: Q\n---\nquestion: Q\n",
      "x.yaml:2:1: error: the file is not valid YAML: a second document starts here; a spec file holds one"
    ),
    .init(
      "key twice", spec("title: T\ntitle: U"),
      "x.yaml:5:1: error: title is given twice; the first is on line 4"),
    .init(
      "key three times in braces", arm("group_size: 2, 'group_size': 3, group_size: 4"),
      "x.yaml:3:45: error: arms.A.group_size is given twice; the first is on line 3",
      "x.yaml:3:62: error: arms.A.group_size is given twice; the first is on line 3"),
    .init(
      "number and text key", spec("arms: {1: {algorithm: alpha}, '1': {algorithm: beta}}"),
      "x.yaml:3:31: error: arms.1 is given twice; the first is on line 3"),
    .init(
      "list as key", spec("? [a, b]\n: c"),
      "x.yaml:4:3: error: the file has a key that is not a plain name"),
    .init(
      "anchor and alias",
      spec("arms:\n  A: &a {algorithm: alpha}\n  B: *a"),
      "x.yaml:4:6: error: arms.A has a YAML anchor or alias, which specs do not allow; write the value out or use 'extends'",
      "x.yaml:5:6: error: arms.B has a YAML anchor or alias, which specs do not allow; write the value out or use 'extends'",
      "x.yaml:5:6: error: arms.B must be a mapping with the algorithm and its settings, got '*a'"),
    .init(
      "merge key", spec("arms:\n  A: {<<: {algorithm: alpha}, algorithm: alpha}"),
      "x.yaml:4:7: error: arms.A.<< is not a known key"),
    .init(
      "tag", spec("seeds: !!int 3"),
      "x.yaml:4:8: error: seeds has the YAML tag '!!int', which specs do not allow; the setting decides the type"
    ),
    .init(
      "nested 40 deep",
      spec("title: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)),
      "x.yaml:4:8: error: title must be text, got 'a list'",
      "x.yaml:4:39: error: title\(String(repeating: "[0]", count: 31)) is nested more than 32 levels deep"
    ),
    .init(
      "nested 100000 deep", String(repeating: "[", count: 100_000),
      "x.yaml:1:1001: error: the file is nested more than 32 levels deep"),
  ]

  static let values: [BrokenSpec] = [
    .init(
      "unknown key", spec("seed: 3"),
      "x.yaml:4:1: error: seed is not a known key; did you mean 'seeds'?"),
    .init("key like no other", spec("zzz: 3"), "x.yaml:4:1: error: zzz is not a known key"),
    .init(
      "empty question", spec("question:"),
      "x.yaml:1:10: error: question must be text, got 'nothing'"),
    .init(
      "question is a mapping", spec("question: {a: b}"),
      "x.yaml:1:11: error: question must be text, got 'a mapping'"),
    .init(
      "task is a word", spec("task: Pole-v1"),
      "x.yaml:2:7: error: task must be a mapping with the environment or language task and its settings, got 'Pole-v1'"
    ),
    .init(
      "no environment", spec("task: {}"),
      "x.yaml:2:1: error: task.environment is missing; expected one of Pole-v1, Bandit-v0; or language, one of riddles"
    ),
    .init(
      "unknown environment", spec("task: {environment: Pole}"),
      "x.yaml:2:21: error: task.environment must be one of Pole-v1, Bandit-v0, got 'Pole'; did you mean 'Pole-v1'?"
    ),
    .init(
      "setting of another environment", spec("task: {environment: Pole-v1, contexts: 3}"),
      "x.yaml:2:30: error: task.contexts is not a known key"),
    .init(
      "environment setting out of range", spec("task: {environment: Bandit-v0, contexts: 0}"),
      "x.yaml:2:42: error: task.contexts must be a whole number in 1...100, got 0"),
    .init(
      "policy setting", spec("policy: {hiden: [64]}"),
      "x.yaml:4:10: error: policy.hiden is not a known key; did you mean 'hidden'?"),
    .init(
      "list element", spec("policy: {hidden: [64, 2.5, 0]}"),
      "x.yaml:4:23: error: policy.hidden[1] must be a whole number in 1...1024, got '2.5'",
      "x.yaml:4:28: error: policy.hidden[2] must be a whole number in 1...1024, got 0"),
    .init(
      "list expected", spec("policy: {hidden: 64}"),
      "x.yaml:4:18: error: policy.hidden must be a list of whole numbers, each in 1...1024, got '64'"
    ),
    .init(
      "empty section", spec("budget:"),
      "x.yaml:4:8: error: budget must be a mapping with environment_steps, got 'nothing'"),
    .init(
      "zero budget", spec("budget: {environment_steps: 0}"),
      "x.yaml:4:29: error: budget.environment_steps must be a whole number in 1...1000000, got 0"),
    .init(
      "evaluation", spec("evaluation: {evry: 5, episodes: many}"),
      "x.yaml:4:14: error: evaluation.evry is not a known key; did you mean 'every'?",
      "x.yaml:4:33: error: evaluation.episodes must be a whole number in 1...1000, got 'many'"),
    .init(
      "no seeds", spec("seeds: 0"),
      "x.yaml:4:8: error: seeds must be a whole number in 1...1000, got 0"),
    .init(
      "too many seeds", spec("seeds: 1001"),
      "x.yaml:4:8: error: seeds must be a whole number in 1...1000, got 1001"),
    .init(
      "seeds in quotes", spec("seeds: '10'"),
      "x.yaml:4:8: error: seeds must be a whole number in 1...1000, got '\"10\"'"),
    .init(
      "seeds as a mapping", spec("seeds: {a: 1}"),
      "x.yaml:4:8: error: seeds must be a whole number in 1...1000, or a list of seeds, got 'a mapping'"
    ),
    .init(
      "empty seeds", spec("seeds: []"),
      "x.yaml:4:8: error: seeds is empty; expected 1 to 1000 seeds"),
    .init(
      "seed twice", spec("seeds: [1, 2, 01, 1_0, 10, -1, 2]"),
      "x.yaml:4:15: error: seeds[2] must be a whole number in 0...2147483647, got '01'",
      "x.yaml:4:24: error: seeds[4] must not repeat 10",
      "x.yaml:4:28: error: seeds[5] must be a whole number in 0...2147483647, got -1",
      "x.yaml:4:32: error: seeds[6] must not repeat 2"),
    .init(
      "metric", spec("metric: evaluation_returns"),
      "x.yaml:4:9: error: metric must be one of evaluation_return, updates, got 'evaluation_returns'; did you mean 'evaluation_return'?"
    ),
    .init(
      "interval", spec("budget: {environment_steps: 500}\nevaluation: {every: 501}"),
      "x.yaml:5:21: error: evaluation.every must be at most the budget of 500 steps, got 501"),
    .init(
      "numerics", spec("numerics: fast"),
      "x.yaml:4:11: error: numerics must be one of exact, openblas, got 'fast'"),
  ]

  static let arms: [BrokenSpec] = [
    .init(
      "no arms", spec("arms: {}"), "x.yaml:3:7: error: arms is empty; expected at least one arm"),
    .init(
      "arms as a list", spec("arms: [alpha]"),
      "x.yaml:3:7: error: arms must be a mapping from labels to arms, got 'a list'"),
    .init(
      "label", spec("arms: {Dr. GRPO: {algorithm: alpha}}"),
      "x.yaml:3:8: error: arms.Dr. GRPO must be made of letters, digits, '_', '+' and '-', got 'Dr. GRPO'"
    ),
    .init(
      "empty arm", spec("arms:\n  A:\n  B: {algorithm: beta}"),
      "x.yaml:4:5: error: arms.A must be a mapping with the algorithm and its settings, got 'nothing'"
    ),
    .init(
      "no algorithm", spec("arms: {A: {group_size: 8}}"),
      "x.yaml:3:8: error: arms.A.algorithm is missing; expected one of alpha, beta"),
    .init(
      "unknown algorithm", spec("arms: {A: {algorithm: alhpa, group_size: x}}"),
      "x.yaml:3:23: error: arms.A.algorithm must be one of alpha, beta, got 'alhpa'; did you mean 'alpha'?"
    ),
    .init(
      "setting of another algorithm", arm("beta: 0.1"),
      "x.yaml:3:30: error: arms.A.beta is not a known key"),
    .init(
      "misspelt setting", arm("clipRange: 0.1"),
      "x.yaml:3:30: error: arms.A.clipRange is not a known key; did you mean 'clip_range'?"),
    .init(
      "part of a setting's name", arm("group: 8"),
      "x.yaml:3:30: error: arms.A.group is not a known key; did you mean 'group_size'?"),
    .init(
      "out of range", arm("clip_range: 1.5"),
      "x.yaml:3:42: error: arms.A.clip_range must be a number in 0...1, or none, got 1.5"),
    .init(
      "text for a number", arm("clip_range: '0.1'"),
      "x.yaml:3:42: error: arms.A.clip_range must be a number in 0...1, or none, got '\"0.1\"'"),
    .init(
      "text of two lines", arm("baseline: \"a\\nb\""),
      "x.yaml:3:40: error: arms.A.baseline must be one of none, value, group_mean, yes, got 'a b'"),
    .init(
      "infinity", arm("learning_rate: .inf"),
      "x.yaml:3:45: error: arms.A.learning_rate must be a number in 0...10, got '.inf'"),
    .init(
      "not a number", arm("learning_rate: .nan"),
      "x.yaml:3:45: error: arms.A.learning_rate must be a number in 0...10, got '.nan'"),
    .init(
      "overflow", arm("learning_rate: 1e999"),
      "x.yaml:3:45: error: arms.A.learning_rate must be a number in 0...10, got '1e999'"),
    .init(
      "date", arm("group_size: 2026-11-22"),
      "x.yaml:3:42: error: arms.A.group_size must be a whole number in 1...4096, got '2026-11-22'"),
    .init(
      "octal", arm("group_size: 010"),
      "x.yaml:3:42: error: arms.A.group_size must be a whole number in 1...4096, got '010'"),
    .init(
      "yes for a number", arm("group_size: yes"),
      "x.yaml:3:42: error: arms.A.group_size must be a whole number in 1...4096, got 'yes'"),
    .init(
      "nothing for a choice", arm("baseline: "),
      "x.yaml:3:40: error: arms.A.baseline must be one of none, value, group_mean, yes, got 'nothing'"
    ),
    .init(
      "list for a number", arm("group_size: [2, 4]"),
      "x.yaml:3:42: error: arms.A.group_size must be a whole number in 1...4096, got 'a list'"),
    .init(
      "unknown choice", arm("baseline: groupmean"),
      "x.yaml:3:40: error: arms.A.baseline must be one of none, value, group_mean, yes, got 'groupmean'; did you mean 'group_mean'?"
    ),
    .init(
      "unknown preset", arm("preset: papper"),
      "x.yaml:3:38: error: arms.A.preset must be one of paper, zoo, got 'papper'; did you mean 'paper'?"
    ),
    .init(
      "preset of another environment",
      "question: Q\ntask: {environment: Bandit-v0}\narms: {A: {algorithm: alpha, preset: zoo}}\n",
      "x.yaml:3:38: error: arms.A.preset has no preset 'zoo' for Bandit-v0; there are paper"),
    .init(
      "settings that contradict each other", arm("baseline: group_mean"),
      "x.yaml:3:40: error: arms.A cannot be run: baseline group_mean compares the members of a group; group_size is 1"
    ),
    .init(
      "a value of a sweep contradicts a setting",
      arm("baseline: group_mean, sweep: {group_size: [1, 2]}"),
      "x.yaml:3:40: error: arms.A cannot be run: baseline group_mean compares the members of a group; group_size is 1"
    ),
    .init(
      "sweep without settings", arm("sweep: {}"),
      "x.yaml:3:37: error: arms.A.sweep is empty; expected at least one setting"),
    .init(
      "sweep over what is no setting", arm("sweep: {preset: [paper]}"),
      "x.yaml:3:38: error: arms.A.sweep.preset is not a known key"),
    .init(
      "sweep over one value", arm("sweep: {group_size: 8}"),
      "x.yaml:3:50: error: arms.A.sweep.group_size must be a list of values, got '8'"),
    .init(
      "sweep over no value", arm("sweep: {group_size: []}"),
      "x.yaml:3:50: error: arms.A.sweep.group_size is empty; expected at least one value"),
    .init(
      "booleans of YAML 1.1, and one in quotes", arm("sweep: {shuffled: [yes, 'true', 1, TRUE]}"),
      "x.yaml:3:49: error: arms.A.sweep.shuffled[0] must be true or false, got 'yes'",
      "x.yaml:3:54: error: arms.A.sweep.shuffled[1] must be true or false, got '\"true\"'",
      "x.yaml:3:62: error: arms.A.sweep.shuffled[2] must be true or false, got '1'",
      "x.yaml:3:65: error: arms.A.sweep.shuffled[3] must be true or false, got 'TRUE'"),
    .init(
      "sweep over the same value", arm("sweep: {learning_rate: [1e-4, 0.0001, high]}"),
      "x.yaml:3:60: error: arms.A.sweep.learning_rate[1] must not repeat 0.0001",
      "x.yaml:3:68: error: arms.A.sweep.learning_rate[2] must be a number in 0...10, got 'high'"),
    .init(
      "set and swept", arm("group_size: 2, sweep: {group_size: [4, 8]}"),
      "x.yaml:3:53: error: arms.A.sweep.group_size is both set and swept; keep one of the two"),
    .init(
      "label that a sweep would give",
      spec("arms:\n  A-group_size=4: {algorithm: beta}"),
      "x.yaml:4:3: error: arms.A-group_size=4 must be made of letters, digits, '_', '+' and '-', got 'A-group_size=4'"
    ),
    .init(
      "too many arms",
      arm(
        "sweep: {group_size: [\((1...40).map(String.init).joined(separator: ", "))], learning_rate: [\((1...30).map { "0.\($0)1" }.joined(separator: ", "))]}"
      ),
      "x.yaml:3:8: error: arms has more than 1000 arms once sweeps are expanded"),
  ]

  @Test(arguments: structure + values + arms)
  func `a mistake is reported with its place and its remedy`(broken: BrokenSpec) {
    #expect(complaints(broken.text) == broken.complaints)
  }

  @Test func `the spec that the broken ones are made from is fine`() {
    #expect(complaints(spec("question: Which one?")) == [])
  }

  @Test func `all mistakes are reported at once in order of place`() {
    let text = """
      question: Which one?
      tittle: A spec
      task: {environment: Pole-v1}
      budget: {environment_steps: 1.5}
      seeds: 10
      seeds: 12
      arms:
        A: {algorithm: alpha, clip_range: 2}
        B: {algorithm: betta}
        C: {algorithm: beta, beta: 0}
      """
    #expect(
      complaints(text) == [
        "x.yaml:2:1: error: tittle is not a known key; did you mean 'title'?",
        "x.yaml:4:29: error: budget.environment_steps must be a whole number in 1...1000000, got '1.5'",
        "x.yaml:6:1: error: seeds is given twice; the first is on line 5",
        "x.yaml:8:37: error: arms.A.clip_range must be a number in 0...1, or none, got 2",
        "x.yaml:9:18: error: arms.B.algorithm must be one of alpha, beta, got 'betta'; did you mean 'beta'?",
        "x.yaml:10:30: error: arms.C.beta must be a number above 0 and at most 10, got 0",
      ])
  }

  @Test func `an alias bomb is refused at its first anchor and costs nothing`() {
    var text = "question: Q\nx0: &x0 [a, a]\n"
    for level in 1...60 {
      let aliases = Array(repeating: "*x\(level - 1)", count: 9).joined(separator: ", ")
      text += "x\(level): &x\(level) [\(aliases)]\n"
    }
    text += "? *x60\n: 1\n"
    #expect(
      complaints(text).prefix(2) == [
        "x.yaml:1:1: error: arms is missing; expected a mapping from labels to arms",
        "x.yaml:1:1: error: task is missing; expected a mapping with the environment or language task",
      ])
    #expect(
      complaints(text).contains(
        "x.yaml:2:5: error: x0 has a YAML anchor or alias, which specs do not allow; write the value out or use 'extends'"
      ))
  }

  @Test func `bytes that are no UTF-8 are reported where they stand`() {
    let bytes = Array("question: Q\ntitle: né ".utf8) + [0xE9, 0x0A]
    let error = #expect(throws: SpecError.self) {
      try loadExperiment(
        at: "experiments/x.yaml", in: SpecFiles(bytes: ["experiments/x.yaml": bytes]),
        vocabulary: smallVocabulary())
    }
    #expect(error?.description == "experiments/x.yaml:2:11: error: the file is not UTF-8 text")
  }

  @Test func `a file that is not there is an error`() {
    #expect(complaints([:]) == ["x.yaml:1:1: error: the file cannot be read: no such file"])
  }

  @Test func `no slip of the pen is met with silence or a crash`() throws {
    let text = ExperimentTests.text
    let characters = Array(text)
    var variants: [String] = []
    for index in characters.indices {
      var shorter = characters
      shorter.remove(at: index)
      variants += [String(characters[..<index]), String(shorter)]
      for inserted in index % 4 > 0 ? "*&:" : "*&!?[{}]:-,#|>'\"%@\t\n\\ x" {
        variants.append(String(characters[..<index]) + "\(inserted)" + String(characters[index...]))
      }
    }
    let line = /x\.yaml:[0-9]+:[0-9]+: error: [^\n]+/
    let vocabulary = smallVocabulary()
    let original = try experiment(text)
    var refused = 0
    for variant in variants {
      do throws(SpecError) {
        let experiment = try experiment(variant)
        for (arm, other) in zip(experiment.arms, original.arms) {
          // What is still a spec is a run that can be told from others by its key.
          let keys = [arm, other].map { vocabulary.preimage(of: $0.configuration).key }
          #expect((keys[0] == keys[1]) == (arm.configuration == other.configuration))
        }
      } catch {
        refused += 1
        #expect(!error.issues.isEmpty)
        for words in error.description.replacing("experiments/", with: "").split(separator: "\n")
        where words.wholeMatch(of: line) == nil { Issue.record("\(words)") }
      }
    }
    #expect(refused > variants.count / 2)
  }

  @Test func `columns count letters, not bytes`() {
    #expect(
      complaints(spec("title: 'γ → 1 🎓'\nseeds: x"))
        == ["x.yaml:5:8: error: seeds must be a whole number in 1...1000, got 'x'"])
    #expect(
      complaints(arm("title: 'ζ🎓', group_size: 0"))
        == [
          "x.yaml:3:55: error: arms.A.group_size must be a whole number in 1...4096, got 0"
        ])
  }
}
