import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

@Suite struct RenderingMarkdownTests {
  @Test func `week 13 goes through with its text unchanged below the facts`() throws {
    let document = try week13Document()
    let text = try markdown(for: document)
    let source = document.notebook.pieces.map { piece in
      switch piece {
      case .verbatim(let text): text
      case .formula(let index): document.notebook.formulas[index].source
      default: "unexpected"
      }
    }.joined()
    let lines = source.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    #expect(
      text == "<!-- Built by labbook from notebook.md; edit that instead. -->\n\n\(lines[0])\n\n"
        + "Week 13 · 2025-W20\n\n\(lines[1].trimmingCharacters(in: .newlines))\n")
  }

  @Test func `week 13 as Markdown still has two lists, eight formulas and no code block`() throws {
    let text = try markdown(for: week13Document())
    let again = try parseNotebook(
      "---\ntitle: A\nweek: 2025-W20\nstatus: final\n---\n" + text, path: "report.md"
    ).blocks
    #expect(count(of: { if case .list = $0 { true } else { false } }, in: again) == 2)
    #expect(count(of: { if case .code = $0 { true } else { false } }, in: again) == 0)
    #expect(text.contains(#": $$g=\mathbb{E}[\psi(x)\nabla_\theta \log\pi_\theta(x)],$$ where"#))
    #expect(text.matches(of: /\$+[^$]+\$+/).count == 8)
  }

  @Test func `everything that directives expand to is plain Markdown`() throws {
    let document = try reportDocument(
      sampleBody, contents: sampleContents, values: sampleValues)
    #expect(
      try markdown(for: document) == """
        <!-- Built by labbook from notebook.md; edit that instead. -->

        # A title

        2026-W47

        ## Results <a id="sec-results"></a>

        It reaches 499.5; see [Table 1](#tbl-a), [Figure 1](#fig-a) and [Results](#sec-results).

        <a id="tbl-a"></a>**Table 1.** Return.

        | Arm | Return |
        | :--- | ---: |
        | PPO | **499.5** |
        | a\\|b\\*c | — |

        <sub>Two seeds.</sub>

        - item

          - <a id="claim.1"></a>✅ **Claim 1 holds:** PPO > RLOO on evaluation_return — difference 1.0 \
        [0.5, 1.5]
          - <a id="claim.2"></a>❌ **Claim 2 does not hold:** RLOO > PPO on evaluation_return — difference \
        −1.0
          - <a id="claim.3"></a>⚪ **Claim 3, not told apart:** unresolved: RLOO, PPO on loss — difference \
        0.1 [−0.5, 0.7]

        ![Return against steps](figures/fig-a.svg)

        <a id="fig-a"></a>**Figure 1.** Curves.

        > [!WARNING]
        > One run is missing.

        <details>
        <summary>All rows</summary>

        - 1\\. first
        - \\- b

        </details>

        """)
  }

  @Test func `github's parser finds the tables and images again`() throws {
    let document = try reportDocument(
      sampleBody, contents: sampleContents, values: sampleValues)
    // The page's own tags are what GitHub allows and a notebook does not.
    let text = try markdown(for: document).replacing(/<\/?(a|details|summary)[^>]*>/, with: "")
      .replacing("](#", with: "](report.md#")
    let again = try parseNotebook(
      "---\ntitle: A\nweek: 2026-W47\nstatus: final\n---\n" + text, path: "report.md")
    #expect(
      again.blocks.contains(
        .table(
          MarkdownTable(
            alignments: [.leading, .trailing], header: [[.text("Arm")], [.text("Return")]],
            rows: [
              [[.text("PPO")], [.strong([.text("499.5")])]], [[.text("a|b*c")], [.text("—")]],
            ]))))
    #expect(
      again.blocks.contains(
        .paragraph([
          .image(
            source: "figures/fig-a.svg", title: "", alternative: [.text("Return against steps")],
            label: nil)
        ])))
  }

  @Test(arguments: [
    // What GitHub reads unharmed stays as written; the rest becomes code.
    ("A $x_1$ b.", "A $x_1$ b."),
    (#"Sets $\{x\}$ b."#, #"Sets $`\{x\}`$ b."#),
    (#"$\hat{A}_{i}$"#, #"$`\hat{A}_{i}`$"#),
    ("$a * b$", "$`a * b`$"),
    ("$a < b$ and $a<b>c$", "$a < b$ and $`a<b>c`$"),
    ("$$\na = b\n$$", "$$\na = b\n$$"),
    (
      "$$\na \\\\\nb\n$$",
      "\n```math\n\\begin{gathered}a \\\\\nb\\end{gathered}\n```"
    ),
    ("- x $$\\{a\\}$$ y", "- x \n  ```math\n  \\{a\\}\n  ```\n   y"),
    ("$$a$$ {#eq-a} by @eq-a", "<a id=\"eq-a\"></a>\n$$a \\tag{1}$$ by [Equation 1](#eq-a)"),
    ("|a|\n|-|\n|$|x| \\| y$|", "|a|\n|-|\n|$\\vert x\\vert \\Vert y$|"),
    ("Cost $5 and \\$6.", "Cost $5 and \\$6."),
  ])
  func `formulas keep their dollars where that is safe`(body: String, expected: String) throws {
    let text = try markdown(for: reportDocument(body))
    #expect(text.contains("# A title\n\n2026-W47\n\n\(expected.drop { $0 == "\n" })\n"))
  }

  @Test(arguments: [
    "evaluation_return [0.5, 1.5] < 3 & 4 > 2", "*a* `b` $5 ~~c~~ _d_ \\e \\* a|b",
    "[x](y) [x][y] [^1] <b> <!-- c --> &amp; &#35; @me me@example",
    "500.0 (95 % of 10) — −3.2 ± 1",
  ])
  func `plain words come out of a table as they went in`(words: String) throws {
    let table = ReportTable(
      columns: [.init("a", alignment: .natural)], rows: [[ReportCell(words)]])
    let text = try markdown(
      for: reportDocument("```{comparison} a\n```\n", contents: [[.table(table)]]))
    let again = try parseNotebook(
      "---\ntitle: A\nweek: 2026-W47\nstatus: final\n---\n" + text, path: "report.md")
    #expect(
      again.blocks.last
        == .table(
          MarkdownTable(
            alignments: [.natural], header: [[.text("a")]], rows: [[[.text(words)]]])))
  }

  @Test func `citations are links to a numbered list at the end`() throws {
    let folder = try RenderingFolder()
    let document = try reportDocument(
      "See [@sutton1998, p. 3; @ouyang2022] and @sutton1998.\n", folder: folder)
    #expect(
      try markdown(for: document).hasSuffix(
        """
        See [[1 (p. 3)](#ref-sutton1998), [2](#ref-ouyang2022)] and Sutton and Barto \
        [[1](#ref-sutton1998)].

        ## References

        1. <a id="ref-sutton1998"></a>Sutton, R. S., & Barto, A. G. (1998). *Reinforcement \
        learning: An introduction*. Cambridge: MIT Press.
        2. <a id="ref-ouyang2022"></a>Ouyang, L., Wu, J., & Jiang, X. (2022). Training language \
        models to follow $O(n)$ instructions. In *Advances in Neural Information Processing \
        Systems*, *35*, 27730–27744. <https://arxiv.org/abs/2203.02155>

        """))
  }

  @Test func `facts and abstract stand under the title`() throws {
    let document = try reportDocument(
      "Text.\n",
      frontMatter: """
        title: What is _new_?
        week: 2026-W47
        term_week: Week 13
        period: Nov 16 – 22
        authors: [Ada L., Émile B.]
        abstract: Of $b(x)$.
        status: draft

        """)
    #expect(
      try markdown(for: document).hasSuffix(
        """
        # What is \\_new\\_?

        Week 13 · 2026-W47 · Nov 16 – 22 · Ada L., Émile B. · draft

        Of $b(x)$.

        Text.

        """))
  }

  @Test func `an image of the notebook's own has its number and its words below it`() throws {
    let document = try reportDocument("![A plan](plan.svg){#fig-plan}\n\nSee @fig-plan.\n")
    #expect(
      try markdown(for: document).hasSuffix(
        """
        ![A plan](plan.svg)<a id="fig-plan"></a><br>
        **Figure 1.** A plan

        See [Figure 1](#fig-plan).

        """))
  }
}

private func count(of matches: (Block) -> Bool, in blocks: [Block]) -> Int {
  blocks.reduce(0) { sum, block in
    var below = 0
    if case .list(let list) = block {
      below = list.items.reduce(0) { $0 + count(of: matches, in: $1.blocks) }
    }
    return sum + below + (matches(block) ? 1 : 0)
  }
}
