import Objectives
import TestSupport
import Testing

@Suite struct RunningMomentsTests {
  @Test func `two batches by hand`() {
    // With the 10⁻⁴ rows of the beginning, at mean 0 and variance 1.
    var moments = RunningMoments(columns: 1)
    moments.add([1.0, 3.0], rowCount: 2)
    let total = 2.0001
    expectClose(moments.means[0], 2 * 2 / total, tolerance: 1e-15)
    // M₂ = 10⁻⁴ · 1 + 2 · 1 + 2² · 10⁻⁴ · 2 / 2.0001.
    expectClose(
      moments.variances[0], (1e-4 + 2 + 4 * 1e-4 * 2 / total) / total, tolerance: 1e-15)
    #expect(moments.count == total)
  }

  @Test func `one row has no variance of its own`() {
    var moments = RunningMoments(columns: 2)
    moments.add([5.0, -1.0], rowCount: 1)
    expectClose(moments.means, [5 / 1.0001, -1 / 1.0001], tolerance: 1e-15)
    expectClose(
      moments.variances[0], (1e-4 + 25 * 1e-4 / 1.0001) / 1.0001, tolerance: 1e-15)
  }

  @Test func `the moments of batches are those of all rows at once`() {
    let numbers = (0..<240).map { Double(($0 * 7919) % 101) / 8 - 5 }
    var whole = RunningMoments(columns: 3)
    whole.add(numbers, rowCount: 80)
    var parts = RunningMoments(columns: 3)
    for start in stride(from: 0, to: 240, by: 15) {
      parts.add(Array(numbers[start..<(start + 15)]), rowCount: 5)
    }
    expectClose(parts.means, whole.means, tolerance: 1e-12)
    expectClose(parts.variances, whole.variances, tolerance: 1e-12)
    // Up to the beginning they are the mean and the variance divided by n.
    for column in 0..<3 {
      let values = stride(from: column, to: 240, by: 3).map { numbers[$0] }
      let deviation = standardDeviation(of: values)
      expectClose(whole.means[column], mean(of: values), tolerance: 1e-4)
      expectClose(whole.variances[column], deviation * deviation * 79 / 80, tolerance: 1e-3)
    }
  }

  @Test func `no rows change nothing, and further numbers are not read`() {
    var moments = RunningMoments(columns: 1)
    moments.add([Float](), rowCount: 0)
    #expect(moments == RunningMoments(columns: 1))
    moments.add([1, 2, 100] as [Float], rowCount: 2)
    var two = RunningMoments(columns: 1)
    two.add([1, 2] as [Float], rowCount: 2)
    #expect(moments == two)
  }
}
