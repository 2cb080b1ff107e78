import Foundation
import Notebook
import TestSupport

/// Four lines of front matter, the least a notebook needs; the body begins on line 6.
let leastFrontMatter = "---\ntitle: A title\nweek: 2026-W47\nstatus: draft\n---\n"

/// The directives of these tests, one for each kind of argument, option and body.
let testDirectives = [
  DirectiveDeclaration(
    name: "changes", summary: "A week.", argument: .week, options: [.label(.table), .caption],
    example: ""),
  DirectiveDeclaration(
    name: "claim", summary: "Claims.", argument: .name(.experiment), body: .claims, example: ""),
  DirectiveDeclaration(
    name: "comparison", summary: "A table.", argument: .name(.experiment),
    options: [
      .label(.table), .caption, .init("against", .name(.arm), "An arm."),
      .init("arms", .names(.arm), "Arms."), .init("metric", .name(.metric), "A metric."),
      .init("points", .count(atLeast: 1), "A number."),
    ], example: ""),
  DirectiveDeclaration(
    name: "curves", summary: "A figure.", argument: .names(.experiment),
    options: [
      .label(.figure), .caption, .init("curve", .names(.curve), "Curves."),
      .init("experiments", .names(.experiment), "Experiments."),
    ], example: ""),
  DirectiveDeclaration(
    name: "published", summary: "Rows.", argument: .none,
    options: [
      .label(.table), .caption,
      .init("statistic", .choice(["mean", "interquartile_mean"]), "One of two."),
    ], body: .publishedResults, example: ""),
  DirectiveDeclaration(
    name: "suite", summary: "A table.", argument: .names(.experiment),
    options: [
      .label(.table), .caption, .init("each", .choice(["returns", "scores"]), "One of two."),
    ],
    example: ""),
]

/// Parses a notebook with the directives of these tests.
func parseNotebook(_ source: String, path: String) throws(NotebookError) -> Notebook {
  try parseNotebook(source, path: path, directives: testDirectives)
}

/// The notebook with `body` under the least front matter.
func notebook(_ body: String) throws -> Notebook {
  try parseNotebook(leastFrontMatter + body, path: "notebook.md")
}

/// The messages that `source` is refused with; empty if it is accepted.
func messages(for source: String) -> [String] {
  do {
    _ = try parseNotebook(source, path: "notebook.md")
    return []
  } catch {
    return error.problems.map(\.description)
  }
}

/// The messages for `body` under the least front matter.
func messages(forBody body: String) -> [String] {
  messages(for: leastFrontMatter + body)
}

/// The real weekly report of May 2025, whose words are its authors'.
func week13Report() throws -> String {
  let file = testFolder().appending(components: "Goldens", "week-13-report.md")
  return "---\ntitle: Week 13\nweek: 2025-W20\nterm_week: Week 13\nstatus: final\n---\n"
    + (try String(contentsOf: file, encoding: .utf8))
}

extension Notebook {
  /// How many blocks there are for which `matches` holds, at any depth.
  func count(where matches: (Block) -> Bool) -> Int {
    func count(_ blocks: [Block]) -> Int {
      blocks.reduce(0) { sum, block in
        let below =
          switch block {
          case .blockQuote(let content), .alert(_, let content): count(content)
          case .list(let list): list.items.reduce(0) { $0 + count($1.blocks) }
          default: 0
          }
        return sum + below + (matches(block) ? 1 : 0)
      }
    }
    return count(blocks)
  }

  /// The TeX of every formula.
  var tex: [String] { formulas.map(\.tex) }
}
