import Algorithms
import Environments
import Objectives
import SeededRandom
import TestSupport
import Testing

/// The exact moments of gradient estimates on problems that can be enumerated, with the functions that train.
@Suite struct EnumeratedMomentsTests {
  private func moments(
    _ problem: EnumerableProblem, _ settings: PolicyGradientSettings,
    values: ValueSource = .exact, _ kind: TestProblem
  ) throws -> EstimateMoments {
    try problem.moments(
      of: settings, values: values,
      arithmetic: TestProblem.double.contains(kind) ? .double : .training)
  }

  @Test(
    arguments: TestProblem.allCases,
    [Baseline.none, .value, .leaveOneOut, .greedy])
  func `baselines that do not depend on the sequence leave the gradient unbiased`(
    kind: TestProblem, baseline: Baseline
  ) throws {
    let problem = try kind.problem()
    let groupSize = baseline == .leaveOneOut ? 2 : 1
    for credit in [CreditAssignment.trajectory, .rewardToGo] {
      let moments = try moments(
        problem, estimatePoint(baseline, groupSize: groupSize, credit: credit), kind)
      #expect(moments.relativeBias ?? .nan < kind.tolerance, "\(credit)")
      expectClose(moments.scale ?? .nan, 1, tolerance: kind.tolerance)
    }
  }

  @Test(arguments: TestProblem.allCases)
  func `a group mean is leave-one-out times (G − 1)/G`(kind: TestProblem) throws {
    let problem = try kind.problem()
    let sizes = problem.prompts[0].sequences.count > 20 ? [2] : [2, 3]
    for groupSize in sizes {
      let share = Double(groupSize - 1) / Double(groupSize)
      let mean = try moments(problem, estimatePoint(.groupMean, groupSize: groupSize), kind)
      let other = try moments(problem, estimatePoint(.leaveOneOut, groupSize: groupSize), kind)
      expectClose(mean.scale ?? .nan, share, tolerance: kind.tolerance)
      let length = mean.squaredNormOfMean.squareRoot()
      expectClose(mean.mean, other.mean.map { $0 * share }, tolerance: kind.tolerance * length)
      expectClose(
        mean.varianceAtUnitScale ?? .nan, other.varianceAtUnitScale ?? .nan,
        tolerance: 10 * kind.tolerance * other.variance)
    }
  }

