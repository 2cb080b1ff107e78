import Foundation
import Testing

/// The page of a diff, as a person asks for it.
@Suite struct DiffCommandTests {
  @Test func `two weeks are one page, made from locks and notebooks alone`() throws {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    try lab.replace("seeds: 6", with: "seeds: 7", in: "experiments/short.yaml")
    try lab.replace(
      "{algorithm: rloo}", with: "{algorithm: rloo, group_size: 4}", in: "experiments/short.yaml")
    try lab.write(
      LabFixture.notebook.replacing("2026-W10", with: "2026-W11")
        .replacing("A short week", with: "A second week").replacing("PPO reaches", with: "PPO has"),
      to: "reports/2026-W11/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    for week in ["2026-W10", "2026-W11"] {
      try lab.replace("status: draft", with: "status: final", in: "reports/\(week)/notebook.md")
    }
    for name in [".labbook", "experiments/short.yaml", "reports/2026-W10/report.html"] {
      try FileManager.default.removeItem(at: lab.folder.appending(path: name))
    }
    let result = try lab.labbook("diff", "2026-W10", "2026-W11", "--format", "html")
    #expect(result.code == 0, "\(result.errors)")
    for words in [
      "<title>2026-W10 → 2026-W11</title>", "<li>2026-W11: A second week</li>",
      "<code>algorithm.<wbr>group_<wbr>size</code>", "6 → 7, 6 in common (all 2 arms)",
      "<figure class=\"intervals\">", "PPO <del>reaches</del>", "PPO <ins>has</ins>",
    ] { #expect(result.output.contains(words), "\(words): \(result.output.suffix(9_000))") }
    let again = try lab.labbook("diff", "2026-W10", "2026-W11", "--format", "html")
    #expect(result.output == again.output)
    let narrow = try lab.labbook(
      "diff", "2026-W10", "2026-W11", "--format", "html", "--metric", "environment_steps")
    #expect(!narrow.output.contains("<code>evaluation_return</code>"))
  }

  /// A lab in git with two weeks, of which the first was committed with its words, then rewritten.
  private func labInGit() throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    try #require(try lab.labbook("report").code == 0)
    try git("init --quiet --initial-branch=main . && git add reports experiments", in: lab)
    try git("commit --quiet -m first && git tag begun", in: lab)
    try lab.write(
      LabFixture.notebook.replacing("2026-W10", with: "2026-W11")
        .replacing("PPO reaches", with: "PPO has"), to: "reports/2026-W11/notebook.md")
    try #require(try lab.labbook("report").code == 0)
    try lab.replace("PPO reaches", with: "Rewritten, it is", in: "reports/2026-W10/notebook.md")
    try git("add reports && git commit --quiet -m second", in: lab)
    return lab
  }

  private func git(_ script: String, in lab: LabFixture) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-ec", "git \(script)"]
    process.currentDirectoryURL = lab.folder
    process.environment = ProcessInfo.processInfo.environment.merging([
      "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "a",
      "GIT_COMMITTER_EMAIL": "a@b.c", "GIT_CONFIG_GLOBAL": "/dev/null",
    ]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(script)")
  }

  @Test
  func `of a week that was rewritten, its page has the words that its results were locked with`()
    throws
  {
    let lab = try labInGit()
    let page = try lab.labbook("diff", "2026-W10", "2026-W11", "--format", "html").output
    #expect(page.contains("PPO <del>reaches</del>") && page.contains("PPO <ins>has</ins>"))
    #expect(
      page.contains(
        /The notebook of 2026-W10 was edited since its results were locked; these are the words of then, from the commit [0-9a-f]{10}\./
      ), "\(page.suffix(3_000))")
    // Of the newer week the words are those that stand there.
    let reversed = try lab.labbook("diff", "2026-W11", "2026-W10", "--format", "html").output
    #expect(reversed.contains("these are its words now."))
    #expect(reversed.contains("Rewritten, it is") && !reversed.contains(">reaches<"))
    try lab.replace("Rewritten, it is", with: "Again", in: "reports/2026-W10/notebook.md")
    try FileManager.default.removeItem(at: lab.folder.appending(path: ".git"))
    let without = try lab.labbook("diff", "2026-W10", "2026-W11", "--format", "html").output
    #expect(without.contains("and no commit here has the words of then; these are its words now."))
  }

  @Test func `a week that is gone, and one that a revision names, are read from git`() throws {
    let lab = try labInGit()
    let before = try lab.labbook("diff", "begun:2026-W10", "2026-W10", "--format", "html").output
    #expect(before.contains(/<title>2026-W10 at [0-9a-f]{10} → 2026-W10<\/title>/))
    #expect(before.contains("<del>PPO reaches</del>"), "\(before.suffix(3_000))")
    #expect(before.contains(/The words of 2026-W10 are those of the commit [0-9a-f]{10}\./))

    try git("rm -r --quiet reports/2026-W10 && git commit --quiet -m gone", in: lab)
    let gone = try lab.labbook("diff", "2026-W10", "2026-W11", "--format", "html")
    #expect(gone.code == 0, "\(gone.errors)")
    #expect(gone.output.contains(/<title>2026-W10 at [0-9a-f]{10} → 2026-W11<\/title>/))
    // The last words that it had.
    #expect(gone.output.contains("Rewritten, it is"))
    let text = try lab.labbook("diff", "HEAD~2:2026-W10", "HEAD~1:2026-W11")
    #expect(text.code == 0 && text.output.contains("identical"), "\(text.errors)\(text.output)")
  }

  @Test(arguments: [
    ("nowhere:2026-W10", "git has no commit 'nowhere' here"),
    ("--help:2026-W10", "git has no commit '--help' here"),
    ("HEAD:2026-w1", "'2026-w1' in 'HEAD:2026-w1' is not an ISO week such as 2026-W47"),
    (
      "begun:2026-W11",
      "there is no week with results.lock at begun '2026-W11'; did you mean '2026-W10'?"
    ),
    ("2026-W12", "there is no week '2026-W12'; did you mean '2026-W10' or '2026-W11'?"),
  ])
  func `what git does not have is told`(name: String, message: String) throws {
    let result = try labInGit().labbook("diff", "--", name, "2026-W11")
    #expect(result.code != 0)
    #expect(result.errors.contains(message), "\(result.errors)")
  }
}
