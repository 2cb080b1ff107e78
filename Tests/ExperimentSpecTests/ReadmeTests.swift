import Algorithms
import ExperimentSpec
import Foundation
import Metrics
import Settings
import TestSupport
import Testing

/// The README's tables say what is declared, and nothing else.
///
/// `RECORD_SNAPSHOTS=1` writes them again.
@Suite(.serialized) struct ReadmeTests {
  /// A table by its head and the rows that the declarations give.
  struct Table: Sendable, CustomTestStringConvertible {
    var head: String
    var rows: [String]

    var testDescription: String { head }
  }

  private static func row(_ cells: String...) -> String {
    "| \(cells.joined(separator: " | ")) |"
  }

  static let tables: [Table] = [keys, algorithms, metrics]

  private static let keys = Table(
    head: row("key", "of", "meaning"),
    rows: SpecKey.all.map { key in
      row("`\(key.name)`", key.places.map(\.rawValue).joined(separator: ", "), key.documentation)
    })

  private static let algorithms: Table = {
    var names: [String] = []
    for algorithm in Vocabulary.labbook.worlds.flatMap(\.algorithms)
    where !names.contains(algorithm.name) { names.append(algorithm.name) }
    return Table(
      head: row("algorithm", "on", "presets", "what it does"),
      rows: names.map { name in
        let parts = Vocabulary.labbook.worlds.compactMap { part in
          part.algorithm(named: name).map { (part.world, $0) }
        }
        var presets: [String] = []
        for preset in parts.flatMap(\.1.presets) where !presets.contains(preset) {
          presets.append(preset)
        }
        return row(
          "`\(name)`", parts.map(\.0.title).joined(separator: ", "),
          presets.map { "`\($0)`" }.joined(separator: ", "), parts[0].1.summary)
      })
  }()

  /// The metrics that have a better side: those that arms can be compared by.
  private static let metrics = Table(
    head: row("metric", "on", "better", "meaning"),
    rows: MetricDeclaration.all.compactMap { metric in
      guard let better = metric.better, metric.forms.contains(.metric) else { return nil }
      return row(
        "`\(metric.name)`", metric.worlds.map(\.title).joined(separator: ", "),
        better == .higher ? "higher" : "lower", metric.documentation)
    })

  @Test(arguments: tables)
  func `a table of the README has a row for each declaration`(table: Table) throws {
    let file = testFolder().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "README.md")
    var lines = try String(contentsOf: file, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let head = try #require(lines.firstIndex(of: table.head), "README.md has no such table")
    let first = head + 2
    let end = lines[first...].firstIndex { !$0.hasPrefix("|") } ?? lines.endIndex
    guard ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != "1" else {
      lines.replaceSubrange(first..<end, with: table.rows)
      try Data(lines.joined(separator: "\n").utf8).write(to: file)
      Issue.record("recorded '\(table.head)' of README.md; read the diff, then run again")
      return
    }
    #expect(Array(lines[first..<end]) == table.rows)
  }
}
