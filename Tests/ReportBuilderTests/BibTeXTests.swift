import ReportBuilder
import ResultStore
import Testing

@Suite struct BibTeXTests {
  private let text = """
    Words and an address, a@b.org, are comments.
    @string{jmlr = "Journal of Machine Learning Research"}
    @String(other = {Other})
    @comment{@article{hidden, title = {x}}}
    @article{agarwal2021,
      title = {On the {Edge} of "Statistics"},
      journal = jmlr,
    }

    @inproceedings {paren-brace,
      crossref = {proceedings}, title = "A {)} b"
    }
    @proceedings(proceedings, title = {Neu{)}rIPS}, year = 2021)
    @misc{last, note = {open}

    """

  @Test func `works and abbreviations are told apart`() {
    let library = BibTeX(text)
    #expect(library.works.map(\.key) == ["agarwal2021", "paren-brace", "proceedings", "last"])
    #expect(library.abbreviations.map(\.name) == ["jmlr", "other"])
    #expect(library.works[1].fields.map(\.name) == ["crossref", "title"])
    #expect(library.works[1].fields[1].value == [.text("A {)} b")])
    #expect(library.works[0].fields[1].value == [.name("jmlr")])
    #expect(library.works[2].text == "@proceedings(proceedings, title = {Neu{)}rIPS}, year = 2021)")
    #expect(library.works[0].text.hasSuffix("journal = jmlr,\n}"))
    #expect(BibTeX("").works.isEmpty)
    #expect(BibTeX("@").works.isEmpty)
    #expect(BibTeX("@misc{").works.isEmpty)
  }

  @Test func `a digest is of the works cited and of what they refer to`() {
    func digest(_ text: String, _ keys: Set<String>) -> String? {
      BibTeX(text).digest(ofWorks: keys)
    }
    let one = digest(text, ["agarwal2021"])
    #expect(one != nil)
    // Another work, its order, and words between change nothing.
    #expect(digest("@misc{new, title={N}}\n" + text, ["agarwal2021"]) == one)
    #expect(digest(text.replacing("{open}", with: "{shut}"), ["agarwal2021"]) == one)
    #expect(digest(text.replacing("{Other}", with: "{Others}"), ["agarwal2021"]) == one)
    // The work itself and its abbreviation do.
    #expect(digest(text.replacing("Edge", with: "edge"), ["agarwal2021"]) != one)
    #expect(digest(text.replacing("Journal of", with: "J."), ["agarwal2021"]) != one)
    #expect(digest(text, ["agarwal2021", "last"]) != one)
    // So does the volume that a work is in.
    let part = digest(text, ["paren-brace"])
    #expect(digest(text.replacing("year = 2021", with: "year = 2022"), ["paren-brace"]) != part)
    #expect(digest(text, ["none"]) == nil)
  }
}
