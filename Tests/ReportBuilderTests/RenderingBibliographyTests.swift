import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

@Suite struct RenderingBibliographyTests {
  private func bibliography(
    _ body: String, frontMatter: String = "", folder: RenderingFolder,
    pandoc: URL? = TestTools.tools.pandoc
  ) throws -> Bibliography {
    let notebook = try parseNotebook(
      "---\ntitle: A\nweek: 2026-W47\nstatus: final\nbibliography: works.bib\n\(frontMatter)---\n\(body)",
      path: "notebook.md")
    return try citedWorks(of: notebook, in: folder.url, pandoc: pandoc)
  }

  @Test func `works are numbered by first citation`() throws {
    let works = try bibliography(
      "[@ouyang2022] [@sutton1998; @ouyang2022] [see @ahmadian2024, pp. 3-5]\n",
      folder: RenderingFolder())
    #expect(works.entries.map(\.key) == ["ouyang2022", "sutton1998", "ahmadian2024"])
    #expect(works.isNumbered)
    func link(_ words: String, _ key: String) -> RichText {
      .link(destination: "#ref-\(key)", content: [.text(words)])
    }
    #expect(
      works.citations == [
        [.text("["), link("1", "ouyang2022"), .text("]")],
        [.text("["), link("2", "sutton1998"), .text(", "), link("1", "ouyang2022"), .text("]")],
        [.text("[see "), link("3 (pp. 3–5)", "ahmadian2024"), .text("]")],
      ])
  }

  @Test func `entries are close to APA's and keep formulas and accents`() throws {
    let works = try bibliography("[@ouyang2022; @ahmadian2024]\n", folder: RenderingFolder())
    #expect(
      works.entries.map(\.text) == [
        [
          .text("Ouyang, L., Wu, J., & Jiang, X. (2022). Training language models to follow "),
          .formula("O(n)"), .text(" instructions. In "),
          .emphasis([.text("Advances in Neural Information Processing Systems")]), .text(", "),
          .emphasis([.text("35")]), .text(", 27730–27744. "),
          .link(
            destination: "https://arxiv.org/abs/2203.02155",
            content: [.text("https://arxiv.org/abs/2203.02155")]),
        ],
        [
          .text("Ahmadian, A., & Gallé, M. (2024). Back to basics: Revisiting REINFORCE. "),
          .emphasis([.text("arXiv preprint arXiv:2402.14740")]), .text("."),
        ],
      ])
  }

  @Test func `a citation in the sentence has its authors' names`() throws {
    let works = try bibliography("@sutton1998 and @ouyang2022\n", folder: RenderingFolder())
    #expect(
      works.citations.map(\.first) == [.text("Sutton and Barto ["), .text("Ouyang et al. [")])
  }

  @Test func `another style may name authors and years`() throws {
    let folder = try RenderingFolder()
    try folder.write(
      """
      <?xml version="1.0" encoding="utf-8"?>
      <style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
        <info><title>t</title><id>t</id><category citation-format="author-date"/></info>
        <citation><layout prefix="(" suffix=")" delimiter="; ">
          <names variable="author"><name form="short" and="text"/></names>
          <date variable="issued" prefix=" "><date-part name="year"/></date>
        </layout></citation>
        <bibliography><layout><text variable="title"/></layout></bibliography>
      </style>
      """, to: "names.csl")
    let works = try bibliography(
      "[@sutton1998]\n", frontMatter: "csl: names.csl\n", folder: folder)
    #expect(!works.isNumbered)
    #expect(works.entries.map(\.text) == [[.text("Reinforcement learning: An introduction")]])
    #expect(
      works.citations == [
        [
          .text("("),
          .link(destination: "#ref-sutton1998", content: [.text("Sutton and Barto 1998")]),
          .text(")"),
        ]
      ])
  }

  @Test func `nothing is run for a notebook that cites nothing`() throws {
    let folder = try RenderingFolder()
    #expect(try bibliography("Text.\n", folder: folder, pandoc: nil) == .empty)
  }

  @Test func `every key that is missing is an error with the nearest one`() throws {
    let folder = try RenderingFolder()
    #expect(
      problems {
        _ = try bibliography(
          "[@suton1998; @mit]\n\nSee @ouyang and @sutton1998, ask @someone.\n", folder: folder)
      } == [
        "notebook.md:7:2: error: no work has the key 'suton1998' in works.bib; did you mean 'sutton1998'?",
        "notebook.md:7:14: error: no work has the key 'mit' in works.bib",
        "notebook.md:9:5: error: no work has the key 'ouyang' in works.bib; did you mean 'ouyang2022'?",
        "notebook.md:9:34: error: no work has the key 'someone' in works.bib; write '\\@' for the character",
      ])
  }

  @Test func `files and programs that are missing are named`() throws {
    let folder = try RenderingFolder()
    #expect(
      problems { _ = try bibliography("[@a]\n", frontMatter: "csl: no.csl\n", folder: folder) } == [
        "notebook.md:8:2: error: no work has the key 'a' in works.bib"
      ])
    #expect(
      problems {
        _ = try bibliography("[@sutton1998]\n", frontMatter: "csl: no.csl\n", folder: folder)
      } == ["notebook.md:6:6: error: there is no citation style 'no.csl'"])
    try FileManager.default.removeItem(at: folder.url.appending(path: "works.bib"))
    #expect(
      problems { _ = try bibliography("[@sutton1998]\n", folder: folder) } == [
        "notebook.md:5:15: error: there is no bibliography 'works.bib'"
      ])
    let another = try RenderingFolder()
    #expect(
      problems { _ = try bibliography("[@sutton1998]\n", folder: another, pandoc: nil) } == [
        "pandoc, which formats citations, is not there; 'make report' installs it"
      ])
  }
}
