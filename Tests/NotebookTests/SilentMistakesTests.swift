import Notebook
import Testing

/// What other programs would understand, or what names nothing: told, and never shown as it is.
@Suite struct SilentMistakesTests {
  // MARK: Names that nothing has

  @Test(arguments: [
    (
      "A note.[^nots]\n\n[^notes]: Words.\n",
      "6:8: error: no footnote '[^nots]: …' is defined; did you mean 'notes'?"
    ),
    (
      "A note.[^1]\n",
      "6:8: error: no footnote '[^1]: …' is defined; write '\\[^' for the characters"
    ),
    (
      "| a |\n|---|\n| b[^x] |\n",
      "8:4: error: no footnote '[^x]: …' is defined; write '\\[^' for the characters"
    ),
    (
      "See [the text][papers].\n\n[paper]: https://example.org\n",
      "6:15: error: no address '[papers]: …' is defined for the link; did you mean 'paper'?"
    ),
    (
      "See [nowhere][].\n",
      "6:5: error: no address '[nowhere]: …' is defined for the link; write '\\[' for the character"
    ),
    (
      "![A plot][curve]\n",
      "6:10: error: no address '[curve]: …' is defined for the image; write '\\[' for the character"
    ),
    (
      "![curve]\n",
      "6:1: error: no address '[curve]: …' is defined for the image; write '\\[' for the character"
    ),
    (
      "See [this][a].\n[a]: https://example.org\n",
      "6:11: error: '[a]: …' on line 7 defines nothing, for it goes on from the line above; put a blank line "
        + "between them"
    ),
    (
      "See [there](#reslts).\n\n## Results\n",
      "6:13: error: no heading, label or work has the place '#reslts'; did you mean '#results'?"
    ),
    (
      "See [there](#results).\n\n## Results {#sec-results}\n",
      "6:13: error: no heading, label or work has the place '#results'; did you mean '#sec-results'?"
    ),
    (
      "# A\n\n# A\n\n[b](#a-2)\n",
      "10:5: error: no heading, label or work has the place '#a-2'; did you mean '#a-1'?"
    ),
  ])
  func `a name that nothing has is an error where it is mentioned`(body: String, message: String) {
    #expect(messages(forBody: body).first == "notebook.md:\(message)")
  }

  @Test(arguments: [
    "A.[^é]\n\n[^é]: Words\n\n    and more.\n", "> A.[^a]\n>\n> [^a]: Words.\n",
    "[^A] \n\n[^a]: b\n",
    "[a][B  c]\n\n[b C]: d\n", "[a]: <b c> 'd'\n[e]:\n  f\n\n[x][a] [e][] [a]\n",
    "> [a]: b\n\n[x][a]\n", "- [a]: b\n\n[x][a]\n", "a[i][j], [0.1, 0.2][0.3], f(x)[a][b]\n",
    "\\[x][nowhere] `[x][nowhere]` `[^1]` \\[^1]\n",
    "```\n[x][nowhere] {value} ::: \\cite{a}\n```\n",
    "    [x][nowhere] [^1]\n", "[a](#b-1)\n\n# B\n\n# B\n", "[a](#ünï-x)\n\n# Ünï x\n",
    "[a](#%C3%BC)\n\n# Ü\n", "[a](#)\n", "[a](#top)\n", "[a](#sec-x)\n\n# B {#sec-x}\n",
    "[a](#ref-k2020) [@k2020]\n", "$[a][b]$ and $$[^1]$$\n", "Wow![1] [x] [ ] [TODO]\n",
    "- [ ] a\n- [x] b\n", "[a](b \"[c][d] [^1]\")\n", "[a]: b\n\n[![x](y.png)][a]\n",
    "<https://example.org/[a][b]>\n",
  ])
  func `what is defined, escaped, code or plain brackets passes`(body: String) {
    #expect(messages(forBody: body) == [])
  }

