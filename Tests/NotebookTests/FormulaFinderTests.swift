import Notebook
import Testing

/// Formulas are taken from the source before any block structure is looked at.
@Suite struct FormulaFinderTests {
  @Test(arguments: [
    "\\frac{a}{b}\n>= 0", "x\n=\ny", "a\n-\nb", "a\n---\nb", "a\n===", "a\n|---|\nb",
    "a | b\n--|--\nc",
    "a\n+ b\n- c\n* d", "1. a\n2) b", "# a\n###### b", "a\n~ b", "a\n::: b", "a\n<!-- b",
    "a\n<div>\nb",
    "a < b\n& c \\\\\nd_1 *e* __f__", "[@a] [b](c) ![d](e)", "\\{ \\} \\| \\$ \\` \\*",
    "\\text{if $x$ then\n> y}",
    "a\n\t- b\n    c", "a\n> > b", "[^1]: a\n[b]: c", "a\n***\nb", "a\n- - - b",
  ])
  func `a display formula is as written, whatever begins its lines`(tex: String) throws {
    for (head, lead) in [
      ("", ""), ("> ", "> "), ("- ", "  "), ("1. a\n\n   ", "   "), ("> - > ", ">   > "),
    ] {
      let body =
        head + ("$$\n" + tex + "\n$$").split(separator: "\n").joined(separator: "\n" + lead) + "\n"
      let notebook = try notebook(body + "\nEnd.\n")
      let lines = { (text: String) in
        text.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }
      }
      #expect(notebook.tex.map(lines) == [lines(tex)], "\(body)")
      #expect(notebook.blocks.last == .paragraph([.text("End.")]), "\(body)")
    }
  }

  @Test(arguments: [
    ("$a\n+ b$ and $c\n> d$", ["a\n+ b", "c\n> d"]),
    ("> $a\n> > b$\n", ["a\n> b"]),
    ("- $a\n  - b$\n", ["a\n- b"]),
    ("$a\n=\nb$ c", ["a\n=\nb"]),
    // What stands in a block of its own is no part of a formula that began before it.
    ("- costs $5\n- or 6$\n", []),
    ("> costs $5\n\n6$\n", []),
    ("Costs $5\n# and 6$\n", []),
    ("Costs $5\n```\nand 6$\n```\n", []),
    ("| $5 | 6$ |\n|---|---|\n| $7 | 8 |\n| 9$ | 10 |\n", []),
  ])
  func `an inline formula may run over lines of its block`(body: String, tex: [String]) throws {
    #expect(try notebook(body).tex == tex)
  }

  @Test(arguments: [
    ("`$a$` $b$", ["b"]), ("``$a$ ` $c$`` $b$", ["b"]), ("x <!-- $a$ --> $b$", ["b"]),
    ("<!--\n$a$\n-->\n\n$b$", ["b"]), ("```\n$a\n```\n$b$", ["b"]), ("~~~\n$$\n~~~\n\n$b$", ["b"]),
    ("    $a$\n\n$b$", ["b"]), ("- a\n\n      $c$\n\n  $b$", ["b"]),
    ("> ```\n> $$\n> ```\n> $b$", ["b"]),
    ("<https://e.org/$a$> $b$", ["b"]), ("\\$a\\$ $b$", ["b"]),
    ("- ```\n  $$\n  ```\n- $b$", ["b"]),
  ])
  func `code, comments and addresses keep their dollars`(body: String, tex: [String]) throws {
    #expect(try notebook(body + "\n").tex == tex)
  }

  @Test(arguments: [
    ("A $`a_1 | b`$ b", ["a_1 | b"]), ("$`x`$5", ["x"]), ("$``a ` b``$", ["a ` b"]),
    ("($` x `$)", ["x"]),
    ("| $`a|b`$ | c |\n|---|---|\n", ["a|b"]), ("$`x` and y$", []),
  ])
  func `github's form of an inline formula is one`(body: String, tex: [String]) throws {
    let notebook = try notebook(body + "\n")
    #expect(notebook.tex == tex)
    #expect(notebook.formulas.allSatisfy { !$0.isDisplay })
  }

  @Test func `code of the language math is a display formula, with a label if it has one`() throws {
    let notebook = try notebook(
      """
      Before
      ```math {#eq-a}
      a

      > b
      ```
      after @eq-a.

      > - ~~~math
      >   > c
      >   ~~~

      ```maths
      d
      ```
      """)
    #expect(notebook.tex == ["a\n\n> b", "> c"])
    #expect(notebook.formulas.map(\.label) == ["eq-a", nil])
    #expect(notebook.formulas.map(\.place) == [.fence, .fence])
    #expect(
      notebook.formulas[0].lineStarts.map { "\($0.line):\($0.column)" } == ["8:1", "9:1", "10:1"])
    #expect(notebook.formulas[1].position == SourcePosition(line: 15, column: 5))
    #expect(
      notebook.blocks == [
        .paragraph([.text("Before")]), .paragraph([.formula(0)]),
        .paragraph([.text("after "), .reference(0), .text(".")]),
        .blockQuote([
          .list(
            MarkdownList(
              start: nil, isTight: true,
              items: [.init(isDone: nil, blocks: [.paragraph([.formula(1)])])]))
        ]),
        .code(language: "maths", text: "d\n"),
      ])
  }

  @Test func `a bar in a formula ends no cell, in titles neither`() throws {
    let notebook = try notebook(
      """
      | symbol | $P(A|B)$ |
      |---|---|
      | $\\|x\\|$ | `a` |

      Text before a table:
      | $|x|$ | $\\log\\pi(a|s)$ |
      |:--|--:|
      | 1 | @eq |
      """)
    #expect(notebook.tex == ["P(A|B)", "\\|x\\|", "|x|", "\\log\\pi(a|s)"])
    #expect(notebook.formulas.allSatisfy { $0.place == .table })
    guard case .table(let first)? = notebook.blocks.first,
      case .table(let second)? = notebook.blocks.last
    else {
      Issue.record("no tables: \(notebook.blocks)")
      return
    }
    #expect(first.header == [[.text("symbol")], [.formula(0)]])
    #expect(first.rows == [[[.formula(1)], [.code("a")]]])
    #expect(second.header == [[.formula(2)], [.formula(3)]])
    #expect(second.rows == [[[.text("1")], [.citation(0)]]])
  }

  @Test func `formulas in captions and abstracts are found in the same way`() throws {
    let notebook = try parseNotebook(
      """
      ---
      title: A
      week: 2026-W47
      status: draft
      abstract: |
        Of $a
        > b$ and $`c`$.
      ---
      ```{comparison} c
      caption: Of $x | y$ and $`z`$.
      ```
      """, path: "notebook.md")
    #expect(notebook.tex == ["a\n> b", "c", "x | y", "z"])
  }

  @Test(arguments: [
    ("$$\na\n\nb\n$$\n", "6:1", " before line 8, which is blank"),
    ("$$\na\n```\nb\n```\n", "6:1", " before line 8, where code begins"),
    ("- $$\n- a\n", "6:3", " before line 7, which is outside of its list or quote"),
    ("> $$ a\n- b\n", "6:3", " before line 7, which is outside of its list or quote"),
    ("# $$ a\nb $$ c $$\n", "6:3", ""), ("a $$ b\n", "6:3", ""),
  ])
  func `a display formula that is never closed says what ended it`(
    body: String, place: String, reason: String
  ) {
    #expect(
      messages(forBody: body).first
        == "notebook.md:\(place): error: the formula that begins here is never closed with '$$'\(reason); "
        + "write '\\$\\$' for two dollars")
  }

  @Test(arguments: [
    (
      "\\(x\\)",
      "6:1: error: write '$…$' for a formula, not '\\(…\\)'; parentheses in text need no backslash"
    ),
    (
      "a \\[x\\]",
      "6:3: error: write '$$…$$' for a formula, not '\\[…\\]'; brackets in text need no backslash here"
    ),
    (
      "> \\[\n> x_1\n> \\]",
      "6:3: error: write '$$…$$' for a formula, not '\\[…\\]'; brackets in text need no backslash here"
    ),
    (
      "- \\begin{align*}\n  x\n  \\end{align*}",
      "6:3: error: '\\begin{align*}' stands in no formula; write '$$' before it and after its '\\end'"
    ),
  ])
  func `tex's own signs for formulas are mistakes`(body: String, message: String) {
    #expect(messages(forBody: body + "\n") == ["notebook.md:\(message)"])
  }

  @Test(arguments: [
    "\\[a\\](b)", "\\[a\\]\\[b\\]", "`\\(x\\)`", "\\(x", "$\\text{\\(x\\)}$", "\\\\(x\\\\)",
    "\\[\\]",
    "$$\\begin{aligned}x\\end{aligned}$$", "```\n\\[x\\]\n```",
  ])
  func `escaped brackets that have a use are none`(body: String) {
    #expect(messages(forBody: body + "\n") == [])
  }

  // MARK: What a formula must not hold

  @Test(arguments: [
    ("$p = 95%$", 6, 8, "'%' begins a comment in TeX"),
    ("$$\nL = 0.5 % half\n+ x\n$$", 7, 9, "'%' begins a comment in TeX"),
    ("> $$\n> a\n> \\\\% b\n> $$", 8, 5, "'%' begins a comment in TeX"),
    ("```math\na %\n```", 7, 3, "'%' begins a comment in TeX"),
    ("$x + \\href{a}{b}$", 6, 6, "write a link of Markdown beside the formula"),
    ("$\\url{a}$", 6, 2, "write a link of Markdown"),
    ("$\\includegraphics{a}$", 6, 2, "an image of Markdown"),
    ("$\\htmlClass{a}{b}$", 6, 2, "leave it out"), ("$\\def\\a{b}$", 6, 2, "under 'macros:'"),
    ("$\\newcommand{\\a}{b}$", 6, 2, "under 'macros:'"),
    ("$a\\phantom{b}$", 6, 3, "refused by GitHub"),
    ("$$a \\label{b}$$", 6, 5, "write '{#eq-name}'"), ("$\\eqref{a}$", 6, 2, "write '@eq-name'"),
    ("$a = {value}`a.b.c`$", 6, 6, "a value cannot stand in a formula"),
  ])
  func `what one output would not show is refused at its place`(
    body: String, line: Int, column: Int, words: String
  ) {
    let messages = messages(forBody: body + "\n")
    #expect(messages.count == 1)
    #expect(
      messages.first.map {
        $0.hasPrefix("notebook.md:\(line):\(column): error: formula: ") && $0.contains(words)
      } == true, "\(messages)")
  }

  @Test func `an escaped percent is a sign`() throws {
    #expect(try notebook("$50\\%$ and 5% of $x$\n").tex == ["50\\%", "x"])
  }

  @Test func `formulas that no person reads are refused in a sentence`() {
    #expect(
      messages(forBody: "$\(String(repeating: "x", count: 100_000))$\n") == [
        "notebook.md:6:2: error: formula: a formula of 100000 characters; it may have 2000 at most"
      ])
    for open in ["\\frac{", "{", "\\left(", "\\begin{a}", "\\color{red}", "\\small "] {
      let messages = messages(forBody: "$$" + String(repeating: open, count: 150) + "$$\n")
      #expect(messages.count == 1, "\(open)")
      #expect(
        messages.first?.hasSuffix("groups stand more than 100 deep in each other in this formula")
          == true, "\(open)")
    }
  }

  // MARK: Time

  /// Each of these took minutes when one sign after the other was looked for to the end of the text.
  @Test(
    .timeLimit(.minutes(4)),
    arguments: [
      "[", "![", "a < b ", "a <b ", "<a", "$", "$ ", "$x ", "$\\text{", "<!--", "$x\n", "`` ` ",
      "{#", "\\(",
      "\\[a ", "$$ x\n\n", "- $x\n", "$`", "](", "$x\n# h\n", "[[x@y]", "{value}",
    ])
  func `time grows with the length of a text`(part: String) {
    _ = messages(forBody: String(repeating: part, count: 20_000))
  }

  @Test(.timeLimit(.minutes(4))) func `brackets in each other take no time`() {
    let body =
      String(repeating: "[", count: 10_000) + "x@y @" + String(repeating: "]", count: 10_000)
    #expect(messages(forBody: body + "\n") == [])
  }

  @Test(arguments: [">", "- ", "1. "])
  func `blocks in each other have a limit`(mark: String) {
    let messages = messages(forBody: String(repeating: mark, count: 30_000) + "x\n")
    #expect(messages.count == 1)
    #expect(messages.first?.contains("inside each other more than 100 deep here") == true)
  }

  @Test func `as many formulas as can be told apart are taken, and no more`() {
    let messages = messages(forBody: String(repeating: "$x$ ", count: 66_000))
    #expect(messages.count == 1)
    #expect(
      messages.first?.contains("more than 65533 formulas, values, citations and comments") == true)
  }
}
