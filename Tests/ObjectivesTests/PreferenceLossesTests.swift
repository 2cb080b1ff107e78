import Objectives
import TestSupport
import Testing

@Suite struct PreferenceLossesTests {
  @Test(arguments: [0.0, 0.1, 0.5], [0.1, 0.5, 3])
  func `at the reference the loss is ln 2`(labelSmoothing: Double, beta: Double) {
    let term = preferenceTerm(
      preferredLogRatio: 0, otherLogRatio: 0, beta: beta, labelSmoothing: labelSmoothing)
    expectClose(term.loss, 0.6931471805599453, tolerance: 1e-15)
    expectClose(term.gradient, -beta * (0.5 - labelSmoothing), tolerance: 1e-15)
    #expect(term.margin == 0)
  }

  @Test func `a margin of ln 3 is right three times in four`() {
    let term = preferenceTerm(preferredLogRatio: 1.0986122886681098, otherLogRatio: 0, beta: 1)
    expectClose(term.loss, 0.2876820724517809, tolerance: 1e-15)  // ln(4/3)
    expectClose(term.gradient, -0.25, tolerance: 1e-15)
  }

  @Test func `only the difference of the log-ratios counts`() {
    let near = preferenceTerm(preferredLogRatio: 1.5, otherLogRatio: 0.25, beta: 0.3)
    let far = preferenceTerm(preferredLogRatio: -98.5, otherLogRatio: -99.75, beta: 0.3)
    expectClose(near.loss, far.loss, tolerance: 1e-13)
  }

  @Test func `huge margins neither overflow nor lose the small side`() {
    let wrong = preferenceTerm(preferredLogRatio: -1e6, otherLogRatio: 0, beta: 1)
    #expect(wrong.loss == 1e6 && wrong.gradient == -1)
    let right = preferenceTerm(preferredLogRatio: 40, otherLogRatio: 0, beta: 1)
    expectClose(right.loss / 4.248354255291589e-18, 1, tolerance: 1e-12)
    expectClose(right.gradient / -4.248354255291589e-18, 1, tolerance: 1e-12)
  }

  @Test(arguments: PreferenceLoss.allCases, [0.0, 0.1])
  func `gradients match central differences`(loss: PreferenceLoss, labelSmoothing: Double) {
    func term(_ point: [Double]) -> PreferenceTerm {
      loss.term(
        preferredLogRatio: point[0], otherLogRatio: point[1], beta: 0.7,
        labelSmoothing: labelSmoothing)
    }
    for ratios in [[0.5, -0.25], [-2, 1], [0, 0], [3, -2]] {
      expectGradient(
        [term(ratios).gradient, term(ratios).otherGradient], matches: { term($0).loss },
        at: ratios, step: 1e-5, tolerance: 1e-8)
    }
  }

  @Test(arguments: PreferenceLoss.allCases)
  func `every loss pushes the two sides apart from where they are alike`(loss: PreferenceLoss) {
    let term = loss.term(preferredLogRatio: 0, otherLogRatio: 0, beta: 0.5)
    #expect(term.gradient < 0 && term.otherGradient > 0 && term.margin == 0)
    // The margin is the implicit reward's, whatever the loss.
    #expect(loss.term(preferredLogRatio: 3, otherLogRatio: 1, beta: 0.5).margin == 1)
  }

  @Test(arguments: [0.1, 0.5, 3])
  func `at the reference IPO's loss is the squared target, whatever the labels`(beta: Double) {
    for labelSmoothing in [0, 0.1, 0.5] {
      let term = identityPreferenceTerm(
        preferredLogRatio: 2, otherLogRatio: 2, beta: beta, labelSmoothing: labelSmoothing)
      expectClose(term.loss, 1 / (4 * beta * beta), tolerance: 1e-12)
      expectClose(term.gradient, -(1 - 2 * labelSmoothing) / beta, tolerance: 1e-12)
      #expect(term.margin == 0)
    }
  }

