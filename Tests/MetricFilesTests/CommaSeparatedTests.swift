import Metrics
import Testing

import MetricFiles

@Suite struct CommaSeparatedTests {
  private func read(_ text: String) throws(MetricFileError) -> MetricHistory {
    try readCommaSeparated(Array(text.utf8), file: "metrics.csv")
  }

  @Test func `fields may be quoted, empty, and end with either line break`() throws {
    let history = try read(
      "\u{FEFF}step,\"reward, mean\",loss,\"a \"\"b\"\"\"\r\n0,0.5,,1\n1,,2e-3,\"2\"\r\n2,nan,-inf,"
    )
    #expect(history.keys == ["step", "reward, mean", "a \"b\"", "loss"])
    #expect(try history.byStep("loss") == [1: 0.002, 2: -.infinity])
    #expect(try history.byStep("a \"b\"") == [0: 1, 1: 2])
    #expect(try #require(try history.byStep("reward, mean")[2]).isNaN)
  }

  @Test func `more columns than a run has metrics are refused at the first line that has them`() {
    func problem(_ text: String) -> String? {
      do {
        _ = try read(text)
        return nil
      } catch { return "\(error)" }
    }
    let commas = String(repeating: ",", count: 2_000_000)
    #expect(problem(commas)?.contains("there are more than 10000 columns") == true)
    #expect(problem("step,a\n\(commas)")?.contains("2: there are more than 10000") == true)
    let names = ["step"] + (1..<10_000).map { "a\($0)" }
    #expect(
      problem(names.joined(separator: ",") + "\n" + String(repeating: "1,", count: 9999) + "1\n")
        == nil)
  }

  @Test func `a column of steps may have a name of its own, which counts alone`() throws {
    let text = "iteration,step,seen,reward\n10,0,100,0.5\n20,0,250,0.75\n"
    func history(_ axisKeys: [MetricAxis: String]) throws(MetricFileError) -> MetricHistory {
      try readCommaSeparated(
        Array(text.utf8), file: "metrics.csv", MetricReading(axisKeys: axisKeys))
    }
    let named = try history([.step: "iteration", .tokens: "seen"])
    #expect(try named.byStep("reward") == [10: 0.5, 20: 0.75])
    #expect(try named.points(of: "reward", over: .tokens).map(\.x) == [100, 250])
    #expect(
      problem { () throws(MetricFileError) in try history([.step: "iterations"]) }
        == "metrics.csv: there is no 'iterations', which 'axes' names as its step; did you mean 'iteration'?"
    )
    #expect(
      problem { () throws(MetricFileError) in
        try history([:]).points(of: "reward", over: .tokens)
      }?.contains("or the name that 'metrics: {axes: {tokens: …}}' gives it") == true)
    // Steps go forward by the name that is declared.
    #expect(
      problem { () throws(MetricFileError) in
        try readCommaSeparated(
          Array("i,reward\n2,1\n1,1\n".utf8), file: "m.csv", MetricReading(axisKeys: [.step: "i"]))
      }
        == "m.csv:3: step 1 follows step 2: the file holds more than one run, or one that was begun again"
    )
  }

  @Test func `two rows are known to lack their beginning only where the trainer was resumed`()
    throws
  {
    func problem(_ steps: [Int], isResumed: Bool) -> String? {
      let text = "step,a\n" + steps.map { "\($0),1\n" }.joined()
      do throws(MetricFileError) {
        _ = try readCommaSeparated(
          Array(text.utf8), file: "m.csv", MetricReading(isResumed: isResumed))
        return nil
      } catch { return "\(error)" }
    }
    #expect(problem([20, 23], isResumed: false) == nil)
    #expect(problem([20, 23], isResumed: true)?.contains("begins at step 20") == true)
    #expect(problem([10, 20], isResumed: true) == nil)
    #expect(problem([20], isResumed: true) == nil)
    #expect(problem([20, 30, 40], isResumed: false)?.contains("begins at step 20") == true)
  }

  @Test func `spaces around fields, empty lines and the column of an index are passed over`() throws
  {
    let history = try read(",step, loss ,\n  \n0,0, 0.5,\n\n1, 1 ,0.25 ,\n \t ")
    #expect(history.keys == ["step", "loss"])
    #expect(try history.byStep("loss") == [0: 0.5, 1: 0.25])
  }

  @Test func `one text among numbers, or digits without a double, is no number of the run`() throws
  {
    for (value, words) in [
      ("None", "the text 'None'"),
      ("1e999", "1e999, which is beyond the numbers that programs hold"),
    ] {
      let history = try read("step,loss\n0,1\n1,\(value)\n")
      for take in [MetricTake.last, .best, .meanOfLast(1)] {
        #expect(
          problem { () throws(MetricFileError) in
            try take.value(of: "loss", in: history, better: .lower)
          } == "metrics.csv:3: 'loss' holds \(words), where a number is expected")
      }
    }
  }

  @Test func `a last line that ends with a block of the disk is cut off`() {
    func text(_ size: Int, _ end: String) -> String {
      let head = "step,loss\n0,"
      return head + String(repeating: "0", count: size - head.utf8.count - end.utf8.count) + end
    }
    let cut = problem { () throws(MetricFileError) in try read(text(4096, "1.2")) }
    #expect(
      cut?.hasPrefix("metrics.csv:2: the last line has no line break, and the file ends") == true)
    #expect(problem { () throws(MetricFileError) in try read(text(4096, "1.2\n")) } == nil)
    #expect(problem { () throws(MetricFileError) in try read(text(4097, "1.2")) } == nil)
  }

  @Test func `a text is told where it is asked for`() throws {
    let history = try read("step,note\n0,warm\n1,\n")
    #expect(
      problem { () throws(MetricFileError) in try history.points(of: "note", over: .step) }
        == "metrics.csv:2: 'note' holds the text 'warm', where a number is expected")
  }

  @Test(arguments: ["0x10", "1_000", "1,5", "nan(1)", "١", "--1", "e5", "."])
  func `what Python would not write as a float is no number`(text: String) {
    #expect(pythonNumber(text) == nil)
  }

  @Test(arguments: [
    ("1e-06", 1e-6), ("-0.5", -0.5), ("+3", 3), ("1E5", 1e5), ("-Infinity", -Double.infinity),
  ])
  func `what Python writes is read`(text: String, number: Double) {
    #expect(pythonNumber(text) == number)
  }

  @Test(arguments: [
    ("", "metrics.csv: the file is empty"),
    ("step,a\n", "metrics.csv: there are no rows"),
    ("step,a,a\n", "metrics.csv:1:8: two columns are named 'a'"),
    ("step,a\n1\n", "metrics.csv:2: the line has 1 of the header's 2 fields"),
    (
      "step,a\n1,2\n3",
      "metrics.csv:3: the line has 1 of the header's 2 fields; it is cut off, as where the trainer was stopped while it wrote"
    ),
    ("step,a\n1,2,3\n", "metrics.csv:2: the line has 3 of the header's 2 fields"),
    ("step,a\n1,\"2\n", "metrics.csv:2:3: the quote is not closed"),
    ("step,a\n1,2\"\n", "metrics.csv:2:4: a quote within a field that does not begin with one"),
    ("step,a\n1,\"2\"3\n", "metrics.csv:2:6: expected a comma or a line break after the quote"),
    (
      "step;a\n0;1\n",
      "metrics.csv:1:1: the fields are separated by semicolons, and commas are expected"
    ),
    (
      "step\ta\n0\t1\n",
      "metrics.csv:1:1: the fields are separated by tabulators, and commas are expected"
    ),
    (
      "step,a\r0,1\r",
      "metrics.csv:1:6: the lines end with carriage returns alone, and line feeds are expected"
    ),
    (
      "a\r1\r",
      "metrics.csv:1:1: the lines end with carriage returns alone, and line feeds are expected"
    ),
    (
      "step,a\n2,1\n1,1\n",
      "metrics.csv:3: step 1 follows step 2: the file holds more than one run, or one that was begun again"
    ),
  ])
  func `what is no table is one sentence with its place`(text: String, message: String) {
    #expect(problem { () throws(MetricFileError) in try read(text) } == message)
  }

  @Test func `bytes that are no text are refused`() {
    #expect(
      problem { () throws(MetricFileError) in
        try readCommaSeparated(Array("a,".utf8) + [0xFF], file: "x.csv")
      } == "x.csv:1:3: the field is not UTF-8")
  }
}
