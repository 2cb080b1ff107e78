import Statistics
import TestSupport
import Testing

@Suite struct InterquartileMeanTests {
  @Test func `it is scipy's 25 percent trimmed mean`() throws {
    for sample in try StatisticsGoldens.load().samples {
      expectClose(
        interquartileMean(sample.scores), sample.interquartileMean, tolerance: 1e-12 * 500)
    }
  }

  @Test func `it leaves out the floor of a quarter at either end`() {
    #expect(interquartileMean([3]) == 3)
    #expect(interquartileMean([1, 2]) == 1.5)
    #expect(interquartileMean([0, 3, 9]) == 4)
    #expect(interquartileMean([100, 1, -100, 2]) == 1.5)
    #expect(interquartileMean([4, 1, 2, 3, 1000]) == 3)
    #expect(interquartileMean([1, 2, 3, 4, 5, 6, 7, 8]) == 4.5)
    #expect(interquartileMean([0, 0, 1, 2, 3, 4, 5, 6, 90, 90]) == 3.5)
  }

  @Test func `the order of the scores does not matter, to the last digit`() {
    let scores = [0.1, 0.7, 0.3, 1e-9, 12.3, 0.2, 0.1, 5.5, 7.7]
    #expect(interquartileMean(scores) == interquartileMean(scores.reversed()))
    #expect(interquartileMean(scores) == interquartileMean(scores.sorted()))
  }

  @Test(arguments: 1...20) func `equal scores give exactly their value`(count: Int) {
    #expect(interquartileMean([Double](repeating: 0.1, count: count)) == 0.1)
  }

  @Test func `no scores, and scores that are no numbers, stop the program`() async {
    await #expect(processExitsWith: .failure) { _ = interquartileMean([]) }
    await #expect(processExitsWith: .failure) { _ = interquartileMean([1, .nan, 2]) }
    await #expect(processExitsWith: .failure) { _ = interquartileMean([1, .infinity]) }
  }
}
