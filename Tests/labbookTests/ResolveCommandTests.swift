import Foundation
import ResultStore
import Testing

/// A run with two results, from its discovery to the page that says who decided.
@Suite struct ResolveCommandTests {
  @Test
  func `status shows a conflict, the report is blocked, and a decision goes into lock and page`()
    throws
  {
    let lab = try LabFixture()
    try lab.replace("seeds: 6", with: "seeds: 1", in: "experiments/short.yaml")
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    let built = try lab.labbook("report")
    try #require(built.code == 0, "\(built.errors)")
    let plain = try lab.text(of: "reports/2026-W10/results.lock")
    #expect(!plain.contains("\"resolution\""))
    let store = ResultStore(root: lab.folder.appending(path: ".labbook"))
    let key = try #require(
      try store.keys().first { try store.preimage(for: $0)?.fields["algorithm"] == "ppo" })
    let preimage = try #require(try store.preimage(for: key))
    var record = try #require(try store.record(for: key))
    let kept = record.digest.all
    record.metrics["evaluation_return"] = 77
    _ = try store.store(record, for: preimage, provenance: nil)

    let status = try lab.labbook("status")
    #expect(
      status.output.contains(
        "conflict: run short/PPO/0 (key \(key.short)) has 2 results:\n  \(kept.prefix(12)) is its record\n"
          + "  \(record.digest.all.prefix(12)) differs in metric.evaluation_return\n"
          + "  'labbook resolve short/PPO/0 --keep DIGEST --reason …' records which one counts and why\n"
      ),
      "\(status.output)")
    for arguments in [["report"], ["report", "--draft"], ["report", "--rendered-only"]] {
      let blocked = try lab.labbook(arguments)
      #expect(blocked.code == 1, "\(arguments)")
      #expect(
        blocked.errors.contains("1 run has more than one result in the store: short/PPO/0"),
        "\(blocked.errors)")
    }

    let wrong = try lab.labbook("resolve", "short/PPO/0", "--keep", "zz", "--reason", "R.")
    #expect(wrong.code == 64)
    #expect(
      wrong.errors.hasPrefix("error: 'zz' is not the start of the digest of one result; there is "))
    let none = try lab.labbook("resolve", "short/RLOO/0", "--keep", "aa", "--reason", "R.")
    #expect(
      none.errors
        == "error: short/RLOO/0 has no two results that differ, so there is nothing to decide\n")

    let reason = "The other one is of a node with faulty memory."
    let resolved = try lab.labbook(
      "resolve", "short/PPO/0", "--keep", String(kept.prefix(10)), "--reason", reason)
    #expect(resolved.code == 0, "\(resolved.errors)")
    #expect(
      resolved.output
        == "short/PPO/0: \(kept.prefix(12)) counts, and \(record.digest.all.prefix(12)) does not; "
        + "all are kept\n")
    #expect(
      try lab.labbook("status").output.contains(
        "decided: run short/PPO/0 keeps \(kept.prefix(12)): \(reason)\n"))
    #expect(try lab.labbook("status").output.contains("conflict") == false)
    let report = try lab.labbook("report")
    #expect(report.code == 0, "\(report.errors)")
    let lock = try lab.text(of: "reports/2026-W10/results.lock")
    #expect(lock.contains("\"reason\": \"\(reason)\""))
    let page = try lab.text(of: "reports/2026-W10/report.md")
    #expect(page.contains("**Decided by a person:** `short/PPO/0` gave 2 results that differ"))
    #expect(page.contains(reason))
    // A clone without the store renders it from the lock.
    try lab.replace("status: draft", with: "status: final", in: "reports/2026-W10/notebook.md")
    try FileManager.default.removeItem(at: lab.folder.appending(path: ".labbook"))
    try FileManager.default.removeItem(at: lab.folder.appending(path: "reports/2026-W10/report.md"))
    #expect(try lab.labbook("report", "2026-W10").code == 0)
    #expect(try lab.text(of: "reports/2026-W10/report.md").contains(reason))
  }
}
