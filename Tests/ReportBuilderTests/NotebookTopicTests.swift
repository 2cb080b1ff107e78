import Foundation
import Notebook
import ReportBuilder
import TestSupport
import Testing

@Suite struct NotebookTopicTests {
  private static let frontMatter = "---\ntitle: T\nweek: 2026-W47\nstatus: draft\n---\n\n"

  @Test func `the example of every directive is that directive`() throws {
    for declaration in reportDirectives {
      let notebook = try parseNotebook(Self.frontMatter + declaration.example + "\n", path: "n.md")
      #expect(notebook.directives.allSatisfy { $0.declaration == declaration })
      let directive = try #require(notebook.directives.first)
      #expect(
        directive.name == "changes" || !(directive.experiments + directive.plans).isEmpty)
      #expect(directive.body.isEmpty == (declaration.body == nil))
    }
  }

  @Test func `the example of every topic can stand in a notebook`() throws {
    for topic in NotebookTopic.all {
      let source =
        topic.name == "front_matter"
        ? topic.example + "\n\nText.\n" : Self.frontMatter + topic.example + "\n"
      let notebook = try parseNotebook(source, path: "n.md")
      #expect(topic.text.hasSuffix(topic.example.split(separator: "\n").last ?? "?"))
      if topic.name == "values" { #expect(notebook.values.count == 3) }
    }
  }

  @Test func `every form of a claim is one, and the example has one of each`() throws {
    for pattern in Claim.forms.flatMap(\.patterns) {
      #expect(try Claim(parsing: pattern).text == pattern)
    }
    let claim = try #require(reportDirectives.first { $0.name == "claim" })
    let lines = try parseNotebook(Self.frontMatter + claim.example + "\n", path: "n.md")
      .directives[0].body
    let forms = try lines.map { line in
      switch try Claim(parsing: line.value).relation {
      case .greater: 0
      case .bound: 1
      case .equivalent: 2
      case .unresolved: 3
      }
    }
    #expect(forms == Array(Claim.forms.indices))
  }

  @Test func `topics are found by their names, however their words are joined`() {
    #expect(NotebookTopic.named("comparison")?.kind == "directive")
    for name in ["front matter", "front_matter", "Front-Matter"] {
      #expect(NotebookTopic.named(name)?.name == "front_matter")
    }
    #expect(NotebookTopic.named("comparisons") == nil)
    let names = NotebookTopic.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(reportDirectives.map(\.name) == reportDirectives.map(\.name).sorted())
  }

  @Test func `a reference says what may be written, and fits a terminal`() throws {
    for name in ["changes", "claims", "curves", "front_matter", "published", "values"] {
      let topic = try #require(NotebookTopic.named(name))
      let head = topic.text.split(separator: "\nExample\n")[0]
      #expect(head.split(separator: "\n").allSatisfy { $0.count <= 100 })
      try expectSnapshot(topic.text + "\n", named: "reference-\(name).txt")
    }
  }

  // MARK: README

  private func readme() throws -> String {
    let root = testFolder().deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
  }

  private func table(_ head: String, _ rows: [[String]]) -> String {
    ([head, "|---|" + String(repeating: "---|", count: (rows.first?.count ?? 1) - 1)]
      + rows.map { "| " + $0.joined(separator: " | ") + " |" }).joined(separator: "\n") + "\n"
  }

  /// The text of a table's cell: a sentence that begins small and has no stop at its end.
  private func cell(_ sentence: String) -> String {
    let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  @Test func `the README has the declared directives, claims and keys of front matter`() throws {
    let directives = table(
      "| directive | what it shows |", reportDirectives.map { ["`\($0.usage)`", cell($0.summary)] })
    let claims = table(
      "| claim | holds if |",
      Claim.forms.map { form in
        [form.patterns.map { "`\($0)`" }.joined(separator: ", "), form.condition]
      })
    let keys = table(
      "| key | value | what it says |",
      FrontMatterKey.all.map { key in
        [
          "`\(key.name)`" + (key.isRequired ? ", required" : ""), key.kind.words,
          cell(key.documentation) + (key.absent.map { "; if absent: \($0)" } ?? ""),
        ]
      })
    let readme = try readme()
    for table in [directives, claims, keys] {
      let isThere = readme.contains(table)
      #expect(isThere, "the README lacks this table:\n\(table)")
    }
  }
}
