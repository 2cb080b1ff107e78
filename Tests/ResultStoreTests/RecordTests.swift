import ResultStore
import Testing

@Suite struct RecordTests {
  @Test func `a digest has a part for each metric and curve, sorted by name`() {
    let digest = Fixture.record.digest
    #expect(
      digest.parts.map(\.name) == [
        "curve.empty", "curve.evaluation_return", "curve.explained_variance",
        "metric.environment_steps", "metric.evaluation_return", "metric.kl", "samples", "weights",
      ])
    // printf '487.35\n' | sha256sum
    #expect(
      digest.hex(of: "metric.evaluation_return")
        == "64836efe48dc27caace3a5d70c2848a26430ac52942e53f04537c413da797518")
    // printf '5000,20.5\n10000,487.35\n' | sha256sum
    #expect(
      digest.hex(of: "curve.evaluation_return")
        == "4aa2368c4f57f4a497362fa7701fb9937449e322bd8a6cb98886d52c692620b2")
    #expect(digest.hex(of: "curve.empty") == Digest.hex(of: ""))
    #expect(
      digest.all
        == Digest.hex(
          of: "labbook record 1\n" + digest.parts.map { "\($0.name) \($0.hex)\n" }.joined()))
  }

  @Test func `every change of a record changes its part alone`() {
    func disagreements(_ change: (inout Record) -> Void) -> [String] {
      var changed = Fixture.record
      change(&changed)
      return changed.digest.disagreements(with: Fixture.record.digest)
    }
    #expect(disagreements { _ in } == [])
    #expect(disagreements { $0.metrics["kl"] = (-1.5e-7).nextUp } == ["metric.kl"])
    #expect(disagreements { $0.weights[17] ^= 1 } == ["weights"])
    #expect(disagreements { $0.samples.swapAt(0, 1) } == ["samples"])
    #expect(
      disagreements {
        $0.curves[2] = Curve(
          name: $0.curves[2].name, steps: [512, 1024, 1537], values: $0.curves[2].values)
      } == ["curve.explained_variance"])
  }

  @Test func `records agree when one has more parts`() {
    var later = Fixture.record
    later.metrics["new_diagnostic"] = 1
    later.curves.append(Curve(name: "new_curve", steps: [1], values: [2]))
    #expect(later.digest.disagreements(with: Fixture.record.digest) == [])
    #expect(Fixture.record.digest.disagreements(with: later.digest) == [])
    #expect(later.digest.all != Fixture.record.digest.all)
  }

  @Test func `records with nothing in common do not agree`() {
    let digest = Record(metrics: ["a": 1]).digest
    #expect(
      digest.disagreements(with: Record(metrics: ["b": 1]).digest) == ["metric.a", "metric.b"])
    #expect(digest.disagreements(with: Record(metrics: [:]).digest) == ["metric.a"])
    #expect(Record(metrics: [:]).digest.disagreements(with: Record(metrics: [:]).digest) == [])
  }

  @Test func `both zeros are different results and every NaN is the same`() {
    #expect(Record(metrics: ["a": 0]).digest != Record(metrics: ["a": -0.0]).digest)
    let quiet = Curve(name: "c", steps: [1], values: [.nan])
    let payload = Curve(name: "c", steps: [1], values: [-.signalingNaN])
    #expect(quiet == payload)
    #expect(
      Record(metrics: [:], curves: [quiet]).digest == Record(metrics: [:], curves: [payload]).digest
    )
    #expect(
      Curve(name: "c", steps: [1], values: [0]) != Curve(name: "c", steps: [1], values: [-0.0]))
  }

  @Test func `a record that cannot be stored says why`() {
    func problem(_ record: Record) -> String? { record.problem.map { "\($0.part) \($0.problem)" } }
    let curve = Curve(name: "c", steps: [], values: [])
    #expect(problem(Fixture.record) == nil)
    #expect(problem(Record(metrics: ["a": .nan])) == "metric.a is not finite (nan)")
    #expect(problem(Record(metrics: ["a b": 1])) == "metric.a b has no valid name")
    #expect(problem(Record(metrics: [:], curves: [curve, curve])) == "curve.c appears twice")
    #expect(
      problem(Record(metrics: [:], samples: ["{}", "{\n}"]))
        == "samples sample 2 is not a JSON document on one line")
    #expect(
      problem(Record(metrics: [:], samples: ["{"]))
        == "samples sample 1 is not a JSON document on one line")
  }
}
