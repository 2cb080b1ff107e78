import Notebook
import Testing

@Suite struct InlineScannerTests {
  @Test(arguments: [
    // No space just inside, no digit after: money stays money.
    ("It costs $5 and $6.", []),
    ("From $5 to 6$7.", []),
    ("$ x$ and $x $", []),
    (#"Escaped \$x\$ stays."#, []),
    ("Plain $x$.", ["x"]),
    ("First $5 then $y$.", ["y"]),
    ("$x$-th, ($y$), **$z$**", ["x", "y", "z"]),
    // Markdown's own characters inside.
    (
      "$a_1 * b_2 * c$ and $\\hat{A}_{i}$ and $\\hat{A}_{j}$",
      ["a_1 * b_2 * c", "\\hat{A}_{i}", "\\hat{A}_{j}"]
    ),
    (
      #"$\{x \mid y\}$ and $a \\ b$ and $[1](2)$ and $<b>$"#,
      [#"\{x \mid y\}"#, #"a \\ b"#, "[1](2)", "<b>"]
    ),
    (#"$a \$ b$"#, [#"a \$ b"#]),
    (#"$\text{if $x$ holds}$ and $y$"#, [#"\text{if $x$ holds}"#, "y"]),
    ("$over\nlines$", ["over\nlines"]),
    ("$not\n\nover paragraphs$", []),
    // Code keeps its dollars.
    ("`$x$` and ``a ` $y$`` and $z$", ["z"]),
    ("```sh\necho $HOME $PATH\n```\n\n    $indented$\n\n$z$", ["z"]),
    ("- item\n\n      $code$\n\n  $z$", ["z"]),
    ("[link](https://a.b/$x$) <https://c.d/$y$> $z$", ["z"]),
    ("> quoted $x$", ["x"]),
    ("- a\n    - b $x$\n        - c $y$", ["x", "y"]),
  ])
  func `formulas are found by pandoc's rules`(text: String, tex: [String]) throws {
    #expect(try notebook(text).tex == tex)
  }

  @Test func `a display formula may stand in a paragraph, over lines, with a label`() throws {
    let notebook = try notebook(
      """
      Before $$a$$, in the middle
      $$
      \\begin{aligned}
      + b &= c \\\\
      - d &= e
      \\end{aligned}
      $$ {#eq-b}
      after, see @eq-b.

      > $$
      > q
      > $$
      """)
    #expect(notebook.formulas.map(\.isDisplay) == [true, true, true])
    #expect(
      notebook.tex == [
        "a", "\\begin{aligned}\n+ b &= c \\\\\n- d &= e\n\\end{aligned}", "q",
      ])
    #expect(notebook.formulas.map(\.label) == [nil, "eq-b", nil])
    #expect(
      notebook.formulas.map(\.position) == [
        SourcePosition(line: 6, column: 10), SourcePosition(line: 8, column: 1),
        SourcePosition(line: 16, column: 3),
      ])
    #expect(
      notebook.blocks == [
        .paragraph([
          .text("Before "), .formula(0), .text(", in the middle"), .softBreak, .formula(1),
          .softBreak, .text("after, see "), .reference(0), .text("."),
        ]),
        .blockQuote([.paragraph([.formula(2)])]),
      ])
  }

  @Test func `citations have keys, words around them and a place`() throws {
    let notebook = try notebook(
      "As @li2023remax says [see @a:b.c, p. 3; -@d_e], mail me@example.org, [1], \\@no. See @a.\n")
    func item(
      _ key: String, _ column: Int, prefix: [Inline] = [], suffix: [Inline] = [],
      hidesAuthor: Bool = false
    ) -> Citation.Item {
      Citation.Item(
        key: key, prefix: prefix, suffix: suffix, hidesAuthor: hidesAuthor,
        position: SourcePosition(line: 6, column: column))
    }
    #expect(
      notebook.citations == [
        Citation(isNarrative: true, items: [item("li2023remax", 4)], source: "@li2023remax"),
        Citation(
          isNarrative: false,
          items: [
            item("a:b.c", 27, prefix: [.text("see")], suffix: [.text(", p. 3")]),
            item("d_e", 42, hidesAuthor: true),
          ],
          source: "[see @a:b.c, p. 3; -@d_e]"),
        Citation(isNarrative: true, items: [item("a", 85)], source: "@a"),
      ])
  }

