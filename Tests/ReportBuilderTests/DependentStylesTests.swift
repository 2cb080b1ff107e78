import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

/// Citation styles that hold nothing but a link to another one; the network has it, and no build may ask.
@Suite struct DependentStylesTests {
  private let folder: RenderingFolder

  init() throws {
    folder = try RenderingFolder()
  }

  private func dependent(on parent: String, rel: String = "independent-parent") -> String {
    """
    <?xml version="1.0" encoding="utf-8"?>
    <style xmlns="http://purl.org/net/xbiblio/csl" version="1.0">
      <info><title>t</title><id>http://www.zotero.org/styles/t</id>
        <link href="\(parent)" rel="\(rel)"/></info>
    </style>
    """
  }

  private static let whole = """
    <?xml version="1.0" encoding="utf-8"?>
    <style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
      <info><title>t</title><id>http://www.zotero.org/styles/whole</id></info>
      <citation><layout prefix="(" suffix=")"><text variable="title"/></layout></citation>
      <bibliography><layout><text variable="title"/></layout></bibliography>
    </style>
    """

  private func citation() throws -> [RichText] {
    let notebook = try parseNotebook(
      "---\ntitle: A\nweek: 2026-W47\nstatus: final\nbibliography: works.bib\ncsl: mine.csl\n---\n[@ahmadian2024]\n",
      path: "notebook.md")
    return try citedWorks(of: notebook, in: folder.url).citations[0]
  }

  @Test func `the style that a dependent one stands on is found beside it`() throws {
    try folder.write(dependent(on: "http://www.zotero.org/styles/middle"), to: "mine.csl")
    try folder.write(dependent(on: "https://www.zotero.org/styles/whole.csl"), to: "middle.csl")
    try folder.write(Self.whole, to: "whole.csl")
    #expect(
      try citation() == [
        .text("("),
        .link(
          destination: "#ref-ahmadian2024",
          content: [.text("Back to basics: Revisiting REINFORCE")]), .text(")"),
      ])
  }

  @Test(arguments: [
    ("http://127.0.0.1:1/styles/apa", "independent-parent", "apa"),
    ("http://127.0.0.1:1/styles/apa", "independent&#45;parent", "apa"),
    ("http://127.0.0.1:1/styles/apa", "independent&#x2D;parent", "apa"),
    ("http://127.0.0.1:1/", "independent-parent", "127.0.0.1:1"),
    ("http://127.0.0.1:1/mine", "independent-parent", "mine"),
    ("../../works", "independent-parent", "works"),
  ])
  func `a style that stands on one that is not there is refused, and nothing is fetched`(
    parent: String, rel: String, name: String
  ) throws {
    try folder.write(dependent(on: parent, rel: rel), to: "mine.csl")
    #expect(
      problems { _ = try citation() } == [
        "notebook.md:6:6: error: the citation style 'mine.csl' only points to another one, which labbook does "
          + "not fetch: put that one beside it as '\(name).csl', or name it here"
      ])
  }

  @Test func `pandoc is told to stay in its sandbox, and has no network`() throws {
    let said = try folder.pandocIsTold(
      "\"$http_proxy\" \"$https_proxy\"", citing: "ahmadian2024")
    #expect(said.contains("--sandbox"))
    #expect(said.suffix(2) == ["http://127.0.0.1:1", "http://127.0.0.1:1"])
  }
}
