import Foundation
import SeededRandom
import Statistics
import TestSupport
import Testing

/// Quantiles, powers and detectable differences, beside scipy's and what can be worked out by hand.
@Suite struct PowerTests {
  private struct Goldens: Decodable {
    struct StudentQuantile: Decodable { let degreesOfFreedom: Int, tail, value: Double }
    struct NoncentralTail: Decodable {
      let degreesOfFreedom: Int, noncentrality, t, value: Double
    }
    struct ChiSquareQuantile: Decodable { let degreesOfFreedom: Int, probability, value: Double }
    struct Difference: Decodable { let pairs: Int, significance, power, value: Double }

    let normalTails: [[Double]]
    let studentQuantiles: [StudentQuantile]
    let noncentralTails: [NoncentralTail]
    let chiSquareQuantiles: [ChiSquareQuantile]
    let differences: [Difference]

    static func load() throws -> Self {
      let file = testFolder().appending(components: "Goldens", "power.json")
      return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
    }
  }

  private func expectClose(_ value: Double, _ expected: Double, digits: Double = 1e-9) {
    #expect(
      (value - expected).magnitude <= digits * max(expected.magnitude, 1e-300),
      "\(value) is not \(expected)")
  }

  @Test func `tails and quantiles are scipy's`() throws {
    let goldens = try Goldens.load()
    for tail in goldens.normalTails { expectClose(normalTail(above: tail[0]), tail[1]) }
    for golden in goldens.studentQuantiles {
      let student = NoncentralStudent(degreesOfFreedom: golden.degreesOfFreedom)
      expectClose(student.quantile(ofTail: golden.tail), golden.value)
    }
    for golden in goldens.noncentralTails {
      let student = NoncentralStudent(degreesOfFreedom: golden.degreesOfFreedom)
      expectClose(
        student.tail(above: golden.t, noncentrality: golden.noncentrality), golden.value,
        digits: 1e-8)
    }
    for golden in goldens.chiSquareQuantiles {
      expectClose(
        chiSquareQuantile(golden.probability, degreesOfFreedom: golden.degreesOfFreedom),
        golden.value)
    }
  }

  @Test
  func `detectable differences are scipy's, and there is none where no p-value is small enough`()
    throws
  {
    var count = 0
    for golden in try Goldens.load().differences {
      let difference = detectableDifference(
        deviation: 2, pairs: golden.pairs, significance: golden.significance, power: golden.power)
      let isPossible = SignFlipTest.smallestPValue(pairs: golden.pairs) < golden.significance
      #expect((difference != nil) == isPossible)
      guard let difference else { continue }
      expectClose(difference, 2 * golden.value, digits: 1e-8)
      count += 1
    }
    #expect(count > 30)
  }

  /// One degree of freedom is Cauchy's distribution; with two the tail is ½ (1 − t/√(2 + t²)).
  @Test func `Student's tails are those worked out by hand`() {
    expectClose(NoncentralStudent(degreesOfFreedom: 1).tail(above: 1), 0.25)
    expectClose(NoncentralStudent(degreesOfFreedom: 1).quantile(ofTail: 0.25), 1)
    let two = NoncentralStudent(degreesOfFreedom: 2)
    for t in [0.0, 0.5, 2, 30] {
      expectClose(two.tail(above: t), 0.5 * (1 - t / (2 + t * t).squareRoot()))
    }
    expectClose(
      two.tail(above: -1, noncentrality: -0.5), 1 - two.tail(above: 1, noncentrality: 0.5))
  }

  /// A chi-square number of two degrees of freedom is −2 log of a uniform one.
  @Test func `the limit of a deviation is that worked out by hand`() {
    let quantile = 0.4462871026284195  // −2 log .8
    expectClose(deviationLimit(3, scores: 3), 3 * (2 / quantile).squareRoot())
    #expect(deviationLimit(0, scores: 5) == 0)
    // The larger the pilot, the less is added.
    let limits = [2, 3, 5, 10, 50, 1000].map { deviationLimit(1, scores: $0) }
    #expect(limits == limits.sorted(by: >))
    #expect(limits.allSatisfy { $0 > 1 })
    expectClose(limits[5], 1.0194, digits: 1e-3)
  }

  @Test func `more pairs, a weaker demand and a smaller deviation find smaller differences`() throws
  {
    func difference(
      _ deviation: Double = 1, pairs: Int = 20, significance: Double = 0.05, power: Double = 0.8
    ) throws -> Double {
      try #require(
        detectableDifference(
          deviation: deviation, pairs: pairs, significance: significance, power: power))
    }
    #expect(try difference(pairs: 40) < difference())
    #expect(try difference(significance: 0.01) > difference())
    #expect(try difference(power: 0.9) > difference())
    expectClose(try difference(7), try 7 * difference())
    #expect(try difference(0) == 0)
    // Normal quantiles hold for many pairs: (1.959964 + 0.841621) / √1000.
    expectClose(try difference(pairs: 1000), 2.801585 / 1000.0.squareRoot(), digits: 2e-3)
  }

  /// What is planned with is the t-test; what the claims use is the sign-flip test.
  @Test func `the sign-flip test finds the difference about as often as planned`() throws {
    let difference = try #require(
      detectableDifference(deviation: 1, pairs: 10, significance: 0.05))
    var generator = RandomStreams(identity: "power", replicateSeed: 0).generator(for: .bootstrap)
    var found = 0
    let trials = 500
    for _ in 0..<trials {
      let differences = (0..<10).map { _ in difference + generator.nextNormal() }
      if SignFlipTest(differences: differences, using: &generator).pValue() < 0.05 { found += 1 }
    }
    // 2.5 standard errors of 500 trials are .045.
    #expect((0.735...0.865).contains(Double(found) / Double(trials)))
  }
}
