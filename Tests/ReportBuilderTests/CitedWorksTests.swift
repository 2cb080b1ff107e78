import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

/// The list of works, from the entry of a bibliography to the words that are shown.
@Suite struct CitedWorksTests {
  private func bibliography(_ works: String, _ body: String? = nil, csl: String? = nil) throws
    -> Bibliography
  {
    let folder = try RenderingFolder()
    try folder.write(works, to: "works.bib")
    if let csl { try folder.write(csl, to: "style.csl") }
    let keys = BibTeX(works).keys
    let notebook = try parseNotebook(
      "---\ntitle: A\nweek: 2026-W47\nstatus: final\nbibliography: works.bib\n"
        + (csl == nil ? "" : "csl: style.csl\n")
        + "---\n\(body ?? "[\(keys.map { "@{\($0)}" }.joined(separator: "; "))]")\n",
      path: "notebook.md")
    return try citedWorks(of: notebook, in: folder.url)
  }

  /// The entries as plain text.
  private func list(_ works: String) throws -> [String] {
    try bibliography(works).entries.map(\.text.plainText)
  }

  /// The entry for `fields` of an article in a journal of 2020 by B. A.
  private func entry(_ fields: String, kind: String = "article", author: String = "A, B") throws
    -> String
  {
    try list("@\(kind){k, author={\(author)}, title={T}, journal={J}, \(fields)}")[0]
  }

  private func problems(_ works: String, _ body: String? = nil) -> [String] {
    ReportBuilderTests.problems { _ = try bibliography(works, body) }
  }

  // MARK: Names