  @Test(arguments: TestProblem.allCases)
  func `no baseline that depends on the prompt alone has less variance than the optimal one`(
    kind: TestProblem
  ) throws {
    let problem = try kind.problem()
    for credit in [CreditAssignment.trajectory, .rewardToGo] {
      let settings = estimatePoint(.value, credit: credit)
      let optimal = try problem.optimalBaselines(settings)
      func variance(_ baselines: [Double]) throws -> Double {
        try problem.moments(of: settings, values: .byPrompt(baselines)).variance
      }
      let least = try variance(optimal)
      let others: [[Double]] = [
        problem.prompts.map { _ in 0 }, problem.prompts.map(\.value),
        problem.prompts.map { _ in problem.expectedReturn },
        problem.prompts.map { prompt in
          prompt.greedy.reduce(0) { $0 + $1.probability * $1.rewards.reduce(0, +) }
        },
      ]
      for other in others { #expect(try variance(other) >= least) }
      // Around its least value the variance is a parabola in the baseline of each prompt.
      for prompt in problem.prompts.indices {
        var (above, below) = (optimal, optimal)
        above[prompt] += 0.25
        below[prompt] -= 0.25
        let (upper, lower) = (try variance(above), try variance(below))
        #expect(upper > least && lower > least)
        expectClose(upper - least, lower - least, tolerance: 1e-4 * (upper - least))
      }
    }
  }

  @Test(arguments: TestProblem.allCases)
  func `the optimal baseline of a trajectory weighs returns by squared scores`(
    kind: TestProblem
  ) throws {
    let problem = try kind.problem()
    let optimal = try problem.optimalBaselines(estimatePoint(.none))
    for (prompt, baseline) in zip(problem.prompts, optimal) {
      var (weighted, total) = (0.0, 0.0)
      for sequence in prompt.sequences {
        var score = [Double](repeating: 0, count: problem.scores[0].count)
        for step in sequence.steps {
          for (index, element) in problem.scores[step.score].enumerated() {
            score[index] += element
          }
        }
        let square = sequence.probability * score.reduce(0) { $0 + $1 * $1 }
        weighted += square * sequence.rewards.reduce(0, +)
        total += square
      }
      expectClose(baseline, weighted / total, tolerance: 1e-6)
    }
    if kind == .bandit {
      expectClose(
        optimal, TestProblem.banditTable.optimalBaselines(of: TestProblem.banditPolicy),
        tolerance: 1e-14)
    }
  }

  @Test func `the optimal baseline is that of losses weighed by length too`() throws {
    let problem = try TestProblem.twoTokens.problem()
    var settings = estimatePoint(.value)
    settings.lengthNormalizer = .sequenceMeanTokenMean
    let optimal = try problem.optimalBaselines(settings)
    let least = try problem.moments(of: settings, values: .byPrompt(optimal)).variance
    for shift in [-0.1, 0.1] {
      let other = try problem.moments(
        of: settings, values: .byPrompt(optimal.map { $0 + shift }))
      #expect(other.variance > least)
    }
    #expect(optimal != (try problem.optimalBaselines(estimatePoint(.value))))
  }

  // MARK: Monte Carlo

  private static let points: [PolicyGradientSettings] = [
    estimatePoint(.none), estimatePoint(.value, groups: 2), estimatePoint(.greedy),
    estimatePoint(.leaveOneOut, groupSize: 2), estimatePoint(.batchMean, groupSize: 2),
    estimatePoint(.movingAverage), estimatePoint(.groupMean, scale: .groupStd, groupSize: 2),
    estimatePoint(.lengthWeightedOptimal, groupSize: 2, credit: .rewardToGo),
    estimatePoint(.optimalToken, groupSize: 2, credit: .rewardToGo),
    estimatePoint(.bestOfOthers, groupSize: 2),
  ]

  @Test(arguments: TestProblem.allCases)
  func `sampled batches agree with all batches within their interval`(kind: TestProblem) throws {
    let problem = try kind.problem()
    var generator = SeededGenerator(key: 11)
    for settings in Self.points {
      // Two groups of the lake's hundred episodes are too many for a test; they are no other code.
      guard settings.groupsPerBatch == 1 || problem.prompts[0].sequences.count < 20 else {
        continue
      }
      let exact = try problem.moments(of: settings)
      let sampled = try problem.sampledMoments(
        of: settings, samples: 120, using: &generator)
      let distance = EstimateMoments(
        mean: sampled.moments.mean, variance: 0, meanCosine: nil, trueGradient: exact.mean
      ).squaredBias.squareRoot()
      let name = "\(settings.baseline)"
      #expect(distance <= 3 * sampled.standardErrorOfMean, "\(name)")
      let intervals: [(Double?, Double?, Double?)] = [
        (sampled.moments.variance, exact.variance, sampled.standardErrorOfVariance),
        (
          sampled.moments.meanSquaredError, exact.meanSquaredError,
          sampled.standardErrorOfSquaredError
        ),
        (sampled.moments.scale, exact.scale, sampled.standardErrorOfScale),
        (sampled.moments.meanCosine, exact.meanCosine, sampled.standardErrorOfCosine),
      ]
      for (index, (value, expected, error)) in intervals.enumerated() {
        let (value, expected, error) = try (#require(value), #require(expected), #require(error))
        #expect((value - expected).magnitude <= 4 * error, "\(name), interval \(index)")
      }
    }
  }

  // MARK: Batches

  @Test func `visiting multisets gives the moments of all ordered draws`() throws {
    let problem = try TestProblem.noisyBandit.problem().given(prompt: 0)
    let sequences = problem.prompts[0].sequences
    let groupSize = 3
    for baseline in [Baseline.none, .groupMean, .leaveOneOut, .bestOfOthers] {
      let settings = estimatePoint(baseline, scale: .groupStd, groupSize: groupSize)
      var outcomes: [(probability: Double, estimate: [Double])] = []
      for code in 0..<(sequences.count * sequences.count * sequences.count) {
        let members = [
          code % sequences.count, code / sequences.count % sequences.count,
          code / sequences.count / sequences.count,
        ]
        var average = MovingAverage(decay: 0)
        let coefficients = gradientCoefficients(
          of: BatchRewards([members.map { SequenceRewards(rewards: sequences[$0].rewards) }]),
          settings: settings, longestSequence: 1, arithmetic: .double, average: &average)
        var estimate = [Double](repeating: 0, count: problem.scores[0].count)
        for (member, coefficient) in zip(members, coefficients) {
          let score = problem.scores[sequences[member].steps[0].score]
          for index in estimate.indices { estimate[index] += coefficient * score[index] }
        }
        // Of one action with three rewards nothing is left but rounding.
        if estimate.allSatisfy({ $0.magnitude < 1e-12 }) {
          estimate = [Double](repeating: 0, count: estimate.count)
        }
        outcomes.append((members.reduce(1) { $0 * sequences[$1].probability }, estimate))
      }
      let ordered = EstimateMoments(outcomes: outcomes, trueGradient: problem.gradient)
      let visited = try problem.moments(of: settings)
      expectClose(visited.mean, ordered.mean, tolerance: 1e-14)
      expectClose(visited.variance, ordered.variance, tolerance: 1e-14)
      expectClose(visited.meanCosine ?? .nan, ordered.meanCosine ?? .nan, tolerance: 1e-14)
    }
  }

  @Test(arguments: [TestProblem.bandit, .twoTokens])
  func `a batch mean takes off what each trajectory has of it`(kind: TestProblem) throws {
    let problem = try kind.problem()
    for (groupSize, groups) in [(1, 2), (2, 1), (1, 3)] {
      let moments = try moments(
        problem, estimatePoint(.batchMean, groupSize: groupSize, groups: groups), kind)
      // All others are baselines that do not depend on it, of whatever prompt they are.
      let share = 1 - 1 / Double(groupSize * groups)
      expectClose(moments.scale ?? .nan, share, tolerance: kind.tolerance)
      expectClose(moments.cosineOfMean ?? .nan, 1, tolerance: kind.tolerance)
    }
  }

  @Test(arguments: [TestProblem.bandit, .noisyBandit, .twoTokens])
  func `a moving average stands at the expected return`(kind: TestProblem) throws {
    let problem = try kind.problem()
    let average = try moments(problem, estimatePoint(.movingAverage), kind)
    let constant = try moments(
      problem, estimatePoint(.value),
      values: .byPrompt(problem.prompts.map { _ in problem.expectedReturn }), kind)
    expectClose(average.mean, constant.mean, tolerance: kind.tolerance)
    expectClose(average.variance, constant.variance, tolerance: kind.tolerance)
  }

  @Test(arguments: [TestProblem.bandit, .noisyBandit, .lake])
  func `variance is that within prompts and that between them`(kind: TestProblem) throws {
    let problem = try kind.problem()
    let settings = estimatePoint(.value)
    let parts = VarianceParts(
      try problem.prompts.indices.map {
        (problem.prompts[$0].probability, try problem.given(prompt: $0).moments(of: settings))
      })
    expectClose(parts.total, try problem.moments(of: settings).variance, tolerance: 1e-13)
    #expect(parts.withinPrompts > 0 && parts.betweenPrompts > 0)
  }

  @Test(arguments: [Baseline.none, .value, .greedy, .leaveOneOut, .groupMean, .optimalToken])
  func `variance falls as one over the groups where they do not depend on each other`(
    baseline: Baseline
  ) throws {
    let problem = try TestProblem.noisyBandit.problem()
    let one = try problem.moments(of: estimatePoint(baseline, groupSize: 2))
    let two = try problem.moments(of: estimatePoint(baseline, groupSize: 2, groups: 2))
    expectClose(two.mean, one.mean, tolerance: 1e-14)
    expectClose(two.variance, one.variance / 2, tolerance: 1e-14)
    // Single estimates of more groups point better.
    #expect(two.meanCosine ?? 0 > one.meanCosine ?? 1)
  }

  @Test func `shrinkage has a bias, of its weight alone, that falls with the groups of a batch`()
    throws
  {
    let problem = try TestProblem.noisyBandit.problem()
    // Two groups are shrunk by a weight that each of their rewards moves, and three by one that moves less.
    let two = try problem.moments(of: estimatePoint(.shrinkage, groupSize: 2, groups: 2))
    let three = try problem.moments(of: estimatePoint(.shrinkage, groupSize: 2, groups: 3))
    #expect(two.relativeBias ?? 0 > 1e-3)
    #expect(three.relativeBias ?? 1 < two.relativeBias ?? 0)
    #expect(two.cosineOfMean ?? 0 > 0.99 && three.cosineOfMean ?? 0 > 0.99)
    // One group has nothing to be shrunk toward.
    let one = try problem.moments(of: estimatePoint(.shrinkage, groupSize: 2))
    #expect(one.relativeBias ?? 1 < 1e-10)
  }

  @Test func `every baseline and scale of the axes can be enumerated`() throws {
    let problem = try TestProblem.noisyBandit.problem().given(prompt: 0)
    for baseline in Baseline.allCases {
      for scale in AdvantageScale.allCases {
        let moments = try problem.moments(
          of: estimatePoint(baseline, scale: scale, groupSize: 2, groups: 2))
        #expect(moments.variance > 0 && moments.variance.isFinite, "\(baseline), \(scale)")
        // Whatever it is divided by, on average it points uphill.
        #expect(moments.cosineOfMean ?? 0 > 0.5, "\(baseline), \(scale)")
      }
    }
  }

  @Test func `a batch that is one minibatch is whitened alike by both`() throws {
    let problem = try TestProblem.bandit.problem()
    let batch = try problem.moments(
      of: estimatePoint(.none, scale: .batchStandardization, groupSize: 2, groups: 2))
    let minibatch = try problem.moments(
      of: estimatePoint(.none, scale: .minibatchStandardization, groupSize: 2, groups: 2))
    expectClose(minibatch.mean, batch.mean, tolerance: 1e-7)
    expectClose(minibatch.variance, batch.variance, tolerance: 1e-7)
  }

  @Test func `generalized advantages over true values are unbiased whatever λ`() throws {
    let problem = try TestProblem.lake.problem()
    for lambda in [0, 0.5, 1] {
      var settings = estimatePoint(.value, credit: .gae)
      settings.gaeLambda = lambda
      #expect(try problem.moments(of: settings).relativeBias ?? .nan < 1e-6)
    }
  }

  // MARK: What is refused

  @Test func `settings that say more than a batch gives are refused with the reason`() throws {
    let problem = try TestProblem.bandit.problem()
    var settings = estimatePoint(.none)
    settings.epochs = 4
    #expect(
      throws: EnumerationProblem(
        "4 epochs of 1 minibatches move the policy away from the one that sampled; an estimate is of 1 and 1"
      )
    ) { try problem.moments(of: settings) }
    settings = estimatePoint(.none)
    settings.klPlacement = .inLoss
    #expect(throws: EnumerationProblem.self) { try problem.moments(of: settings) }
    settings = estimatePoint(.none)
    settings.entropyCoefficient = 0.01
    #expect(throws: EnumerationProblem.self) { try problem.moments(of: settings) }
    #expect(throws: EnumerationProblem.self) {
      try problem.moments(of: estimatePoint(.leaveOneOut))
    }
  }

  @Test func `more batches than may be enumerated are refused`() throws {
    let problem = try TestProblem.bandit.problem()
    // 8 sequences of 2 prompts: 2 · 35 groups of 4, and 70 · 71 / 2 batches of two.
    let settings = estimatePoint(.none, groupSize: 4, groups: 2)
    #expect(try problem.moments(of: settings, limit: 2485).variance > 0)
    #expect(
      throws: EnumerationProblem(
        "2 groups of 4 on 8 sequences are more than the 2484 batches that may be enumerated; lower group_size or groups_per_batch"
      )
    ) { try problem.moments(of: settings, limit: 2484) }
  }
}
