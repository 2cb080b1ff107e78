import Foundation
import ReportRendering
import Testing

/// The bounds of the engine that typesets formulas.
@Suite(.timeLimit(.minutes(1))) struct JavaScriptEngineTests {
  private static let functions = """
    function hold(a, b) { var kept = []; while (true) { kept.push({ a: a + kept.length }); } }
    function waste(a, b) { var text = a; while (true) { text = a + Math.random(); } }
    function nest(a, b) { return nest(a, b) + 1; }
    function join(a, b) { return a + b; }
    """

  @Test(arguments: ["hold", "waste", "nest"])
  func `a script that does not end by itself is ended, and the engine goes on`(name: String) throws
  {
    let engine = JavaScriptEngine(mostMemory: 4 << 20, mostWork: 16 << 20)
    try engine.run(Self.functions)
    #expect(throws: JavaScriptEngine.ScriptError.self) { try engine.call(name, "a", "b") }
    #expect(try engine.call("join", "a", "b") == "ab")
  }

  @Test func `what a call works is the same each time`() throws {
    let engine = JavaScriptEngine()
    try engine.run(Self.functions)
    _ = try engine.call("join", "a", "b")
    let work = try (0..<3).map { _ in
      _ = try engine.call("join", "a", String(repeating: "b", count: 10_000))
      return engine.workOfLastCall
    }
    #expect(Set(work).count == 1)
    #expect((10_000..<100_000).contains(work[0]))
  }

  @Test(
    arguments: [
      String(repeating: "a+", count: 999) + "a",
      "\\begin{matrix}" + String(repeating: "a&", count: 200) + "\\end{matrix}",
      String(repeating: "\\underbrace{", count: 90) + "a" + String(repeating: "}_b", count: 90),
    ])
  func `a formula as long and as deep as it may be is typeset`(tex: String) throws {
    let page = try FormulaTypesetter().html(tex, isDisplay: true)
    #expect(page.hasPrefix("<span class=\"katex-display\">"))
  }

  @Test func `a longer formula is not typeset`() throws {
    #expect(throws: FormulaTypesetter.FormulaError.self) {
      try FormulaTypesetter().html(String(repeating: "a+", count: 1_001), isDisplay: true)
    }
  }

  @Test func `formulas that are too many together are told before any is typeset`() throws {
    let body = (0..<20).map { "$$ \($0) \(String(repeating: "+a_{b}", count: 300)) $$\n\n" }
      .joined()
    let document = try reportDocument(body)
    #expect(
      problems { _ = try renderedPage(of: document) } == [
        "notebook.md:39:4: error: formula: with this one the different formulas of the report have more than 30000 "
          + "characters, the most that labbook typesets in a page"
      ])
  }

  @Test func `many wrong formulas are told, and not all of them typeset`() throws {
    let body = (0..<2_000).map { "$\\wrong_{\($0)}$ " }.joined()
    let document = try reportDocument(body + "\n")
    let told = problems { _ = try renderedPage(of: document) }
    #expect(told.count == 201)
  }
}