  @Test(arguments: [
    ("[^a]\n\n[^a]: b\n\n[^a]: c\n", "10:1: error: '[^a]: …' is already defined on line 8"),
    ("[x][a]\n\n[a]: b\n[A]: c\n", "9:1: error: '[A]: …' is already defined on line 8"),
    (
      "## A {#sec-a}\n\n## B {#sec-a}\n", "8:6: error: label 'sec-a' is already used on line 6"
    ),
  ])
  func `what is defined twice names the first line`(body: String, message: String) {
    #expect(messages(forBody: body) == ["notebook.md:\(message)"])
  }

  @Test(arguments: [
    ("## A @sec-a {#sec-a}\n", ["6:6"]),
    ("## A @sec-b {#sec-a}\n\n## B **@sec-a** {#sec-b}\n", ["6:6", "8:8"]),
    ("> ## A {#sec-a}\n>\n> ## B [@sec-c](x.md) {#sec-b}\n\n- ## C @sec-a {#sec-c}\n", ["8:9"]),
    (
      "## A @sec-x @sec-x {#sec-a}\n\n## B @sec-a @sec-a {#sec-b}\n\n## X {#sec-x}\n",
      ["8:6", "8:13"]
    ),
    ("# A {p. 3] a# A {#sec-a}}le.o: http://example.nd org @sec-a\n", ["6:54"]),
  ])
  func `a heading does not say a heading that says another one`(body: String, places: [String]) {
    let messages = messages(forBody: body)
    #expect(
      messages.map { $0.split(separator: ": error: ")[0] } == places.map { "notebook.md:\($0)" })
    #expect(
      messages.allSatisfy { $0.contains("whose own heading refers to a section") }, "\(messages)")
  }

  @Test func `a heading may say a section, a table and itself by a link`() throws {
    let notebook = try notebook(
      "## A @sec-b and [here](#sec-a) {#sec-a}\n\n## B after @eq-x {#sec-b}\n\nSee @sec-a.\n\n$$x$$ {#eq-x}\n"
    )
    #expect(notebook.references.map(\.label) == ["sec-b", "eq-x", "sec-a"])
  }

  @Test func `a footnote that nothing mentions is a warning`() throws {
    let notebook = try notebook("Text.[^a]\n\n[^a]: One.\n\n[^b]: Two.\n")
    #expect(
      notebook.warnings.map(\.description) == [
        "notebook.md:10:1: warning: nothing mentions the footnote '[^b]', so it is not shown"
      ])
  }

  // MARK: What others understand

  @Test(arguments: [
    ("As \\cite{a2020} says.\n", "6:4", "a citation is written '[@key]'"),
    ("See \\ref{fig:x}.\n", "6:5", "'@fig-name'"),
    ("\\textbf{Strong} words.\n", "6:1", "'**so**'"),
    ("\\newpage\n", "6:1", "no pages"), ("Words.\\footnote{More.}\n", "6:7", "'[^name]'"),
    ("{value} of PPO\n", "6:1", "{value}`experiment.arm.metric`"),
    ("a {value}cartpole.PPO.m b\n", "6:3", "{value}`experiment.arm.metric`"),
    ("a {vlaue} `cartpole.PPO.m`\n", "6:3", "{value}`experiment.arm.metric`"),
    ("a {vlaue}`cartpole.PPO.m`\n", "6:3", "did you mean 'value'?"),
    ("See [@eq:loss].\n", "6:6", "'@eq-loss'"), ("See @fig:curve.\n", "6:5", "'@fig-curve'"),
    ("See @tab:one and @sec:two.\n", "6:5", "'@tbl-one'"),
    ("![a](b.png){#fig:x}\n", "6:12", "write '{#fig-x}'"),
    ("![a](b.png){#fig-x width=50%}\n", "6:12", "write 'fig-x'"),
    ("$$x$$ {#eq:x}\n", "6:7", "write '{#eq-x}'"), ("## A {#sec:x}\n", "6:6", "write '{#sec-x}'"),
    ("```{comparison} a\nlabel: tbl:x\n```\n", "7:8", "write 'tbl-x'"),
    ("::: {.note}\nWords.\n:::\n", "6:1", "'> [!NOTE]'"),
    ("> ::: warning\n> Words.\n", "6:3", "'> [!NOTE]'"),
    ("{{< include a.md >}}\n", "6:1", "shortcode"), ("{{% note %}}\n", "6:1", "shortcode"),
    ("{% include a %}\n", "6:1", "shortcode"), ("!!! tip\n    Words.\n", "6:1", "'> [!TIP]'"),
    ("??? note \"Title\"\n", "6:1", "'> [!NOTE]'"),
    ("![a](b.png){width=50%}\n", "6:12", "labbook knows no attributes"),
    ("[a](https://b.c){.button}\n", "6:17", "labbook knows no attributes"),
    ("`a`{.python}\n", "6:4", "labbook knows no attributes"),
    ("## A {.unnumbered}\n", "6:6", "labbook knows no attributes"),
    ("Words.^[A note.]\n", "6:7", "'[^name]: words'"),
    ("![[plot.png]]\n", "6:1", "'![words](file.png)'"),
    ("![a](my plot.png)\n", "6:5", "'(<my plot.png>)'"),
    ("[a](my data.csv)\n", "6:4", "'(<my data.csv>)'"),
    ("[a](b){#fig-x}\n", "6:7", "stands on nothing"),
    ("Text.\n\n```swift\nlet a = 1\n", "8:1", "never closed with '```'"),
  ])
  func `what would be shown as it is is an error that says what to write`(
    body: String, place: String, words: String
  ) {
    let messages = messages(forBody: body)
    #expect(
      messages.contains { $0.hasPrefix("notebook.md:\(place): error: ") && $0.contains(words) },
      "\(messages)")
  }

  @Test(arguments: [
    "A set {value, other}, {x}, {a} and {values}.\n", "a \\alpha b, C:\\cite, \\* \\{value}\n",
    "Ratio a::b, ::: is code `:::`\n", "Wow!!! Really??? yes\n", "f{.x} of {a=b}\n",
    "`\\cite{a}` `{value}` `{{< a >}}` \\{{< a >}}\n", "x^2 [a] and 2^[\n",
    "[a](the second one)\n", "f(x)[1](see below)\n",
    "me@example.org, @fig-a\n\n![a](b.png){#fig-a}\n",
    "~~~\n::: x\n~~~\n",
  ])
  func `what only looks like it is text`(body: String) {
    #expect(messages(forBody: body) == [])
  }

  @Test(arguments: [
    ("One sentence.\n---\n", true), ("Two\nlines\n---\n", true), ("Two\nlines\n===\n", true),
    ("A heading\n---\n", false), ("What's new?\n===\n", false), ("One sentence.\n\n---\n", false),
    ("## A heading.\n", false),
  ])
  func `a rule that makes a heading of words is a warning`(body: String, isWarned: Bool) throws {
    let warnings = try notebook(body).warnings
    #expect(warnings.count == (isWarned ? 1 : 0))
    #expect(warnings.allSatisfy { $0.message.contains("put a blank line between them for a rule") })
  }

  @Test func `words right below a table are a row of it, with a warning`() throws {
    let warned = try notebook("| a | b |\n|---|---|\n| 1 | 2 |\nWords.\n")
    #expect(
      warned.warnings.map(\.description) == [
        "notebook.md:9:1: warning: this line is a row of the table above it; put a blank line between them"
      ])
    #expect(try notebook("a | b\n- | -\n1 | 2\n\nWords.\n").warnings.isEmpty)
  }

  @Test func `a comment between two lists keeps them two`() throws {
    let lists = try notebook("- a\n\n<!-- end -->\n\n- b\n").blocks
    #expect(lists.count == 2)
    #expect(try notebook("- a\n\n<!-- end -->\n\nb\n").pieces.contains(.separator) == false)
  }
}
