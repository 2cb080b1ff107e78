import ReportBuilder
import Testing

@Suite struct CurveAlignmentTests {
  @Test func `curves recorded at the same steps keep them`() {
    let aligned = CurveAlignment.align([
      [(step: 10, value: 1), (step: 20, value: 2)], [(step: 10, value: 3), (step: 20, value: 4)],
    ])
    #expect(aligned.map(\.step) == [10, 20])
    #expect(aligned.map(\.values) == [[1, 3], [2, 4]])
  }

  @Test func `a curve that begins late leaves the steps as they are`() {
    let aligned = CurveAlignment.align([
      [(step: 10, value: 1), (step: 20, value: 2), (step: 30, value: 3)],
      [(step: 20, value: 4), (step: 30, value: 5)],
    ])
    #expect(aligned.map(\.step) == [20, 30])
    #expect(aligned.map(\.values) == [[2, 4], [3, 5]])
  }

  @Test func `other curves are averaged over equal stretches`() {
    // 500 steps in 50 stretches of 10: the first holds 4 and 9 of one curve and 10 of the other.
    let first = [
      (step: 4, value: 1.0), (step: 9, value: 3), (step: 11, value: 5), (step: 500, value: 7),
    ]
    let second = [(step: 10, value: 8.0), (step: 30, value: 9), (step: 495, value: 11)]
    let aligned = CurveAlignment.align([first, second])
    #expect(aligned.map(\.step) == [10, 500])
    #expect(aligned.map(\.values) == [[2, 8], [7, 11]])
  }

  @Test func `the last point is of every curve's last value, wherever it was recorded`() {
    let ends = CurveAlignment.align([
      [(step: 10, value: 1), (step: 20, value: 2), (step: 29, value: 3)],
      [(step: 10, value: 3), (step: 20, value: 4), (step: 31, value: 5)],
    ])
    #expect(ends.map(\.step) == [10, 20, 31])
    #expect(ends.map(\.values) == [[1, 3], [2, 4], [3, 5]])
    // More points than are drawn: the mean of a stretch, and at the end the value of tables.
    let long = (1...500).map { (step: $0 * 10, value: Double($0)) }
    let aligned = CurveAlignment.align([long, long])
    #expect(aligned.count <= 51)
    #expect(aligned.first?.values == [5.5, 5.5])
    #expect(aligned.last?.step == 5000)
    #expect(aligned.last?.values == [500, 500])
    // A curve of one point, and one that stopped early.
    #expect(
      CurveAlignment.align([[(step: 7, value: 1)], [(step: 9, value: 2)]]).map(\.step) == [9])
  }

  @Test func `values that are not finite are left out`() {
    let aligned = CurveAlignment.align([
      [(step: 10, value: .nan), (step: 20, value: 2)], [(step: 20, value: 4)],
    ])
    #expect(aligned.map(\.step) == [20])
    #expect(aligned.map(\.values) == [[2, 4]])
  }

  @Test func `a seed without the curve leaves nothing to draw`() {
    #expect(CurveAlignment.align([[(step: 1, value: 1)], []]).isEmpty)
    #expect(CurveAlignment.align([]).isEmpty)
  }
}
