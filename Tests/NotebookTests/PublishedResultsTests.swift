import Notebook
import Testing

@Suite struct PublishedResultsTests {
  private static let rows = """
    ```{published}
    label: tbl-held
    caption: Held to.

    - of: cartpole.PPO-cleanrl.training_return_last_100
      mean: 490.04
      spread: 6.12
      spread_over: seeds
      protocol: mean of the last $100$ episodes, 3 seeds
      cite: huang2022
    # Known to fail.
    - {of: "car. PPO .evaluation_return", threshold: -200, protocol: 'deterministic', cite: "zoo, table 2"}
    ```

    """

  @Test func `published results have places, digits and a citation`() throws {
    let notebook = try notebook(Self.rows)
    let directive = notebook.directives[0]
    #expect(directive.label == "tbl-held")
    #expect(directive.published.count == 2)
    let first = directive.published[0]
    #expect(
      first.path == [
        Positioned("cartpole", at: SourcePosition(line: 10, column: 7)),
        Positioned("PPO-cleanrl", at: SourcePosition(line: 10, column: 16)),
        Positioned("training_return_last_100", at: SourcePosition(line: 10, column: 28)),
      ])
    guard case .mean(let mean, let spread) = first.value else {
      Issue.record("the first row has no mean")
      return
    }
    #expect(mean.value == 490.04 && mean.decimals == 2)
    #expect(spread?.number.value == 6.12)
    #expect(spread?.over == .seeds)
    #expect(
      first.measurement == [.text("mean of the last "), .formula(0), .text(" episodes, 3 seeds")])
    #expect(first.source == [.citation(0)])
    #expect(notebook.citations[0].items[0].key == "huang2022")
    #expect(
      notebook.citations[0].items[0].position == SourcePosition(line: 15, column: 9))

    let second = directive.published[1]
    #expect(
      second.path.map(\.position.column) == [9, 14, 19])
    #expect(second.path.map(\.value) == ["car", "PPO", "evaluation_return"])
    guard case .threshold(let bound) = second.value else {
      Issue.record("the second row has no threshold")
      return
    }
    #expect(bound.value == -200 && bound.decimals == 0)
    #expect(notebook.citations[1].items[0].suffix == [.text(", table 2")])
  }

  @Test func `an arm of a sweep may have numbers in its name`() throws {
    let text = Self.rows.replacing(
      "cartpole.PPO-cleanrl.training", with: "cartpole2.A-rate=0.001-x=1e-5.training")
    let path = try notebook(text).directives[0].published[0].path
    #expect(path.map(\.value) == ["cartpole2", "A-rate=0.001-x=1e-5", "training_return_last_100"])
    #expect(path.map(\.position.column) == [7, 17, 37])
  }

  @Test(arguments: [
    (
      "- of: a.b\n  mean: 1\n  protocol: p\n  cite: k",
      "7:7: error: 'of' is written experiment.arm.metric"
    ),
    (
      "- of: a.b.c\n  protocol: p\n  cite: k",
      "7:3: error: a published result needs 'mean' or 'threshold'"
    ),
    ("- of: a.b.c\n  mean: 1\n  cite: k", "7:3: error: a published result needs 'protocol'"),
    ("- of: a.b.c\n  mean: 1\n  protocol: p", "7:3: error: a published result needs 'cite'"),
    ("- mean: 1\n  protocol: p\n  cite: k", "7:3: error: a published result needs 'of'"),
    (
      "- of: a.b.c\n  mean: 1\n  threshold: 2\n  protocol: p\n  cite: k",
      "9:14: error: a published result has a mean or a threshold, not both"
    ),
    (
      "- of: a.b.c\n  mean: 4,5\n  protocol: p\n  cite: k",
      "8:9: error: 'mean' is a number in digits such as 490.04, not '4,5'"
    ),
    (
      "- of: a.b.c\n  mean: inf\n  protocol: p\n  cite: k",
      "8:9: error: 'mean' is a number in digits such as 490.04, not 'inf'"
    ),
    (
      "- of: a.b.c\n  mean: 1\n  spread: -1\n  protocol: p\n  cite: k",
      "9:11: error: 'spread' is at least 0"
    ),
    (
      "- of: a.b.c\n  threshold: 1\n  spread: 1\n  protocol: p\n  cite: k",
      "9:11: error: a threshold has no spread"
    ),
    (
      "- of: a.b.c\n  mean: 1\n  spread: 1\n  spread_over: episode\n  protocol: p\n  cite: k",
      "10:16: error: 'spread_over' is one of seeds, episodes, runs, not 'episode'; did you mean 'episodes'?"
    ),
    (
      "- of: a.b.c\n  mean: 1\n  spread_over: seeds\n  protocol: p\n  cite: k",
      "9:16: error: 'spread_over' says of what a 'spread' is, and there is none"
    ),
    (
      "- of: a.b.c\n  threshold: 1\n  spread_over: seeds\n  protocol: p\n  cite: k",
      "9:16: error: a threshold has no spread"
    ),
    (
      "- of: a.b.c\n  maen: 1\n  mean: 1\n  protocol: p\n  cite: k",
      "8:3: error: unknown key 'maen'; did you mean 'mean'?; the keys are of, mean, spread, spread_over, threshold, protocol, cite"
    ),
    (
      "- of: a.b.c\n  mean: 1\n  mean: 2\n  protocol: p\n  cite: k",
      "8:3: error: key 'mean' is given twice"
    ),
    (
      "- of: a.b.c\n  mean: [1]\n  protocol: p\n  cite: k",
      "8:9: error: 'mean' is one piece of text"
    ),
    (
      "- of: a.b.c\n  mean: 1\n  protocol: p\n  cite: '@k'",
      "10:10: error: 'cite' is the key of a work, with a page or table after a comma if need be"
    ),
    (
      "- words",
      "7:3: error: a published result is lines 'key: value' with the keys of, mean, spread, spread_over, threshold, protocol, cite"
    ),
    (
      "captoin: c\n- words",
      "7:1: error: '{published}' has no option 'captoin'; did you mean 'caption'?; its options are label, caption, statistic"
    ),
    (
      "label: tbl-a",
      "6:1: error: '{published}' is empty; write a list of published results, each with 'of', 'protocol' and 'cite'"
    ),
  ])
  func `mistakes in a list are named with their place`(list: String, message: String) {
    #expect(
      messages(forBody: "```{published}\n\(list)\n```\n").first == "notebook.md:\(message)")
  }
}
