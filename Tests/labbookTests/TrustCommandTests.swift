import Foundation
import Testing

/// What the commands say of numbers that nobody has recomputed, and of output that was lost.
@Suite struct TrustCommandTests {
  private static let lock = "reports/2026-W10/results.lock"

  /// A lab with a week that has been built.
  private func builtLab() throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    let result = try lab.labbook("report")
    try #require(result.code == 0, "\(result.errors)")
    return lab
  }

  /// Sets the revision of an algorithm in a lock, with every key and digest computed anew.
  private func setRevision(of algorithm: String, by change: Int, in lab: LabFixture) throws {
    try lab.rewriteLock(Self.lock) { fields in
      let name = "revision.algorithm.\(algorithm)"
      guard let revision = fields[name].flatMap({ Int($0) }) else { return }
      fields[name] = "\(revision + change)"
    }
  }

  @Test func `a page says how much of its lock can be executed again, and what is merely stated`()
    throws
  {
    let lab = try builtLab()
    let sentence =
      "Of the 12 runs that this report stands on, this version of labbook can execute 12 again; "
      + "the numbers are stated by the lock until"
    #expect(
      try lab.text(of: "reports/2026-W10/report.md").contains(
        sentence + " `labbook verify 2026-W10` recomputes them."))
    #expect(
      try lab.text(of: "reports/2026-W10/report.html").contains(
        sentence + " <code>labbook verify 2026-W10</code> recomputes them."))
  }

  @Test(arguments: [1, 997])
  func `a lock of higher revisions is refused by every command that stands on it`(change: Int)
    throws
  {
    let lab = try builtLab()
    try lab.replace("status: draft", with: "status: final", in: "reports/2026-W10/notebook.md")
    try setRevision(of: "ppo", by: change, in: lab)
    for command in [["validate"], ["report", "2026-W10"], ["verify", "2026-W10"]] {
      let result = try lab.labbook(command)
      #expect(result.code == 1, "\(command)")
      #expect(
        result.errors.hasPrefix(
          "\(Self.lock): error: short/PPO was made with revision.algorithm.ppo "),
        "\(result.errors)")
      #expect(result.errors.contains("and this version has "), "\(result.errors)")
    }
  }

  @Test func `a lock of components that nobody knows is refused`() throws {
    let lab = try builtLab()
    try lab.rewriteLock(Self.lock) { $0["revision.algorithm.oracle"] = "1" }
    let result = try lab.labbook("validate")
    #expect(result.code == 1)
    #expect(
      result.errors.contains(
        "revision.algorithm.oracle 1, a component that this version does not have"))
  }

  @Test func `a lock of lower revisions renders, and to verify it is no success`() throws {
    let lab = try builtLab()
    try lab.replace("status: draft", with: "status: final", in: "reports/2026-W10/notebook.md")
    try FileManager.default.removeItem(at: lab.folder.appending(path: ".labbook"))
    try setRevision(of: "ppo", by: -1, in: lab)
    // To the words of the week, other keys are other results.
    try FileManager.default.removeItem(
      at: lab.folder.appending(path: "reports/2026-W10/prose.json"))
    #expect(try lab.labbook("validate").code == 0)
    let report = try lab.labbook("report", "2026-W10")
    #expect(report.code == 0, "\(report.errors)")
    #expect(
      try lab.text(of: "reports/2026-W10/report.md").contains(
        "Of the 12 runs that this report stands on, this version of labbook can execute 6 again"))
    let verify = try lab.labbook("verify", "2026-W10", "--one-seed")
    #expect(verify.code == 1)
    #expect(verify.output == "2026-W10: 1 of 1 runs executed again are the same bit for bit\n")
    #expect(
      verify.errors.contains(
        "error: 1 of 2 runs were not executed, for they were made with other revisions, such as short/PPO/0: "
          + "it was made with revision.algorithm.ppo "), "\(verify.errors)")
    try setRevision(of: "rloo", by: -1, in: lab)
    let nothing = try lab.labbook("verify", "2026-W10")
    #expect(nothing.code == 1)
    #expect(nothing.errors.contains("error: 12 of 12 runs were not executed"), "\(nothing.errors)")
  }

  @Test func `verifying short runs where none is short is no success`() throws {
    let lab = try builtLab()
    try lab.rewriteLock(Self.lock) { $0["budget.environment_steps"] = "1000000" }
    let result = try lab.labbook("verify", "2026-W10", "--short")
    #expect(result.code == 1)
    #expect(result.output == "2026-W10: none of its 12 runs is short\n")
  }

  // MARK: Output

  @Test(arguments: [
    "describe", "schema", "status", "plan", "validate", "help", "--help", "run --help", "doctor",
    "show short/PPO/0", "diff 2026-W10 2026-W10 --format json", "run",
    "--generate-completion-script bash",
  ])
  func `output that is lost is never a success`(command: String) throws {
    let lab = try builtLab()
    let full = try lab.shell("exec \"$0\" \(command) > /dev/full")
    #expect(full.code == 1)
    #expect(
      full.errors.contains("error: standard output is not complete: "), "\(full.errors)")
    let closed = try lab.shell("exec \"$0\" \(command) >&-")
    #expect(closed.code == 1)
    #expect(closed.errors.contains("error: standard output is not complete: "), "\(closed.errors)")
    #expect(try lab.shell("exec \"$0\" \(command) > /dev/null").code == 0)
  }

  @Test func `messages that nobody can read stop nothing`() throws {
    let lab = try LabFixture()
    #expect(try lab.shell("exec \"$0\" run 2> /dev/full").code == 0)
    #expect(try lab.labbook("plan").output.hasPrefix("0 of 12 runs to execute"))
  }

  // MARK: Programs

  @Test func `doctor says which programs a build runs, and from where`() throws {
    let lab = try LabFixture()
    let result = try lab.labbook("doctor")
    #expect(result.code == 0, "\(result.errors)")
    for name in ["labbook worker", "git", "python with vl-convert", "pandoc", "KaTeX"] {
      #expect(result.output.contains("\n\(name) "), "\(name)")
    }
    #expect(result.output.contains("Nothing is run that the lab holds"))
    let missing = try lab.shell("LABBOOK_TOOLS=/nonexistent exec \"$0\" doctor")
    #expect(missing.code == 1)
    #expect(missing.errors.contains("error: pandoc is missing: "))
  }

  @Test func `a lab's own programs and git settings are not run`() throws {
    let lab = try LabFixture()
    let trap = "#!/bin/sh\ntouch '\(lab.folder.path)/mark'\nexit 1\n"
    let traps = [
      ".venv/bin/python", ".venv/lib/python3/site-packages/pypandoc/files/pandoc",
      ".git/hooks/trap",
    ]
    for name in traps {
      try lab.write(trap, to: name)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: lab.folder.appending(path: name).path)
    }
    try lab.write("ref: refs/heads/main\n", to: ".git/HEAD")
    try lab.write(
      "[core]\n repositoryformatversion = 0\n fsmonitor = \(lab.folder.path)/.git/hooks/trap\n",
      to: ".git/config")
    for name in ["objects", "refs/heads"] {
      try FileManager.default.createDirectory(
        at: lab.folder.appending(path: ".git/\(name)"), withIntermediateDirectories: true)
    }
    try lab.write(
      "@misc{a, title = {T}}\n", to: "reports/references.bib")
    try lab.write(
      LabFixture.notebook + "\n```{curves} short\n```\n\n[@a]\n", to: "reports/2026-W10/notebook.md"
    )
    let result = try lab.labbook("report")
    #expect(result.code == 0, "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: lab.folder.appending(path: "mark").path))
  }

  @Test func `a week that is a link out of the lab is none`() throws {
    let lab = try LabFixture()
    let outside = try LabFixture()
    try outside.write(LabFixture.notebook, to: "elsewhere/notebook.md")
    try FileManager.default.createSymbolicLink(
      atPath: lab.folder.appending(path: "reports/2026-W10").path,
      withDestinationPath: outside.folder.appending(path: "elsewhere").path)
    #expect(try lab.labbook("report", "2026-W10").code == 64)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: outside.folder.path + "/elsewhere")
        == ["notebook.md"])
  }

  @Test func `a store that is a link to something else is refused`() throws {
    let lab = try LabFixture()
    let outside = try LabFixture()
    try outside.write("thesis", to: "temporary/session-thesis/chapter")
    try FileManager.default.createSymbolicLink(
      atPath: lab.folder.appending(path: ".labbook").path, withDestinationPath: outside.folder.path)
    let result = try lab.labbook("run")
    #expect(result.code == 1)
    #expect(result.errors.hasPrefix("error: the store .labbook is a link to "))
    #expect(try outside.text(of: "temporary/session-thesis/chapter") == "thesis")
  }

  @Test func `a spec that is a link out of the lab is refused`() throws {
    let lab = try LabFixture()
    try FileManager.default.createSymbolicLink(
      atPath: lab.folder.appending(path: "experiments/passwd.yaml").path,
      withDestinationPath: "/etc/passwd")
    let result = try lab.labbook("validate")
    #expect(result.code == 1)
    #expect(
      result.errors
        == "experiments/passwd.yaml:1:1: error: the file cannot be read: it leads out of the lab\n")
  }
}
