import Objectives
import TestSupport
import Testing

@Suite struct BaselinesTests {
  @Test func `leave-one-out is the mean of the others`() {
    #expect(leaveOneOutBaselines(returns: [1, 2, 6]) == [4, 3.5, 1.5])
  }

  @Test func `leave-one-out of equal returns is exactly that return`() {
    #expect(leaveOneOutBaselines(returns: [0.35, 0.35, 0.35]) == [0.35, 0.35, 0.35])
  }

  @Test func `the length-weighted baseline counts each step once`() {
    // (3·1 + 1·5) / 4
    #expect(lengthWeightedOptimalBaseline(returns: [1, 5], lengths: [3, 1]) == 2)
    #expect(lengthWeightedOptimalBaseline(returns: [1, 5], lengths: [0, 0]) == 0)
  }

  @Test func `with equal lengths the length-weighted baseline is the group mean`() {
    let returns = [1.0, -2, 4.5, 0.25]
    expectClose(
      lengthWeightedOptimalBaseline(returns: returns, lengths: [7, 7, 7, 7]), mean(of: returns),
      tolerance: 1e-15)
  }

  @Test func `the squared score norm is that of the gradient of the logits`() {
    let probabilities = [0.5, 0.3, 0.2]
    let squares = probabilities.reduce(0) { $0 + $1 * $1 }
    for action in probabilities.indices {
      let gradient = probabilities.indices.map { ($0 == action ? 1 : 0) - probabilities[$0] }
      expectClose(
        squaredScoreNorm(probability: probabilities[action], squaredProbabilities: squares),
        gradient.reduce(0) { $0 + $1 * $1 }, tolerance: 1e-15)
    }
  }

  @Test func `a certain choice has no score`() {
    #expect(squaredScoreNorm(probability: 1, squaredProbabilities: 1) == 0)
  }

  @Test func `the optimal token baseline weighs by the accumulated score`() {
    // t = 0: (4·1 + 2·3)/4; t = 1: only the first is alive, whose weight has grown to 1 + 2.
    let baselines = optimalTokenBaselines(
      credits: [[4, 1], [2]], squaredScoreNorms: [[1, 2], [3]])
    #expect(baselines == [2.5, 1])
  }

  @Test func `the optimal token baseline of certain choices is 0`() {
    #expect(optimalTokenBaselines(credits: [[4]], squaredScoreNorms: [[0]]) == [0])
    #expect(optimalTokenBaselines(credits: [], squaredScoreNorms: []) == [])
  }

  @Test func `the moving average is the mean of past batches, without the bias of its start`() {
    var average = MovingAverage(decay: 0.5)
    #expect(average.value == 0)
    average.record(8)
    #expect(average.value == 8)
    average.record(2)
    // (0.5·0.5·8 + 0.5·2) / (1 − 0.25)
    expectClose(average.value, 4, tolerance: 1e-15)
  }

  @Test func `a moving average without memory is the last batch`() {
    var average = MovingAverage(decay: 0)
    average.record(3)
    average.record(-5)
    #expect(average.value == -5)
  }

  @Test func `shrinkage moves each group's baselines toward the other groups`() {
    // Means 2 and 6; variances 2 and 2; error 2/1 = 2; between 8 − 2/2 = 7; λ = 2/9.
    let baselines = shrinkageBaselines(returns: [[1, 3], [5, 7]])
    expectClose(
      baselines[0], [7.0 / 9 * 3 + 2.0 / 9 * 6, 7.0 / 9 * 1 + 2.0 / 9 * 6], tolerance: 1e-14)
    expectClose(
      baselines[1], [7.0 / 9 * 7 + 2.0 / 9 * 2, 7.0 / 9 * 5 + 2.0 / 9 * 2], tolerance: 1e-14)
  }

  @Test func `shrinkage of one group, or of groups without noise, is leave-one-out`() {
    #expect(shrinkageBaselines(returns: [[1, 2, 6]]) == [[4, 3.5, 1.5]])
    #expect(shrinkageBaselines(returns: [[1, 1], [4, 4]]) == [[1, 1], [4, 4]])
  }

  @Test func `groups whose means agree are pooled`() {
    // No variance between the means: λ = 1, and the baseline is the other group's mean.
    #expect(shrinkageBaselines(returns: [[0, 4], [1, 3]]) == [[2, 2], [2, 2]])
  }
}
