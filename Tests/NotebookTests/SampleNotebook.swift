import Foundation
import Notebook
import TestSupport

/// Four lines of front matter, the least a notebook needs; the body begins on line 6.
let leastFrontMatter = "---\ntitle: A title\nweek: 2026-W47\nstatus: draft\n---\n"

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
