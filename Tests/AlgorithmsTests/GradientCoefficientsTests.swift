import Algorithms
import Checkpoints
import NeuralNetworks
import Objectives
import TestSupport
import Testing

/// What the moments of estimates multiply scores with, held to what the training loop hands to its models.
@Suite struct GradientCoefficientsTests {
  /// Two groups of three sequences of different lengths, with all that any estimator asks for.
  private static let batch: BatchRewards = {
    let rewards: [[[Double]]] = [
      [[0, 1], [0.35], [0, 0.25, -0.5]], [[2], [0, 0, 0.125], [0, 1]],
    ]
    let members = rewards.map { group in
      group.map { rewards in
        SequenceRewards(
          rewards: rewards, values: rewards.indices.map { 0.25 - 0.125 * Double($0) },
          squaredScoreNorms: rewards.indices.map { 0.3 + 0.2 * Double($0) })
      }
    }
    return BatchRewards(members, greedyRewards: [[0, 0.5], [1]])
  }()

  private func coefficients(
    _ settings: PolicyGradientSettings, _ arithmetic: EstimateArithmetic
  ) -> [Double] {
    var batch = Self.batch
    if settings.baseline != .value { batch.values = [] }
    var average = MovingAverage(decay: settings.movingAverageDecay)
    return gradientCoefficients(
      of: batch, settings: settings, longestSequence: 4, arithmetic: arithmetic,
      average: &average)
  }

  private func expectTrainingsOwn(_ settings: PolicyGradientSettings) throws {
    #expect(settings.estimateConflict == nil)
    let models = try RecordingModels(rows: Self.batch.rewards.count)
    var training = PolicyGradientTraining(
      settings, sampler: RecordingSampler(models: models, batch: Self.batch))
    try training.train()
    let name = "\(settings.baseline) \(settings.scale) \(settings.credit) \(settings.ratio)"
    #expect(coefficients(settings, .training) == models.recorded.map { -Double($0) }, "\(name)")
    let largest = models.recorded.reduce(0) { max($0, Double($1.magnitude)) }
    expectClose(
      coefficients(settings, .double), coefficients(settings, .training),
      tolerance: 1e-6 * max(largest, 1e-3))
  }

  @Test(arguments: Baseline.allCases)
  func `every estimator has the coefficients of the training loop, bit for bit`(
    baseline: Baseline
  ) throws {
    for scale in AdvantageScale.allCases {
      for credit in CreditAssignment.allCases {
        var settings = estimatePoint(
          baseline, scale: scale, groupSize: 3, groups: 2, credit: credit)
        settings.discount = 0.9
        settings.maxGradientNorm = nil
        try expectTrainingsOwn(settings)
      }
    }
  }

  @Test(arguments: ImportanceRatio.allCases, LengthNormalizer.allCases)
  func `every loss and length normalizer has them too`(
    ratio: ImportanceRatio, normalizer: LengthNormalizer
  ) throws {
    for surrogate in SurrogateObjective.allCases {
      var settings = estimatePoint(.leaveOneOut, groupSize: 3, groups: 2)
      settings.ratio = ratio
      settings.surrogate = surrogate
      settings.lengthNormalizer = normalizer
      settings.maxGradientNorm = nil
      try expectTrainingsOwn(settings)
    }
  }

  @Test func `a sum of returns over their number, worked out by hand`() {
    // Returns 1, 0.35 and −0.25; 2, 0.125 and 1: each step of a sequence has a sixth of its return.
    #expect(
      coefficients(estimatePoint(.none, groupSize: 3, groups: 2), .double)
        == [1, 1, 0.35, -0.25, -0.25, -0.25, 2, 0.125, 0.125, 0.125, 1, 1].map { 1 / 6.0 * $0 })
    // Less 0.05 and 0.625, the means of the others of the first sequences.
    let others = coefficients(estimatePoint(.leaveOneOut, groupSize: 3, groups: 2), .double)
    expectClose([others[0], others[6]], [0.95 / 6, 1.4375 / 6], tolerance: 1e-15)
  }
}

/// Models that compute nothing and keep the gradients by log-probabilities that training gives them.
private final class RecordingModels: TrainedModels {
  let run: TableRun
  let steps: StepBuffer
  /// [rows] the gradients of the latest update.
  private(set) var recorded: [Float]
  /// The rows of each piece of the latest pass.
  private var passing: [[Int]] = []

  init(rows: Int) throws {
    var task = TableTask()
    task.budget = 4
    run = try TableRun(task, hasValues: false)
    steps = StepBuffer(rows: rows)
    recorded = [Float](repeating: 0, count: rows)
  }

  var rowsPerPiece: Int? { nil }
  var piecesPerPass: Int { 2 }
  var leavesOutSilentPieces: Bool { true }
  var hasValueModel: Bool { false }

  func zeroGradients() {
    run.logits.zeroGradients()
    recorded = [Float](repeating: 0, count: recorded.count)
  }

  func forward(_ chosen: [Int], of minibatch: Minibatch, for purpose: PassPurpose) {
    passing = chosen.map { minibatch.pieces[$0].map { minibatch.rows[$0] } }
  }

  func readLogProbabilities(at place: Int, into rows: inout MinibatchRows) {
    for (k, row) in passing[place].enumerated() {
      rows.logProbabilities[k] = steps.logProbabilities[row]
    }
  }

  func readEntropies(at place: Int, into rows: inout MinibatchRows) {
    for k in passing[place].indices { rows.entropies[k] = 1 }
  }

  func writeGradients(at place: Int, _ gradients: [Float], entropies: [Float]) {
    for (row, gradient) in zip(passing[place], gradients) { recorded[row] = gradient }
  }

  func backward() {}
  func forwardValues(_ pieces: Range<Int>, of minibatch: Minibatch) {}
  func readValues(at place: Int, into rows: inout MinibatchRows) {}
  func writeValueGradients(at place: Int, _ gradients: [Float]) {}
  func backwardValues() {}
}

/// One batch that is given, whatever the policy.
private struct RecordingSampler: SequenceSampler {
  let models: RecordingModels
  let batch: BatchRewards

  let minibatchUnit = MinibatchUnit.sequences
  let longestSequence = 4
  let valueRounding = ValueBaselineRounding.credit

  mutating func collect() throws(TrainingError) -> Bool {
    let steps = models.steps
    steps.sequences = batch.sequences
    for row in 0..<steps.count { steps.logProbabilities[row] = -0.5 - Float(row) / 8 }
    models.run.spend(models.run.remaining)
    return true
  }

  mutating func addReferenceAndValues() {
    for (row, value) in batch.values.enumerated() { models.steps.values[row] = Float(value) }
  }

  func rewards() -> BatchRewards {
    var rewards = batch
    rewards.values = []
    return rewards
  }

  func diagnostics() -> Diagnostics { [] }

  /// A batch that is given leaves nothing to the next.
  func passState(through archive: inout CheckpointArchive) {}
}