  @Test func `IPO is at rest where the log-ratios differ by 1 over 2 beta`() {
    let atTarget = identityPreferenceTerm(preferredLogRatio: 3, otherLogRatio: 0.5, beta: 0.2)
    #expect([atTarget.loss, atTarget.gradient, atTarget.margin] == [0, 0, 0.5])
    let beyond = identityPreferenceTerm(preferredLogRatio: 4, otherLogRatio: 0.5, beta: 0.2)
    expectClose([beyond.loss, beyond.gradient, beyond.margin], [1, 2, 0.7], tolerance: 1e-15)
    // With labels wrong one time in four, half the target is the best guess.
    let smoothed = identityPreferenceTerm(
      preferredLogRatio: 1.25, otherLogRatio: 0, beta: 0.2, labelSmoothing: 0.25)
    #expect(smoothed.gradient == 0)
  }

  @Test(arguments: [-1.5, 0, 0.25, 4])
  func `the robust loss is on average that of the true label`(logRatio: Double) {
    func robust(_ logRatio: Double) -> PreferenceTerm {
      robustPreferenceTerm(
        preferredLogRatio: logRatio, otherLogRatio: 0, beta: 0.5, labelSmoothing: 0.2)
    }
    let truth = preferenceTerm(preferredLogRatio: logRatio, otherLogRatio: 0, beta: 0.5)
    let (right, wrong) = (robust(logRatio), robust(-logRatio))
    expectClose(0.8 * right.loss + 0.2 * wrong.loss, truth.loss, tolerance: 1e-14)
    expectClose(0.8 * right.gradient - 0.2 * wrong.gradient, truth.gradient, tolerance: 1e-14)
    // Without errors it is DPO's, to the bit.
    #expect(
      robustPreferenceTerm(
        preferredLogRatio: logRatio, otherLogRatio: 0, beta: 0.5, labelSmoothing: 0) == truth)
  }

  @Test func `a margin of ln 3 in the robust loss`() {
    // [0.9 ln(4/3) − 0.1 ln 4] / 0.8, and −(1/4 + 1/8).
    let term = robustPreferenceTerm(
      preferredLogRatio: 1.0986122886681098, otherLogRatio: 0, beta: 1, labelSmoothing: 0.1)
    expectClose(term.loss, 0.1503555363682672, tolerance: 1e-14)
    expectClose(term.gradient, -0.375, tolerance: 1e-15)
  }

  @Test func `an anchored loss asks each side by itself`() {
    // r = ln 3 and −ln 3: σ is 3/4 and 1/4.
    let term = anchoredPreferenceTerm(
      preferredLogRatio: 1.0986122886681098, otherLogRatio: -1.0986122886681098, beta: 1)
    expectClose(term.loss, 0.5, tolerance: 1e-15)
    expectClose([term.gradient, term.otherGradient], [-0.1875, 0.1875], tolerance: 1e-15)
    // The other side being rarer changes nothing for the preferred one, as it does in DPO.
    let far = anchoredPreferenceTerm(
      preferredLogRatio: 1.0986122886681098, otherLogRatio: -500, beta: 1)
    #expect(far.gradient == term.gradient && far.otherGradient < 1e-200)
  }

  @Test func `an anchored loss of opposite sides is twice what DPO's gradient weighs errors by`() {
    for logRatio in [-2.0, 0, 0.75] {
      let anchored = anchoredPreferenceTerm(
        preferredLogRatio: logRatio, otherLogRatio: -logRatio, beta: 0.5)
      let sigmoid = preferenceTerm(preferredLogRatio: logRatio, otherLogRatio: 0, beta: 0.5)
      expectClose(anchored.loss, -4 * sigmoid.gradient, tolerance: 1e-15)
    }
  }

  @Test func `a target margin is one that the loss does not see`() {
    // β h = 1.5, γ = 1: the loss is that of a margin of ½, the margin stays.
    for loss in [PreferenceLoss.sigmoid, .hinge, .robust, .ipo] {
      let term = loss.term(
        preferredLogRatio: 2, otherLogRatio: -1, beta: 0.5, labelSmoothing: 0.1, targetMargin: 1)
      let nearer = loss.term(
        preferredLogRatio: 0, otherLogRatio: -1, beta: 0.5, labelSmoothing: 0.1)
      #expect(term.margin == 1.5)
      expectClose(
        [term.loss, term.gradient, term.otherGradient],
        [nearer.loss, nearer.gradient, nearer.otherGradient], tolerance: 1e-15)
    }
    let anchored = PreferenceLoss.apoZero
    #expect(
      anchored.term(preferredLogRatio: 2, otherLogRatio: -1, beta: 0.5, targetMargin: 1)
        == anchored.term(preferredLogRatio: 2, otherLogRatio: -1, beta: 0.5))
  }

  @Test func `SimPO of two sequences, by hand`() {
    // Means of log-probabilities −1 and −1.5, β = 2, γ = 1: margin 1, loss ln 2, gradient −β/2.
    let term = PreferenceLoss.sigmoid.term(
      preferredLogRatio: -1, otherLogRatio: -1.5, beta: 2, targetMargin: 1)
    #expect(term.margin == 1)
    expectClose(term.loss, 0.6931471805599453, tolerance: 1e-15)
    #expect(term.gradient == -1 && term.otherGradient == 1)
  }

  @Test func `the hinge is what the margin lacks of 1`() {
    let short = hingePreferenceTerm(preferredLogRatio: 2, otherLogRatio: 0.5, beta: 0.25)
    #expect([short.loss, short.gradient, short.margin] == [0.625, -0.25, 0.375])
    let enough = hingePreferenceTerm(preferredLogRatio: 4, otherLogRatio: 0, beta: 0.25)
    #expect([enough.loss, enough.gradient, enough.otherGradient] == [0, 0, 0])
  }

  @Test func `the hinge is what the sigmoid loss becomes when it sees margins from afar`() {
    // softplus(k x) / k is max(0, x) but for ln 2 / k.
    for difference in [-3.0, 0.5, 3.5, 4.5, 9] {
      let hinge = hingePreferenceTerm(preferredLogRatio: difference, otherLogRatio: 0, beta: 0.25)
      let sigmoid = preferenceTerm(
        preferredLogRatio: difference, otherLogRatio: 4, beta: 0.25 * 4096)
      expectClose(sigmoid.loss / 4096, hinge.loss, tolerance: 2e-4)
      expectClose(sigmoid.gradient / 4096, hinge.gradient, tolerance: 1e-12)
    }
  }

  @Test func `a reward model that pays both the same loses ln 2`() {
    let term = rewardModelTerm(preferredReward: -4, otherReward: -4)
    expectClose(term.loss, 0.6931471805599453, tolerance: 1e-15)
    #expect(term.centeringLoss == 0)
    #expect(term.preferredGradient == -0.5 && term.otherGradient == 0.5)
  }

  @Test func `only differences of rewards count without centring`() {
    for shift in [-64.0, 0.5, 1024] {
      #expect(
        rewardModelTerm(preferredReward: 1.5 + shift, otherReward: 0.25 + shift)
          == rewardModelTerm(preferredReward: 1.5, otherReward: 0.25))
    }
  }

  @Test func `centring pulls the sum of the rewards to 0`() {
    let term = rewardModelTerm(preferredReward: 3, otherReward: -1, centering: 0.01)
    expectClose(term.loss, 0.01814992791780978, tolerance: 1e-15)  // ln(1 + e^-4)
    expectClose(term.centeringLoss, 0.04, tolerance: 1e-15)
    expectClose(term.preferredGradient, 0.04 - 0.01798620996209156, tolerance: 1e-15)
    expectClose(term.otherGradient, 0.04 + 0.01798620996209156, tolerance: 1e-15)
  }

  @Test(arguments: [0.0, 0.05])
  func `the reward model's gradients match central differences`(centering: Double) {
    func term(_ point: [Double]) -> RewardModelTerm {
      rewardModelTerm(preferredReward: point[0], otherReward: point[1], centering: centering)
    }
    for rewards in [[0.5, -0.25], [-2, 1], [0, 0], [3, 3]] {
      expectGradient(
        [term(rewards).preferredGradient, term(rewards).otherGradient],
        matches: { term($0).loss + term($0).centeringLoss }, at: rewards, step: 1e-5,
        tolerance: 1e-8)
    }
  }

  @Test func `sigmoid and softplus belong together`() {
    for x in [-800.0, -3, 0, 0.5, 20, 800] {
      expectClose(sigmoid(x) + sigmoid(-x), 1, tolerance: 1e-15)
      expectClose(softplus(x) - softplus(-x), x, tolerance: 1e-12)
    }
    expectGradient(
      [sigmoid(0.3)], matches: { softplus($0[0]) }, at: [0.3], step: 1e-5, tolerance: 1e-9)
  }
}
