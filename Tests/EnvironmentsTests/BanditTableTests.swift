import Environments
import TestSupport
import Testing

@Suite struct BanditTableTests {
  private let table = BanditTable(
    meanRewards: [[1, 0, 0.5], [0.25, 0.75, 0]], noise: .none)
  private let policy = [[0.5, 0.25, 0.25], [0.125, 0.5, 0.375]]

  @Test func `values and expected reward are as worked out by hand`() {
    // ½ + 0.125, and 1/32 + 3/8.
    #expect(table.valueBaselines(of: policy) == [0.625, 0.40625])
    #expect(table.expectedReward(of: policy) == (0.625 + 0.40625) / 2)
    #expect(table.bestExpectedReward == 0.875)
    #expect(table.greedyActions(of: policy) == [0, 1])
    #expect(table.greedyActions(of: [[0.25, 0.5, 0.25], [0.375, 0.25, 0.375]]) == [1, 0])
  }

  @Test func `the optimal baseline is as worked out by hand`() {
    // Σπ² = 3/8: ‖∇ log π‖² = 3/8, 7/8, 7/8; weights π‖∇‖² = 6/32, 7/32, 7/32.
    // b* = (6 + 3.5) / 20.
    expectClose(table.optimalBaselines(of: policy)[0], 9.5 / 20, tolerance: 1e-15)
    // A certain policy has no gradient, and any baseline does.
    #expect(table.optimalBaselines(of: [[1, 0, 0], [0, 1, 0]]) == [0, 0])
  }

  @Test func `the policy gradient matches finite differences of the expected reward`() {
    let logits = [[0.3, -0.2, 0.9], [0, 1.5, -0.5]]
    let gradient = table.policyGradient(of: BanditTable.policy(logits: logits))
    func expectedReward(_ flat: [Double]) -> Double {
      let logits = [Array(flat[0..<3]), Array(flat[3..<6])]
      return table.expectedReward(of: BanditTable.policy(logits: logits))
    }
    expectGradient(
      Array(gradient.joined()), matches: expectedReward, at: Array(logits.joined()), step: 1e-5,
      tolerance: 1e-9)
    for row in gradient { #expect(row.reduce(0, +).magnitude < 1e-16) }
  }

  @Test func `no constant baseline has less variance than the optimal one`() {
    for context in 0..<2 {
      let best = variance(baseline: table.optimalBaselines(of: policy)[context], context)
      for shift in [-0.3, -0.01, -1e-3, 1e-3, 0.01, 0.3] {
        let other = table.optimalBaselines(of: policy)[context] + shift
        #expect(variance(baseline: other, context) > best)
      }
    }
  }

  /// The trace of the variance of one sample's gradient, straight from its definition.
  private func variance(baseline: Double, _ context: Int) -> Double {
    var mean = [0.0, 0, 0]
    var square = 0.0
    for sample in 0..<3 {
      let probability = policy[context][sample]
      for action in 0..<3 {
        let score = (action == sample ? 1 : 0) - policy[context][action]
        let value = score * (table.meanRewards[context][sample] - baseline)
        mean[action] += probability * value
        square += probability * value * value
      }
    }
    return square - mean.reduce(0) { $0 + $1 * $1 }
  }

  @Test func `a softmax survives large logits and is unmoved by a shift`() {
    let policy = BanditTable.policy(logits: [[1000, 1000, -1000], [1, 2, 3]])
    #expect(policy[0] == [0.5, 0.5, 0])
    expectClose(
      policy[1], BanditTable.policy(logits: [[101, 102, 103]])[0], tolerance: 1e-16)
    expectClose(
      policy[1], [0.09003057317038046, 0.24472847105479764, 0.6652409557748218], tolerance: 1e-15)
  }
}
