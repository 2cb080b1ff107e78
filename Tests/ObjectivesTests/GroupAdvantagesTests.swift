import Objectives
import TestSupport
import Testing

/// The advantages of a group as GRPO's point on the axes makes them: less the mean, then scaled.
func standardizedGroup(_ returns: [Double], epsilon: Double) -> [Double] {
  let scale = deviationScale(returns: returns, epsilon: epsilon)
  return centeredAdvantages(returns: returns).map { $0 * scale }
}

@Suite struct GroupAdvantagesTests {
  let threeOfEight: [Double] = [1, 0, 0, 1, 0, 0, 1, 0]

  @Test func `three successes in eight give the published advantages`() {
    func pattern(_ success: Double, _ failure: Double) -> [Double] {
      threeOfEight.map { $0 == 1 ? success : failure }
    }
    expectClose(
      standardizedGroup(threeOfEight, epsilon: 0), pattern(1.2076, -0.7246),
      tolerance: 5e-5)
    #expect(centeredAdvantages(returns: threeOfEight) == pattern(0.625, -0.375))
    expectClose(
      leaveOneOutAdvantages(returns: threeOfEight), pattern(0.7143, -0.4286), tolerance: 5e-5)
  }

  @Test(arguments: [1e-9, 0.5, 3, 1e9])
  func `a pair gets plus and minus one over the square root of two whatever the gap`(gap: Double) {
    expectClose(
      standardizedGroup([gap, 0], epsilon: 0),
      [1 / 2.squareRoot(), -1 / 2.squareRoot()], tolerance: 1e-12)
  }

  @Test func `the advantages of a group sum to zero`() {
    let returns = [0.3, -1.7, 2.25, 0.1, 9]
    for advantages in [
      standardizedGroup(returns, epsilon: 1e-4),
      centeredAdvantages(returns: returns), leaveOneOutAdvantages(returns: returns),
    ] {
      #expect(advantages.reduce(0, +).magnitude < 1e-12)
    }
  }

  @Test(arguments: 2...9)
  func `the centered advantage is (G − 1)/G of the leave-one-out advantage`(size: Int) {
    let returns = (0..<size).map { Double($0 * $0) - 3 }
    let factor = Double(size - 1) / Double(size)
    expectClose(
      centeredAdvantages(returns: returns),
      leaveOneOutAdvantages(returns: returns).map { $0 * factor }, tolerance: 1e-11)
  }

  @Test(arguments: [0.35, 0.1, 1e-8, 500])
  func `a group whose rewards are all equal has exactly no advantage`(reward: Double) {
    let returns = [Double](repeating: reward, count: 8)
    let zeros = [Double](repeating: 0, count: 8)
    #expect(standardizedGroup(returns, epsilon: 0) == zeros)
    #expect(standardizedGroup(returns, epsilon: 1e-9) == zeros)
    #expect(centeredAdvantages(returns: returns) == zeros)
    #expect(leaveOneOutAdvantages(returns: returns) == zeros)
  }

  @Test(arguments: [1, 2, 4, 7])
  func `binary rewards give the odds of success under the population deviation`(successes: Int) {
    let size = 8
    let p = Double(successes) / Double(size)
    let returns = (0..<size).map { $0 < successes ? 1.0 : 0.0 }
    // s² = p (1 − p) G/(G − 1), so the population form is √(G/(G−1)) times ours.
    let factor = (Double(size) / Double(size - 1)).squareRoot()
    let advantages = standardizedGroup(returns, epsilon: 0)
    expectClose(advantages[0] * factor, ((1 - p) / p).squareRoot(), tolerance: 1e-12)
    expectClose(advantages[size - 1] * factor, -(p / (1 - p)).squareRoot(), tolerance: 1e-12)
    expectClose(
      deviationScale(returns: returns, epsilon: 0, variance: .biased),
      1 / (p * (1 - p)).squareRoot(), tolerance: 1e-12)
  }

