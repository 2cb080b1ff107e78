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
    #expect(
      problem(["a", "{seed}", "{output}", "{inputs.coed}"], inputs: ["code"])?
        .contains("did you mean 'inputs.code'?") == true)
  }
}
