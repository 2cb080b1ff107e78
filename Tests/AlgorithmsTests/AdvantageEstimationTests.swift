import Algorithms
import Objectives
import TestSupport
import Testing

@Suite struct AdvantageEstimationTests {
  /// Two groups of two: lengths 2 and 1, then 1 and 2.
  let groups = [
    [SequenceRewards(rewards: [1, 2]), SequenceRewards(rewards: [1])],
    [SequenceRewards(rewards: [4]), SequenceRewards(rewards: [0, 6])],
  ]

  func estimates(
    _ groups: [[SequenceRewards]], greedy: [[Double]] = [], decay: Double = 0.5,
    average: MovingAverage? = nil, _ change: (inout PolicyGradientSettings) -> Void
  ) -> AdvantageEstimates {
    var settings = PolicyGradientSettings()
    settings.discount = 1
    settings.scale = .none
    change(&settings)
    var average = average ?? MovingAverage(decay: decay)
    return estimatedAdvantages(
      of: groups, greedyRewards: greedy, settings: settings, average: &average)
  }

  @Test func `trajectory credit is the return, at every step`() {
    let result = estimates(groups) { $0.credit = .trajectory }
    #expect(result.advantages == [[[3, 3], [1]], [[4], [6, 6]]])
    #expect(result.targets == result.advantages)
  }

  @Test func `return-to-go credits what comes after`() {
    let result = estimates(groups) {
      $0.credit = .rewardToGo; $0.discount = 0.5
    }
    #expect(result.advantages == [[[2, 2], [1]], [[4], [3, 6]]])
  }

  @Test func `GAE without a value function is the return-to-go discounted with γλ`() {
    let result = estimates(groups) {
      $0.credit = .gae; $0.gaeLambda = 0.5
    }
    #expect(result.advantages == [[[2, 2], [1]], [[4], [3, 6]]])
  }

  @Test func `GAE with the value baseline is the estimate of Objectives`() {
    let member = SequenceRewards(
      rewards: [1, 0, 2], values: [0.5, -1, 0.25], bootstrapValue: 3)
    let result = estimates([[member]]) {
      $0.credit = .gae
      $0.baseline = .value
      $0.discount = 0.9
      $0.gaeLambda = 0.8
    }
    let expected = generalizedAdvantages(
      rewards: [1, 0, 2], values: [0.5, -1, 0.25], bootstrapValue: 3, discount: 0.9, lambda: 0.8)
    expectClose(result.advantages[0][0].map { Float($0) }, expected, tolerance: 1e-6)
    expectClose(
      result.targets[0][0], zip(result.advantages[0][0], member.values).map { $0 + $1 },
      tolerance: 1e-6)
  }

  @Test func `the value baseline is taken off the return-to-go`() {
    let member = SequenceRewards(rewards: [1, 2], values: [0.5, 4], bootstrapValue: 1)
    let result = estimates([[member]]) { $0.baseline = .value }
    #expect(result.targets == [[[4, 3]]])
    #expect(result.advantages == [[[3.5, -1]]])
  }

  @Test func `the batch mean is that of trajectories, or of steps`() {
    // Returns 3, 1, 4, 6; returns-to-go 3, 2, 1, 4, 6, 6.
    let trajectories = estimates(groups) {
      $0.credit = .trajectory; $0.baseline = .batchMean
    }
    #expect(trajectories.advantages == [[[-0.5, -0.5], [-2.5]], [[0.5], [2.5, 2.5]]])
    let steps = estimates(groups) { $0.baseline = .batchMean }
    expectClose(
      steps.advantages.joined().joined().map { $0 }, [3, 2, 1, 4, 6, 6].map { $0 - 22.0 / 6 },
      tolerance: 1e-14)
  }

  @Test func `the moving average is that of the batches before`() {
    var average = MovingAverage(decay: 0.5)
    average.record(10)
    let result = estimates(groups, average: average) {
      $0.credit = .trajectory
      $0.baseline = .movingAverage
    }
    #expect(result.advantages[0] == [[-7, -7], [-9]])
    let first = estimates(groups) {
      $0.credit = .trajectory; $0.baseline = .movingAverage
    }
    #expect(first.advantages[0] == [[3, 3], [1]])
  }

