import Foundation
import Testing

/// A file that somebody is just writing, or that a merge left behind, keeps nobody from anything else.
@Suite struct HalfWrittenFilesTests {
  private static let lock = "reports/2026-W10/results.lock"

  /// A lab with a week that has been built, and a spec that is only half written.
  private func lab(broken: String = "question: [\n") throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    try lab.write(broken, to: "experiments/a-draft.yaml")
    let result = try lab.labbook("report")
    try #require(result.code == 0, "\(result.errors)")
    #expect(result.errors.contains("a-draft") == false)
    return lab
  }

  @Test func `a broken spec stops no command that does not need it`() throws {
    let lab = try lab()
    let commands = [
      ["report"], ["run", "short"], ["plan", "short"], ["status"], ["explain", "short/PPO/0"],
      ["show", "short/PPO/0"], ["diff", "2026-W10", "2026-W10"],
    ]
    let others = [
      ["rerun", "short", "--seed", "0"], ["explain", "short"],
      ["verify", "2026-W10", "--one-seed"],
      ["export", "short/PPO/0", "--to", "model"], ["new", "2026-W11"],
    ]
    let brokenSpecs = [
      "question: [\n", "question: Q\narms: {A: {algorithm: pppo}}\n", "", "extends: nowhere.yaml\n",
      "<<<<<<< HEAD\nquestion: A\n=======\nquestion: B\n>>>>>>> other\n", "\u{0}\u{1}",
    ]
    for (number, broken) in brokenSpecs.enumerated() {
      try lab.write(broken, to: "experiments/a-draft.yaml")
      for command in commands + (number == 0 ? others : []) {
        let result = try lab.labbook(command)
        #expect(result.code == 0, "\(command): \(result.errors)")
        #expect(!result.errors.contains("a-draft"), "\(command): \(result.errors)")
      }
      if number == 0 {
        try FileManager.default.removeItem(at: lab.folder.appending(path: "reports/2026-W11"))
      }
      let status = try lab.labbook("status").output
      #expect(status.contains("\nbroken: experiments/a-draft.yaml:"), "\(status)")
      let json = try #require(
        try JSONSerialization.jsonObject(
          with: Data(lab.labbook("status", "--format", "json").output.utf8)) as? [String: Any])
      let files = try #require(json["broken"] as? [[String: Any]])
      #expect(files.map { $0["path"] as? String } == ["experiments/a-draft.yaml"])
      #expect((files.first?["problems"] as? [String])?.isEmpty == false)
    }
  }

  @Test func `what needs a broken spec gets its errors`() throws {
    let lab = try lab()
    let error =
      "experiments/a-draft.yaml:2:1: error: the file is not valid YAML: did not find expected node content while parsing a flow node\n"
    for command in [
      ["run", "a-draft"], ["plan", "short", "a-draft"], ["show", "a-draft/PPO/0"],
      ["explain", "a-draft"], ["rerun", "a-draft"], ["validate"],
    ] {
      let result = try lab.labbook(command)
      #expect(result.code == 1, "\(command)")
      #expect(result.errors == error, "\(command): \(result.errors)")
      #expect(result.output == "", "\(command)")
    }
    try lab.replace(
      "{comparison} short", with: "{comparison} a-draft", in: "reports/2026-W10/notebook.md")
    let report = try lab.labbook("report")
    #expect(report.code == 1)
    #expect(report.errors == error, "\(report.errors)")
    // A notebook is right in what nobody can check.
    #expect(try lab.labbook("validate").errors == error)
    #expect(try lab.labbook("run", "a-drift").errors.contains("did you mean 'a-draft'?"))
  }

  @Test func `without a name, what can be read is run, and the rest told`() throws {
    let lab = try LabFixture()
    try lab.write("question: [\n", to: "experiments/a-draft.yaml")
    let plan = try lab.labbook("plan")
    #expect(plan.code == 1)
    #expect(plan.output.hasSuffix("12 of 12 runs to execute, 7200 environment steps in all\n"))
    let run = try lab.labbook("run", "--seed", "0")
    #expect(run.code == 1)
    #expect(run.output == "short/PPO/0: done\nshort/RLOO/0: done\n")
    #expect(run.errors.hasPrefix("experiments/a-draft.yaml:2:1: error: "), "\(run.errors)")
  }

  @Test func `a broken file that others extend blocks those, and is named with them`() throws {
    let lab = try lab()
    try lab.write("extends: shared/base.yaml\n", to: "experiments/a-draft.yaml")
    try lab.write("extends: shared/base.yaml\n", to: "experiments/b-draft.yaml")
    try lab.write(
      LabFixture.spec.replacing("seeds: 6", with: "seeds: none"), to: "experiments/shared/base.yaml"
    )
    #expect(try lab.labbook("run", "short").code == 0)
    #expect(
      try lab.labbook("run", "a-draft").errors
        == "experiments/shared/base.yaml:5:8: error: seeds must be a whole number in 1...1000, got 'none' "
        + "(experiments/a-draft.yaml extends this file)\n")
    #expect(
      try lab.labbook("validate").errors.contains(
        "(experiments/a-draft.yaml, experiments/b-draft.yaml extend this file)"))
  }

  @Test func `a broken lock stops no command that does not need it`() throws {
    let lab = try lab(broken: LabFixture.spec)
    try lab.write(
      LabFixture.notebook.replacing("2026-W10", with: "2026-W11"),
      to: "reports/2026-W11/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    let text = try lab.text(of: Self.lock)
    try lab.write(
      text.replacing("  \"experiments\": [", with: "<<<<<<< HEAD\n  \"experiments\": ["),
      to: Self.lock)
    let words =
      "\(Self.lock):3: error: the file holds a merge conflict ('<<<<<<< HEAD'): take one side of it with 'git "
      + "checkout --ours' or '--theirs', then run 'labbook report 2026-W10' again"
    let status = try lab.labbook("status")
    #expect(status.code == 0)
    #expect(status.output.contains("\nbroken: \(words)\n"), "\(status.output)")
    for command in [["report", "2026-W11"], ["run"], ["plan"], ["show", "short/PPO/0"]] {
      #expect(try lab.labbook(command).code == 0, "\(command)")
    }
    let explain = try lab.labbook("explain", "short/PPO/0")
    #expect(explain.code == 0 && explain.output.contains("since the lock of 2026-W11"))
    for command in [
      ["report", "2026-W10"], ["diff", "2026-W10", "2026-W11"], ["diff", "2026-W11", "2026-W10"],
      ["verify", "2026-W10"], ["validate"],
    ] {
      let result = try lab.labbook(command)
      #expect(result.code == 1, "\(command)")
      #expect(result.errors == words + "\n", "\(command): \(result.errors)")
    }
    // What rerun could not compare is no success, though every run is the same.
    let rerun = try lab.labbook("rerun", "short", "--seed", "0")
    #expect(rerun.code == 1)
    #expect(rerun.output == "short/PPO/0: same\nshort/RLOO/0: same\n")
    #expect(rerun.errors.contains(words), "\(rerun.errors)")
  }

  @Test func `a merge conflict in a notebook or a bibliography is told at its line`() throws {
    let lab = try lab(broken: LabFixture.spec)
    let conflict = "<<<<<<< HEAD\nOne.\n=======\nOther.\n>>>>>>> other\n"
    let notebook = LabFixture.notebook + "\n" + conflict
    try lab.write(notebook, to: "reports/2026-W10/notebook.md")
    let line =
      notebook.split(separator: "\n", omittingEmptySubsequences: false)
      .firstIndex(of: "<<<<<<< HEAD").map { $0 + 1 } ?? 0
    #expect(
      try lab.labbook("report").errors
        == "reports/2026-W10/notebook.md:\(line):1: error: the notebook holds a merge conflict ('<<<<<<< HEAD'); "
        + "keep one of its sides and remove the marks\n")
    try lab.write(LabFixture.notebook + "\n[@a]\n", to: "reports/2026-W10/notebook.md")
    try lab.write("@misc{a, title = {T}}\n" + conflict, to: "reports/references.bib")
    #expect(
      try lab.labbook("report").errors
        == "reports/2026-W10/notebook.md:1:1: error: line 2 of the bibliography '../references.bib' holds a merge "
        + "conflict ('<<<<<<< HEAD'); keep one of its sides\n")
  }

  // MARK: Damaged records

  /// The folder of a run's record.
  private func record(_ run: String, in lab: LabFixture) throws -> String {
    let show = try lab.labbook("show", run)
    let key = try #require(show.output.split(separator: "\n")[1].split(separator: " ").last)
    return ".labbook/records/\(key.prefix(2))/\(key)"
  }

  @Test(arguments: [
    "weights.safetensors", "record.json", "provenance.json", "curves.csv", "key.txt",
  ])
  func `a damaged record names the command that repairs it, and that does`(file: String) throws {
    let lab = try LabFixture()
    #expect(try lab.labbook("run", "--seed", "0").code == 0)
    let folder = try record("short/PPO/0", in: lab)
    try lab.write("something else", to: "\(folder)/\(file)")
    let command = "'labbook run short --arm PPO --seed 0' executes it again and replaces it\n"
    let show = try lab.labbook("show", "short/PPO/0")
    #expect(show.code == 1)
    #expect(show.errors.hasSuffix(command), "\(show.errors)")
    let status = try lab.labbook("status")
    #expect(status.code == 0)
    #expect(status.output.contains("\ndamaged: run short/PPO/0 (key "), "\(status.output)")
    #expect(
      try lab.labbook("plan", "--seed", "0").output.hasSuffix(
        "1 of 2 runs to execute, 600 environment steps in all\n"))
    let run = try lab.labbook("run", "short", "--arm", "PPO", "--seed", "0")
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.errors.hasPrefix("warning: run short/PPO/0 (key "), "\(run.errors)")
    #expect(
      run.output
        == "short/PPO/0: done; the damaged record was replaced, and is kept in the store's quarantine\n"
    )
    #expect(try lab.labbook("show", "short/PPO/0").code == 0)
    #expect(try lab.labbook("status").output.contains("damaged") == false)
    let kept = try FileManager.default.subpathsOfDirectory(
      atPath: lab.folder.appending(path: ".labbook/quarantine").path)
    let damaged = try #require(kept.first { $0.hasSuffix("record/\(file)") })
    #expect(try lab.text(of: ".labbook/quarantine/\(damaged)") == "something else")
  }

  @Test func `a damaged stage is executed again before what stands on it`() throws {
    let lab = try LabFixture()
    try lab.write(StageCommandTests.spec, to: "experiments/words.yaml")
    #expect(try lab.labbook("run", "words", "--arm", "First", "--seed", "0").code == 0)
    let folder = try record("words/First/0", in: lab)
    try lab.write("something else", to: "\(folder)/weights.safetensors")
    try lab.write(
      "---\ntitle: W\nweek: 2026-W10\nstatus: draft\n---\n\n{value}`words.Then.test_accuracy`\n",
      to: "reports/2026-W10/notebook.md")
    // A report stops at what is damaged, before it executes anything.
    let report = try lab.labbook("report")
    #expect(report.code == 1)
    #expect(
      report.errors.hasSuffix(
        "'labbook run words --arm First --seed 0' executes it again and replaces it\n"),
      "\(report.errors)")
    let run = try lab.labbook("run", "words", "--arm", "Then", "--seed", "0")
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("words/First/0: done; the damaged record was replaced"))
    #expect(run.output.hasSuffix("\nwords/Then/0: done\n"))
  }

  @Test func `a record in whose place there is a file is damaged too`() throws {
    let lab = try LabFixture()
    #expect(try lab.labbook("run", "--seed", "0").code == 0)
    let folder = try record("short/PPO/0", in: lab)
    try FileManager.default.removeItem(at: lab.folder.appending(path: folder))
    try lab.write("a file", to: folder)
    #expect(try lab.labbook("show", "short/PPO/0").errors.contains("'labbook run short --arm PPO"))
    #expect(try lab.labbook("run", "--seed", "0").code == 0)
    #expect(try lab.labbook("show", "short/PPO/0").code == 0)
  }
}
