import ExperimentSpec
import Foundation
import TestSupport
import Testing

/// The keys of `labbook.yaml`, as `docs/clusters.md` lists them.
@Suite struct LabKeyTests {
  @Test func `the documentation has a row for each key, and no other`() throws {
    let root = testFolder().deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "docs/clusters.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").drop { $0 != "| key | of | meaning |" }.dropFirst(2)
      .prefix { $0.hasPrefix("|") }
    #expect(
      rows.map(String.init)
        == LabKey.all.map { "| `\($0.name)` | \($0.place.rawValue) | \($0.documentation) |" })
  }
}
