import Notebook
import Testing

@Suite struct DirectiveParserTests {
  @Test func `a directive has a name, an argument, options and places`() throws {
    let notebook = try notebook(
      """
      Before.

      ```{comparison} cartpole
      label: tbl-cartpole
      caption: Return of @li2023remax after $10^5$ steps.
      against: PPO
      arms: PPO,  RLOO
      ```

      See @tbl-cartpole.
      """)
    let directive = notebook.directives[0]
    #expect(directive.name == "comparison")
    #expect(directive.position == SourcePosition(line: 8, column: 1))
    #expect(directive.argument == Positioned("cartpole", at: SourcePosition(line: 8, column: 17)))
    #expect(directive.label == "tbl-cartpole")
    #expect(directive["against"] == Positioned("PPO", at: SourcePosition(line: 11, column: 10)))
    #expect(
      directive.names("arms") == [
        Positioned("PPO", at: SourcePosition(line: 12, column: 7)),
        Positioned("RLOO", at: SourcePosition(line: 12, column: 13)),
      ])
    #expect(
      directive.caption == [
        .text("Return of "), .citation(0), .text(" after "), .formula(0), .text(" steps."),
      ])
    #expect(notebook.formulas[0].position == SourcePosition(line: 10, column: 40))
    #expect(
      notebook.blocks == [
        .paragraph([.text("Before.")]), .directive(0),
        .paragraph([.text("See "), .reference(0), .text(".")]),
      ])
    #expect(notebook.pieces[1] == .directive(0, indentation: ""))
  }

  @Test func `the lines of a claim are its body, colons and all`() throws {
    let notebook = try notebook(
      "```{claim} cartpole\nRLOO > ReMax on evaluation_return\n\n  unresolved: A, B on M\n```\n")
    #expect(
      notebook.directives[0].body == [
        Positioned(
          "RLOO > ReMax on evaluation_return", at: SourcePosition(line: 7, column: 1)),
        Positioned("unresolved: A, B on M", at: SourcePosition(line: 9, column: 3)),
      ])
    #expect(notebook.directives[0].options.isEmpty)
  }

  @Test func `directives may stand in lists and quotes, and have longer fences`() throws {
    let notebook = try notebook(
      """
      - item

        ````{claim} a
        A > B on m
        ````

      > ~~~{curves} b
      > caption: Two.
      > ~~~

      ```{changes}
      ```
      """)
    #expect(notebook.directives.map(\.name) == ["claim", "curves", "changes"])
    #expect(notebook.directives[0].body.map(\.value) == ["A > B on m"])
    #expect(notebook.directives[1].caption == [.text("Two.")])
    #expect(notebook.directives[2].argument == nil)
    #expect(
      notebook.blocks == [
        .list(
          MarkdownList(
            start: nil, isTight: false,
            items: [.init(isDone: nil, blocks: [.paragraph([.text("item")]), .directive(0)])])),
        .blockQuote([.directive(1)]), .directive(2),
      ])
    #expect(notebook.pieces[1] == .directive(0, indentation: "  "))
    #expect(notebook.pieces[3] == .directive(1, indentation: "> "))
  }

  @Test func `what a directive names follows from the kinds of its declaration`() throws {
    let directives = try notebook(
      """
      ```{comparison} cartpole
      arms: RLOO, GRPO
      against: PPO
      metric: evaluation_return
      ```

      ```{curves} acrobot, pendulum
      experiments: taxi
      curve: a, b
      ```

      ```{published}
      - {of: bandit.PPO.m, mean: 1, protocol: p, cite: k}
      ```
      """
    ).directives
    #expect(
      directives.map { $0.experiments.map(\.value) } == [
        ["cartpole"], ["acrobot", "pendulum", "taxi"], ["bandit"],
      ])
    #expect(
      directives[0].namesInOptions(of: .arm) == [
        Positioned("PPO", at: SourcePosition(line: 8, column: 10)),
        Positioned("RLOO", at: SourcePosition(line: 7, column: 7)),
        Positioned("GRPO", at: SourcePosition(line: 7, column: 13)),
      ])
    #expect(directives[0].namesInOptions(of: .metric).map(\.value) == ["evaluation_return"])
    #expect(directives[1].namesInOptions(of: .curve).map(\.value) == ["a", "b"])
    #expect(directives[1].namesInOptions(of: .arm).isEmpty)
  }

  @Test func `ordinary code blocks are left alone`() throws {
    let notebook = try notebook("```swift\nlet x = \"{claim}\"\n```\n")
    #expect(notebook.blocks == [.code(language: "swift", text: "let x = \"{claim}\"\n")])
    #expect(notebook.directives.isEmpty)
  }

  @Test(arguments: [
    (
      "```{comparision} c\n```\n",
      "6:4: error: unknown directive '{comparision}'; did you mean 'comparison'?; the directives are changes, claim, comparison, curves, published, suite"
    ),
    (
      "```{comparison} c\nagianst: PPO\n```\n",
      "7:1: error: '{comparison}' has no option 'agianst'; did you mean 'against'?; its options are label, caption, against, arms, metric, points"
    ),
    (
      "```{comparison} c\nagainst PPO\n```\n",
      "7:1: error: expected 'option: value', found 'against PPO'"
    ),
    (
      "```{comparison} c\nagainst: A\nagainst: B\n```\n",
      "8:1: error: option 'against' is given twice"
    ),
    ("```{comparison} c\nagainst:\n```\n", "7:9: error: option 'against' has no value"),
    ("```{comparison} c\narms: , ,\n```\n", "7:7: error: option 'arms' names nothing"),
    (
      "```{comparison} c\nlabel: fig-c\n```\n",
      "7:8: error: the label of '{comparison}' begins with 'tbl-'; did you mean 'tbl-fig-c'?"
    ),
    (
      "```{comparison}\n```\n",
      "6:15: error: '{comparison}' needs the name of an experiment after it"
    ),
    (
      "```{comparison} c\npoints: 0\n```\n",
      "7:9: error: '0' is not a whole number of at least 1"
    ),
    ("```{claim} c\n```\n", "6:1: error: '{claim}' is empty; write one claim per line"),
    (
      "```{suite} ,\n```\n",
      "6:10: error: '{suite}' needs the name of an experiment after it, or several separated by commas"
    ),
    (
      "```{suite} a, b\neach: runs\n```\n",
      "7:7: error: 'runs' is none of returns, scores"
    ),
    (
      "```{published} a\n- {of: a.b.c, mean: 1, protocol: p, cite: k}\n```\n",
      "6:16: error: '{published}' takes no words after it"
    ),
    (
      "```{curves} c\nlabel: fig-c\n",
      "6:1: error: the directive '{curves}' is never closed with '```'"
    ),
  ])
  func `mistakes are named with their place`(body: String, message: String) {
    #expect(messages(forBody: body) == ["notebook.md:\(message)"])
  }

  @Test func `all mistakes of a notebook are reported at once, in order`() {
    #expect(
      messages(
        for:
          "---\ntitel: A\nweek: 2027-W53\nstatus: done\n---\nSee @tbl-x.\n\n```{clame} c\n```\n"
      ) == [
        "notebook.md:1:1: error: front matter needs 'title'",
        "notebook.md:2:1: error: unknown key 'titel'; did you mean 'title'?; the keys are title, week, term_week, period, authors, summary, abstract, status, bibliography, csl, compare_to, macros",
        "notebook.md:3:7: error: '2027-W53' is not an ISO week; write one like 2026-W47 (2027 has 52 weeks)",
        "notebook.md:4:9: error: 'status' is draft or final, not 'done'",
        "notebook.md:6:5: error: nothing has the label 'tbl-x'",
        "notebook.md:8:4: error: unknown directive '{clame}'; did you mean 'claim'?; the directives are changes, claim, comparison, curves, published, suite",
      ])
  }
}
