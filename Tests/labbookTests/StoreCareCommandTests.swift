import Foundation
import ResultStore
import Testing

/// `labbook gc`, `status --store` and `merge`, with a real git.
@Suite struct StoreCareCommandTests {
  private let lab: LabFixture

  init() throws {
    lab = try LabFixture()
    try lab.replace("seeds: 6", with: "seeds: 2", in: "experiments/short.yaml")
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    try lab.write(".labbook/\nout\nerr\nreport.html\n", to: ".gitignore")
    try git("init --quiet --initial-branch=main .")
    try git("config user.name a && git config user.email a@b.c")
  }

  @discardableResult
  private func git(_ words: String) throws -> LabFixture.Result {
    let result = try lab.shell("git \(words)")
    try #require(result.code == 0, "git \(words): \(result.output)\(result.errors)")
    return result
  }

  private func build(seeds: Int, message: String) throws {
    let spec = try lab.text(of: "experiments/short.yaml")
    try lab.write(
      spec.replacing(/seeds: .*/, with: "seeds: \(seeds)"), to: "experiments/short.yaml")
    let result = try lab.labbook("report")
    try #require(result.code == 0, "\(result.errors)")
    try git("add . && git commit --quiet -m \(message)")
  }

  private var store: ResultStore {
    ResultStore(root: lab.folder.appending(path: ".labbook"))
  }

  @Test func `gc keeps what a lock in any branch needs, and what is new`() throws {
    try build(seeds: 2, message: "two")
    try git("checkout --quiet -b more")
    try build(seeds: 3, message: "three")
    try git("checkout --quiet main && git pack-refs --all")
    // Three seeds of two arms are stored; the third seed is in the lock of the other branch alone.
    #expect(try store.keys().count == 6)
    #expect(
      try lab.labbook("gc", "--days", "0").output.contains(
        "0 of 6 runs (0 bytes) are needed by none of 3 locks"))
    let status = try lab.labbook("status", "--store")
    #expect(
      status.output.contains("6 records\n0 runs (0 bytes) that no lock and no experiment names"),
      "\(status.output)\(status.errors)")

    try git("branch -D more --quiet")
    #expect(try lab.labbook("gc").output.contains("0 of 6 runs"))
    let dry = try lab.labbook("gc", "--days", "0")
    #expect(dry.code == 0 && dry.output.contains("2 of 6 runs"), "\(dry.output)\(dry.errors)")
    #expect(dry.output.contains("nothing was changed; --delete removes them"))
    #expect(try store.keys().count == 6)
    #expect(
      try lab.labbook("status", "--store").output.contains(
        "'labbook gc' lists those that are old enough to go"))

    // Nothing is removed while it is not known what is needed.
    try lab.write("question: [", to: "experiments/broken.yaml")
    let broken = try lab.labbook("gc", "--days", "0", "--delete")
    #expect(
      broken.code == 1
        && broken.errors.contains("nothing was removed: what is needed by the files above"))
    try FileManager.default.removeItem(at: lab.folder.appending(path: "experiments/broken.yaml"))
    let stranger = try #require(RunKey(hex: String(repeating: "ab", count: 32)))
    var claim = try store.claim(stranger)
    let busy = try lab.labbook("gc", "--days", "0", "--delete")
    #expect(
      busy.code == 1 && busy.errors.contains("somebody executes the run abababababab"),
      "\(busy.errors)")
    claim = nil
    withExtendedLifetime(claim) {}

    let deleted = try lab.labbook("gc", "--days", "0", "--delete")
    #expect(
      deleted.code == 0 && deleted.output.hasSuffix("2 removed\n"),
      "\(deleted.output)\(deleted.errors)")
    #expect(try store.keys().count == 4)
    #expect(try lab.labbook("report").output.contains("2026-W10"))
    #expect(try lab.labbook("fsck").output == "4 records checked; all sound\n")
  }

  @Test func `git unites the locks of two people, and keeps a real disagreement`() throws {
    let install = try lab.labbook("merge", "--install")
    try #require(install.code == 0, "\(install.errors)")
    #expect(try lab.text(of: ".gitattributes") == "reports/*/results.lock merge=labbook\n")
    #expect(try lab.labbook("merge", "--install").code == 0)
    #expect(try lab.text(of: ".gitattributes") == "reports/*/results.lock merge=labbook\n")
    try lab.write(
      "report.md\nfigures/\nprose.json\n.labbook/\nout\nerr\nreport.html\n", to: ".gitignore")
    try build(seeds: 2, message: "two")
    let lock = "reports/2026-W10/results.lock"
    // One adds a seed, the other an arm; the spec is merged by git alone.
    try git("checkout --quiet -b arm")
    let spec = try lab.text(of: "experiments/short.yaml")
    try lab.write(spec + "  GRPO: {algorithm: grpo, group_size: 4}\n", to: "experiments/short.yaml")
    try build(seeds: 2, message: "arm")
    try git("checkout --quiet main")
    try build(seeds: 3, message: "three")
    let merged = try git("merge --quiet --no-edit arm")
    #expect(
      merged.errors.contains("\(lock): united, with 2 runs of this side alone and 2 of the other"),
      "\(merged.errors)")
    let united = try Lock(text: lab.text(of: lock), path: lock)
    #expect(united.runs.count == 8)
    // The week is built from both, with the one run that neither side had.
    let report = try lab.labbook("report")
    #expect(report.code == 0 && report.errors.contains("1 done"), "\(report.errors)")
    try git("commit --quiet -am built")

    // Another result of one run on another branch is nothing that git decides.
    try git("checkout --quiet -b other")
    try lab.rewriteLock(lock) { $0["algorithm.clip_range"] = "0.3" }
    try git("commit --quiet -am other && git checkout --quiet main")
    try lab.rewriteLock(lock) { $0["algorithm.clip_range"] = "0.1" }
    try git("commit --quiet -am own")
    let ours = try lab.text(of: lock)
    let conflict = try lab.shell("git merge --no-edit other")
    #expect(conflict.code == 1)
    #expect(
      conflict.errors.contains("\(lock): error: short/PPO: the two sides have other settings"),
      "\(conflict.errors)")
    #expect(try git("diff --name-only --diff-filter=U").output == "\(lock)\n")
    #expect(try lab.text(of: lock) == ours)
  }

  @Test func `a side that is no lock is told`() throws {
    for name in ["a", "b", "c"] { try lab.write("", to: name) }
    let empty = try lab.labbook("merge", "a", "b", "c", "reports/x/results.lock")
    #expect(empty.code == 1)
    #expect(empty.errors == "error: reports/x/results.lock: one of the two sides is empty\n")
    try lab.write("{", to: "b")
    #expect(
      try lab.labbook("merge", "a", "b", "c", "x").errors.contains(
        "x (our version):1: error: this is not JSON"))
    #expect(try lab.labbook("merge", "a").code == 64)
  }
}
