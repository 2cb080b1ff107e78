import CanonicalJSON
import ExternalTrainers
import Testing

@Suite struct CommandTemplateTests {
  @Test("Placeholders are replaced wherever they stand, and other braces are text")
  func placeholders() {
    let template = CommandTemplate(["python", "--seed={seed}", "{inputs.code}/a.py", "{\"x\": {}}"])
    #expect(template.placeholders == ["seed", "inputs.code"])
    #expect(
      template.words(with: ["seed": "3", "inputs.code": "/lab/code"])
        == ["python", "--seed=3", "/lab/code/a.py", "{\"x\": {}}"])
  }

  @Test("What a command lacks or names wrongly is told at its word")
  func problems() throws {
    func problem(_ words: [String], inputs: [String] = [], mayResume: Bool = false) -> String? {
      CommandTemplate(words).problem(inputs: inputs, mayResume: mayResume)
        .map { "\($0.word): \($0.problem)" }
    }
    #expect(problem(["a", "{seed}", "{output}"]) == nil)
    #expect(problem(["a", "{seed}"])?.hasPrefix("0: has no {output}") == true)
    #expect(problem(["a", "{output}"])?.hasPrefix("0: has no {seed}") == true)
    #expect(problem(["a", "{seed}", "{outptu}"])?.contains("did you mean 'output'?") == true)
    #expect(problem(["a", "{resume}"])?.hasPrefix("1: has {resume}, and") == true)
    #expect(problem(["a", "{seed}", "{output}"], mayResume: true)?.contains("{resume}") == true)
    #expect(problem(["/usr/bin/python3"])?.contains("a path of this machine") == true)
    #expect(problem(["a", "--data=/data"])?.hasPrefix("1: names a path") == true)
    #expect(problem(["~/bin/python3"])?.contains("a path of this machine") == true)
    #expect(
      problem(["a", "{seed}", "{output}", "{setting.lr}"])?
        .hasSuffix("did you mean 'settings.lr'?") == true)
    #expect(
      problem(["a", "{seed}", "{output}", "{inputs.coed}"], inputs: ["code"])?
        .contains("did you mean 'inputs.code'?") == true)
  }

  @Test(
    "Braces that make no placeholder of a name that is one are told, and all others are text",
    arguments: [
      "{seed", "seed}", "--seed={seed", "{{seed}}", "{ seed }", "{settings.lr", "settings.lr}",
    ])
  func braces(word: String) {
    let problem = CommandTemplate(["a", "{seed}", "{output}", word])
      .problem(inputs: [], mayResume: false)
    let name = word.contains("lr") ? "settings.lr" : "seed"
    #expect(problem?.word == 3)
    #expect(problem?.problem.hasPrefix("has '\(word)', where {\(name)} is likely meant") == true)
    for word in ["{", "}", "{}", #"{"a": {"seed": {seed}}}"#, "{seed}}", "{a", "seeds}"] {
      #expect(
        CommandTemplate(["a", "{seed}", "{output}", word])
          .problem(inputs: [], mayResume: false) == nil, "\(word)")
    }
  }

  @Test("A setting is named by its path, and none is left without a way to the trainer")
  func settings() throws {
    func problem(_ words: [String], _ arms: [(String, String)]) throws -> String? {
      try CommandTemplate(words).problem(
        settings: arms.map { (label: $0.0, settings: SettingsTree(try JSONValue(text: $0.1))) }
      ).map { "\($0.word): \($0.problem)" }
    }
    let arms = [
      ("A", #"{"lr": 0.5, "net": {"width": 8}}"#), ("B", #"{"lr": 1, "net": {"width": 9}}"#),
    ]
    let words = ["a", "--lr={settings.lr}", "{settings.net.width}"]
    #expect(
      CommandTemplate(words + ["{seed}", "{output}"]).problem(inputs: [], mayResume: false) == nil)
    #expect(try problem(words, arms) == nil)
    #expect(try problem(["a", "{config}"], arms) == nil)
    #expect(
      try problem(["a", "{settings.lr}"], arms)
        == "0: has neither {config} nor {settings.net.width}, so the setting 'net.width' of the arm 'A' would reach no "
        + "trainer")
    #expect(
      try problem(words, arms + [("C", #"{"lrs": 0.5, "net": {"width": 8}}"#)])
        == "1: has the placeholder {settings.lr}, and the arm 'C' has no setting 'lr'; did you mean 'lrs'?"
    )
    #expect(try problem(["a"], [("A", "{}")]) == nil)
    // The argument would end there, and two arms could be one command.
    let zero = [("A", #"{"lr": "1\u0000", "net": {"width": 8}}"#)]
    #expect(try problem(words, zero)?.contains("'lr' of the arm 'A' has a zero byte") == true)
    #expect(try problem(["a", "{config}"], zero) == nil)
  }

  @Test("A text becomes itself, and any other value its JSON")
  func arguments() throws {
    let settings = SettingsTree(
      try JSONValue(
        text: #"{"name": "a b", "rate": 0.1, "flags": [1, true], "deep": {"on": false}}"#))
    #expect(
      settings.arguments == [
        "settings.name": "a b", "settings.rate": "0.1", "settings.flags": "[1,true]",
        "settings.deep.on": "false",
      ])
  }
}