  @Test func `and others is et al., however many names stand before it`() throws {
    let names = ["Aa, A.", "Bb, B.", "Cc, C.", "Dd, D.", "Ee, E.", "Ff, F.", "Gg, G.", "Hh, H."]
    func entry(_ count: Int, _ others: String) -> String {
      "@article{k\(count)-\(others.filter { !$0.isWhitespace }.replacing(".", with: "")), author={\(names.prefix(count).joined(separator: " and "))\(others)}, "
        + "title={T}, journal={J}, year={2020}}"
    }
    let six = "Aa, A., Bb, B., Cc, C., Dd, D., Ee, E., Ff, F."
    #expect(
      try list(
        [
          entry(7, ""), entry(1, " and others"), entry(6, " and others"), entry(7, " and others"),
          entry(8, " and others"), entry(8, ""), entry(7, " and et. al"),
        ].joined(separator: "\n"))
        == [
          "\(six), & Gg, G. (2020). T. J.", "Aa, A. et al. (2020). T. J.",
          "\(six), et al. (2020). T. J.",
          "\(six), et al. (2020). T. J.", "\(six), et al. (2020). T. J.",
          "\(six), … Hh, H. (2020). T. J.",
          "\(six), et al. (2020). T. J.",
        ])
  }

  @Test(arguments: [
    ("van der Maaten, Laurens and Leandro von Werra", "van der Maaten, L., & von Werra, L."),
    ("de la Cruz, Juan and Della Rocca, Paolo", "de la Cruz, J., & Della Rocca, P."),
    (#"{\'E}mile Zola and Mart{\'\i}n, Jos\'e"#, "Zola, É., & Martín, J."),
    (
      #"{\"U}st{\"u}n, Ahmet and Kr\v{\i}z, {\AA}sa"#,
      "Üstün, A., & Krǐz, Å."
    ),
    (
      "{Braced Corporation} and {{The ATLAS and Friends}}",
      "Braced Corporation, & The ATLAS and Friends"
    ),
    ("Smith, Ann AND Lee, Bo", "Smith, A., & Lee, B."),
    ("Smith, Ann; Lee, Bo", "Smith, A., & Lee, B."),
    ("Martin Luther King Jr. and King, Jr., Martin", "King, M. L., Jr., & King, M., Jr."),
    ("Smith, John et al.", "Smith, J. et al."),
    ("Jean-Paul Sartre and O'Neil, Cathy", "Sartre, J.-P., & O’Neil, C."),
  ])
  func `names are read as they are meant`(author: String, expected: String) throws {
    #expect(try entry("year=2020", author: author) == "\(expected) (2020). T. J.")
  }

  @Test func `names with commas between them are refused`() {
    #expect(
      problems("@misc{k, title={T},\n  author={Smith, J., Jones, K.}, year=2020}") == [
        "works.bib:2:3: error: the field 'author' holds names with commas between them; write 'Smith, J. and Jones, K.' (of 'k')"
      ])
    #expect(problems("@misc{k, title={T}, author={Ann Smith, Bo Lee, Cy Day}}").count == 1)
  }

  @Test func `where there is no author, others or the title take the place`() throws {
    let works = try bibliography(
      """
      @misc{web, title={A Page About Rewards}, url={https://e.org/a}, year={2022}}
      @inproceedings{anon, title={Anonymous Submission}, booktitle={Some Conference}, year={2024}, pages={1--3}}
      @book{edited, editor={Ed, Itor and Tor, Ed}, title={A Collection}, publisher={P}, year={2001}}
      @manual{man, title={The Manual}, organization={ACME \\& Sons}, year={2020}}
      @techreport{rep, title={The Report}, institution={OpenAI}, number=7, year={2020}}
      @misc{instit, institution={OpenAI}, title={Report of an institution}, year={2023}}
      @software{soft, title={torchrl}, version={0.4}, year={2024}, url={https://e.org/b}}
      @book{whole, title={A Book}, publisher={P}, year={2001}}
      """, "@web @anon @edited @man @rep @instit @soft @whole")
    #expect(
      works.entries.map(\.text.plainText) == [
        "A page about rewards (2022). https://e.org/a",
        "Anonymous submission (2024). In Some Conference (pp. 1–3).",
        "Ed, I., & Tor, E. (Eds.) (2001). A collection. P.", "ACME & Sons (2020). The manual.",
        "OpenAI (2020). The report (Technical report 7).",
        "Report of an institution (2023). OpenAI.", "torchrl (Version 0.4) (2024). https://e.org/b",
        "A book (2001). P.",
      ])
    #expect(works.entries[7].text.first == .emphasis([.text("A book")]))
    #expect(
      works.citations.map(\.plainText) == [
        "“A page about rewards” [1]", "“Anonymous submission” [2]", "Ed and Tor [3]",
        "ACME & Sons [4]", "OpenAI [5]",
        "“Report of an institution” [6]", "“torchrl” [7]", "“A book” [8]",
      ])
  }

  // MARK: Addresses

  @Test(arguments: [
    ("doi={doi:10.1000/182}", "10.1000/182"),
    ("doi={http://dx.doi.org/10.1000/182}", "10.1000/182"),
    ("doi={https://doi.org/https://doi.org/10.1000/182}", "10.1000/182"),
    ("doi={https://doi.org/10.1000/182}, url={https://doi.org/10.1000/182}", "10.1000/182"),
    ("url={https://www.doi.org/10.1000/182}", "10.1000/182"),
    ("doi={DOI: 10.1000/182.}", "10.1000/182"),
    (#"doi={10.1000/a\_b{\_}c}"#, "10.1000/a_b_c"),
    ("doi={10.1000/a_b(c)d*e_f}", "10.1000/a_b(c)d*e_f"),
    ("doi={10.1002/%28SICI%29x}", "10.1002/(SICI)x"), ("doi={10.1000/ 182}", "10.1000/182"),
    ("howpublished={\\url{https://doi.org/10.1000/182}}", "10.1000/182"),
  ])
  func `a DOI is one address, however it is written`(fields: String, doi: String) throws {
    let text = try bibliography("@misc{k, author={A, B}, title={T}, \(fields)}").entries[0].text
    #expect(
      text.last
        == .link(destination: "https://doi.org/\(doi)", content: [.text("https://doi.org/\(doi)")]))
    #expect(text.dropLast().allSatisfy { if case .link = $0 { false } else { true } })
  }

  @Test(arguments: [
    ("https://e.org/a b", "https://e.org/a%20b"), ("e.org/x", "https://e.org/x"),
    ("www.e.org", "https://www.e.org"), ("//e.org/x", "https://e.org/x"),
    (#"\url{https://e.org/a\_b}"#, "https://e.org/a_b"), ("<https://e.org/~x>", "https://e.org/~x"),
    (#"https://e.org/{\textasciitilde}x\%20y\&z"#, "https://e.org/~x%20y&z"),
    ("http://e.org/a_b(c)*d", "http://e.org/a_b(c)*d"),
    ("arXiv:2010.12345", "https://arxiv.org/abs/2010.12345"),
  ])
  func `an address is one that can be followed`(url: String, expected: String) throws {
    #expect(
      try bibliography("@misc{k, author={A, B}, title={T}, url={\(url)}}").entries[0].text.last
        == .link(destination: expected, content: [.text(expected)]))
  }

  @Test func `signs in a DOI survive in text and link, in both outputs`() throws {
    let folder = try RenderingFolder()
    try folder.write(
      "@misc{k, author={A, B}, title={T}, doi={10.1000/(SICI)1<1::A_b*>2#3}}\n@misc{f, author={A, B}, title={T}, eprint={2010.12345}, archiveprefix={arXiv}}",
      to: "works.bib")
    let document = try reportDocument("[@k; @f]\n", folder: folder)
    let markdown = try markdown(for: document)
    #expect(
      markdown.contains(
        #"[https://doi.org/10.1000/(SICI)1&lt;1::A_b\*>2#3](https://doi.org/10.1000/(SICI)1%3C1::A_b%2A%3E2%233)"#
      ))
    #expect(markdown.contains("<https://arxiv.org/abs/2010.12345>"))
    #expect(
      try renderedPage(of: document, folder: folder).contains(
        #"<a href="https://doi.org/10.1000/(SICI)1%3C1::A_b*%3E2%233">https://doi.org/10.1000/(SICI)1&lt;1::A_b*&gt;2#3</a>"#
      ))
  }

  @Test func `what is no DOI and no address is refused`() {
    #expect(
      problems("@misc{k, author={A, B}, title={T},\n  doi={unknown},\n  url={in the archive}}") == [
        "works.bib:2:3: error: 'unknown' is no DOI; one looks like 10.1000/182 (of 'k')",
        "works.bib:3:3: error: 'in the archive' is no address; write one that begins with https:// (of 'k')",
      ])
  }

  // MARK: Dates, numbers, kinds

  @Test(arguments: [
    ("year={2020}, month={June}", "2020, June"), ("year={2020}, month=jun", "2020, June"),
    ("year={2020}, month=6", "2020, June"), ("year={2020}, month={06}", "2020, June"),
    ("year={2020}, month={Sept.}", "2020, September"),
    ("year={2020}, month={3 June}", "2020, June"),
    ("year={2020}, month=jun # \"~10\"", "2020, June"),
    ("year={2020}, month={May--June}", "2020, May–June"),
    ("year={2020}, month={Spring}", "2020, Spring"), ("date={2020-05}", "2020, May"),
    ("date={2020-05-03}", "2020, May"),
    ("date={2020/5}", "2020, May"), ("date={3 May 2020}", "2020, May"),
    ("date={2020-05/2020-06}", "2020, May–June"),
    ("year={2020-05-03}", "2020, May"), ("year={2020,}", "2020"),
    ("year={2019--2020}", "2019–2020"),
    ("year={in press}", "in press"), ("note={x}", "n.d."),
  ])
  func `dates are read however they are written`(fields: String, expected: String) throws {
    #expect(try entry(fields) == "A, B. (\(expected)). T. J.")
  }

  @Test func `a month or a date that is none is refused`() {
    #expect(
      problems(
        "@misc{k, title={T}, year=2020, month={Smarch}}\n@misc{l, title={T}, date={2020-13}}") == [
          "works.bib:1:32: error: 'Smarch' is no month; write 1 to 12, or a name such as June (of 'k')",
          "works.bib:2:21: error: '2020-13' is no date; write it as 2020, 2020-05 or 2020-05-31 (of 'l')",
        ])
  }

  @Test(arguments: [
    ("edition={2}", "2nd ed."), ("edition={Second}", "2nd ed."), ("edition={2nd ed.}", "2nd ed."),
    ("edition={2 ed.}", "2nd ed."), ("edition={Third Edition}", "3rd ed."),
    ("edition={Revised}", "Revised ed."),
  ])
  func `editions are counted`(fields: String, expected: String) throws {
    #expect(
      try list("@book{k, author={A, B}, title={T}, publisher={P}, year=2020, \(fields)}")
        == ["A, B. (2020). T (\(expected)). P."])
  }

  @Test(arguments: [
    ("pages={1-3}", "1–3"), ("pages={1--3}", "1–3"), ("pages={1---3}", "1–3"),
    ("pages={1 -- 3}", "1–3"),
    ("pages={1–3}", "1–3"), ("eid={e12}", "e12"),
  ])
  func `pages are ranges`(fields: String, expected: String) throws {
    #expect(try entry("year=2020, \(fields)") == "A, B. (2020). T. J, \(expected).")
  }

  @Test(arguments: [
    (
      "@online{k, author={A, B}, title={T}, url={https://e.org}, date={2020-05}}",
      "A, B. (2020, May). T. https://e.org"
    ),
    (
      "@report{k, author={A, B}, title={T}, type={techreport}, institution={I}, number=7, date={2020}}",
      "A, B. (2020). T (Technical report 7). I."
    ),
    (
      "@thesis{k, author={A, B}, title={T}, type={phdthesis}, institution={I}, location={Bern}, date={2020}}",
      "A, B. (2020). T (PhD thesis). Bern: I."
    ),
    (
      "@dataset{k, author={A, B}, title={T}, publisher={Zenodo}, date={2020}, doi={10.5281/z.1}}",
      "A, B. (2020). T. Zenodo. https://doi.org/10.5281/z.1"
    ),
    (
      "@misc{k, author={A, B}, title={T}, howpublished={Blog post, \\url{https://e.org/a_b}}, year=2020}",
      "A, B. (2020). T. Blog post. https://e.org/a_b"
    ),
    (
      "@misc{k, author={A, B}, title={T}, howpublished={Available at: https://e.org/a_b.}, year=2020}",
      "A, B. (2020). T. https://e.org/a_b"
    ),
    (
      "@article{k, author={A, B}, title={T}, journaltitle={JT}, date={2020}, volume=3, number={2}}",
      "A, B. (2020). T. JT, 3(2)."
    ),
    (
      "@conference{k, author={A, B}, title={T}, booktitle={C}, year=2020}", "A, B. (2020). T. In C."
    ),
    (
      "@inbook{k, author={A, B}, title={T}, chapter=3, publisher={P}, pages={3-4}, year=2020}",
      "A, B. (2020). T (Chapter 3, pp. 3–4). P."
    ),
    (
      "@inproceedings{k, author={A, B}, title={T}, year=2020, crossref={Vol}}\n@proceedings{Vol, editor={E, D}, title={The Conf}, year=2020}",
      "A, B. (2020). T. In The Conf."
    ),
    (
      "@inproceedings{k, author={A, B}, title={T}, xdata={y}}\n@xdata{y, year=2020, booktitle={C}}",
      "A, B. (2020). T. In C."
    ),
    (
      "@string{j = \"J. \" # x}\n@string{x = {X}}\n@article{k, author={A, B}, title={T}, journal=j # { Y}, year=2020}",
      "A, B. (2020). T. J. X Y."
    ),
  ])
  func `kinds of both dialects are known`(works: String, expected: String) throws {
    #expect(try bibliography(works, "[@k]").entries.map(\.text.plainText) == [expected])
  }

  // MARK: TeX

  @Test(arguments: [
    (#"Na{\"\i}ve {\ss} {\AA} {\L}{\'o}d{\'z} \o{} \c{c}"#, "Naïve ß Å Łódź ø ç"),
    (#"a \& b & c {\textendash} d -- e --- f~g"#, "A & b & c – d – e — f\u{A0}g"),
    ("50% better, 5\\% worse", "50% better, 5% worse"),
    ("costs $5 and $6 now", "Costs $5 and $6 now"),
    ("On <b>bold</b> <script>alert(1)</script>", "On <b>bold</b> <script>alert(1)</script>"),
    ("A &amp; B &#233; C\\# D#1 e_f", "A & b é c# d#1 e_f"),
    ("The {H}ilbert {{NeurIPS} {G}ame} of $O(n^2)$", "The Hilbert NeurIPS Game of O(n^2)"),
    (#"\emph{a} \textbf{b} \texttt{c}\\d"#, "A b c d"),
    ("*not* _under_ [link](x)", "*Not* _under_ [link](x)"),
    (#"\mbox{a} {\sc b} \sc{c} \pkg{d} \hbox{E}\text{f}"#, "a b c d Ef"),
    ("iOS for all", "iOS for all"), ("learning to walk", "Learning to walk"),
  ])
  func `titles keep all their words`(title: String, expected: String) throws {
    #expect(
      try list("@misc{k, author={A, B}, title={\(title)}, year=2020}") == [
        "A, B. (2020). \(expected)."
      ])
  }

  @Test func `a command whose words would be lost is refused`() {
    #expect(
      problems("@misc{k, author={A, B},\n  title={On \\alpha-decay}}") == [
        "works.bib:2:3: error: the field 'title' holds the command '\\alpha', which a list of works cannot show; "
          + "write the words themselves, and a formula between dollars (of 'k')"
      ])
    #expect(
      problems("@misc{k, author={A, B}, title={T}, note={\\unknown}, abstract={\\begin}}").isEmpty)
  }

  // MARK: Keys

  @Test func `a work that is commented out is not there`() {
    let works = """
      % @article{old, author={One, A}, title={Commented out}, year={2020}}
      Text with @article in it, me@e.org and @old{x = 3, y}.
      @comment{@article{hidden, title={T}}}
      @comment @article{lines, title={T}}
      @preamble{"@article{pre, title={T}}"}
      @article{good, author={Doe, J}, % note={{},
        title={Fine}}
      """
    #expect(BibTeX(works).keys == ["good"])
    #expect(problems(works, "[@good]").isEmpty)
    #expect(
      problems(works, "[@old] [@hidden]") == [
        "notebook.md:7:2: error: no work has the key 'old' in works.bib",
        "notebook.md:7:9: error: no work has the key 'hidden' in works.bib",
      ])
  }

  @Test func `a key twice is an error that names both places`() throws {
    let works = """
      @article{k, author={One, A}, title={First}, year={2020}}
      @article{K, author={One, A}, title={Other}, year={2020}}

      @article{k, author={Two, B}, title={Second}, year={2021}}
      """
    #expect(
      problems(works, "[@k]") == [
        "works.bib:1:1: error: the key 'k' stands for more than one work, here and at works.bib:4; rename or remove all but one"
      ])
    // A key that differs in its case is another, and what nobody cites harms nobody.
    #expect(try bibliography(works, "[@K]").entries.map(\.key) == ["K"])
  }

  @Test func `keys of any signs are found, and near ones named as they are cited`() throws {
    let works = """
      @misc{10.1016/S0004-3702(99)00052-1, title={Between}}
      @misc{https://e.org/x?y=1&z=2, title={By address}}
      @misc{duo--dash_2019, title={Double dash}}
      @misc{q_????, title={Question}}
      @misc{sec-gpt, title={Secret}}
      """
    #expect(try list(works).count == 5)
    #expect(
      problems(works, "@duo--dash_2019 and @q_????, [@{sec-gtp}]") == [
        "notebook.md:7:1: error: no work has the key 'duo' in works.bib; did you mean '@{duo--dash_2019}'?",
        "notebook.md:7:21: error: no work has the key 'q_' in works.bib; did you mean '@{q_????}'?",
        "notebook.md:7:31: error: no work has the key 'sec-gtp' in works.bib; did you mean '@{sec-gpt}'?",
      ])
  }

  @Test func `works that name each other in a circle are refused before anything is run`() {
    #expect(
      problems("@misc{a, title={T},\n  crossref={a}}", "[@a]") == [
        "works.bib:2:3: error: the work 'a' names itself as crossref"
      ])
    #expect(
      problems(
        "@misc{a, title={T}, crossref={b}}\n@misc{b, title={T}, xdata={c, d}}\n@xdata{c, crossref={a}}\n@xdata{d}",
        "[@a]") == [
          "works.bib:3:11: error: works name each other in a circle as crossref: 'a', 'b', 'c', 'a'"
        ])
    #expect(
      problems("@misc{a, title={T}, crossref={bb}}\n@misc{b, title={T}}", "[@a]") == [
        "works.bib:1:21: error: no work has the key 'bb', which 'a' names as crossref"
      ])
    let doubling = (1...60).map { "@string{s\($0) = s\($0 - 1) # s\($0 - 1)}" }.joined(
      separator: "\n")
    #expect(problems("@string{s0 = {xx}}\n\(doubling)\n@misc{a, title=s60}", "[@a]").count == 1)
    #expect(
      problems("@string{s = t}\n@string{t = s}\n@misc{a, title=s}", "[@a]") == [
        "works.bib:3:10: error: the abbreviation 't' stands for itself, or for more text than a field can hold (of 'a')"
      ])
  }

  @Test func `what is broken in a bibliography is told with its line`() {
    #expect(
      problems(
        "@book{a, title = {T}\n}\n@book{b, title = {U},\n  year = {2020\n}\n@book{c, title={V}}\n",
        "[@a; @c]") == [
          "works.bib:3:1: error: the work 'b' is never closed: a '}' is missing before the next entry"
        ])
    #expect(
      problems("@book{a, title = {T}", "[@a]") == [
        "works.bib:1:1: error: the work 'a' is never closed: a '}' is missing"
      ])
    #expect(
      problems("@book{a, title = {T}, journal = jmrl}\n@book{b, title {U}}", "[@a]") == [
        "works.bib:1:23: error: nothing defines the abbreviation 'jmrl' in the field 'journal'; put words in braces (of 'a')"
      ])
    #expect(
      problems("@book{a, title {T}, year=2020}", "[@a]").first?.hasPrefix(
        "works.bib:1:10: error: the field 'title' of the work 'a' has no value") == true)
    #expect(
      problems("@book{a, title={T}, year=2020, year=2021}", "[@a]") == [
        "works.bib:1:32: error: the field 'year' is already given on line 1, with another value (of 'a')"
      ])
  }

  // MARK: Styles

  @Test(arguments: [
    (
      "not XML",
      "notebook.md:6:6: error: the citation style 'style.csl' is no citation style (CSL): it holds no XML"
    ),
    (
      "<?xml version=\"1.0\"?><!-- x --><html><body/></html>",
      "notebook.md:6:6: error: the citation style 'style.csl' is no citation style (CSL): it begins with <html>, not with <style>"
    ),
    (
      "<style class=\"in-text\"><info/><citation><layout/></citation></style>",
      "notebook.md:6:6: error: the citation style 'style.csl' is no whole citation style (CSL): it has no <bibliography>"
    ),
  ])
  func `a file that is no style is named`(csl: String, expected: String) {
    #expect(
      ReportBuilderTests.problems { _ = try bibliography("@misc{k, title={T}}", csl: csl) } == [
        expected
      ])
  }

  @Test func `a style that is not well-formed is named with its line`() {
    let messages = ReportBuilderTests.problems {
      _ = try bibliography(
        "@misc{k, title={T}}",
        csl: "<style class=\"in-text\">\n<citation><layout></citation>\n<bibliography/></style>")
    }
    #expect(messages.count == 1)
    #expect(messages.first?.hasPrefix("style.csl:") == true)
    #expect(messages.first?.contains("error: the citation style is no XML") == true)
  }

  @Test func `thousands of works and citations are no burden`() throws {
    let works = (0..<5_000).map { "@misc{k\($0), title={T\($0)}, year=2020}" }.joined(
      separator: "\n")
    let start = ContinuousClock.now
    let notebook = String(repeating: "@none ", count: 20_000)
    let found = problems(works, notebook)
    #expect(found.count == 20_000, "\(found.first ?? "") … \(found.last ?? "")")
    #expect(ContinuousClock.now - start < .seconds(60))
  }
}
