import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

/// Read by GitHub's parser, report.md has the structure of the notebook.
@Suite struct MarkdownStructureTests {
  @Test(arguments: [
    """
    ## One

    A [link](https://a.b "title"), <https://c.d>, www.e.org and ~~gone~~.\\
    A hard break,  \nand another.

    - a
      - b
        1. c
           > d

           e
      - f

    3. g
    4. h

    | a | b | c |
    |:--|:-:|--:|
    | 1 | *2* | `x\\|y` |
    | [3](https://a.b) | | |

    Two notes.[^n] More.[^m]

    - [ ] open
      - [x] done

    ```swift
    let a = 1
    ```

        indented

    [^n]: First.

        Second paragraph.

        - a list
    [^m]: Other.
    """,
    "> [!WARNING]\n> Words.\n>\n> > Quoted\n> lazily\n\n---\n\nSee [there][x], [x] and [x][].\n\n[x]: https://a.b 'T'\n",
    "- a\n\n<!-- two lists -->\n\n- b\n\n1. c\n\n<!-- -->\n\n       code\n",
    "*a **b** c* ***d*** _e_ `f` \\*g\\* &amp; &copy; 2 < 3 ![h](plan.svg) [![i](plan.svg)](https://a.b)\n",
    "* a\n+ b\n- c\n\n  d\n\n10) e\n\n<br> x<sub>2</sub>\n",
  ])
  func `what directives do not write keeps its structure`(body: String) throws {
    let document = try reportDocument(body)
    let again = try parseNotebook(
      "---\ntitle: A\nweek: 2026-W47\nstatus: final\n---\n"
        + markdown(for: document).replacing(/<!-- Built.*?-->/, with: ""), path: "report.md")
    // Above the text stand the title and the facts.
    #expect(Array(again.blocks.dropFirst(2)) == document.notebook.blocks)
    #expect(again.footnotes == document.notebook.footnotes)
    #expect(again.images.map(\.value) == document.notebook.images.map(\.value))
  }

  @Test func `an abstract stands between the facts and the text`() throws {
    let document = try reportDocument(
      "- item\n",
      frontMatter: """
        title: A title
        week: 2026-W47
        status: final
        abstract: |
          First with $x$ and *stress*.

          Second, with **b**:

          - one [[2]](https://a.b)

        """)
    #expect(
      try markdown(for: document).hasSuffix(
        """
        # A title

        2026-W47

        First with $x$ and *stress*.

        Second, with **b**:

        - one [[2]](https://a.b)

        <!-- -->

        - item

        """))
    let page = body(of: try renderedPage(of: document))
    #expect(page.contains("<div class=\"abstract\">\n<p>First with <span class=\"katex\">"))
    #expect(
      page.contains(
        "and <em>stress</em>.</p>\n<p>Second, with <strong>b</strong>:</p>\n<ul>\n<li>one "))
  }

  @Test func `no link stands in a link`() throws {
    let folder = try RenderingFolder()
    let document = try reportDocument(
      """
      ## Of @eq-a and [a link](https://a.b) {#sec-a}

      [See @eq-a, [@ouyang2022] and @sec-a](https://c.d), see @sec-a.

      ![Of @sec-a and @sutton1998](plan.svg){#fig-a}

      $$x$$ {#eq-a}
      """, folder: folder)
    let text = try markdown(for: document)
    #expect(text.contains("[See Equation 1, \\[1\\] and Of Equation 1 and a link](https://c.d), "))
    #expect(text.contains("see [Of Equation 1 and a link](#sec-a).\n"))
    #expect(text.contains("![Of Of Equation 1 and a link and Sutton and Barto \\[2\\]](plan.svg)"))
    let page = body(of: try renderedPage(of: document, folder: folder))
    var depth = 0
    for tag in page.matches(of: /<(\/?)a[ >]/) {
      depth += tag.output.1.isEmpty ? 1 : -1
      #expect(depth <= 1)
    }
  }

  @Test func `a bar in a citation, a reference or a title keeps the table`() throws {
    let folder = try RenderingFolder()
    let document = try reportDocument(
      """
      ## A \\| b {#sec-a}

      | a | b |
      |---|---|
      | [@ouyang2022, p. 1|2] | @sec-a |
      """, folder: folder)
    let text = try markdown(for: document)
    #expect(text.contains("| [[1 (p. 1\\|2)](#ref-ouyang2022)] | [A \\| b](#sec-a) |"))
  }

  @Test func `lists of directives and lists beside them stay apart`() throws {
    let document = try reportDocument(
      "- a\n- b\n\n```{claim} a\nx > y on z\n```\n\n- c\n",
      contents: [
        [
          .claim(
            ReportClaim(
              number: 1, statement: [.text("x > y")], verdict: .holds, evidence: [.text("p")]))
        ]
      ])
    #expect(
      try markdown(for: document).hasSuffix(
        """
        - a
        - b

        <!-- -->

        - <a id="claim.1"></a>✅ **Claim 1 holds:** x > y — p

        <!-- -->

        - c

        """))
  }
}
