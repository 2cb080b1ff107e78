import Notebook
import Testing

@Suite struct FormulaMacrosTests {
  private func expanded(_ tex: String, _ macros: String) throws -> String {
    try MacroExpansion(
      texTokens(tex), parseFormulaMacros(macros, path: "macros.yaml").macros
    ).tex
  }

  @Test(arguments: [
    (#"\E[x]"#, #"\mathbb{E}[x]"#),
    (#"\KL{p}{q} + \KL p q"#, #"D_{KL}(p\,\|\,q) + D_{KL}(p\,\|\,q)"#),
    // A letter after what a macro stands for is no part of the command's name.
    (#"\a x \a{}x \bold x"#, #"\alpha x \alpha{}x \mathbf x"#),
    // TeX takes arguments before it writes macros out.
    (
      #"\frac\E2 \hat\E \sqrt[3]\E x^\KL pq"#,
      #"\frac{\mathbb{E}}2 \hat{\mathbb{E}} \sqrt[3]{\mathbb{E}} x^{D_{KL}(p\,\|\,q)}"#
    ),
    (#"\E_{\E}"#, #"\mathbb{E}_{\mathbb{E}}"#),
    (#"\twice{\twice{x}}"#, #"\mathbb{E}\mathbb{E}xx\mathbb{E}xx"#),
    (#"\Ex \\E \{"#, #"\Ex \\E \{"#),
    (#"\begin{align}x\end{align}"#, #"\begin{align*}x\end{align*}"#),
    (#"\mathrm\one"#, #"\mathrm{1}"#), (#"\left\lb x\right\rb"#, #"\left\lbrace x\right\rbrace"#),
  ])
  func `macros are written out as TeX would`(tex: String, expected: String) throws {
    let macros = #"""
      \E: '\mathbb{E}'
      \KL: ["D_{KL}(#1\\,\\|\\,#2)", 2]
      a: \alpha
      \bold: '\mathbf#1'
      \twice: '\E#1#1'
      \one: "1"
      \lb: \lbrace
      \rb: \rbrace
      """#
    #expect(try expanded(tex, macros) == expected)
  }

  @Test(arguments: [
    (#"\KL{a}"#, 0, "'\\KL' takes 2 arguments in braces; 1 follows"),
    (#"x + \KL"#, 4, "'\\KL' takes 2 arguments in braces; 0 follow"),
    (#"\KL{a}{b"#, 0, "'\\KL' takes 2 arguments in braces; 1 follows"),
    (#"y \h{x}"#, 2, "makes this formula longer than 2000 characters"),
  ])
  func `what cannot be written out has words and a place`(tex: String, offset: Int, words: String)
    throws
  {
    var lines = ["\\KL: '#1#2'", "\\a: 'x#1#1'"]
    for (name, last) in zip("bcdefgh", "abcdefg") {
      lines.append("\\\(name): '\(String(repeating: "\\\(last){#1}", count: 9))'")
    }
    let macros = try parseFormulaMacros(lines.joined(separator: "\n"), path: "macros.yaml").macros
    let failure = #expect(throws: MacroExpansion.Failure.self) {
      try MacroExpansion(texTokens(tex), macros)
    }
    #expect(failure?.offset == offset)
    #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
  }

  @Test func `places in what is written out are places in what was written`() throws {
    let macros = try parseFormulaMacros("\\a: 'longer'", path: "m").macros
    let expansion = try MacroExpansion(texTokens("x \\a + \\wrong"), macros)
    #expect(expansion.tex == "x longer + \\wrong")
    #expect([0, 2, 5, 11, 13].map { expansion.offset(ofWritten: $0) } == [0, 2, 2, 7, 9])
  }

  @Test(arguments: [
    ("\\a: '\\b'\n\\b: '\\a'", "1:1: error: the macro '\\a' stands for itself: \\a → \\b → \\a"),
    ("\\a: 'x\\a'", "1:1: error: the macro '\\a' stands for itself: \\a → \\a"),
    (
      "a1: x",
      "1:1: error: 'a1' is no command; its name is a backslash and letters from A to Z or a to z, such as '\\KL'"
    ),
    ("\\a: ['#2', 1]", "1:6: error: the macro '\\a' has 1 arguments; its TeX has a '#2'"),
    (
      "\\a: ['#1']",
      "1:5: error: the macro '\\a' is its TeX, or [TeX, how many arguments from 0 to 9]"
    ),
    (
      "\\a: '#'",
      "1:5: error: the macro '\\a': '#' is followed by the number of an argument, from 1 to 9"
    ),
    ("\\a: '{'", "1:5: error: the macro '\\a': its braces do not belong together"),
    ("- a", "1:1: error: macros are a list of '\\name: TeX' lines"),
    (
      "\\a: 5%",
      "1:5: error: the macro '\\a': '%' begins a comment in TeX, and the rest of the line would be lost; write '\\%' for the sign"
    ),
    ("\\a: x\n\\a: y", "macro '\\a' is given twice"),
  ])
  func `mistakes in macros have a place`(text: String, message: String) {
    let error = #expect(throws: NotebookError.self) {
      try parseFormulaMacros(text, path: "macros.yaml")
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func `front matter has macros, and an empty file has none`() throws {
    let notebook = try parseNotebook(
      "---\ntitle: A\nweek: 2026-W47\nstatus: draft\nmacros: {\\E: \"\\\\mathbb{E}\", \\KL: [\"D(#1)\", 1]}\n---\n",
      path: "notebook.md")
    let macros = notebook.frontMatter.macros.macros
    #expect(macros["E"]?.body == "\\mathbb{E}")
    #expect(macros["KL"]?.argumentCount == 1)
    #expect(try parseFormulaMacros("# nothing\n", path: "macros.yaml").macros.isEmpty)
    #expect(
      messages(
        for: "---\ntitle: A\nweek: 2026-W47\nstatus: draft\nmacros:\n  \\a: \\a\n---\n")
        == ["notebook.md:6:3: error: the macro '\\a' stands for itself: \\a → \\a"])
  }

  @Test func `a long chain of macros is no deep recursion`() throws {
    let names = (0..<20_000).map { number in
      String(
        String(number).map {
          Character(UnicodeScalar(UInt8(ascii: "a") + UInt8($0.wholeNumberValue ?? 0)))
        })
    }
    let text = zip(names, names.dropFirst()).map { "q\($0): '\\q\($1)'" }.joined(separator: "\n")
    let macros = try parseFormulaMacros(text, path: "macros.yaml")
    #expect(macros.used(by: ["\\qa"]).macros.count == macros.macros.count)
  }
}