  @Test func `group baselines compare returns of one start`() {
    let mean = estimates(groups) {
      $0.credit = .trajectory; $0.baseline = .groupMean
    }
    #expect(mean.advantages == [[[1, 1], [-1]], [[-1], [1, 1]]])
    let others = estimates(groups) {
      $0.credit = .trajectory; $0.baseline = .leaveOneOut
    }
    #expect(others.advantages == [[[2, 2], [-2]], [[-2], [2, 2]]])
    // OPO: (2·3 + 1·1)/3 and (1·4 + 2·6)/3.
    let weighted = estimates(groups) {
      $0.credit = .trajectory
      $0.baseline = .lengthWeightedOptimal
    }
    expectClose(weighted.advantages[0][0], [2.0 / 3, 2.0 / 3], tolerance: 1e-14)
    expectClose(weighted.advantages[1][0], [-4.0 / 3], tolerance: 1e-14)
  }

  @Test func `at each time a member that has ended has a return-to-go of 0`() {
    // Group 0: at t = 0 returns-to-go 3 and 1, at t = 1 they are 2 and, ended, 0.
    let mean = estimates(groups) { $0.baseline = .groupMean }
    #expect(mean.advantages == [[[1, 1], [-1]], [[-1], [1, 3]]])
    let others = estimates(groups) { $0.baseline = .leaveOneOut }
    #expect(others.advantages == [[[2, 2], [-2]], [[-2], [2, 6]]])
  }

  @Test func `the best of others leaves the best of a group what it is above the second`() {
    let whole = estimates(groups) {
      $0.credit = .trajectory; $0.baseline = .bestOfOthers
    }
    #expect(whole.advantages == [[[2, 2], [0]], [[0], [2, 2]]])
    // Returns-to-go at t = 0: 3 and 1; at t = 1: 2 and, ended, 0.
    let atEachTime = estimates(groups) { $0.baseline = .bestOfOthers }
    #expect(atEachTime.advantages == [[[2, 2], [0]], [[0], [2, 6]]])
  }

  @Test func `shrinkage is that of Objectives`() {
    let result = estimates(groups) {
      $0.credit = .trajectory; $0.baseline = .shrinkage
    }
    let baselines = shrinkageBaselines(returns: [[3, 1], [4, 6]])
    expectClose(
      result.advantages.map { $0.map { $0[0] } }.joined().map { $0 },
      zip([3, 1, 4, 6], baselines.joined()).map { $0 - $1 }, tolerance: 1e-14)
  }

  @Test func `the optimal token baseline weighs by accumulated scores`() {
    let group = [
      SequenceRewards(rewards: [0, 4], squaredScoreNorms: [1, 2]),
      SequenceRewards(rewards: [2], squaredScoreNorms: [3]),
    ]
    let result = estimates([group]) { $0.baseline = .optimalToken }
    // B₀ = (4·1 + 2·3)/4 = 2.5; B₁ = 4, the survivor's own.
    #expect(result.advantages == [[[1.5, 0], [-0.5]]])
  }

  @Test func `the greedy baseline is the greedy rollout's credit`() {
    let whole = estimates(groups, greedy: [[2], [5, 5]]) {
      $0.credit = .trajectory
      $0.baseline = .greedy
    }
    #expect(whole.advantages == [[[1, 1], [-1]], [[-6], [-4, -4]]])
    let atEachTime = estimates(groups, greedy: [[2], [5, 5]]) { $0.baseline = .greedy }
    #expect(atEachTime.advantages == [[[1, 2], [-1]], [[-6], [-4, 1]]])
  }