  @Test func `values have a path, digits and a place`() throws {
    let notebook = try notebook(
      "Reaches {value}`cartpole.ReMax.evaluation_return` or {value}`a.B+1.m.lower|.2f`.\n")
    #expect(
      notebook.values == [
        ValueReference(
          path: ["cartpole", "ReMax", "evaluation_return"], decimals: nil,
          position: SourcePosition(line: 6, column: 17)),
        ValueReference(
          path: ["a", "B+1", "m", "lower"], decimals: 2,
          position: SourcePosition(line: 6, column: 62)),
      ])
  }

  @Test func `sets and ranges in braces are not roles`() throws {
    #expect(try notebook("The set {0, 1} and {a}.\n").values.isEmpty)
  }

  @Test func `images are listed and may have a label`() throws {
    let notebook = try notebook("![A *plan*](plan.svg){#fig-plan}\n\nSee @fig-plan.\n")
    #expect(
      notebook.blocks == [
        .paragraph([
          .image(
            source: "plan.svg", title: "",
            alternative: [.text("A "), .emphasis([.text("plan")])], label: "fig-plan")
        ]),
        .paragraph([.text("See "), .reference(0), .text(".")]),
      ])
    #expect(notebook.images == [Positioned("plan.svg", at: SourcePosition(line: 6, column: 13))])
  }

  @Test(arguments: [
    (
      "Never $$x closed.\n",
      "6:7: error: the formula that begins here is never closed with '$$'; write '\\$\\$' for two dollars"
    ),
    ("$$  $$\n", "6:1: error: empty formula"),
    (
      "{valeu}`a.b.c`\n",
      "6:1: error: unknown role '{valeu}'; did you mean 'value'?; the only role is {value}"
    ),
    (
      "{value}`a.b`\n",
      "6:9: error: 'a.b' is not a value; write experiment.arm.metric, or experiment.arm.metric.statistic"
    ),
    (
      "{value}`a.b.c|2`\n",
      "6:9: error: '2' is not a format; write '.2f' for two digits after the point"
    ),
    (
      "[@a; and others]\n",
      "6:5: error: every part of a citation names a work; 'and others' does not"
    ),
    (
      "[@a; @fig-b]\n\n![b](b.svg){#fig-b}\n",
      "6:6: error: '@fig-b' is a cross-reference and cannot stand among citations"
    ),
    (
      "## A {#sec-cart}\n\nSee @sec-card.\n",
      "8:5: error: nothing has the label 'sec-card'; did you mean 'sec-cart'?"
    ),
    ("See @tbl-x.\n", "6:5: error: nothing has the label 'tbl-x'"),
    (
      "## A {#intro}\n",
      "6:6: error: the label of a heading begins with 'sec-'; did you mean 'sec-intro'?"
    ),
    ("## A {#sec-a}\n\n## B {#sec-a}\n", "8:6: error: label 'sec-a' is already used on line 6"),
    (
      "Text {#sec-a}\n",
      "6:6: error: the label 'sec-a' stands on nothing; labels follow a heading, an image or a display formula"
    ),
    (
      "![x](https://example.org/x.png)\n",
      "6:6: error: a report needs no network: keep the image beside the notebook and name the file"
    ),
    (
      "The <policy> is\n",
      "6:5: error: raw HTML '<policy>' is not allowed, except comments and <br>, <kbd>, <mark>, <small>, <sub>, <sup>; write '\\<' for the character, or use a code span"
    ),
    (
      "<div class=\"x\">\nhello\n</div>\n",
      "6:1: error: raw HTML '<div class=\"x\">' is not allowed, except comments and <br>, <kbd>, <mark>, <small>, <sub>, <sup>; write '\\<' for the character, or use a code span"
    ),
    ("A <sub>b\n", "6:3: error: the tag <sub> is never closed"),
    ("A </sub>b\n", "6:3: error: the tag </sub> closes nothing"),
    (
      "A \u{F0000} b\n",
      "6:3: error: a character of the private use planes, which labbook keeps for itself"
    ),
  ])
  func `what cannot be understood is an error with its place`(body: String, message: String) {
    #expect(messages(forBody: body) == ["notebook.md:\(message)"])
  }
}
