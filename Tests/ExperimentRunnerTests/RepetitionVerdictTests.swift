import ExperimentRunner
import ResultStore
import Testing

@Suite struct RepetitionVerdictTests {
  private static func verdict(
    _ first: [String: Double], _ second: [String: Double], _ tolerances: [String: Double] = [:],
    curves: [Double] = [1]
  ) -> String {
    func summary(
      _ metrics: [String: Double], _ values: [Double]
    ) -> (metrics: [String: Double], digest: RecordDigest) {
      let curve = Curve(name: "c", steps: Array(values.indices), values: values)
      let finite = metrics.filter(\.value.isFinite)
      let record = Record(
        metrics: finite, undefined: metrics.compactMapValues(UndefinedValue.init), curves: [curve],
        observation: .observed)
      return (finite, record.digest)
    }
    return RepetitionVerdict(
      record: summary(first, [1]), repetition: summary(second, curves), tolerances: tolerances
    ).description
  }

  @Test func `a repetition is the same bits, within its tolerances or outside`() {
    #expect(Self.verdict(["a": 1, "b": 2], ["a": 1, "b": 2]) == "same bits")
    #expect(
      Self.verdict(["a": 1], ["a": 1.5], ["a": 0.5]) == "within: a 1 → 1.5 (±0.5)")
    #expect(
      Self.verdict(["a": 1, "b": 2], ["a": 1.5, "b": 2.25], ["a": 0.25, "b": 1])
        == "outside: a 1 → 1.5 (±0.25)")
    #expect(Self.verdict(["a": 1], ["a": 1.5]) == "outside: a 1 → 1.5 (no tolerance declared)")
  }

  @Test func `metrics that are the same do not hide curves that differ`() {
    #expect(
      Self.verdict(["a": 1], ["a": 1], curves: [2])
        == "within: the metrics are the same, other parts differ")
  }

  @Test func `a value that is no number is itself alone, whatever the tolerance`() {
    #expect(Self.verdict(["a": .nan], ["a": .nan], ["a": 9]) == "same bits")
    #expect(Self.verdict(["a": .nan], ["a": 1], ["a": 9]) == "outside: a nan → 1 (±9)")
    #expect(Self.verdict(["a": 1], ["a": .infinity], ["a": 9]) == "outside: a 1 → inf (±9)")
    #expect(Self.verdict(["a": .infinity], ["a": .nan], ["a": 9]) == "outside: a inf → nan (±9)")
  }

  @Test func `a metric that only one of the two has is outside`() {
    #expect(Self.verdict(["a": 1, "b": 2], ["a": 1], ["b": 9]) == "outside: b 2 → nothing (±9)")
  }
}
