import Foundation
import Notebook
import ReportBuilder
import Testing

/// Holds citations to Pandoc: the same Markdown, bibliography and style give the same words.
@Suite struct CitationsAsPandocTests {
  private static let works = """
    @article{li2023, author={Li, Zi and Xu, T}, title={Max}, journal={J}, year={2023}}
    @article{doe_99, author={Doe, Jane}, title={Fine}, journal={J}, year={1999}}
    @article{a:b.c/d-e+f, author={Poe, Ed}, title={Odd}, journal={J}, year={2001}}
    @article{10.1016/S0004-3702(99)00052-1, author={Sut, R}, title={Between}, journal={AI}, year={1999}}
    @misc{https://e.org/x?y=1&z=2, author={Url, U}, title={By address}, year={2015}}
    @misc{https://e.org/a/b, author={Addr, A}, title={Another}, year={2014}}
    @misc{duo--dash_2019, author={Duo, D}, title={Double dash}, year={2019}}
    @misc{q_????, author={Qu, Q}, title={Question}, year={2018}}
    @misc{web, title={A page about rewards}, year={2022}}
    @misc{duo, author={One, D}, title={Single}, year={2017}}
    """

  /// Authors and years, so that every word comes from the citation processor.
  private static let style = """
    <?xml version="1.0" encoding="utf-8"?>
    <style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
      <info><title>t</title><id>t</id><category citation-format="author-date"/></info>
      <citation><layout prefix="(" suffix=")" delimiter="; ">
        <names variable="author"><name form="short" and="text"/>
          <substitute><text variable="title" form="short" quotes="true"/></substitute></names>
        <date variable="issued" prefix=", "><date-part name="year"/></date>
        <group prefix=", " delimiter=" ">
          <label variable="locator" form="short"/><text variable="locator"/>
        </group>
      </layout></citation>
      <bibliography><layout><text variable="title"/></layout></bibliography>
    </style>
    """

  private static let paragraphs = [
    "We use [@{10.1016/S0004-3702(99)00052-1}] and @{li2023}.",
    "[text with [@li2023] inside brackets] and [see [@doe_99], Fig. 1].",
    "[link to @li2023](https://e.org) and [@li2023](https://e.org).",
    "[see @a:b.c/d-e+f, pp. 3-4; also @doe_99: ch. 2; -@li2023].",
    "@li2023 [p. 3] and @doe_99 [see @li2023, p. 4; @duo] and @duo [p. 3; @web].",
    "@https://e.org/a/b and [@{https://e.org/x?y=1&z=2}, p. 33].",
    "[@duo--dash_2019] and @{duo--dash_2019} and @{q_????}.",
    "Says @li2023. Then (@doe_99), \"@duo\", *@web*, -@li2023, word-@duo.",
    "Mail me@example.org, \\@no, `@code`, [not this], [x [y] @duo].",
    "[@li2023][@doe_99] and [*see @li2023* there] and [*see* @li2023, *passim*].",
    "[@li2023 p. 3] [@li2023, and so on] [@li2023, chap. 2 and more] [@li2023 [bracket] more].",
    "[see `;]` @li2023; @doe_99, `@x`].", "@web and [@web].",
    "@li2023\n[p. 3] over lines, [see\n@doe_99,\np. 3].",
    "@li2023 []: x. @li2023 [x](https://e.org) @doe_99[p. 4].",
  ]

  @Test(arguments: paragraphs)
  func `citations read as with Pandoc`(paragraph: String) throws {
    let folder = try RenderingFolder()
    try folder.write(Self.works, to: "works.bib")
    try folder.write(Self.style, to: "style.csl")
    try folder.write(paragraph + "\n", to: "text.md")
    let document = try reportDocument(
      paragraph + "\n", frontMatter: "title: A\nweek: 2026-W47\nstatus: final\ncsl: style.csl\n",
      folder: folder)
    let page = body(of: try renderedPage(of: document, folder: folder))
    let start = try #require(page.firstRange(of: "<p>"))
    let end = try #require(page[start.upperBound...].firstRange(of: "</p>"))
    #expect(
      words(page[start.upperBound..<end.lowerBound]) == words(try pandoc(in: folder.url)[...]))
  }

  /// The text of HTML, with one kind of quotes and single spaces.
  private func words(_ html: Substring) -> String {
    String(html).replacing(/<[^<>]*>/, with: "").replacing("&lt;", with: "<").replacing(
      "&gt;", with: ">"
    )
    .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    .replacing(/[“”]/, with: "\"").replacing(/\s+/, with: " ")
  }

  /// The first paragraph that pandoc makes of `text.md`.
  private func pandoc(in folder: URL) throws -> String {
    let process = Process()
    process.executableURL = TestTools.tools.pandoc
    process.currentDirectoryURL = folder
    process.arguments = [
      "--from=markdown-smart", "--to=html", "--wrap=none", "--citeproc", "--bibliography=works.bib",
      "--csl=style.csl", "--output=text.html", "text.md",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let html = try String(contentsOf: folder.appending(path: "text.html"), encoding: .utf8)
    let start = try #require(html.firstRange(of: "<p>"))
    let end = try #require(html.firstRange(of: "</p>"))
    return String(html[start.upperBound..<end.lowerBound])
  }
}
