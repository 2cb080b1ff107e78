import Foundation
import ReportBuilder
import ReportRendering
import Testing

@Suite struct RenderingFormulaTests {
  @Test func `a formula is HTML with MathML and its TeX beside it`() throws {
    let html = try FormulaTypesetter().html("x^2", isDisplay: false)
    #expect(html.hasPrefix("<span class=\"katex\"><span class=\"katex-mathml\"><math"))
    #expect(html.contains("<annotation encoding=\"application/x-tex\">x^2</annotation>"))
    #expect(
      try FormulaTypesetter().html("x", isDisplay: true)
        .hasPrefix("<span class=\"katex-display\">"))
  }

  @Test func `the style sheet holds the fonts in use and no others`() throws {
    let typesetter = FormulaTypesetter()
    func fonts(_ tex: String) throws -> [String] {
      try typesetter.styleSheet(for: typesetter.html(tex, isDisplay: true))
        .matches(of: /@font-face\{font-family:([A-Za-z0-9_]+);font-weight:(\d+);font-style:(\w+)/)
        .map { "\($0.output.1) \($0.output.2) \($0.output.3)" }
    }
    #expect(try fonts("1") == ["KaTeX_Main 400 normal"])
    #expect(try fonts("x") == ["KaTeX_Main 400 normal", "KaTeX_Math 400 italic"])
    #expect(
      try fonts(#"\mathbb{E} \mathbf{x} \mathcal{L} \sum_1"#) == [
        "KaTeX_AMS 400 normal", "KaTeX_Caligraphic 400 normal", "KaTeX_Main 700 normal",
        "KaTeX_Main 400 normal", "KaTeX_Size2 400 normal",
      ])
    #expect(
      try fonts(#"\left(\frac{\frac11}{\frac11}\right) \boldsymbol{1}"#).contains(
        "KaTeX_Size3 400 normal"))
  }

  @Test func `the style sheet loads nothing and does not tell a version`() throws {
    let typesetter = FormulaTypesetter()
    let style = try typesetter.styleSheet(for: typesetter.html("x", isDisplay: false))
    let loads = style.matches(of: /url\(([^)]{0,20})/).map { String($0.output.1) }
    #expect(
      loads == ["data:font/woff2;base6", "data:font/woff2;base6"].map { String($0.prefix(20)) })
    #expect(style.matches(of: /0\.16\.\d/).isEmpty)
    #expect(!style.contains("katex-version"))
  }

  @Test(arguments: [
    (#"\frac{a"#, "Unexpected end of input in a macro argument, expected '}' at its end", 7),
    (#"a + \wrong"#, #"Undefined control sequence: \wrong"#, 4),
    (#"𝔸 \wrong"#, #"Undefined control sequence: \wrong"#, 3),
    ("x^2^3", "Double superscript", 3),
    ("{a", "Expected '}', got 'EOF' at its end", 2),
  ])
  func `a mistake has words and a place`(tex: String, message: String, offset: Int) {
    let error = #expect(throws: FormulaTypesetter.FormulaError.self) {
      try FormulaTypesetter().html(tex, isDisplay: false)
    }
    #expect(error?.message == message)
    #expect(error?.offset == offset)
  }

  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      String(repeating: "x+", count: 2_499) + "x", String(repeating: "\\ne", count: 1_666),
      String(repeating: "\\frac{", count: 100) + "x" + String(repeating: "}{2}", count: 100),
      String(repeating: "\\left(", count: 99) + "x" + String(repeating: "\\right)", count: 99),
      String(repeating: "\\small ", count: 99) + "x",
    ])
  func `the longest and the deepest formulas are typeset`(tex: String) throws {
    #expect(try FormulaTypesetter().html(tex, isDisplay: true).contains("katex-display"))
  }

  @Test func `a formula that the engine cannot hold is refused in words`() {
    let error = #expect(throws: FormulaTypesetter.FormulaError.self) {
      try FormulaTypesetter().html(String(repeating: "{", count: 50_000), isDisplay: false)
    }
    #expect(error?.message == "a formula of 50000 characters; it may have 2000 at most")
  }

  @Test func `formulas after a mistake are typeset as before it`() throws {
    let typesetter = FormulaTypesetter()
    let before = try typesetter.html("x", isDisplay: false)
    #expect(throws: FormulaTypesetter.FormulaError.self) {
      try typesetter.html("\\gdef\\a{1} \\wrong", isDisplay: false)
    }
    #expect(throws: FormulaTypesetter.FormulaError.self) {
      try typesetter.html("\\a", isDisplay: false)
    }
    #expect(try typesetter.html("x", isDisplay: false) == before)
  }

  @Test func `without KaTeX the packages are named`() {
    let typesetter = FormulaTypesetter(folder: URL(filePath: "/nonexistent"))
    let error = #expect(throws: MissingSoftware.self) {
      try typesetter.html("x", isDisplay: false)
    }
    #expect(
      error?.description == "KaTeX is not installed; install the Debian packages libjs-katex and "
        + "fonts-katex: apt-get install libjs-katex fonts-katex")
  }
}
