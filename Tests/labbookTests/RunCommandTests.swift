import Foundation
import Testing

@Suite struct RunCommandTests {
  @Test func `run executes what is missing and plan says what that is`() throws {
    let lab = try LabFixture()
    let plan = try lab.labbook("plan")
    #expect(plan.output.hasSuffix("12 of 12 runs to execute, 7200 environment steps in all\n"))
    let first = try lab.labbook("run", "--arm", "PPO")
    #expect(first.code == 0, "\(first.errors)")
    #expect(
      first.output.split(separator: "\n").map(String.init)
        == (0..<6).map { "short/PPO/\($0): done" })
    #expect(try lab.labbook("run", "--arm", "PPO").output == "Nothing to do: 6 runs are there.\n")
    #expect(
      try lab.labbook("plan").output.hasSuffix(
        "6 of 12 runs to execute, 3600 environment steps in all\n"))
  }

  @Test func `claims that are to be registered are, before a run makes them too late`() throws {
    let lab = try LabFixture()
    try lab.write(
      LabFixture.notebook.replacing(
        "```{comparison} short",
        with:
          "```{preregistered} short\nRLOO > PPO on evaluation_return\n```\n\n```{comparison} short"),
      to: "reports/2026-W10/notebook.md")
    let refused = try lab.labbook("run", "--seed", "0")
    #expect(refused.code == 1 && refused.output.isEmpty)
    #expect(
      refused.errors.contains(
        "the claims on 'short' are not registered, and its runs would be made"),
      "\(refused.errors)")
    #expect(try lab.labbook("preregister", "2026-W10").code == 0)
    #expect(try lab.labbook("run", "--seed", "0").code == 0)
  }

  @Test func `rerun says same for each run, and differs where a record was another one`() throws {
    let lab = try LabFixture()
    _ = try lab.labbook("run", "--seed", "0")
    let same = try lab.labbook("rerun", "short", "--seed", "0")
    #expect(same.code == 0, "\(same.errors)")
    #expect(same.output == "short/PPO/0: same\nshort/RLOO/0: same\n")
  }

  @Test func `a record altered by one digit is damage that names run and part`() throws {
    let lab = try LabFixture()
    _ = try lab.labbook("run", "--seed", "0", "--arm", "PPO")
    let show = try lab.labbook("show", "short/PPO/0")
    let key = try #require(show.output.split(separator: "\n")[1].split(separator: " ").last)
    let record = ".labbook/records/\(key.prefix(2))/\(key)/record.json"
    try lab.replace("\"environment_steps\": 600", with: "\"environment_steps\": 601", in: record)
    let damaged = try lab.labbook("show", "short/PPO/0")
    #expect(damaged.code == 1)
    #expect(damaged.errors.contains("short/PPO/0"), "\(damaged.errors)")
    #expect(damaged.errors.contains("environment_steps"), "\(damaged.errors)")
  }

  @Test func `show prints a record by name and by the first digits of its key`() throws {
    let lab = try LabFixture()
    _ = try lab.labbook("run", "--seed", "0", "--arm", "PPO")
    let byName = try lab.labbook("show", "short/PPO/0", "--format", "json")
    #expect(byName.code == 0, "\(byName.errors)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(byName.output.utf8)) as? [String: Any])
    let key = try #require(json["key"] as? String)
    let byKey = try lab.labbook("show", String(key.prefix(8)), "--format", "json")
    let other = try #require(
      try JSONSerialization.jsonObject(with: Data(byKey.output.utf8)) as? [String: Any])
    #expect(other["digest"] as? String == json["digest"] as? String)
    #expect((json["metrics"] as? [String: Double])?["environment_steps"] == 600)
  }

  @Test(arguments: [
    (["run", "shrot"], "there is no experiment 'shrot'; did you mean 'short'?"),
    (
      ["run", "short", "--arm", "PP0"],
      "no selected experiment has an arm 'PP0'; did you mean 'PPO'?"
    ),
    (["run", "--seed", "7"], "no selected experiment has the seed 7; there is 0 to 5"),
    (["show", "short/PPOO/0"], "there is no arm 'PPOO'; did you mean 'PPO'?"),
    (["show", "short/PPO/99"], "there is no seed 99 in short; there is 0 to 5"),
    (["show", "nothing/here/0"], "there is no experiment 'nothing'; there is short"),
    (["explain", "shirt"], "there is no experiment 'shirt'; did you mean 'short'?"),
    (["rerun", "shorts"], "there is no experiment 'shorts'; did you mean 'short'?"),
    (["export", "short/ppo/0", "--to", "x"], "there is no arm 'ppo'; did you mean 'PPO'?"),
    (
      ["report", "2026-W77"],
      "'2026-W77' is not an ISO week such as 2026-W47; did you mean '2026-W53'?"
    ),
    (
      ["report", "2026-w9"],
      "'2026-w9' is not an ISO week such as 2026-W47; did you mean '2026-W09'?"
    ),
    (
      ["new", "2027-W53"],
      "'2027-W53' is not an ISO week such as 2026-W47; did you mean '2027-W52'?"
    ),
    (["report", "methods"], "there is no report 'methods'; there is none yet"),
    (
      ["preview", "my methods"],
      "'my methods' is no name of a report: write a week such as 2026-W47, or letters, digits, '-' and '_'"
    ),
    (["verify", "2026-W12"], "there is no week '2026-W12'; there is none yet"),
    (["statsu"], "there is no command 'statsu'; did you mean 'status'?"),
    (["help", "reprot"], "there is no command 'reprot'; did you mean 'report'?"),
    (
      ["describe", "grpo", "--preset", "tlr"],
      "there is no preset of grpo 'tlr'; did you mean 'trl'?"
    ),
    (
      ["describe", "grop", "--against", "trl"],
      "there is no algorithm 'grop'; did you mean 'grpo'?"
    ),
    (
      ["describe", "--preset", "trl"],
      "--preset and --against compare presets of an algorithm; name one of them"
    ),
    (
      ["describe", "grop"],
      "nothing is called 'grop'; did you mean 'grpo'?"
    ),
    (
      ["show", "short"],
      "'short' is no run; write experiment/arm/seed, such as cartpole/PPO/3, or at least 8 digits of a run key"
    ),
  ])
  func `a name that stands for nothing is one sentence with what may be meant`(
    arguments: [String], words: String
  ) throws {
    let lab = try LabFixture()
    let result = try lab.labbook(arguments)
    #expect(result.code == 64)
    #expect(result.errors == "error: \(words)\n")
    #expect(result.output == "")
  }

  @Test func `wrong usage is told with the usage`() throws {
    let lab = try LabFixture()
    let result = try lab.labbook("run", "--jobs", "0")
    #expect(result.code == 64)
    #expect(result.errors.contains("--jobs must be at least 1, got 0."), "\(result.errors)")
    #expect(result.errors.contains("\nUsage: "), "\(result.errors)")
  }

  @Test func `the version is one line, without anything of the machine's folders`() throws {
    let lab = try LabFixture()
    let result = try lab.labbook("--version")
    #expect(result.code == 0)
    #expect(
      result.output.wholeMatch(
        of:
          #/labbook \d+\.\d+\.\d+ \(Swift [^()\/\n]+, x86_64, [^()\/\n]+ kernels of revision \d+\)\n/#
      ) != nil,
      "\(result.output)")
    #expect(result.errors == "")
  }

  @Test func `every problem of a spec is told with its place`() throws {
    let lab = try LabFixture()
    try lab.replace("budget:", with: "buget:", in: "experiments/short.yaml")
    try lab.replace("{algorithm: rloo}", with: "{algorithm: rlo}", in: "experiments/short.yaml")
    for command in ["validate", "run", "plan"] {
      let result = try lab.labbook(command)
      #expect(result.code == 1)
      #expect(
        result.errors.contains("experiments/short.yaml:3:1: error: buget"), "\(result.errors)")
      #expect(result.errors.contains("experiments/short.yaml:9:21: error: "), "\(result.errors)")
    }
  }

  @Test func `a setting that nothing reads is refused at its place`() throws {
    let lab = try LabFixture()
    try lab.replace(
      "{algorithm: rloo}", with: "{algorithm: rloo, clip_range: 0.1}", in: "experiments/short.yaml")
    let result = try lab.labbook("validate")
    #expect(result.code == 1)
    #expect(
      result.errors
        == "experiments/short.yaml:9:27: error: arms.RLOO.clip_range has no effect with ratio: none; leave it out, or change what keeps it from having one\n"
    )
  }
}
