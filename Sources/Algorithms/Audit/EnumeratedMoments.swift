import Objectives
import Settings
public import SeededRandom

extension EnumerableProblem {
  /// The most batches that are enumerated if nobody says otherwise.
  public static let batchLimit = 2_000_000

  /// Returns the exact moments of the gradient estimate of a batch, at a point on the axes, by enumeration.
  ///
  /// A batch is `groups_per_batch` independent groups of `group_size` independent sequences, as training samples it.
  /// The baseline `moving_average` is at its stationary mean, the expected mean of a batch; that it moves about it
  /// is left out.
  ///
  /// - Parameters:
  ///   - settings: The point on the axes.
  ///   - values: What the baseline `value` is.
  ///   - arithmetic: The numbers that advantages become factors of scores in.
  ///   - limit: The most batches that may be enumerated.
  /// - Returns: The moments against ∇J.
  /// - Throws: Where the settings say more than what a batch gives, or there are too many batches.
  public func moments(
    of settings: PolicyGradientSettings, values: ValueSource = .exact,
    arithmetic: EstimateArithmetic = .double, limit: Int = batchLimit
  ) throws(EnumerationProblem) -> EstimateMoments {
    let batches = try EnumeratedBatches(of: self, settings, limit: limit)
    let estimator = try estimator(settings, values, arithmetic, batches)
    let squaredTruth = product(gradient, gradient)
    var mean = [Double](repeating: 0, count: scores.count)
    var (meanSquare, meanCosine) = (0.0, 0.0)
    batches.forEach { batch, probability in
      let terms = estimator.terms(of: batch)
      for (score, coefficient) in terms { mean[score] += probability * coefficient }
      let square = squaredNorm(of: terms)
      meanSquare += probability * square
      guard square > 0 else { return }
      let along = terms.reduce(0) { $0 + $1.coefficient * alongGradient[$1.score] }
      meanCosine += probability * (cosine(product: along, square, squaredTruth) ?? 0)
    }
    let estimate = combination(mean)
    return EstimateMoments(
      mean: estimate, variance: max(0, meanSquare - product(estimate, estimate)),
      meanCosine: squaredTruth > 0 ? meanCosine : nil, trueGradient: gradient)
  }

  /// Returns the moments of the gradient estimate as sampled batches show them, by the code that enumerates.
  ///
  /// - Parameters:
  ///   - settings: The point on the axes.
  ///   - values: What the baseline `value` is.
  ///   - arithmetic: The numbers that advantages become factors of scores in.
  ///   - samples: How many batches are drawn, at least 2.
  ///   - generator: What they are drawn from.
  /// - Returns: The moments with their standard errors.
  /// - Throws: Where the settings say more than what a batch gives.
  public func sampledMoments(
    of settings: PolicyGradientSettings, values: ValueSource = .exact,
    arithmetic: EstimateArithmetic = .double, samples: Int,
    using generator: inout SeededGenerator
  ) throws(EnumerationProblem) -> SampledMoments {
    let estimator = try estimator(
      settings, values, arithmetic,
      settings.baseline == .movingAverage
        ? EnumeratedBatches(of: self, settings, limit: Self.batchLimit) : nil)
    var estimates: [[Double]] = []
    for _ in 0..<samples {
      let batch = (0..<settings.groupsPerBatch).map { _ in
        drawGroup(size: settings.groupSize, using: &generator)
      }
      var coefficients = [Double](repeating: 0, count: scores.count)
      let terms = estimator.terms(of: batch)
      if squaredNorm(of: terms) > 0 {
        for (score, coefficient) in terms { coefficients[score] += coefficient }
      }
      estimates.append(combination(coefficients))
    }
    return SampledMoments(samples: estimates, trueGradient: gradient)
  }

  /// Returns ‖Σₖ cₖ sₖ‖², 0 where nothing but rounding is left of the terms.
  ///
  /// Where the advantages of one action cancel, as those of a group that differs in chance alone, a residue of some
  /// 10⁻¹⁶ of the terms, or 10⁻⁷ in f32, would have a direction and a cosine.
  private func squaredNorm(of terms: [(score: Int, coefficient: Double)]) -> Double {
    var (square, size) = (0.0, 0.0)
    for (score, coefficient) in terms where coefficient != 0 {
      let row = score * scores.count
      size += coefficient.magnitude * products[row + score].squareRoot()
      for (other, factor) in terms { square += coefficient * factor * products[row + other] }
    }
    let residue = 1e-6 * size
    return square > residue * residue ? square : 0
  }

  private func estimator(
    _ settings: PolicyGradientSettings, _ values: ValueSource, _ arithmetic: EstimateArithmetic,
    _ batches: EnumeratedBatches?
  ) throws(EnumerationProblem) -> GradientEstimator {
    if let conflict = settings.estimateConflict { throw EnumerationProblem(conflict.message) }
    var estimator = GradientEstimator(self, settings, values: values, arithmetic: arithmetic)
    if settings.baseline == .movingAverage, let batches {
      var stationary = 0.0
      batches.forEach { batch, probability in
        // An average without a memory is the mean of the latest batch.
        var latest = MovingAverage(decay: 0)
        _ = estimator.terms(of: batch, average: &latest)
        stationary += probability * latest.value
      }
      estimator.average.record(stationary)
    }
    return estimator
  }

  private func drawGroup(size: Int, using generator: inout SeededGenerator) -> EnumeratedGroup {
    let index = draw(prompts.map(\.probability), using: &generator)
    let prompt = prompts[index]
    let probabilities = prompt.sequences.map(\.probability)
    return EnumeratedGroup(
      prompt: index, members: (0..<size).map { _ in draw(probabilities, using: &generator) },
      greedy: draw(prompt.greedy.map(\.probability), using: &generator))
  }
}

/// Returns an index drawn with the given probabilities: the first whose running sum exceeds a uniform draw, the last
/// where rounding leaves the sum short of it.
private func draw(_ probabilities: [Double], using generator: inout SeededGenerator) -> Int {
  let uniform = generator.nextUnitDouble()
  var sum = 0.0
  for (index, probability) in probabilities.enumerated() {
    sum += probability
    if sum > uniform { return index }
  }
  return probabilities.count - 1
}
