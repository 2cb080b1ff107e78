import ExperimentRunner
import ResultStore
import Testing

/// Where two executions part, as far as records and traces tell.
@Suite struct FirstDivergenceTests {
  private static func record(
    updates: [UInt32] = [1, 2, 3], curve: [Double] = [0.5, 0.25], metric: Double = 1,
    weights: [UInt8] = [7]
  ) -> Record {
    Record(
      metrics: ["m": metric],
      curves: [Curve(name: "c", steps: Array([10, 20, 30].prefix(curve.count)), values: curve)],
      updates: updates, weights: weights)
  }

  private func words(
    _ first: Record, _ second: Record, unit: PlannedRun.Unit = .environmentSteps,
    traces: (ExecutionTrace?, ExecutionTrace?) = (nil, nil)
  ) -> String? {
    FirstDivergence(between: first, and: second, unit: unit, traces: traces).map { "\($0)" }
  }

  private func trace(_ digests: [UInt32], tensors: [String] = ["a", "b"]) -> ExecutionTrace {
    ExecutionTrace(
      tensors: tensors, steps: (1...(digests.count / tensors.count)).map { 100 * $0 },
      digests: digests)
  }

  @Test func `executions that agree part nowhere`() {
    #expect(words(Self.record(), Self.record()) == nil)
    #expect(words(Self.record(curve: [.nan]), Self.record(curve: [.nan])) == nil)
  }

  @Test func `the first update is named, whatever comes after it`() {
    let other = Self.record(updates: [1, 9, 8], curve: [0, 0], metric: 0, weights: [0])
    #expect(words(Self.record(), other) == "they part at update 2 of 3")
    #expect(words(other, Self.record()) == "they part at update 2 of 3")
    #expect(
      words(Self.record(), Self.record(updates: [5])) == "they part at update 1 of 1")
  }

  @Test func `a trace tells the used budget, and two of them the tensor`() {
    let other = Self.record(updates: [1, 9, 8])
    let first = trace([1, 2, 3, 4, 5, 6])
    let second = trace([1, 2, 3, 7, 8, 9])
    #expect(
      words(Self.record(), other, unit: .tokens, traces: (nil, second))
        == "they part at update 2 of 3, after 200 tokens")
    #expect(
      words(Self.record(), other, traces: (first, second))
        == "they part at update 2 of 3, after 200 environment steps, first in the tensor b")
    // A trace of another length is of another execution, and one with other tensors of another network.
    #expect(
      words(Self.record(), other, traces: (trace([1, 2]), nil)) == "they part at update 2 of 3")
    #expect(
      words(
        Self.record(), other, traces: (first, trace([1, 2, 3, 4, 5, 6], tensors: ["a", "x"])))
        == "they part at update 2 of 3, after 200 environment steps")
  }

  @Test func `where all updates agree, the first point or part that differs is named`() {
    #expect(
      words(Self.record(), Self.record(updates: [1, 2]))
        == "they agree for 2 updates, after which one of them makes no more")
    #expect(
      words(Self.record(), Self.record(curve: [0.5, 0.75], weights: [8]))
        == "all 3 updates agree, and they part at step 20 of the curve c")
    #expect(
      words(Self.record(), Self.record(curve: [0.5, 0.25, 1]))
        == "all 3 updates agree, and they part at step 30 of the curve c")
    #expect(
      words(Self.record(), Self.record(weights: [8]))
        == "all 3 updates agree, and they part in weights")
    #expect(
      words(Self.record(updates: []), Self.record(updates: [], metric: 2))
        == "they part in metric.m")
  }

  @Test func `a record from before updates were kept is compared by its curves`() {
    #expect(
      words(Self.record(updates: []), Self.record(curve: [0.5, 0.75]))
        == "only one of the two keeps a digest of each update; they part at step 20 of the curve c")
  }

  @Test func `a program for another architecture says that it cannot compare`() {
    #expect(PromisedArchitecture.objection() == nil)
    #expect(
      PromisedArchitecture.objection(to: "arm64")
        == "records are of x86_64, this labbook is for arm64, and bits are promised within one architecture alone, "
        + "so that nothing was compared; verify on x86_64")
  }

  @Test func `a sample follows from keys alone, and takes first what is preferred`() throws {
    let runs = (0..<20).map { seed in
      PlannedRun(
        name: RunName(experiment: "e", arm: "A", seed: seed),
        preimage: RunPreimage(fields: ["seed": "\(seed)"]), state: .missing)
    }
    // A run of another name with the same key goes with it.
    let twin = PlannedRun(
      name: RunName(experiment: "f", arm: "A", seed: 0), preimage: runs[0].preimage, state: .missing
    )
    let chosen = sample(of: runs, count: 5) { _ in false }
    #expect(
      chosen.map(\.key)
        == Set(runs.map(\.key)).sorted().prefix(5).sorted { first, second in
          runs.firstIndex { $0.key == first }! < runs.firstIndex { $0.key == second }!
        })
    #expect(Set(sample(of: runs.reversed(), count: 5) { _ in false }) == Set(chosen))
    #expect(sample(of: runs + [twin], count: 20) { _ in false }.count == 21)
    let rest = sample(of: runs, count: 5) { run in !chosen.contains(run) }
    #expect(rest.count == 5 && rest.allSatisfy { !chosen.contains($0) })
    #expect(sample(of: runs, count: 100) { _ in true } == runs)
  }
}
