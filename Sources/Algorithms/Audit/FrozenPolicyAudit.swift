internal import Checkpoints
import Metrics
import NeuralNetworks
import Objectives
import SeededRandom
import Tensors

/// The measurement of an audit, in every world: sample, score, differentiate, compare.
///
/// Memory is that of the trajectories' projections, twice: as they are and after Adam. It does not grow with
/// the number of baselines.
package struct FrozenPolicyAudit<Sampler: SequenceSampler> {
  private let settings: AuditSettings
  private var sampler: Sampler
  private let models: Sampler.Models
  private let update: PolicyUpdate<Sampler.Models>
  private let objective: PolicyObjective
  private let projection: GradientProjection
  private var minibatch: Minibatch
  /// [dimension] the latest projections.
  private var plain: [Double]
  private var steered: [Double]
  private var scores = Scores()
  /// How many estimates are recorded.
  private var measured = 0

  /// Prepares the buffers of an audit.
  package init(_ settings: AuditSettings, sampler: Sampler) {
    self.settings = settings
    self.sampler = sampler
    models = sampler.models
    let point = settings.sampling
    update = PolicyUpdate(point, models: sampler.models)
    objective = PolicyObjective(
      settings: point, surrogate: point.surrogate(progress: 0), klCoefficient: 0)
    minibatch = Minibatch(rowsPerPiece: sampler.models.rowsPerPiece)
    let run = sampler.models.run
    let policy = run.trained[0]
    var generator = run.streams.generator(for: .audit)
    projection = GradientProjection(
      of: policy.parameters.slices.enumerated().lazy
        .filter { !policy.valueSlices.contains($0.offset) }.map(\.element),
      to: settings.projections, using: &generator)
    plain = [Double](repeating: 0, count: projection.dimension)
    steered = plain
  }

  /// Samples, and leaves metrics and curves in the run's log.
  ///
  /// - Throws: ``TrainingError`` where the budget does not hold the samples, or a log-probability is not reproduced.
  package mutating func measure() throws(TrainingError) {
    let run = models.run
    guard try sampler.collect() else {
      throw .invalidConfiguration(
        "audit: the budget of \(run.state.budget) \(run.state.unit) ends before \(settings.prompts) × \(settings.completions) samples are complete; raise the budget, or lower prompts or completions"
      )
    }
    // A batch is a function of the policy and the seed, so it is sampled again; counts and scores are those of the
    // state.
    try run.resume { archive throws(CheckpointProblem) in try passState(through: &archive) }
    run.enter(.advantages)
    let batch = AuditedBatch(of: sampler, settings)
    try score(batch)
    let reference = try estimates(batch, at: settings.reference)
    let points = settings.measuredGroupSizes.flatMap { size in
      AuditSettings.baselines.map { (size: size, baseline: $0) }
    }
    while measured < points.count {
      let (size, baseline) = points[measured]
      let estimates = try estimates(
        batch, at: settings.point(baseline: baseline, groupSize: size))
      record(
        (
          estimates.plain.products(with: reference.plain),
          estimates.steered.products(with: reference.steered)
        ), of: baseline, groupSize: size)
      measured += 1
      try offerCheckpoint()
    }
    let square = reference.plain.products(with: reference.plain).estimate(\.squaredReference)
    run.log.measure("gradient_squared_norm", square)
    run.log.measure("gradient_projection_error", (projection.relativeError, nil))
    var diagnostics = sampler.diagnostics()
    diagnostics += [
      ("policy_entropy", scores.entropy), ("gradient_norm", scores.gradientNorm),
    ]
    // A policy that is not trained has left its start by nothing.
    diagnostics.removeAll { diagnostic in
      MetricDeclaration.all.contains { $0.name == diagnostic.name && $0.presence == .ownSamples }
    }
    try run.finishUpdate(diagnostics)
    sampler.finish()
  }

  // MARK: Checkpoints

  private mutating func offerCheckpoint() throws(TrainingError) {
    // Scores may take gigabytes.
    let isSmall = scores.plain.count <= 1 << 22
    try models.run.offerCheckpoint(holding: isSmall) { archive throws(CheckpointProblem) in
      try passState(through: &archive)
    }
  }

  /// How many estimates there are.
  private var pointCount: Int {
    settings.measuredGroupSizes.count * AuditSettings.baselines.count
  }

  /// Passes scores and the place in the measurement through an archive.
  private mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    let sequences = models.steps.sequences.count
    let projected = sequences * projection.dimension
    let parameters = models.run.trained[0].parameters.gradients.count
    try archive.pass("audit.plain", &scores.plain, count: projected)
    try archive.pass("audit.steered", &scores.steered, count: projected)
    try archive.pass("audit.squares", &scores.squares, in: 0...1e300, count: parameters)
    try archive.pass("audit.gradient", &scores.gradient, count: parameters)
    try archive.pass("audit.entropy", &scores.entropy)
    try archive.pass("audit.scored", &scores.scored, in: 0...sequences)
    // Each begins where the one before is done.
    try archive.pass(
      "audit.scored_after_adam", &scores.scoredAfterAdam,
      in: 0...(scores.scored == sequences ? sequences : 0))
    try archive.pass(
      "audit.measured", &measured,
      in: 0...(scores.scoredAfterAdam == sequences ? pointCount : 0))
    try sampler.passState(through: &archive)
  }

  // MARK: Scores

  /// The scores ∇ log π of all trajectories, projected.
  private struct Scores {
    /// [sequences · dimension] as they are, and after Adam.
    var plain: [Float] = []
    var steered: [Float] = []
    /// The factor of each element of a gradient in Adam's direction, by place in the buffer.
    var factors: [Float] = []
    /// The sums over trajectories of the squares of a gradient's elements, and of the elements.
    var squares: [Double] = []
    var gradient: [Double] = []
    /// The mean entropy of the steps.
    var entropy = 0.0
    /// The norm of the reference's estimate from all completions.
    var gradientNorm = 0.0
    /// How many trajectories have their scores, as they are and after Adam.
    var scored = 0
    var scoredAfterAdam = 0
  }

  /// Differentiates every trajectory, once as it is and once more when Adam's second moments are known.
  private mutating func score(_ batch: AuditedBatch) throws(TrainingError) {
    let parameters = models.run.trained[0].parameters
    let steps = models.steps
    let count = steps.sequences.count
    let round = batch.round(0, at: settings.reference)
    fill(&steps.advantages, at: 0..<steps.count, with: 1)
    fill(&steps.weights, at: 0..<steps.count, with: 1)
    if scores.scored == 0 {
      scores.plain = [Float](repeating: 0, count: count * projection.dimension)
      scores.steered = scores.plain
      scores.squares = [Double](repeating: 0, count: parameters.gradients.count)
      scores.gradient = scores.squares
    }
    while scores.scored < count {
      let sequence = scores.scored
      scores.entropy += try differentiate([sequence]) / Double(max(steps.count, 1))
      projection.project(parameters.gradients, into: &plain)
      Self.keep(plain, of: sequence, in: &scores.plain)
      // The reference has one advantage for each trajectory, and a group's estimate is a mean over its completions.
      let coefficient = round.coefficients[sequence][0]
      let single = coefficient * Double(batch.completions)
      for place in scores.gradient.indices {
        let score = Double(parameters.gradients[place])
        scores.squares[place] += single * single * score * score
        scores.gradient[place] += coefficient * score
      }
      scores.scored += 1
      try offerCheckpoint()
    }
    // Adam's ε is that of its paper, 10⁻⁸, beside the root of the second moment of a batch.
    let samples = Double(count) * Double(settings.batchSize)
    scores.factors = scores.squares.map {
      $0 > 0 ? Float(1 / (($0 / samples).squareRoot() + 1e-8)) : 0
    }
    scores.gradientNorm =
      scores.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot() / Double(batch.prompts)
    while scores.scoredAfterAdam < count {
      let sequence = scores.scoredAfterAdam
      _ = try differentiate([sequence])
      projection.project(parameters.gradients, times: scores.factors, into: &steered)
      Self.keep(steered, of: sequence, in: &scores.steered)
      scores.scoredAfterAdam += 1
      try offerCheckpoint()
    }
  }

  /// Leaves the gradient of the loss of some sequences in the parameters, and returns the sum of entropies.
  private mutating func differentiate(_ sequences: [Int]) throws(TrainingError) -> Double {
    minibatch.choose(sequences: sequences[...], of: models.steps)
    return try update.differentiate(minibatch, of: objective, isFirst: true).entropySum
  }

  /// Keeps what a sequence's loss of advantage 1 has, as that of its log-probability.
  private static func keep(_ projected: [Double], of sequence: Int, in scores: inout [Float]) {
    let offset = sequence * projected.count
    for index in projected.indices { scores[offset + index] = -Float(projected[index]) }
  }

  // MARK: Estimates

  /// The gradients of an estimator's groups, as they are and after Adam.
  private typealias Estimates = (plain: GroupGradients, steered: GroupGradients)

  private func noEstimates(_ batch: AuditedBatch) -> Estimates {
    let none = GroupGradients(prompts: batch.prompts, dimension: projection.dimension)
    return (none, none)
  }

  /// Returns the estimates at a point: sums of scores, or where steps of a sequence differ, passes of their own.
  private mutating func estimates(
    _ batch: AuditedBatch, at point: PolicyGradientSettings
  ) throws(TrainingError) -> Estimates {
    var estimates = noEstimates(batch)
    for index in 0..<batch.rounds(ofGroupSize: point.groupSize) {
      models.run.enter(.advantages)
      let round = batch.round(index, at: point)
      for prompt in 0..<batch.prompts {
        try models.run.state.lookUp(from: .betweenUpdates)
        let members = (prompt * point.groupSize)..<((prompt + 1) * point.groupSize)
        if round.isOfWholeSequences(members) {
          combine(round, members)
        } else {
          try pass(round, members, factors: scores.factors)
        }
        estimates.plain.add(plain, ofPrompt: prompt)
        estimates.steered.add(steered, ofPrompt: prompt)
      }
    }
    return estimates
  }

  /// Makes the gradient of a group of scores.
  private mutating func combine(_ round: AuditedBatch.Round, _ members: Range<Int>) {
    for index in plain.indices { (plain[index], steered[index]) = (0, 0) }
    for member in members {
      let coefficient = round.coefficients[member][0]
      guard coefficient != 0 else { continue }
      let offset = round.sequences[member] * projection.dimension
      for index in plain.indices {
        plain[index] += coefficient * Double(scores.plain[offset + index])
        steered[index] += coefficient * Double(scores.steered[offset + index])
      }
    }
  }

  /// Makes the gradient of a group by a backward pass.
  private mutating func pass(
    _ round: AuditedBatch.Round, _ members: Range<Int>, factors: [Float]
  ) throws(TrainingError) {
    let steps = models.steps
    let parameters = models.run.trained[0].parameters
    for member in members {
      let rows = steps.sequences[round.sequences[member]]
      for (row, coefficient) in zip(rows, round.coefficients[member]) {
        // The gradient of the loss is the estimate's, turned round.
        steps.advantages[row] = -Float(coefficient)
      }
      fill(&steps.weights, at: rows, with: 1)
    }
    _ = try differentiate(Array(round.sequences[members]))
    projection.project(parameters.gradients, into: &plain)
    projection.project(parameters.gradients, times: factors, into: &steered)
  }

  // MARK: Findings

  /// Adds points to the curves of a baseline; those of the largest group size are its metrics.
  private func record(
    _ products: (plain: PromptProducts, steered: PromptProducts), of baseline: Baseline,
    groupSize: Int
  ) {
    let sizes = settings.measuredGroupSizes
    for quantity in AuditedQuantity.allCases {
      let products = quantity.isAfterAdam ? products.steered : products.plain
      let name = quantity.name(of: baseline)
      let estimate = products.estimate {
        quantity.value(of: $0, groupSize: groupSize, batchSize: settings.batchSize)
      }
      guard let estimate else { continue }
      models.run.log.addPoint(name, step: groupSize, value: estimate.value)
      // What needs two groups of a prompt ends at half the completions.
      let largest = sizes.last {
        quantity != .betweenPrompts || 2 * $0 <= settings.completions
      }
      if groupSize == largest { models.run.log.measure(name, estimate) }
    }
  }
}
