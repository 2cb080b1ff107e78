import Cluster
import ExternalTrainers
import Testing

/// How runs are cut into the shares that tasks execute.
@Suite struct SharesTests {
  @Test func `short runs are joined up to the target, and what is left joins the last share`() {
    #expect(shares(of: Array(repeating: 1, count: 10), target: 5) == [0..<5, 5..<10])
    #expect(shares(of: Array(repeating: 1, count: 12), target: 5) == [0..<5, 5..<12])
    #expect(shares(of: Array(repeating: 1, count: 13), target: 5) == [0..<5, 5..<10, 10..<13])
    #expect(shares(of: [], target: 5) == [])
    #expect(shares(of: [1], target: 5) == [0..<1])
  }

  @Test func `a long run is a share of its own, and does not take short ones with it`() {
    #expect(shares(of: [3, 100, 3, 3], target: 5) == [0..<1, 1..<2, 2..<4])
    // Less than half of the target is not worth a task.
    #expect(shares(of: [1, 100, 1], target: 5) == [0..<2, 2..<3])
  }

  @Test func `a hundred thousand short runs are a few hundred tasks`() {
    let cut = shares(of: Array(repeating: 3, count: 100_000), target: 1200)
    #expect(cut.count == 250)
    #expect(cut.allSatisfy { (600...1800).contains(3 * $0.count) })
  }

  @Test(arguments: 0..<50)
  func `every run is in one share, in order, and no share of several is beyond the bound`(seed: Int)
  {
    var state = UInt64(seed) &* 2_862_933_555_777_941_757 &+ 3_037_000_493
    let seconds = (0..<200).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 54) / 100
    }
    let cut = shares(of: seconds, target: 10)
    #expect(cut.flatMap { Array($0) } == Array(seconds.indices))
    for share in cut {
      let sum = seconds[share].reduce(0, +)
      // What begins with less than half takes one more, however long that is.
      #expect(share.count == 1 || sum - (seconds[share].max() ?? 0) < 15, "\(share): \(sum)")
    }
  }
}
