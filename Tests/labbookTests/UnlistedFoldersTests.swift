import Foundation
import ResultStore
import Testing

/// What cannot be looked for is not taken for nothing: folders and files in whose place a link leads to itself, as a mode or
/// a failing disk keeps them from being read, and references that git passes over.
@Suite struct UnlistedFoldersTests {
  private let lab: LabFixture

  init() throws {
    lab = try LabFixture()
    try lab.replace("seeds: 6", with: "seeds: 1", in: "experiments/short.yaml")
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    try lab.write("", to: "labbook.yaml")
    let built = try lab.labbook("report")
    try #require(built.code == 0, "\(built.errors)")
    // From here on the lock alone needs the records.
    try lab.replace("episodes: 2", with: "episodes: 3", in: "experiments/short.yaml")
  }

  private func shell(_ script: String) throws {
    let result = try lab.shell(script)
    try #require(result.code == 0, "\(script): \(result.output)\(result.errors)")
  }

  private var records: Int {
    get throws { try ResultStore(root: lab.folder.appending(path: ".labbook")).keys().count }
  }

  @Test func `gc removes nothing, and no report is left out, while a file cannot be looked for`()
    throws
  {
    let loop = "Too many levels of symbolic links"
    for name in ["reports/2026-W10", "reports/2026-W10/results.lock", "reports", "experiments"] {
      try shell("mv \(name) aside && ln -s $(basename \(name)) \(name)")
      for words in [
        ["gc", "--days", "0", "--delete"], ["validate"], ["site"], ["report", "--all"],
      ] {
        let result = try lab.labbook(words)
        #expect(result.code == 1 && result.errors.contains(loop), "\(name) \(words): \(result)")
      }
      #expect(try records == 2, "\(name)")
      #expect(!FileManager.default.fileExists(atPath: lab.folder.path + "/site"))
      try shell("rm \(name) && mv aside \(name)")
    }
    try shell("mv reports/2026-W10 aside && ln -s 2026-W10 reports/2026-W10")
    let named = try lab.labbook("report", "2026-W10")
    #expect(named.errors == "error: cannot look into reports/2026-W10: \(loop)\n", "\(named)")
    try shell("rm reports/2026-W10 && mv aside reports/2026-W10")
    // A lock counts without a notebook beside it too.
    try shell("mv reports/2026-W10/notebook.md aside")
    let alone = try lab.labbook("gc", "--days", "0", "--delete")
    #expect(alone.output.contains("0 of 2 runs"), "\(alone)")
    try shell("rm reports/2026-W10/results.lock && mv aside reports/2026-W10/notebook.md")
    #expect(try lab.labbook("gc", "--days", "0").output.contains("2 of 2 runs"))
  }

  @Test(arguments: [
    ("labbook.yaml", "Too many levels of symbolic links"), ("nowhere", "it is a link to nothing"),
  ])
  func `settings that a link keeps from being read are not taken for none`(
    destination: String, reason: String
  ) throws {
    try shell("rm labbook.yaml && ln -s \(destination) labbook.yaml")
    let status = try lab.labbook("status")
    #expect(status.code == 1)
    #expect(
      status.errors == "labbook.yaml:1:1: error: the file cannot be read: \(reason)\n", "\(status)")
  }

  @Test func `gc removes nothing while git passes over a reference`() throws {
    try lab.write(".labbook/\nout\nerr\nreport.html\nbackup/\n", to: ".gitignore")
    try shell(
      """
      git init --quiet --initial-branch=main . && git config user.name a && git config user.email a@b.c
      git commit --quiet --allow-empty -m empty && git checkout --quiet -b keep && git add .
      git commit --quiet -m week && git checkout --quiet main && touch labbook.yaml && cp -a .git backup
      """)
    #expect(try lab.labbook("gc", "--days", "0").output.contains("none of 1 locks"))
    for (script, words) in [
      (": > .git/refs/heads/keep", "reference refs/heads/keep that git does not read"),
      ("echo garbage > .git/refs/heads/keep", "reference refs/heads/keep that git"),
      ("mv .git/refs/heads/keep .git/refs/heads/ke..ep", "reference refs/heads/ke..ep that git"),
      ("echo 'ref: refs/heads/no' > .git/refs/heads/keep", "reference refs/heads/keep that git"),
      ("ln -sf keep .git/refs/heads/keep", "reference refs/heads/keep that git"),
      ("rm -r .git/refs/heads && ln -s heads .git/refs/heads", "reference refs/heads that git"),
      (
        "git worktree add --quiet --detach tree keep && git branch --quiet -D keep && : > .git/worktrees/tree/HEAD",
        "no commit or branch in"
      ),
      ("rm -r .git && ln -s nowhere .git", "in a git repository that cannot be read"),
    ] {
      try shell(script)
      let result = try lab.labbook("gc", "--days", "0", "--delete")
      #expect(result.code == 1 && result.errors.contains(words), "\(script): \(result)")
      #expect(result.errors.contains("nothing was removed"), "\(script): \(result)")
      #expect(try records == 2, "\(script)")
      try shell("rm -rf .git tree && cp -a backup .git")
    }
  }
}
