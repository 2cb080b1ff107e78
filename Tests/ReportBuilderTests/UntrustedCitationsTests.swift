import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

/// Bibliographies and citation styles of a shape that nobody writes by hand: each is one sentence, in little time.
@Suite(.timeLimit(.minutes(1))) struct UntrustedCitationsTests {
  private func problems(works: String, _ body: String = "[@k]", csl: String? = nil) throws
    -> [String]
  {
    let folder = try RenderingFolder()
    try folder.write(works, to: "works.bib")
    if let csl { try folder.write(csl, to: "style.csl") }
    let notebook = try parseNotebook(
      "---\ntitle: A\nweek: 2026-W47\nstatus: final\nbibliography: works.bib\n"
        + (csl == nil ? "" : "csl: style.csl\n") + "---\n\(body)\n", path: "notebook.md")
    return ReportBuilderTests.problems { _ = try citedWorks(of: notebook, in: folder.url) }
  }

  private static let work = "@misc{k, author={A, B}, title={T}, year=2020}"

  // MARK: Works

  @Test(arguments: [
    (
      String(repeating: "{", count: 5_000) + "A" + String(repeating: "}", count: 5_000),
      "has braces more than 40 deep in each other"
    ),
    (
      String(repeating: "word ", count: 5_000),
      "has more than 20000 bytes, the most that labbook reads of a field"
    ),
    (String(repeating: #"\emph{a}"#, count: 2_001), "has more than 2000 commands of TeX"),
  ])
  func `a field that would keep the citation processor busy is refused`(
    text: String, words: String
  ) throws {
    #expect(
      try problems(works: "@misc{k, author={A, B}, title={T}, year=2020, note={\(text)}}") == [
        "works.bib:1:47: error: the field 'note' \(words) (of 'k')"
      ])
  }

  @Test func `a work of very many fields is refused`() throws {
    let fields = (0..<20_000).map { " f\($0)={a}," }.joined()
    #expect(
      try problems(works: "@misc{k, author={A, B},\(fields) title={T}}") == [
        "works.bib:1:1: error: has 20002 fields; labbook reads at most 300 (of 'k')"
      ])
  }

  @Test func `a field that no reference shows may be long`() throws {
    let text = String(repeating: "word ", count: 5_000)
    #expect(
      try problems(
        works: "@misc{k, author={A, B}, title={T}, year=2020, abstract={\(text)}}") == [])
  }

  @Test func `more works than anybody lists are refused`() throws {
    let works = (0...500).map { "@misc{k\($0), author={A, B}, title={T}, year=2020}\n" }.joined()
    let cited = (0...500).map { "@k\($0)" }.joined(separator: "; ")
    #expect(
      try problems(works: works, "[\(cited)]") == [
        "notebook.md:7:2: error: 501 works are cited, with those that they take fields from; labbook lists at most 500"
      ])
  }

  @Test func `a citation of very many words is refused`() throws {
    let told = try problems(works: Self.work, "[@k, \(String(repeating: "word ", count: 50_000))]")
    #expect(
      told == [
        "notebook.md:7:2: error: the words beside the works cited, from here on, are more than labbook formats"
      ], "\(told)")
  }

  @Test func `citations without end are refused`() throws {
    let body = String(repeating: "[@k]\n", count: 4_002)
    #expect(
      try problems(works: Self.work, body) == [
        "notebook.md:4007:2: error: works are cited more than 4000 times, the most that labbook formats"
      ])
  }

  @Test func `a key that is given very often is told with a few of its places`() throws {
    #expect(
      try problems(works: String(repeating: Self.work + "\n", count: 1_000)) == [
        "works.bib:1:1: error: the key 'k' stands for more than one work, here and at works.bib:2, works.bib:3, "
          + "works.bib:4 and 996 more; rename or remove all but one"
      ])
  }

  @Test(arguments: [
    String(repeating: "@comment{\n", count: 30_000),
    String(repeating: "@preamble{\n", count: 30_000),
    String(repeating: "@comment(\n", count: 30_000), String(repeating: "@a{b,}", count: 30_000),
    String(repeating: "@a{", count: 30_000), String(repeating: "@", count: 300_000),
    String(repeating: "@a{b,\n", count: 30_000),
  ])
  func `a bibliography is read in one pass, whatever is never closed`(text: String) {
    _ = BibTeX(text + "\n")
  }

  @Test func `places on one line are counted in characters`() {
    let problems = BibTeX("@a{b, title=}é@a{c, title=}@a{d, title=}").works.flatMap(\.problems)
    #expect(problems.map(\.position.column) == [13, 27, 40])
  }

  // MARK: Styles

  private static func style(_ macros: String, _ content: String = "<text variable=\"title\"/>")
    -> String
  {
    """
    <?xml version="1.0" encoding="utf-8"?>
    <style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
      <info><title>t</title><id>http://www.zotero.org/styles/t</id></info>\(macros)
      <citation><layout>\(content)</layout></citation><bibliography><layout>\(content)</layout></bibliography>
    </style>
    """
  }

  private static let doubling =
    (0..<30).map {
      "<macro name=\"m\($0)\"><text macro=\"m\($0 + 1)\"/><text macro=\"m\($0 + 1)\"/></macro>"
    }.joined()

  @Test(arguments: [
    (
      style("<macro name=\"m\"><text macro=\"m\"/></macro>"),
      "has a macro 'm' that stands for itself"
    ),
    (
      style(
        "<macro name=\"m\"><text macro=\"n\"/></macro><macro name=\"n\"><group><text macro=\"m\"/></group></macro>"
      ),
      "has a macro 'm' that stands for itself"
    ),
    (style(doubling), "has macros that stand for more than 10000 others"),
    (
      "<!DOCTYPE style [<!ENTITY a \"b\">]>" + style(""),
      "has a document type or a definition, which no citation style needs"
    ),
    (
      style("", String(repeating: "<group>", count: 5_000)),
      "has elements more than 100 deep in each other"
    ),
    (style(String(repeating: "<a/>", count: 20_001)), "has more than 20000 elements"),
    (style("<!-- "), "is no XML: a comment in it is never closed"),
    (
      style("<a b=\"\(String(repeating: "c", count: 9_000))\"/>"),
      "is no XML: a tag in it is never closed, or has more than 8192 characters"
    ),
    (
      style(String(repeating: "<link ", count: 30_000)),
      "is no XML: a tag in it is never closed, or has more than 8192 characters"
    ),
  ])
  func `a style of another shape never reaches the citation processor`(csl: String, words: String)
    throws
  {
    #expect(
      try problems(works: Self.work, csl: csl) == [
        "notebook.md:6:6: error: the citation style 'style.csl' \(words)"
      ])
  }

  @Test func `macros that stand for each other in layers are read`() throws {
    let macros = (0..<40).map { "<macro name=\"m\($0)\"><text macro=\"m\($0 + 1)\"/></macro>" }
      .joined()
    #expect(
      try problems(
        works: Self.work,
        csl: Self.style(
          macros + "<macro name=\"m40\"><text variable=\"title\"/></macro>", "<text macro=\"m0\"/>")
      )
        == [])
  }

  @Test func `a style larger than any is not read`() throws {
    #expect(
      try problems(works: Self.work, csl: String(repeating: " ", count: 1 << 20) + "<style>") == [
        "notebook.md:6:6: error: the citation style 'style.csl' cannot be read: it has more than 1 MB, the most that labbook reads of such a file"
      ])
  }

  // MARK: The bounds of pandoc

  @Test func `pandoc starts with bounds on its memory and its time`() throws {
    let folder = try RenderingFolder()
    try folder.write(Self.work, to: "works.bib")
    let said = try folder.pandocIsTold("\"$(ulimit -t)\"", citing: "k")
    #expect(said.starts(with: ["+RTS", "-M160m", "-RTS", "--sandbox"]))
    #expect(said.last == "10")
  }
}
