import Notebook
import Testing

/// Which works a text cites, by Pandoc's rules; `CitationsAsPandocTests` holds the same to Pandoc itself.
@Suite struct CitationFormsTests {
  private func notebook(_ body: String) throws -> Notebook {
    try parseNotebook(
      "---\ntitle: A\nweek: 2026-W47\nstatus: draft\n---\n\(body)\n", path: "notebook.md")
  }

  /// The keys of each citation of `body`, a `-` before those whose author is not named.
  private func keys(_ body: String) throws -> [[String]] {
    try notebook(body).citations.map { $0.items.map { ($0.hidesAuthor ? "-" : "") + $0.key } }
  }

  @Test(arguments: [
    ("@{10.1016/S0004-3702(99)00052-1}", [["10.1016/S0004-3702(99)00052-1"]]),
    ("[@{10.1/x(2)}, p. 3; @{q_????}]", [["10.1/x(2)", "q_????"]]),
    ("[@{a]b}] and @{a{b}c}.", [["a]b"], ["a{b}c"]]),
    ("@{li2023}.", [["li2023"]]),
    ("@{sec-gpt} and [@{fig-x}; @{eq-1}]", [["sec-gpt"], ["fig-x", "eq-1"]]),
    ("@{https://e.org/x?y=1&z=2}", [["https://e.org/x?y=1&z=2"]]),
    ("@https://e.org/x?y&z, @a//b=1", [["https://e.org/x?y&z"], ["a//b"]]),
    ("@{a b} @{} @{open", []),
    ("@a:b.c/d-e+f. @li2023.", [["a:b.c/d-e+f"], ["li2023"]]),
    ("@duo--dash @foo...bar", [["duo"], ["foo"]]),
    ("`@a` <https://e.org/@b> https://e.org/@c \\@d [x](https://e.org/@e \"@f\")", []),
    ("me@example.org first_last_@example.org first.last@example.org <me@e.org>", []),
    ("(@a) \"@b\" *@c* --@d", [["a"], ["b"], ["c"], ["d"]]),
    ("-@a and [-@b; @c]", [["-a"], ["-b", "c"]]),
    ("word-@a", [["a"]]),
    ("@{über2020} @müller", [["über2020"], ["müller"]]),
  ])
  func `a key is what Pandoc takes for one`(body: String, expected: [[String]]) throws {
    #expect(try keys(body) == expected)
  }

  @Test(arguments: [
    ("[see [@b], Fig. 1]", [["b"]]),
    ("[text with [@a] inside brackets]", [["a"]]),
    ("[link to @a](https://e.org) and [@b](https://e.org)", [["a"], ["b"]]),
    ("[@a] [@b][^1]\n\n[^1]: Note.", [["a"], ["b"]]),
    ("[@a](not a link)", [["a"]]),
    ("[*see @a* there]", [["a"]]),
    ("[*see* @a, *passim*; **and** @b]", [["a", "b"]]),
    ("[@a, with `]` and $x]$ and [x]; @b]", [["a", "b"]]),
    ("[@a; see `;@x` @b]", [["a", "b"]]),
    ("[@a, p. 3\n; @b]", [["a", "b"]]),
    ("@a [p. 3; see @b] @c [see @d]", [["a", "b"], ["c", "d"]]),
    ("@a [p. 3](https://e.org) @b [x; y] @c[1]", [["a"], ["b"], ["c"]]),
    ("@a [named]\n\n[named]: https://e.org", [["a"]]),
    ("[words @a][named]\n\n[named]: https://e.org", [["a"]]),
    ("> [see @a,\n> p. 3]", [["a"]]), ("> [see *e.g.* @a,\n> *p.* 3; @b]", [["a", "b"]]),
  ])
  func `brackets around a citation are text, and those of a citation are not`(
    body: String, expected: [[String]]
  ) throws {
    #expect(try keys(body) == expected)
  }

  @Test func `the words around a key are running text`() throws {
    let citations = try notebook("[see *e.g.* @a, where $x$ is; @b: ch. 2] @c [p. 3]\n").citations
    #expect(citations.map(\.isNarrative) == [false, true])
    let items = citations.flatMap(\.items)
    #expect(
      items.map(\.prefix) == [[.text("see "), .emphasis([.text("e.g.")])], [], []])
    #expect(
      items.map(\.suffix) == [
        [.text(", where "), .formula(0), .text(" is")], [.text(": ch. 2")], [.text("p. 3")],
      ])
  }

  @Test func `lines of a quote are read without its marks, and a list is none inside brackets`()
    throws
  {
    #expect(
      try notebook("> - [1. see\n>   @a,\n>   p. 3]\n").citations[0].items
        == [
          Citation.Item(
            key: "a", prefix: [.text("1. see")], suffix: [.text(","), .softBreak, .text("p. 3")],
            position: SourcePosition(line: 7, column: 5))
        ])
  }

  @Test func `words beside a cross-reference are kept`() throws {
    let notebook = try notebook("# A {#sec-a}\n\nAs said [see @sec-a, first] and [@sec-a].\n")
    #expect(
      notebook.blocks.last
        == .paragraph([
          .text("As said [see "), .reference(0), .text(", first] and "), .reference(1), .text("."),
        ]))
  }

  @Test func `what is wrong beside a key is told at its place`() {
    func problems(_ body: String) -> [String] {
      do {
        _ = try notebook(body)
        return []
      } catch let error as NotebookError {
        return error.problems.map { "\($0.position.line):\($0.position.column): \($0.message)" }
      } catch {
        return ["\(error)"]
      }
    }
    #expect(
      problems("[@a; and others]") == [
        "6:5: every part of a citation names a work; 'and others' does not"
      ])
    #expect(
      problems("[see [x](javascript:y) @a]").first?.hasPrefix("6:10: a link leads to http") == true)
    #expect(problems("[@a, see @fig-none]").first?.hasPrefix("6:10: nothing has the label") == true)
  }

  @Test func `many brackets and keys take time in proportion`() throws {
    let citations = try notebook(
      String(repeating: "@a ", count: 10_000) + "\n\n"
        + String(repeating: "[@a, *p*; ", count: 900)
        + "\n\n" + String(repeating: "[", count: 900) + String(repeating: "](", count: 10_000)
    ).citations
    #expect(citations.count == 10_900)
  }
}
