import Objectives
import TestSupport
import Testing

@Suite struct EntropyThresholdTests {
  private func threshold(_ entropies: [Float], share: Double) -> Double {
    var scratch: [Float] = [7, 7]
    return entropyThreshold(
      of: entropies + [99], count: entropies.count, share: share, scratch: &scratch)
  }

  @Test func `a threshold is worked by hand`() {
    // Sorted ¼, ½, 1, 2, 4: a share of ½ begins in the middle, one of 0.4 a tenth of the way from 1 to 2, times 4.
    let entropies: [Float] = [2, 0.25, 4, 1, 0.5]
    #expect(threshold(entropies, share: 0.5) == 1)
    expectClose(threshold(entropies, share: 0.4), 1.4, tolerance: 1e-15)
    expectClose(threshold(entropies, share: 0.9), 0.35, tolerance: 1e-15)
  }

  @Test func `all steps reach that of the share 1, and the highest alone that of 0`() {
    #expect(threshold([2, 0.25, 4, 1], share: 1) == 0.25)
    #expect(threshold([2, 0.25, 4, 1], share: 0) == 4)
    #expect(threshold([3], share: 0.2) == 3)
    #expect(threshold([1, 1, 1], share: 0.3) == 1)
  }

  @Test func `it is the quantile of the sorted entropies, whatever their order`() {
    var state: UInt32 = 7
    for count in [2, 3, 10, 57] {
      let entropies = (0..<count).map { _ -> Float in
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(state >> 20 & 31) / 8
      }
      let sorted = entropies.sorted().map { Double($0) }
      for share in [0, 0.2, 0.31, 0.75, 1] {
        let place = (1 - share) * Double(count - 1)
        let (rank, next) = (Int(place), min(Int(place) + 1, count - 1))
        let expected = sorted[rank] + (place - Double(rank)) * (sorted[next] - sorted[rank])
        #expect(threshold(entropies, share: share) == expected)
      }
    }
  }
}
