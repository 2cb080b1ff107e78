import Testing

import MetricFiles

@Suite struct TrainerStateTests {
  private func read(_ text: String) throws(MetricFileError) -> MetricHistory {
    try readTrainerState(Array(text.utf8), file: "trainer_state.json")
  }

  @Test func `a run of TRL is read over steps, tokens and epochs`() throws {
    let history = try readMetricHistory(
      .huggingFaceTrainer, from: Fixture.path("grpo/trainer_state.json"), shownAs: "state")
    let reward = try history.points(of: "reward", over: .step)
    #expect(reward.map(\.x) == (1...10).map(Double.init))
    #expect(reward[1].y == -0.48458337783813477)
    #expect(try history.points(of: "reward", over: .tokens)[1].x == 1258)
    #expect(try history.points(of: "reward", over: .epoch)[1].x == 0.015625)
    // The row that sums up the run has the step of the last one, and no tokens.
    #expect(try history.points(of: "train_loss", over: .step).map(\.x) == [10])
    #expect(
      problem { () throws(MetricFileError) in try history.points(of: "train_loss", over: .tokens) }
        == "state:312: the row with 'train_loss' has no tokens; it would be under 'num_tokens', "
        + "'eval_num_tokens', 'num_input_tokens_seen', 'tokens', 'train/num_tokens', 'eval/num_tokens', "
        + "'train/num_input_tokens_seen', or the name that 'metrics: {axes: {tokens: …}}' gives it")
  }

  @Test func `evaluations are series of their own`() throws {
    let history = try readMetricHistory(
      .huggingFaceTrainer, from: Fixture.path("dpo/trainer_state.json"), shownAs: "state")
    #expect(try history.points(of: "eval_loss", over: .step).map(\.x) == [5])
    #expect(try history.points(of: "eval_loss", over: .tokens).count == 1)
    #expect(history.keys.contains("rewards/accuracies"))
  }

  @Test func `a key that is not there is answered with the nearest`() throws {
    let history = try readTrainerState(
      try Fixture.bytes("grpo/trainer_state.json"), file: "trainer_state.json")
    #expect(
      problem { () throws(MetricFileError) in
        try history.points(of: "completion/mean_length", over: .step)
      }
        == "trainer_state.json: there is no 'completion/mean_length'; did you mean "
        + "'completions/mean_length', 'completions/max_length' or 'completions/min_length'?")
  }

  @Test func `of values at one step the last counts`() throws {
    let history = try read(
      #"{"log_history": [{"step": 1, "eval_loss": 3}, {"step": 1, "eval_loss": 2}]}"#)
    #expect(try history.points(of: "eval_loss", over: .step).map(\.y) == [2])
    #expect(try MetricTake.meanOfLast(1).value(of: "eval_loss", in: history, better: nil) == 2)
  }

  @Test func `NaN, infinities and null are values`() throws {
    let history = try read(
      """
      {"log_history": [
        {"step": 1, "reward": NaN, "loss": -Infinity, "kl": null},
        {"step": 2, "reward": 1, "loss": Infinity}
      ]}
      """)
    #expect(try #require(try history.byStep("reward")[1]).isNaN)
    #expect(try #require(try history.byStep("kl")[1]).isNaN)
    #expect(try history.byStep("loss") == [1: -.infinity, 2: .infinity])
  }

  @Test func `a history may begin late, since a resumed trainer takes it over from its checkpoint`()
    throws
  {
    let history = try read(
      #"{"log_history": [{"step": 500, "loss": 1}, {"step": 700, "train_loss": 2}]}"#)
    #expect(history.keys == ["step", "loss", "train_loss"])
  }

  @Test(arguments: [
    ("", "trainer_state.json:1:1: the text ends where a value is expected"),
    ("{\"log_history\": [\n{\"step\": 1,", "trainer_state.json:2:12: expected a name in quotes"),
    (
      "[]",
      "trainer_state.json: there is no 'log_history', as a trainer_state.json has it; the file holds a list"
    ),
    ("{}", "trainer_state.json: there is no 'log_history', as a trainer_state.json has it"),
    (#"{"log_history": 3}"#, "trainer_state.json: 'log_history' must be a list, found a number"),
    (#"{"log_history": []}"#, "trainer_state.json: there are no rows"),
    (
      "{\"a\": [0],\n\"log_history\": [{\"step\": 1},\n\n3]}",
      "trainer_state.json:4: an entry of 'log_history' must be an object, found a number"
    ),
    (
      "{\"log_history\": [{\"step\": 5, \"a\": 1},\n{\"step\": 4, \"a\": 1}]}",
      "trainer_state.json:2: step 4 follows step 5: the file holds more than one run, or one that was begun again"
    ),
    (
      #"{"log_history": [{"step": 1.5}]}"#,
      "trainer_state.json:1: 'step' must be a whole number from 0 to 2^53, found 1.5"
    ),
    (
      #"{"log_history": [{"step": NaN}]}"#,
      "trainer_state.json:1: 'step' must be a whole number from 0 to 2^53, found nan"
    ),
    (
      #"{"log_history": [{"step": 1, "a": {"b": 1}, "a/b": 2}]}"#,
      "trainer_state.json:1: two numbers have the key 'a/b'"
    ),
  ])
  func `what is no history is one sentence with its place`(text: String, message: String) {
    #expect(problem { () throws(MetricFileError) in try read(text) } == message)
  }

  @Test func `a key that holds no number says what it holds`() throws {
    let history = try read(#"{"log_history": [{"step": 1, "note": "hm", "list": [1]}]}"#)
    #expect(
      problem { () throws(MetricFileError) in try history.points(of: "note", over: .step) }
        == "trainer_state.json:1: 'note' holds the text 'hm', where a number is expected")
    #expect(
      problem { () throws(MetricFileError) in try history.points(of: "list", over: .step) }
        == "trainer_state.json:1: 'list' holds a list, where a number is expected")
  }
}
