import Objectives
import TestSupport
import Testing

@Suite struct MomentsTests {
  @Test func `the standard deviation divides by n minus 1`() {
    // Squared distances from 5: 9, 1, 1, 1, 0, 0, 4, 16; their sum over 7 is 32/7.
    expectClose(
      standardDeviation(of: [2, 4, 4, 4, 5, 5, 7, 9]), (32.0 / 7).squareRoot(), tolerance: 1e-15)
  }

  @Test func `the biased deviation divides by n`() {
    let elements = [2.0, 4, 4, 4, 5, 5, 7, 9]
    #expect(standardDeviation(of: elements, variance: .biased) == 2)
    expectClose(
      standardDeviation(of: elements, variance: .biased),
      (7.0 / 8).squareRoot() * standardDeviation(of: elements), tolerance: 1e-15)
    #expect(standardDeviation(of: [0.35, 0.35, 0.35], variance: .biased) == 0)
    #expect(standardDeviation(of: [3], variance: .biased) == 0)
  }

  @Test(arguments: [0.35, 0.1, 1.0 / 3, 1e300, -7.7])
  func `equal elements have their value as mean and no deviation`(element: Double) {
    let elements = [Double](repeating: element, count: 7)
    #expect(mean(of: elements) == element)
    #expect(standardDeviation(of: elements) == 0)
  }

  @Test func `nothing has mean 0 and one element no deviation`() {
    #expect(mean(of: []) == 0)
    #expect(standardDeviation(of: []) == 0)
    #expect(standardDeviation(of: [3]) == 0)
    #expect(areAllEqual([]))
    #expect(!areAllEqual([1, 1, 1.0000001]))
  }

  @Test func `a shift leaves the deviation alone`() {
    let elements = [1.5, -2, 0.25, 8]
    expectClose(
      standardDeviation(of: elements.map { $0 + 1e6 }), standardDeviation(of: elements),
      tolerance: 1e-8)
  }
}
