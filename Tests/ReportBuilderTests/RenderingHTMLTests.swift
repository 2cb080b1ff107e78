import Foundation
import Notebook
import ReportBuilder
import ReportRendering
import Testing

@Suite struct RenderingHTMLTests {
  @Test func `week 13 has two lists, eight typeset formulas and no code block`() throws {
    let page = try renderedPage(of: week13Document())
    #expect(page.matches(of: /<[uo]l/).count == 2)
    #expect(page.matches(of: /<li>/).count == 6)
    #expect(page.matches(of: /<span class="katex">/).count == 8)
    #expect(page.matches(of: /<pre/).isEmpty)
    #expect(
      page.contains(
        #"<annotation encoding="application/x-tex">g=\mathbb{E}[\psi(x)\nabla_\theta "#
          + #"\log\pi_\theta(x)],</annotation>"#))
    #expect(
      page.contains(
        "<h1 id=\"week-13-may-12--may-18-report\">Week 13 (May. 12- May. 18) Report</h1>"))
    #expect(page.matches(of: /<h1/).count == 1)
  }

  @Test func `the page loads nothing and runs nothing but its own script`() throws {
    let folder = try RenderingFolder()
    let document = try reportDocument(
      sampleBody + "\n$\\mathbb{E}$ [@ouyang2022], ![p](plan.svg) <https://example.org>\n",
      contents: sampleContents, values: sampleValues, folder: folder)
    let page = try renderedPage(of: document, folder: folder)
    #expect(page.components(separatedBy: "<script").count == 2)
    let script = try PageScript.text()
    #expect(page.contains("<script>\(script)</script>"))
    for tag in ["link", "iframe", "object", "embed", "base", "form", "video", "source "] {
      #expect(page.firstRange(of: "<\(tag)") == nil)
    }
    #expect(page.firstRange(of: "@import") == nil)
    #expect(page.replacing(script, with: "").matches(of: /\son[a-z]+=/).isEmpty)
    let loads = page.replacing(script, with: "").matches(of: /(?:src=|url\()["']?([^"')\s]+)/).map {
      String($0.output.1)
    }
    #expect(!loads.isEmpty)
    #expect(loads.allSatisfy { $0.hasPrefix("data:") || $0.hasPrefix("#") })
    #expect(
      page.contains(
        "content=\"default-src 'none'; script-src \(PageScript.policySource(of: script)); style-src"
      ))
  }

  @Test func `tags are balanced, names are unique and links lead somewhere`() throws {
    let folder = try RenderingFolder()
    let twice =
      sampleContents
      + [sampleContents[2]].map { blocks in
        blocks.map { block in
          guard case .figure(var figure) = block else { return block }
          figure.label = "fig-b"
          return .figure(figure)
        }
      }
    let document = try reportDocument(
      """
      # Title & more

      \(sampleBody)

      ```{curves} a
      label: fig-b
      ```

      $$a$$ {#eq-a} see @eq-a [@sutton1998] and @ahmadian2024, H<sub>2</sub>O.[^n]

      1. one
      2. two

      | a | b |
      |:-:|--:|
      | 1 | 2 |

      > quote ~~gone~~ `a<b`

      - [x] done

      [^n]: Note $x$.
      """, contents: twice, values: sampleValues, folder: folder)
    let page = try renderedPage(of: document, folder: folder)
    #expect(unbalancedTags(of: page).isEmpty)
    let names = page.matches(of: /\sid="([^"]+)"/).map { String($0.output.1) }
    #expect(Set(names).count == names.count)
    let links = page.matches(of: /href="#([^"]+)"/).map { String($0.output.1) }
    #expect(links.count == 20)
    #expect(links.filter { !names.contains($0) }.isEmpty)
    #expect(links.filter { $0 == "runs.1" }.count == 2)
  }

  @Test func `two renderings are the same bytes`() throws {
    let folder = try RenderingFolder()
    func render() throws -> String {
      let document = try reportDocument(
        sampleBody + "\n$x$ [@sutton1998; @ouyang2022]\n", contents: sampleContents,
        values: sampleValues, folder: folder)
      return try renderedPage(of: document, folder: folder) + markdown(for: document)
    }
    #expect(try render() == render())
  }

  @Test func `everything that directives expand to has its element`() throws {
    let document = try reportDocument(
      sampleBody, contents: sampleContents, values: sampleValues)
    #expect(
      body(of: try renderedPage(of: document)) == """
        <a class="skip" href="#main">Skip to the text</a>
        <header>
        <h1>A title</h1>
        <p class="facts"><span>2026-W47</span></p>
        </header>
        <main id="main">
        <h2 id="sec-results">Results <a class="anchor" href="#sec-results" \
        aria-label="Link to this section" tabindex="-1">#</a></h2>
        <p>It reaches <a class="number" href="#runs.1" title="Mean of evaluation_return, 2 \
        seeds">499.5</a>; \
        see <a href="#tbl-a">Table 1</a>, <a href="#fig-a">Figure 1</a> and \
        <a href="#sec-results">Results</a>.</p>
        <figure class="results" id="tbl-a">
        <figcaption><b><a class="permalink" href="#tbl-a" tabindex="-1">Table 1.</a></b> Return.</figcaption>
        <div class="scroll">
        <table>
        <thead>
        <tr><th>Arm</th><th class="trailing">Return</th></tr>
        </thead>
        <tbody>
        <tr><th scope="row"><a class="origin" href="#runs.1">PPO</a></th><td class="trailing \
        strong">499.5</td></tr>
        <tr><th scope="row">a|b*c</th><td class="trailing muted">—</td></tr>
        </tbody>
        </table>
        </div>
        <p class="note">Two seeds.</p>
        <p class="download"><a download="tbl-a.csv" \
        href="data:text/csv;charset=utf-8,Arm,Return%0APPO,499.5%0Aa%7Cb*c,%E2%80%94%0A">CSV</a></p>
        </figure>
        <ul>
        <li><p>item</p>
        <figure class="results claims">
        <div class="scroll">
        <table>
        <thead>
        <tr><th>Claim</th><th>Verdict</th></tr>
        </thead>
        <tbody>
        <tr class="claim holds" id="claim.1"><th scope="row"><a class="permalink" href="#claim.1" \
        tabindex="-1">1.</a> PPO &gt; RLOO on evaluation_return <span class="evidence">difference 1.0 \
        [0.5, 1.5]</span></th><td class="verdict"><span class="mark" aria-hidden="true">✓</span> holds</td></tr>
        <tr class="claim fails" id="claim.2"><th scope="row"><a class="permalink" href="#claim.2" \
        tabindex="-1">2.</a> RLOO &gt; PPO on evaluation_return <span class="evidence">difference \
        −1.0</span></th><td class="verdict"><span class="mark" aria-hidden="true">✗</span> does not hold</td></tr>
        <tr class="claim unresolved" id="claim.3"><th scope="row"><a class="permalink" href="#claim.3" \
        tabindex="-1">3.</a> unresolved: RLOO, PPO on loss <span class="evidence">difference 0.1 [−0.5, \
        0.7]</span></th><td class="verdict"><span class="mark" aria-hidden="true">○</span> not told apart</td></tr>
        </tbody>
        </table>
        </div>
        </figure>
        </li>
        </ul>
        <figure class="drawing" id="fig-a">
        <div class="paper small"><svg width="9" role="img" aria-label="Return against steps"><g \
        id="figure-1-clip"/><path clip-path="url(#figure-1-clip)"/></svg></div>
        <figcaption><b><a class="permalink" href="#fig-a" tabindex="-1">Figure 1.</a></b> Curves.</figcaption>
        </figure>
        <p class="notice" role="note">One run is missing.</p>
        <details>
        <summary>All rows</summary>
        <ul>
        <li>1. first</li>
        <li>- b</li>
        </ul>
        </details>
        </main>
        <section class="runs" aria-labelledby="runs.">
        <h2 id="runs.">Runs behind the numbers</h2>
        <details>
        <summary>cartpole/PPO, 2 seeds</summary>
        <div class="card" id="runs.1">
        <div class="scroll">
        <table>
        <thead>
        <tr><th>seed</th><th>evaluation_return</th><th>key</th></tr>
        </thead>
        <tbody>
        <tr><td>0</td><td>499.0</td><td>0123456789ab</td></tr>
        <tr><td>1</td><td>500.0</td><td>ba9876543210</td></tr>
        </tbody>
        </table>
        </div>
        <p class="command">Compute it again: <code>labbook rerun cartpole --arm PPO</code></p>
        </div>
        </details>
        </section>

        """)
  }

  @Test func `a report without formulas carries no fonts`() throws {
    let page = try renderedPage(of: reportDocument("Text.\n"))
    #expect(!page.contains("data:font") && !page.contains("KaTeX_"))
    #expect(page.utf8.count < 50_000)
  }

  @Test func `characters outside the basic plane and those of HTML come out unharmed`() throws {
    let page = try renderedPage(
      of: reportDocument(
        "𝔸 🎲 \\<b> & \"q\" $\\text{𝔸 🎲 é}$ `<x>`\n",
        frontMatter: "title: A <b> & 🎲\nweek: 2026-W47\nstatus: final\n"))
    #expect(page.contains("<title>A &lt;b&gt; &amp; 🎲</title>"))
    #expect(page.contains("<p>𝔸 🎲 &lt;b&gt; &amp; &quot;q&quot; <span class=\"katex\">"))
    #expect(page.contains("<annotation encoding=\"application/x-tex\">\\text{𝔸 🎲 é}</annotation>"))
    #expect(page.contains("<code>&lt;x&gt;</code>"))
  }

  @Test func `works are listed with links back to where they are cited`() throws {
    let folder = try RenderingFolder()
    let page = try renderedPage(
      of: reportDocument("See [@sutton1998] and @sutton1998.\n", folder: folder))
    #expect(
      page.contains(
        "<p>See <span class=\"citation\" id=\"cite-1\">[<a href=\"#ref-sutton1998\">1</a>]</span> and "
          + "<span class=\"citation\" id=\"cite-2\">Sutton and Barto [<a "
          + "href=\"#ref-sutton1998\">1</a>]</span>.</p>"))
    #expect(
      page.contains(
        "<li id=\"ref-sutton1998\">Sutton, R. S., &amp; Barto, A. G. (1998). <em>Reinforcement "
          + "learning: An introduction</em>. Cambridge: MIT Press. <span class=\"back\"><a "
          + "href=\"#cite-1\" aria-label=\"Cited here\">↩</a> <a href=\"#cite-2\" "
          + "aria-label=\"Cited here\"><sup>2</sup></a></span></li>"))
  }

  @Test func `links lead to the web, to mailboxes and beside the report`() throws {
    let page = try renderedPage(
      of: reportDocument("[b](https://x.y) [c](../d.md#e) [f](mailto:g@h)\n"))
    #expect(
      page.contains(
        "<p><a href=\"https://x.y\">b</a> <a href=\"../d.md#e\">c</a> <a "
          + "href=\"mailto:g@h\">f</a></p>"))
  }

  @Test func `a section is referred to by its title, formulas and all`() throws {
    let document = try reportDocument("## On $b$ & more {#sec-b}\n\nSee @sec-b.\n")
    #expect(
      try markdown(for: document).hasSuffix(
        "## On $b$ & more <a id=\"sec-b\"></a>\n\nSee [On $b$ & more](#sec-b).\n"))
    let page = try renderedPage(of: document)
    #expect(page.contains("<a href=\"#sec-b\">On <span class=\"katex\">"))
    #expect(page.contains("</span> &amp; more</a>.</p>"))
  }

  @Test func `long reports have a table of contents`() throws {
    let page = try renderedPage(of: reportDocument("## A\n\n## B\n\n### C\n\n## D\n"))
    #expect(
      page.contains(
        """
        <nav aria-label="Contents">
        <ul>
        <li class="level-2"><a href="#a">A</a></li>
        <li class="level-2"><a href="#b">B</a></li>
        <li class="level-3"><a href="#c">C</a></li>
        <li class="level-2"><a href="#d">D</a></li>
        </ul>
        </nav>
        """))
    #expect(try !renderedPage(of: reportDocument("## A\n")).contains("<nav"))
  }

  @Test(arguments: [
    (
      "Text\n$\\frac{a}$ and\n",
      "8:10: error: formula: Unexpected end of input in a macro argument, expected '}' at its end"
    ),
    (
      "> $$\n> a +\n> \\wrong{b}\n> $$\n",
      "9:3: error: formula: Undefined control sequence: \\wrong; did you mean '\\cong'?"
    ),
    ("![p](gone.svg)\n", "7:6: error: there is no image 'gone.svg'"),
    (
      "![p](notes.txt)\n",
      "7:6: error: 'notes.txt' is not an image of a known kind: gif, jpeg, jpg, png, svg, webp"
    ),
    (
      "```{comparison} a\nlabel: tbl-a\n```\n\nSee @tbl-a.\n",
      "11:5: error: the directive labelled 'tbl-a' shows nothing that can be referred to"
    ),
  ])
  func `what cannot be shown is an error with its place`(body: String, message: String) throws {
    let document = try reportDocument(
      body, contents: body.contains("{comparison}") ? [[]] : [])
    #expect(problems { _ = try renderedPage(of: document) } == ["notebook.md:\(message)"])
  }
}

/// The tags that are not closed by their own kind, in order.
private func unbalancedTags(of page: String) -> [String] {
  let void = ["br", "hr", "img", "input", "meta"]
  var open: [String] = []
  var wrong: [String] = []
  for match in page.matches(of: /<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>/) {
    let name = String(match.output.2)
    if void.contains(name) || match.output.3.hasSuffix("/") { continue }
    if match.output.1.isEmpty {
      open.append(name)
    } else if open.last == name {
      open.removeLast()
    } else {
      wrong.append("</\(name)> in \(open.last ?? "nothing")")
    }
  }
  return wrong + open
}
