import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

/// Formulas in `report.md` as GitHub shows them, and the same ones in `report.html`.
@Suite struct RenderingGitHubFormulaTests {
  private func text(_ body: String, _ frontMatter: String = "") throws -> String {
    try markdown(
      for: reportDocument(
        body, frontMatter: "title: A title\nweek: 2026-W47\nstatus: final\n" + frontMatter))
  }

  /// The TeX that `page` says it shows, without white space.
  private func tex(of page: String) -> [String] {
    page.matches(of: /<annotation encoding="application\/x-tex">([^<]*)<\/annotation>/).map {
      unescaped(String($0.output.1)).replacing(/\s+/, with: "")
    }
  }

  private func unescaped(_ text: String) -> String {
    text.replacing("&gt;", with: ">").replacing("&lt;", with: "<").replacing("&#x27;", with: "'")
      .replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
  }

  @Test(arguments: [
    "$$\n\\frac{a}{b}\n>= 0\n$$\n", "- item\n\n  $$\n  r(x)\n  > \\epsilon\n  $$\n",
    "Let\n\n$$\nx\n=\ny\n$$\n\nEnd.\n",
    "> $$\n> a\n> > 0\n> $$\n", "$a\n> b$ and $c\n+ d$\n", "$$\na\n- b\n---\n+ c\n$$\n",
    "| $P(A|B)$ | c |\n|---|---|\n| $\\|x\\|$ | $x_1$ |\n", "```math\na\n> b\n```\n",
    "[^1]\n\n[^1]: a $$\n    x\n    > y\n    $$\n", "1. $$\n   a \\{ b \\}\n   = c\n   $$\n",
  ])
  func `both outputs show the formula as written`(body: String) throws {
    let document = try reportDocument(body)
    let written = document.notebook.formulas.map { $0.tex.replacing(/\s+/, with: "") }
    #expect(tex(of: try renderedPage(of: document)) == written)
    // What GitHub's parser makes of the other output is the same again, but for bars in tables.
    let again = try parseNotebook(
      "---\ntitle: A\nweek: 2026-W47\nstatus: final\n---\n" + markdown(for: document),
      path: "report.md")
    let bars = { (tex: String) in
      tex.replacing("\\vert", with: "|").replacing("\\Vert", with: "\\|").replacing(/\s+/, with: "")
    }
    #expect(again.formulas.map(\.tex).map(bars) == written.map(bars))
    let tables = { (notebook: Notebook) in
      notebook.blocks.filter { if case .table = $0 { true } else { false } }.count
    }
    #expect(tables(again) == tables(document.notebook))
  }

