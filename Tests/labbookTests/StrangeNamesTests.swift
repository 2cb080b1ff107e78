import Foundation
import ResultStore
import Testing

/// Names, files and words of the command line as a stranger or a mishap may have them.
@Suite struct StrangeNamesTests {
  private let lab: LabFixture

  init() throws {
    lab = try LabFixture()
    try lab.replace("seeds: 6", with: "seeds: 1", in: "experiments/short.yaml")
  }

  @Test func `a name forges no line of a message, and gives a terminal no command`() throws {
    try lab.write("", to: "experiments/c\nd: error: x.yaml")
    try lab.write("---\n", to: "reports/x\u{1B}[31m/notebook.md")
    try lab.write("", to: ".labbook/a\n\u{1B}[2J")
    try lab.write("{", to: "b")
    for words in [
      ["validate"], ["status"], ["fsck"], ["report", "2026\u{1B}[2J\nerror: x"],
      ["merge", "b", "b", "b", "x\nerror: y\u{1B}[2J"],
      ["diff", "a\n\u{1B}[2J:2026-W10", "2026-W11"],
      ["describe", "pp\u{9B}2J\n"], ["show", "x\u{202E}y\nz"],
    ] {
      let result = try lab.labbook(words)
      let said = (result.output + result.errors).unicodeScalars
      #expect(
        !said.contains {
          $0 != "\n" && $0.properties.generalCategory == .control || $0 == "\u{202E}"
        },
        "\(words): \(result)")
      let forged = (result.output + result.errors).split(separator: "\n").filter {
        $0.hasPrefix("d: error") || $0.hasPrefix("error: x") || $0.hasPrefix("error: y")
      }
      #expect(forged.isEmpty, "\(words): \(result)")
    }
    let problems = try lab.labbook("validate").errors
    #expect(problems.contains("experiments/c\\nd: error: x.yaml:1:1: error: "), "\(problems)")
    #expect(problems.contains("reports/x\\u{1b}[31m: error: "), "\(problems)")
    #expect(try lab.labbook("fsck").output.contains("/a\\n\\u{1b}[2J\n"))
  }

  @Test func `of a word that nobody reads the beginning and the end are told`() throws {
    let word = String(repeating: "x", count: 100_000)
    for words in [
      ["describe", word], ["diff", word, "2026-W10"], ["diff", "HEAD:\(word)", "2026-W10"],
    ] {
      let result = try lab.labbook(words)
      #expect(result.code == 64)
      #expect(
        result.errors.utf8.count < 2_000 && result.errors.contains("xxx … xxx"), "\(words[0])")
    }
  }

  @Test func `a spec whose name is not UTF-8 is told`() throws {
    let made = try lab.shell("cp experiments/short.yaml $'experiments/e\\xff.yaml'")
    #expect(made.code == 0)
    let errors = try lab.labbook("validate").errors
    #expect(
      errors.contains(
        "experiments/e\u{FFFD}.yaml:1:1: error: the file cannot be read: its name is not UTF-8"),
      "\(errors)")
  }

  @Test(arguments: [
    ["init", ""], ["export", "short/PPO/0", "--to", ""], ["site", "--to", ""],
    ["status", "--lab", ""], ["run", "--to", ""],
  ])
  func `an empty path is no place`(words: [String]) throws {
    let result = try lab.labbook(words)
    #expect(result.code == 64)
    #expect(result.errors.contains("a path must not be empty"), "\(result)")
    #expect(!FileManager.default.fileExists(atPath: lab.folder.path + "/labbook.yaml"))
  }

  @Test func `a log is shown as it is, and none that is no ordinary file of a log's size`() throws {
    #expect(try lab.labbook("run", "short", "--arm", "RLOO").code == 0)
    let store = ResultStore(root: lab.folder.appending(path: ".labbook"))
    let key = try #require(try store.keys().first)
    let log = "logs/\(key.hex).log"
    // Pieces of 64 KB end within characters.
    let text = "a" + String(repeating: "é", count: 40_000) + "\n"
    try lab.write(text, to: ".labbook/" + log)
    #expect(try lab.labbook("logs", "short/RLOO/0").output == text)
    for (script, words) in [
      ("mkfifo", "it is not an ordinary file"), ("ln -s /dev/zero", "it is not an ordinary file"),
      ("truncate -s 5G", "it has more than 32 MB"), ("mkdir", "it is a folder"),
    ] {
      #expect(try lab.shell("rm .labbook/\(log) && \(script) .labbook/\(log)").code == 0)
      let result = try lab.shell("timeout 60 $0 logs short/RLOO/0")
      #expect(result.code == 1 && result.output.isEmpty, "\(script): \(result.code)")
      #expect(result.errors.contains(words), "\(script): \(result.errors)")
      if script == "mkdir" { break }
    }
  }

  @Test func `what attributes hold is kept as it is`() throws {
    #expect(try lab.shell("git init --quiet .").code == 0)
    let line = "reports/*/results.lock merge=labbook"
    for (before, after) in [
      ("# caf\\xe9", "# caf\\xe9\\n\(line)\\n"), ("*.a b\\r\\n", "*.a b\\r\\n\(line)\\r\\n"),
      ("*.a b\\r\\n\(line)\\r\\n", "*.a b\\r\\n\(line)\\r\\n"), ("\\n", "\\n\(line)\\n"),
    ] {
      #expect(try lab.shell("printf '\(before)' > .gitattributes").code == 0)
      let install = try lab.labbook("merge", "--install")
      #expect(install.code == 0, "\(install.errors)")
      let same = try lab.shell("printf '\(after)' | cmp - .gitattributes")
      #expect(same.code == 0, "\(before): \(same.output)")
    }
    let driver = try lab.shell("git config merge.labbook.driver")
    #expect(driver.output.hasSuffix(" merge -- %O %A %B %P\n"), "\(driver.output)")
    for script in [
      "mv .gitattributes own && ln -s own .gitattributes", "printf 'a\\0' > .gitattributes",
    ] {
      #expect(try lab.shell("git config --unset merge.labbook.driver; \(script)").code == 0)
      let refused = try lab.labbook("merge", "--install")
      #expect(refused.code == 1 && refused.errors.hasPrefix("error: .gitattributes "), "\(refused)")
      #expect(try lab.shell("git config merge.labbook.driver").code == 1)
      #expect(try lab.shell("rm .gitattributes").code == 0)
    }
  }

  @Test func `git's driver takes any path, and what a killed one left`() throws {
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    let copied = try lab.shell(
      "for name in a b c; do cp reports/2026-W10/results.lock $name; done; echo > b.united; mkdir .labbook-left; : > .labbook-left/lock"
    )
    #expect(copied.code == 0)
    let merged = try lab.labbook("merge", "--", "a", "b", "c", "-lab/reports/2026-W10/results.lock")
    #expect(merged.code == 0, "\(merged)")
    #expect(try lab.shell("cmp a b && ls -d .labbook-*").output.isEmpty)
  }

  @Test func `a lock in a commit that is none is told`() throws {
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    #expect(try lab.labbook("report").code == 0)
    let script = """
      git init --quiet --initial-branch=main . && git config user.name a && git config user.email a@b.c
      git add reports && git commit --quiet -m lock && cp reports/2026-W10/results.lock sound
      truncate -s 49M reports/2026-W10/results.lock && git commit --quiet -am large && git tag large
      rm reports/2026-W10/results.lock && ln -s sound reports/2026-W10/results.lock && git commit --quiet -am link && git tag link
      rm reports/2026-W10/results.lock && mkdir reports/2026-W10/results.lock && touch reports/2026-W10/results.lock/x
      git add -A reports && git commit --quiet -m folder && git tag folder
      rm -r reports/2026-W10/results.lock && cp sound reports/2026-W10/results.lock
      """
    let made = try lab.shell(script)
    #expect(made.code == 0, "\(made)")
    for (tag, words) in [("large", "it has more than 48 MB"), ("folder", "it is a folder")] {
      let result = try lab.labbook("diff", "\(tag):2026-W10", "2026-W10")
      #expect(result.code == 1, "\(result)")
      #expect(
        result.errors.contains(":reports/2026-W10/results.lock: error: \(words)"),
        "\(result.errors)")
    }
  }
}