  @Test func `a group whose returns are equal has exactly no advantage, scaled or not`() {
    let equal = [
      (0..<8).map { _ in SequenceRewards(rewards: [0.1, 0.25]) },
      (0..<8).map { SequenceRewards(rewards: [Double($0)]) },
    ]
    for baseline in [Baseline.groupMean, .leaveOneOut, .lengthWeightedOptimal, .bestOfOthers] {
      for scale in [AdvantageScale.none, .groupStd, .groupMean, .signalShare, .batchReturnStd] {
        let result = estimates(equal) {
          $0.credit = .trajectory
          $0.baseline = baseline
          $0.scale = scale
          $0.scaleEpsilon = 0
        }
        #expect(result.advantages[0].allSatisfy { $0 == [0, 0] }, "\(baseline) \(scale)")
        #expect(result.fractionWithoutSignal == 0.5)
      }
    }
  }

  @Test func `the group's deviation is that of its returns`() {
    let result = estimates(groups) {
      $0.credit = .trajectory
      $0.baseline = .groupMean
      $0.scale = .groupStd
      $0.scaleEpsilon = 0
    }
    let unit = 1 / 2.0.squareRoot()
    expectClose(result.advantages[0][0], [unit, unit], tolerance: 1e-14)
    expectClose(result.advantages[1][0], [-unit], tolerance: 1e-14)
  }

  @Test func `the deviation of a batch's returns counts each trajectory once`() {
    let result = estimates(groups) {
      $0.credit = .trajectory
      $0.baseline = .groupMean
      $0.scale = .batchReturnStd
      $0.scaleEpsilon = 0.5
    }
    // Returns 3, 1, 4, 6: mean 3.5, squares 0.25 + 6.25 + 0.25 + 6.25 over 3.
    let factor = 1 / ((13.0 / 3).squareRoot() + 0.5)
    expectClose(result.advantages[0][0], [factor, factor], tolerance: 1e-14)
    expectClose(result.advantages[1][0], [-factor], tolerance: 1e-14)
    // One group is a batch: GRPO.
    func whole(_ scale: AdvantageScale) -> AdvantageEstimates {
      estimates([groups[0]]) {
        $0.credit = .trajectory
        $0.baseline = .groupMean
        $0.scale = scale
      }
    }
    #expect(whole(.batchReturnStd) == whole(.groupStd))
  }

  @Test func `the scale by a group's mean is that of its returns`() {
    let result = estimates(groups) {
      $0.credit = .trajectory
      $0.baseline = .groupMean
      $0.scale = .groupMean
      $0.scaleEpsilon = 0
    }
    // Returns 3 and 1, mean 2; 4 and 6, mean 5.
    #expect(result.advantages == [[[0.5, 0.5], [-0.5]], [[-0.2], [0.2, 0.2]]])
  }

  @Test func `GPG's advantages over all groups are Dr. GRPO's over those with a signal`() {
    let silent = [SequenceRewards(rewards: [0.35]), SequenceRewards(rewards: [0.1, 0.25])]
    let result = estimates(groups + [silent]) {
      $0.credit = .trajectory
      $0.baseline = .groupMean
      $0.scale = .signalShare
    }
    // ±1 within each of the two groups with a signal, of three.
    #expect(result.advantages[0] == [[1.5, 1.5], [-1.5]])
    #expect(result.advantages[1] == [[-1.5], [1.5, 1.5]])
    #expect(result.advantages[2] == [[0], [0, 0]])
    let nothing = estimates([silent, silent]) {
      $0.credit = .trajectory
      $0.baseline = .groupMean
      $0.scale = .signalShare
    }
    #expect(nothing.fractionWithoutSignal == 1)
  }

  @Test func `the batch's deviation is over steps and leaves the mean's sign`() {
    let result = estimates(groups) {
      $0.scale = .batchStd; $0.scaleEpsilon = 0
    }
    let flat = [3.0, 2, 1, 4, 6, 6]
    let deviation = standardDeviation(of: flat)
    expectClose(
      result.advantages.joined().joined().map { $0 }, flat.map { $0 / deviation },
      tolerance: 1e-14)
  }

  @Test func `no groups have no advantages`() {
    for baseline in Baseline.allCases {
      let result = estimates([]) { $0.baseline = baseline }
      #expect(result.advantages.isEmpty && result.fractionWithoutSignal == 0)
    }
  }
}
