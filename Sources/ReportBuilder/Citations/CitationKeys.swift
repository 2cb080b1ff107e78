internal import CanonicalJSON
internal import Foundation
internal import Notebook
internal import Settings

/// Checks the keys of citations against a bibliography.
struct CitationKeys {
  private let keys: Set<ExactText>
  /// In the order of the file.
  private let all: [String]
  private let path: String

  init(_ library: BibTeX, path: String) {
    all = library.keys
    keys = Set(all.map(ExactText.init))
    self.path = path
  }

  /// Every key in `notebook` that no work has.
  func problems(in notebook: Notebook) -> [SourceProblem] {
    var near: [String: String] = [:]
    var problems: [SourceProblem] = []
    for citation in notebook.citations {
      for item in citation.items where !keys.contains(ExactText(item.key)) {
        // Where hundreds of keys are unknown, the file is another one, and near keys are none.
        let hint = near[item.key] ?? (near.count < 200 ? hint(for: item.key) : "")
        near[item.key] = hint
        var message =
          "no work has the key '\(item.key)' in \(notebook.frontMatter.bibliography.value)"
        if !hint.isEmpty {
          message += "; did you mean '\(hint)'?"
        } else if citation.isNarrative {
          message += "; write '\\@' for the character"
        }
        problems.append(
          SourceProblem(path: notebook.path, position: item.position, message: message))
      }
    }
    return problems
  }

  /// The key that was most likely meant by `key`, as part of a message; one that needs braces is shown with them.
  private func hint(for key: String) -> String {
    // Two marks in a row, or one at the end, end a key that is not in braces.
    let longer = all.first { candidate in
      candidate.hasPrefix(key) && !Self.isPlain(candidate)
        && candidate.dropFirst(key.count).first.map { !$0.isLetter && !$0.isNumber } == true
    }
    guard let near = longer ?? nearestName(to: key, among: all) else { return "" }
    return Self.isPlain(near) ? near : "@{\(near)}"
  }

  /// Whether `key` can be cited without braces.
  static func isPlain(_ key: String) -> Bool { isPlainKey(key) }
}
