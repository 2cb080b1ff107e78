import ExperimentRunner
import ResultStore
import Testing

@Suite struct ProgressDisplayTests {
  static let progress = ExecutionProgress(
    runs: 80, finishedRuns: 37, cost: 8_000_000, finishedCost: 3_700_000, spentCost: 3_700_000,
    unit: .environmentSteps, steps: 3_700_000, elapsed: 18.5)

  private func outcome(_ seed: Int, _ result: RunOutcome.Result) -> RunOutcome {
    let name = RunName(experiment: "cartpole", arm: "PPO", seed: seed)
    return RunOutcome(
      run: PlannedRun(
        name: name, preimage: RunPreimage(fields: ["seed": "\(seed)"]), state: .missing),
      result: result)
  }

  /// What a display writes.
  private func output(isTerminal: Bool, _ show: (inout ProgressDisplay) -> Void) -> String {
    var text = ""
    var display = ProgressDisplay(isTerminal: isTerminal) { text += $0 }
    show(&display)
    return text
  }

  @Test func `rate and remaining time follow from the steps made`() {
    #expect(Self.progress.rate == 200_000)
    #expect(Self.progress.remaining == 21.5)
    #expect(Self.progress.fraction == 0.4625)
  }

  @Test func `there is no estimate before the first step and nothing remains of no runs`() {
    let start = ExecutionProgress(
      runs: 1, finishedRuns: 0, cost: 100, finishedCost: 0, spentCost: 0,
      unit: .environmentSteps, steps: 0, elapsed: 3)
    #expect(start.rate == nil)
    #expect(start.remaining == nil)
    #expect(start.fraction == 0)
    let none = ExecutionProgress(
      runs: 0, finishedRuns: 0, cost: 0, finishedCost: 0, spentCost: 0, unit: nil, steps: 0,
      elapsed: 0)
    #expect(none.fraction == 1)
    #expect(none.rate == nil)
  }

  @Test func `a failed run counts as over but not in the rate`() {
    let progress = ExecutionProgress(
      runs: 2, finishedRuns: 1, cost: 200, finishedCost: 100, spentCost: 10,
      unit: .environmentSteps, steps: 10, elapsed: 1)
    #expect(progress.fraction == 0.5)
    #expect(progress.rate == 10)
    #expect(progress.remaining == 10)
  }

  @Test func `the remaining time follows from the cost where runs count different things`() {
    var progress = ExecutionProgress(
      runs: 2, finishedRuns: 1, cost: 9000, finishedCost: 3000, spentCost: 2000, unit: .tokens,
      steps: 100, elapsed: 4)
    #expect(ProgressDisplay.bar(progress).hasSuffix("1/2 runs  25 tokens/s  12 s left"))
    progress.unit = nil
    #expect(ProgressDisplay.bar(progress).hasSuffix("1/2 runs  12 s left"))
  }

  @Test func `the bar has runs, rate and remaining time in less than 80 columns`() {
    let bar = ProgressDisplay.bar(Self.progress)
    #expect(bar == "█████████░░░░░░░░░░░ 46 %  37/80 runs  200,000 steps/s  22 s left")
    var long = Self.progress
    long.runs = 10_000
    long.finishedRuns = 9999
    long.steps = 123_456_789
    long.spentCost = 123_456_789
    long.elapsed = 10
    long.cost = 8_000_000_000_000
    #expect(ProgressDisplay.bar(long).count < 80)
  }

  @Test(arguments: [
    (0.0, "0 s"), (0.2, "1 s"), (59, "59 s"), (59.5, "1 min 0 s"), (185, "3 min 5 s"),
    (7800, "2 h 10 min"), (-1, "0 s"), (.infinity, "277777 h 46 min"),
  ])
  func `durations are for people`(seconds: Double, text: String) {
    var progress = Self.progress
    progress.elapsed = seconds
    progress.steps = 0
    #expect(
      ProgressDisplay.summary(of: [outcome(0, .stored)], progress) == "1 run in \(text): 1 done")
  }

  @Test func `without a terminal each finished run is a line and progress is silent`() {
    let text = output(isTerminal: false) {
      $0.show(.progress(Self.progress))
      $0.show(.finished(outcome(3, .stored), Self.progress))
      $0.show(
        .finished(outcome(4, .failed(problem: "the loss is nan", log: "x.log")), Self.progress))
      $0.finish(
        [outcome(3, .stored), outcome(4, .failed(problem: "", log: "")), outcome(5, .cached)],
        Self.progress)
    }
    #expect(
      text == """
        [37/80] cartpole/PPO/3: done
        [37/80] cartpole/PPO/4: failed: the loss is nan
        3 runs in 19 s (200,000 steps/s): 1 done, 1 failed, 1 already there

        """)
  }

  @Test func `on a terminal the bar is redrawn in place and only failures stay`() {
    let bar = ProgressDisplay.bar(Self.progress)
    let text = output(isTerminal: true) {
      $0.show(.progress(Self.progress))
      $0.show(.progress(Self.progress))  // too soon to redraw
      $0.show(.finished(outcome(3, .same), Self.progress))
      $0.show(.finished(outcome(4, .failed(problem: "p", log: "l")), Self.progress))
      $0.finish([outcome(3, .same), outcome(4, .failed(problem: "p", log: "l"))], Self.progress)
    }
    #expect(
      text
        == "\r\(bar)\u{1B}[K\r\(bar)\u{1B}[K\r\u{1B}[K[37/80] cartpole/PPO/4: failed: p\n"
        + "2 runs in 19 s (200,000 steps/s): 1 same, 1 failed\n")
  }

  @Test func `an execution with nothing to do writes nothing`() {
    var progress = Self.progress
    progress.runs = 0
    #expect(output(isTerminal: false) { $0.finish([outcome(0, .cached)], progress) } == "")
  }

  @Test func `outcomes read as sentences`() {
    #expect(
      "\(outcome(1, .differs(["metric.a", "weights"])))"
        == "cartpole/PPO/1: differs (metric.a, weights)")
    #expect("\(outcome(1, .same))" == "cartpole/PPO/1: same")
    #expect("\(outcome(1, .cached))" == "cartpole/PPO/1: already there")
    #expect("\(outcome(1, .interrupted))" == "cartpole/PPO/1: interrupted")
  }
}
