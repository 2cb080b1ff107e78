import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

@Suite struct RenderingAlertsAndTasksTests {
  @Test(arguments: AlertKind.allCases)
  func `an alert has its word on the page and stays as it is in Markdown`(kind: AlertKind) throws {
    let source = "> [!\(kind.rawValue)]\n> Of $x$ and **this**.\n>\n> - a\n> - b\n"
    let document = try reportDocument(source)
    let page = body(of: try renderedPage(of: document))
    #expect(
      page.contains(
        "<div class=\"alert alert-\(kind.rawValue.lowercased())\" role=\"note\">\n"
          + "<p class=\"alert-title\">\(kind.title)</p>\n<p>Of <span class=\"katex\">"))
    #expect(
      page.contains("<strong>this</strong>.</p>\n<ul>\n<li>a\n</li>\n<li>b\n</li>\n</ul>\n</div>"))
    #expect(!page.contains("[!"))
    #expect(try markdown(for: document).hasSuffix("\n\(source)"))
  }

  @Test func `tasks may be nested, ordered and hold paragraphs`() throws {
    let source = """
      - [ ] one
        - [x] two
          1. [ ] three
      - four

      1. [x] five

         more

      """
    let document = try reportDocument(source)
    let page = body(of: try renderedPage(of: document))
    #expect(
      page.contains(
        """
        <ul>
        <li class="task"><input type="checkbox" disabled> one
        <ul>
        <li class="task"><input type="checkbox" disabled checked> two
        <ol>
        <li class="task"><input type="checkbox" disabled> three
        </li>
        </ol>
        </li>
        </ul>
        </li>
        <li>four
        </li>
        </ul>
        <ol>
        <li class="task"><p><input type="checkbox" disabled checked> five</p>
        <p>more</p>
        </li>
        </ol>

        """))
    #expect(try markdown(for: document).hasSuffix("\n\(source)"))
  }

  @Test func `a footnote has all its paragraphs and a link back to each of its marks`() throws {
    let page = body(
      of: try renderedPage(
        of: reportDocument(
          "A.[^n] B.[^n] [C.[^n]](https://example.org)\n\n[^n]: One.\n\n    Two.\n")))
    #expect(
      page.contains(
        "<p>A.<sup><a id=\"mark-1\" href=\"#footnote-1\">1</a></sup> "
          + "B.<sup><a id=\"mark-1-2\" href=\"#footnote-1\">1</a></sup> "
          + "<a href=\"https://example.org\">C.<sup id=\"mark-1-3\">1</sup></a></p>"))
    #expect(
      page.contains(
        "<li id=\"footnote-1\">\n<p>One.</p>\n<p>Two. <a class=\"back\" href=\"#mark-1\" "
          + "aria-label=\"Back\">↩</a> <a class=\"back\" href=\"#mark-1-2\" aria-label=\"Back\">↩"
          + "<sup>2</sup></a> <a class=\"back\" href=\"#mark-1-3\" aria-label=\"Back\">↩<sup>3</sup></a></p>"
      ))
  }

  @Test func `every place on a page has a name of its own`() throws {
    let page = try renderedPage(
      of: reportDocument(
        """
        # Same

        ## Same

        ## Same-1

        ## Same {#sec-same}

        ## Sec same

        ## Footnote 1

        ## ???

        ## !!!

        A.[^a]

        [^a]: Note.
        """))
    let names = page.matches(of: /\sid="([^"]*)"/).map { String($0.output.1) }
    #expect(Set(names).count == names.count, "\(names)")
    #expect(!names.contains(""))
    #expect(names.contains("same-1-1"))
    #expect(names.contains("sec-same-1"))
  }
}
