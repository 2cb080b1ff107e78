import Testing

import MetricFiles

@Suite struct JSONLinesTests {
  private func read(_ text: String) throws(MetricFileError) -> MetricHistory {
    try readJSONLines(Array(text.utf8), file: "log.jsonl")
  }

  @Test func `the log of verl is read with its validation`() throws {
    let history = try readMetricHistory(
      .jsonLines, from: Fixture.path("verl.jsonl"), shownAs: "verl.jsonl")
    #expect(try history.byStep("val-core/openai/gsm8k/acc/mean@1") == [0: 0.0625, 2: 0.125])
    #expect(try history.byStep("critic/score/mean") == [1: 0.125, 2: 0.1875])
    #expect(try history.points(of: "actor/lr", over: .epoch).map(\.x) == [0])
    #expect(try #require(try history.byStep("critic/vf_explained_var")[1]).isNaN)
  }

  @Test(arguments: [0, 1])
  func `a log of verl begins at step 0 or 1`(first: Int) throws {
    let history = try read("{\"step\": \(first), \"data\": {\"a\": 1}}\n")
    #expect(try history.byStep("a") == [Double(first): 1])
  }

  @Test func `two keys that differ in the form of an accent alone are not taken for one`() {
    let text = "{\"step\":0,\"caf\u{E9}\":1}\n{\"step\":1,\"cafe\u{301}\":2}\n"
    #expect(
      problem { () throws(MetricFileError) in try read(text) }
        == "log.jsonl:2: there are two keys 'caf\u{E9}', which differ in the form of an accent alone; rename one"
    )
  }

  @Test func `a log that a resumed run has opened anew is refused`() {
    let lost =
      "what came before is lost, as where a resumed run opens its log anew, which verl's file logger does"
    #expect(
      problem { () throws(MetricFileError) in try read("{\"step\":2,\"data\":{\"a\":1}}\n") }
        == "log.jsonl:1: the history begins at step 2: \(lost)")
    let everyTenth = (11...14).map { "{\"step\": \($0 * 10), \"a\": 1}\n" }.joined()
    #expect(
      problem { () throws(MetricFileError) in try read(everyTenth) }
        == "log.jsonl:1: the history begins at step 110: \(lost)")
  }

  @Test func `a script that logs every tenth step begins at the tenth`() throws {
    let history = try read((1...4).map { "{\"step\": \($0 * 10), \"a\": \($0)}\n" }.joined())
    #expect(try history.byStep("a") == [10: 1, 20: 2, 30: 3, 40: 4])
  }

  @Test func `objects within objects give keys with slashes`() throws {
    let history = try read(
      "{\"step\": 1, \"rewards\": {\"digits\": {\"mean\": 0.5}}, \"done\": true}")
    #expect(history.keys == ["step", "rewards/digits/mean", "done"])
    #expect(try history.byStep("done") == [1: 1])
  }

  @Test func `rows without steps have an order and no axis`() throws {
    let history = try read("{\"a\": 1}\n\n{\"a\": 2}\r\n")
    #expect(try MetricTake.last.value(of: "a", in: history, better: nil) == 2)
    #expect(
      problem { () throws(MetricFileError) in try history.points(of: "a", over: .step) }
        == "log.jsonl:1: the row with 'a' has no step; it would be under 'step', 'global_step', '_step', "
        + "'trainer/global_step', 'training/global_step', or the name that 'metrics: {axes: {step: …}}' gives it"
    )
  }

  @Test(arguments: [
    ("", "log.jsonl: there are no rows"),
    ("{}\n", "log.jsonl:1: there are no numbers"),
    (
      "{\"a\": 1}\n{\"a\": ",
      "log.jsonl:2:7: the last line is cut off; the trainer was stopped while it wrote, or the disk was full"
    ),
    ("{\"a\": 1}\n{\"a\": \n", "log.jsonl:2:7: the text ends where a value is expected"),
    (
      "{\n\"a\": 1\n}\n",
      "log.jsonl: the file is one JSON document of several lines; read it as 'json'"
    ),
    ("{\"a\": 1}\n\n3\n", "log.jsonl:3: a line must be an object, found a number"),
    ("{\"a\": 1, \"a\": 2}\n", "log.jsonl:1:10: the name 'a' appears twice"),
    (
      "{\"step\": 3, \"a\": 1}\n{\"step\": 2, \"a\": 1}\n",
      "log.jsonl:2: step 2 follows step 3: the file holds more than one run, or one that was begun again"
    ),
    (
      "{\"step\": -1, \"a\": 1}\n",
      "log.jsonl:1: 'step' must be a whole number from 0 to 2^53, found -1"
    ),
  ])
  func `what is no log is one sentence with its line`(text: String, message: String) {
    #expect(problem { () throws(MetricFileError) in try read(text) } == message)
  }

  @Test func `tokens that each row counts anew are no axis, and disturb nothing else`() throws {
    let history = try read(
      "{\"step\": 1, \"tokens\": 9, \"a\": 1}\n{\"step\": 2, \"tokens\": 7, \"a\": 2}\n")
    #expect(try history.byStep("a") == [1: 1, 2: 2])
    #expect(
      problem { () throws(MetricFileError) in try history.points(of: "a", over: .tokens) }
        == "log.jsonl:2: tokens 7 follows tokens 9: a curve over it needs a count that never falls"
    )
  }

  @Test func `a byte order mark is passed over`() throws {
    #expect(try read("\u{FEFF}{\"step\": 0, \"a\": 1}\n").byStep("a") == [0: 1])
  }

  @Test func `a step that is a text is told as one, and digits without a double are no number`()
    throws
  {
    let history = try read("{\"step\": \"0\", \"a\": 1}\n")
    #expect(
      problem { () throws(MetricFileError) in try history.points(of: "a", over: .step) }
        == "log.jsonl:1: 'step' holds the text '0', where a number is expected")
    let large = try read("{\"a\": 1\(String(repeating: "0", count: 400))}\n{\"b\": 1}\n")
    #expect(
      problem { () throws(MetricFileError) in
        try MetricTake.last.value(of: "a", in: large, better: nil)
      }?.contains("which is beyond the numbers that programs hold") == true)
    let infinite = try read("{\"a\": Infinity}\n")
    #expect(try MetricTake.last.value(of: "a", in: infinite, better: nil) == .infinity)
  }

  @Test func `a missing file is told without its path, with those that are there`() {
    #expect(
      problem { () throws(MetricFileError) in
        try readMetricHistory(.jsonLines, from: "/nowhere/log.jsonl", shownAs: "log.jsonl")
      } == "log.jsonl: there is no such file; the trainer has not written it, nor any other file")
    #expect(
      problem { () throws(MetricFileError) in
        try readMetricHistory(
          .huggingFaceTrainer, from: Fixture.path("trainer_state.json"),
          shownAs: "trainer_state.json"
        )
      }?.contains("has not written it; did you mean 'dpo/trainer_state.json', ") == true)
    #expect(
      problem { () throws(MetricFileError) in
        try readMetricHistory(.jsonLines, from: Fixture.path("grpo"), shownAs: "grpo")
      }?.hasPrefix("grpo: cannot be read: ") == true)
  }
}