  @Test func `the mean of binary rewards is the share of successes, none without any`() {
    // The paper's example: one success of four is worth 3, a failure −1.
    let scale = meanScale(returns: [1, 0, 0, 0], epsilon: 0)
    #expect(centeredAdvantages(returns: [1, 0, 0, 0]).map { $0 * scale } == [3, -1, -1, -1])
    #expect(meanScale(returns: [0, 0, 0], epsilon: 0) == 0)
    #expect(meanScale(returns: [-1, 0.5], epsilon: 1) == 0)
    #expect(meanScale(returns: [2], epsilon: 0.5) == 0.4)
  }

  @Test(arguments: 1...7)
  func `the gradient by the mean is that by the deviation, as √((1 − p)/p) is to 1`(successes: Int)
  {
    let size = 8
    let p = Double(successes) / Double(size)
    let returns = (0..<size).map { $0 < successes ? 1.0 : 0.0 }
    let ratio =
      meanScale(returns: returns, epsilon: 0) / deviationScale(returns: returns, epsilon: 0)
    // s = √(p (1 − p) G/(G − 1)).
    expectClose(
      ratio, ((1 - p) / p * Double(size) / Double(size - 1)).squareRoot(), tolerance: 1e-12)
  }

  @Test func `groups without signal leave their share to the others`() {
    #expect(signalScale(hasSignal: [true, false, true]) == 1.5)
    #expect(signalScale(hasSignal: [true, true]) == 1)
    #expect(signalScale(hasSignal: [false, false]) == 0)
    #expect(signalScale(hasSignal: []) == 0)
  }

  @Test func `only a best member without an equal adds to the best of its group`() {
    #expect(bestOfGroupAdvantages(returns: [0.25, 3, -1, 2]) == [0, 1, 0, 0])
    #expect(bestOfGroupAdvantages(returns: [-2, -5]) == [3, 0])
    #expect(bestOfGroupAdvantages(returns: [0, 0, 1]) == [0, 0, 1])
    #expect(bestOfGroupAdvantages(returns: [1, 0, 1]) == [0, 0, 0])
    #expect(bestOfGroupAdvantages(returns: [0.35, 0.35, 0.35]) == [0, 0, 0])
  }

  @Test(arguments: 2...5)
  func `the advantage is the best with the member less the best without`(size: Int) {
    let returns = (0..<size).map { Double($0 * 7 % 5) / 4 }
    for (member, advantage) in bestOfGroupAdvantages(returns: returns).enumerated() {
      let others = returns.indices.filter { $0 != member }.map { returns[$0] }
      #expect(advantage == (returns.max() ?? 0) - (others.max() ?? 0))
    }
  }

  @Test func `a pair's advantages are those of leave-one-out where they are positive`() {
    let returns = [0.75, -0.5]
    #expect(
      bestOfGroupAdvantages(returns: returns)
        == leaveOneOutAdvantages(returns: returns).map { max(0, $0) })
  }

  @Test func `the mean gradient of pass@k is that of the chance that one of k is right`() {
    // k completions, each right with probability p. By the logit of p the score of a right one is 1 − p, of a
    // wrong one −p; 1 − (1 − p)ᵏ has the derivative k (1 − p)ᵏ⁻¹ p (1 − p).
    let (k, p) = (3, 0.375)
    var gradient = 0.0
    for outcome in 0..<(1 << k) {
      let returns = (0..<k).map { Double(outcome >> $0 & 1) }
      let probability = returns.reduce(1) { $0 * ($1 == 1 ? p : 1 - p) }
      for (advantage, success) in zip(bestOfGroupAdvantages(returns: returns), returns) {
        gradient += probability * advantage * (success - p)
      }
    }
    expectClose(gradient, Double(k) * (1 - p) * (1 - p) * p * (1 - p), tolerance: 1e-15)
  }

  @Test func `the return of a group of one stays but for the epsilon`() {
    #expect(singletonScale(epsilon: 0) == 1)
    #expect(singletonScale(epsilon: 0.25) == 0.8)
  }

  @Test func `a group of one has no advantage`() {
    #expect(centeredAdvantages(returns: [5]) == [0])
    #expect(standardizedGroup([5], epsilon: 0) == [0])
  }
}
