import Foundation
import ReportBuilder
import ReportRendering
import Testing

/// A report has one title, whatever headings the notebook has.
@Suite struct RenderingTitleTests {
  private func levels(_ body: String, title: String = "A title") throws -> (
    page: [String], markdown: [String]
  ) {
    let document = try reportDocument(
      body, frontMatter: "title: \(title)\nweek: 2026-W47\nstatus: final\n")
    let page = try renderedPage(of: document).matches(of: /<h([1-6])[^>]*>([^<]*)/).map {
      "\($0.output.1) \($0.output.2)".trimmingCharacters(in: .whitespaces)
    }
    let text = try markdown(for: document).matches(of: /(?m)^[> ]*(#{1,6}) (.*)$/).map {
      "\($0.output.1.count) \($0.output.2)"
    }
    return (page, text)
  }

  @Test func `without a heading of level 1 the front matter's is the title`() throws {
    let (page, text) = try levels("Text.\n\n## One\n\n### Two\n")
    #expect(page == ["1 A title", "2 One", "3 Two"])
    #expect(text == page)
  }

  @Test func `a notebook that begins with its only heading of level 1 has its own title`() throws {
    let (page, text) = try levels("# Own words\n\n## One\n")
    #expect(page == ["1 Own words", "2 One"])
    #expect(text == page)
  }

  @Test func `a first heading in the front matter's words is the title, others are sections`()
    throws
  {
    let (page, text) = try levels(
      "# A *title*!\n\n# One\n\n## Two\n\n###### Six\n", title: "A title")
    #expect(page == ["1 A", "2 One", "3 Two", "6 Six"])
    #expect(text == ["1 A *title*!", "2 One", "3 Two", "6 Six"])
  }

  @Test func `several headings of level 1 are sections below the front matter's title`() throws {
    let body = """
      # Introduction

      ```
      # no heading
      ```

      > # Quoted

      - # Listed

      Under
      =====

      Two
      lines
      ---

      ### Three

      """
    let document = try reportDocument(body)
    let page = try renderedPage(of: document).matches(of: /<h([1-6])[^>]*>/).map {
      String($0.output.1)
    }
    #expect(page == ["1", "2", "2", "2", "2", "3", "4"])
    #expect(
      try markdown(for: document).hasSuffix(
        """
        # A title

        2026-W47

        ## Introduction

        ```
        # no heading
        ```

        > ## Quoted

        - ## Listed

        Under
        -----

        ### Two lines

        #### Three

        """))
  }

  @Test func `a title that is underlined stands above the facts`() throws {
    let text = try markdown(for: reportDocument("<!-- x -->\n\nOwn\nwords\n===\nText.\n"))
    #expect(text.hasSuffix("-->\n\nOwn\nwords\n===\n\n2026-W47\n\nText.\n"))
  }
}