  @Test(arguments: [
    // Neighbours that hide a formula between dollars from GitHub.
    ("中文$x$中文", "中文$`x`$中文"), ("令$x$，", "令$`x`$，"), ("a $x$s b", "a $`x`$s b"),
    ("n$x$ b", "n$`x`$ b"),
    ("-$x$", "-$`x`$"), ("a,$x$ b", "a,$`x`$ b"),
    ("a $x$, ($y$) \"$z$\".", "a $x$, ($y$) \"$z$\"."),
    ("**$x$** and *$y$*", "**$x$** and *$y$*"), ("$x$-th", "$x$-th"), ("$`x`$5", "$`x`$5"),
    ("A $`x`$ b", "A $x$ b"),
    // Commands that GitHub refuses or does not know.
    (#"$\operatorname{KL}(p)$"#, #"$\mathop{\mathrm{KL}}\nolimits(p)$"#),
    (#"$$\operatorname*{arg\,max}_x f$$"#, "\n```math\n\\mathop{\\mathrm{arg\\,max}}_x f\n```"),
    (
      #"$\argmin_x \bm{x} \in \R$"#,
      #"$`\mathop{\mathrm{arg\,min}}_x \boldsymbol{x} \in \mathbb{R}`$"#
    ),
    (#"$\frac\R2$"#, #"$\frac{\mathbb{R}}2$"#),
  ])
  func `a formula is written as GitHub reads it`(body: String, expected: String) throws {
    let text = try text(body + "\n")
    #expect(text.hasSuffix("2026-W47\n\n\(expected.drop { $0 == "\n" })\n"), "\(text)")
  }

  @Test(arguments: [
    ("P(A|B)", #"P(A\vert B)"#), (#"\text{a|b}|c"#, #"\text{a}\vert\text{b}\vert c"#),
    (#"\|x\|_2"#, #"\Vert x\Vert_2"#), (#"\left|x\right|"#, #"\left\vert x\right\vert"#),
    (#"\begin{array}{c|c}a|b\end{array}"#, #"\begin{array}{c\|c}a\vert b\end{array}"#),
    (#"\text{a {b|c}}"#, #"\text{a {b\|c}}"#), (#"\mathrm{a|b}"#, #"\mathrm{a\vert b}"#),
    (#"\textbf{|}"#, #"\textbf{}\vert\textbf{}"#),
  ])
  func `a bar in a table keeps the table and the formula`(tex: String, expected: String) throws {
    let body = "| $\(tex)$ | b |\n|---|---|\n| c | $\(tex)$ |\n"
    let text = try text(body)
    #expect(
      text.contains("| $\(expected)$ | b |") || text.contains("| $`\(expected)`$ | b |"), "\(text)")
    let unescaped = expected.replacing("\\|", with: "|")
    #expect(throws: Never.self) { try FormulaTypesetter().html(unescaped, isDisplay: false) }
  }

  @Test func `what GitHub has no command for is refused at its place`() {
    #expect(
      problems { _ = try text("A $x \\xtofrom{a} b$.\n") } == [
        "notebook.md:7:6: error: formula: GitHub does not know '\\xtofrom'; write it in other commands, or the "
          + "letter or sign itself"
      ])
  }

  @Test func `macros are written out in both outputs`() throws {
    let document = try reportDocument(
      "$\\KL{p}{q}$ and\n\n$$\\E_x[\\KL{p}{q}]$$ {#eq-a}\n",
      frontMatter:
        "title: A\nweek: 2026-W47\nstatus: final\nmacros: {\\E: \"\\\\mathbb{E}\", \\KL: [\"D(#1\\\\|#2)\", 2]}\n"
    )
    let text = try markdown(for: document)
    #expect(text.contains("$`D(p\\|q)`$ and"))
    #expect(text.contains("```math\n\\mathbb{E}_x[D(p\\|q)] \\tag{1}\n```"))
    #expect(
      tex(of: try renderedPage(of: document)) == ["D(p\\|q)", "\\mathbb{E}_x[D(p\\|q)]\\tag{1}"])
  }

  @Test func `a mistake is told where it is written, with the nearest command`() throws {
    let macros = "macros: {\\KL: [\"D(#1)\", 1], \\wide: \"{aaaaaaaa}\"}\n"
    let document = try reportDocument(
      "> $$\n> \\wide + \\LK{p}\n> > \\alhpa\n> $$\n",
      frontMatter: "title: A\nweek: 2026-W47\nstatus: final\n" + macros)
    #expect(
      problems { _ = try renderedPage(of: document) } == [
        "notebook.md:9:11: error: formula: Undefined control sequence: \\LK; did you mean '\\KL'?"
      ])
    let other = try reportDocument("$$\na\n> \\alhpa\n$$\n")
    #expect(
      problems { _ = try renderedPage(of: other) } == [
        "notebook.md:9:3: error: formula: Undefined control sequence: \\alhpa; did you mean '\\alpha'?"
      ])
  }

  @Test func `environments have no numbers of their own`() throws {
    let page = try renderedPage(of: reportDocument("$$\\begin{align}a&=b\\\\c&=d\\end{align}$$\n"))
    #expect(!body(of: page).contains("eqn-num"))
  }
}
