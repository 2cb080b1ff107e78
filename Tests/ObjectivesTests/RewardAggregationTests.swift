import Objectives
import TestSupport
import Testing

@Suite struct RewardAggregationTests {
  @Test func `components are summed by their weights`() {
    #expect(weightedSum(components: [1, -2, 0.5], weights: []) == -0.5)
    #expect(weightedSum(components: [1, -2, 0.5], weights: [2, 0, 4]) == 4)
    #expect(weightedSum(components: [], weights: []) == 0)
  }

  @Test func `normalized first, a component of large deviation does not hide another`() {
    // The sums are 10 and 1, as if the first component were not there; normalized, each is ±1/√2.
    let pairs: [[Double]] = [[0, 10], [1, 0]]
    let unit = 1 / 2.0.squareRoot()
    expectClose(
      sumsOfNormalized(components: pairs, weights: [], epsilon: 0), [0, 0], tolerance: 1e-15)
    expectClose(
      sumsOfNormalized(components: pairs, weights: [1, 3], epsilon: 0), [2 * unit, -2 * unit],
      tolerance: 1e-15)
  }

  @Test func `one component is GRPO's advantage, and one that all share adds nothing`() {
    let returns: [Double] = [3, -1, 0.25, 2]
    let alone = sumsOfNormalized(
      components: returns.map { [$0] }, weights: [], epsilon: 1e-4)
    #expect(alone == standardizedGroup(returns, epsilon: 1e-4))
    let shared = sumsOfNormalized(
      components: returns.map { [$0, 0.35] }, weights: [1, 7], epsilon: 1e-4)
    #expect(shared == alone)
    let equal = [[Double]](repeating: [0.35, 0.1], count: 8)
    #expect(sumsOfNormalized(components: equal, weights: [], epsilon: 0).allSatisfy { $0 == 0 })
    #expect(sumsOfNormalized(components: [[5, 2]], weights: [], epsilon: 0) == [0])
    #expect(sumsOfNormalized(components: [], weights: [], epsilon: 0).isEmpty)
  }

  @Test func `normalized over the batch they are TRL's advantages`() throws {
    let peers = try PeerValues()
    let components = zip(try peers("inputs", "scores"), try peers("inputs", "format")).map {
      [$0, $1]
    }
    let sums = try peers.groups(components).flatMap {
      sumsOfNormalized(
        components: $0, weights: try peers("constants", "rewardWeights"), epsilon: 1e-4)
    }
    let scale = deviationScale(returns: sums, epsilon: 1e-4)
    expectClose(sums.map { $0 * scale }, try peers("trl", "gdpo"), tolerance: 1e-7)
  }
}
