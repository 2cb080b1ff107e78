import Testing

import MetricFiles

@Suite struct JSONMetricsTests {
  private func read(_ text: String) throws(MetricFileError) -> MetricHistory {
    try readJSONMetrics(Array(text.utf8), file: "all_results.json")
  }

  @Test func `one object is the end of a run`() throws {
    let history = try read(#"{"eval": {"loss": 0.5}, "train_loss": 0.25, "model": "x"}"#)
    #expect(history.keys == ["eval/loss", "train_loss"])
    #expect(try MetricTake.last.value(of: "eval/loss", in: history, better: nil) == 0.5)
  }

  @Test func `a list of objects is a history`() throws {
    let history = try read(#"[{"step": 0, "a": 1}, {"step": 1, "a": NaN}, {"step": 2, "a": 3}]"#)
    #expect(try history.points(of: "a", over: .step).map(\.x) == [0, 1, 2])
  }

  @Test(arguments: [
    ("3", "all_results.json: the file must hold an object or a list of objects, found a number"),
    ("[\n{\"a\": 1},\n\"x\"]", "all_results.json:3: a row must be an object, found a text"),
    (
      #"{"log_history": []}"#,
      "all_results.json: this is a trainer_state.json; read it as 'hf_trainer'"
    ),
    (
      "{\"a\": 1}\n{\"a\": 2}\n",
      "all_results.json:2: one object follows another; read the file as 'jsonl'"
    ),
    ("{\"a\": 1", "all_results.json:1:8: expected ','"),
    (#"{"a": "x"}"#, "all_results.json:1: there are no numbers"),
  ])
  func `what holds no metrics is one sentence`(text: String, message: String) {
    #expect(problem { () throws(MetricFileError) in try read(text) } == message)
  }

  @Test func `lines of elements are found past other lists, strings and escapes`() {
    let text = """
      {"a": ["[", "log"], "b\\"log": 1,
       "log": [
        {"x": [1, [2]]}, 3,
        "a,\\"]", [],

        {}], "log2": [1]}
      """
    #expect(linesOfElements(in: Array(text.utf8), member: "log") == [3, 3, 4, 4, 6])
    #expect(linesOfElements(in: Array("[1,\n2\n,[3],\n4]".utf8), member: nil) == [1, 2, 3, 4])
  }
}
