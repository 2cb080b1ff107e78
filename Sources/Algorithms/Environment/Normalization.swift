internal import Checkpoints
import NeuralNetworks
import Objectives

/// Observations as a policy sees them: as they are, or less their running mean in units of their deviation.
///
///     x ← clip((x − mean) / √(variance + 10⁻⁸), −c, c)
///
/// The moments are kept in double precision. Mean and divisor are rounded to f32 first and are part of
/// the run's weights, so that the policy that is stored is, bit for bit, the one that was evaluated.
///
/// Source: Stable-Baselines3 `VecNormalize`; Gymnasium `NormalizeObservation` and CleanRL's clipping at 10.
struct ObservationNormalization {
  /// Mean and deviation of each number of an observation; none where observations stay as they are.
  private(set) var scale: (means: [Float], deviations: [Float])?
  private var moments: RunningMoments
  private let clip: Float?
  /// Whether mean and deviation stay as they are.
  private var isFixed = false

  init(width: Int, settings: some AgentSettings) {
    moments = RunningMoments(columns: width)
    clip = settings.observationClip.map { Float($0) }
    if settings.observationNormalization == .running { updateScale() }
  }

  /// Whether it changes anything.
  var isActive: Bool { scale != nil }

  /// Adds the first `rows` rows of observations to the moments; training has not seen them before.
  mutating func observe(_ observations: [Float], rows: Int) {
    guard isActive, !isFixed, rows > 0 else { return }
    moments.add(observations, rowCount: rows)
    updateScale()
  }

  /// Sets mean and deviation to those of another run, which no observation changes.
  mutating func fix(means: [Float], deviations: [Float]) {
    scale = (means, deviations)
    isFixed = true
  }

  /// Normalizes the rows in `range` in place.
  func apply(to observations: inout [Float], rows range: Range<Int>) {
    guard let scale else { return }
    let width = scale.means.count
    for row in range {
      for column in 0..<width {
        let index = row * width + column
        let value = (observations[index] - scale.means[column]) / scale.deviations[column]
        observations[index] = clip.map { min(max(value, -$0), $0) } ?? value
      }
    }
  }

  private mutating func updateScale() {
    scale = (
      means: moments.means.map { Float($0) },
      deviations: moments.variances.map { Float(($0 + normalizationEpsilon).squareRoot()) }
    )
  }
}

/// Rewards as training sees them: as they are, or in units of the deviation of discounted returns.
///
///     Gₜ = γ Gₜ₋₁ + rₜ,   r ← clip(r / √(variance of G + 10⁻⁸), −c, c)
///
/// Returns that are reported stay those of the environment.
///
/// Source: Engstrom et al., "Implementation Matters in Deep RL: A Case Study on PPO and TRPO", ICLR 2020;
/// Stable-Baselines3 `VecNormalize` with the discount of the algorithm, as the zoo sets it.
struct RewardNormalization {
  /// The divisor of rewards; 1 where they stay as they are.
  private(set) var deviation = 1.0
  /// Whether it changes anything.
  let isActive: Bool
  private var moments = RunningMoments(columns: 1)
  private let clip: Double?

  init(_ normalization: RunningNormalization, clip: Double?) {
    isActive = normalization == .running
    self.clip = clip
    if isActive { updateDeviation() }
  }

  /// Adds the discounted returns of `count` episodes that have just taken a step to the moments.
  mutating func observe(_ discountedReturns: [Double], count: Int) {
    guard isActive, count > 0 else { return }
    moments.add(discountedReturns, rowCount: count)
    updateDeviation()
  }

  /// Returns `reward` as training sees it.
  func normalized(_ reward: Double) -> Double {
    guard isActive else { return reward }
    // Rounded as it is stored, so that the weights hold the divisor in use.
    let value = reward / deviation
    return clip.map { min(max(value, -$0), $0) } ?? value
  }

  private mutating func updateDeviation() {
    deviation = Double(Float((moments.variances[0] + normalizationEpsilon).squareRoot()))
  }
}

/// Added to variances, so that a constant is not divided by 0.
private let normalizationEpsilon = 1e-8

extension ObservationNormalization {
  /// Passes moments, means and deviations through an archive.
  mutating func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    try moments.passState(through: &archive)
    try archive.pass("observations.is_fixed", known: isFixed)
    let width = moments.means.count
    var (means, deviations) = (scale?.means, scale?.deviations)
    try archive.pass("observations.means", &means, count: width)
    try archive.pass(
      "observations.deviations", &deviations,
      in: Float.leastNonzeroMagnitude...Float.greatestFiniteMagnitude, count: width)
    try archive.require(
      (means != nil) == isActive && (deviations != nil) == isActive,
      "its fields observations.means and observations.deviations are not those of a run that \(isActive ? "normalizes" : "does not normalize") observations"
    )
    if let means, let deviations { scale = (means, deviations) }
  }
}

extension RewardNormalization {
  /// Passes moments and deviation through an archive.
  mutating func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    try moments.passState(through: &archive)
    try archive.pass(
      "rewards.deviation", &deviation,
      in: isActive ? Double(Float.leastNonzeroMagnitude)...1e300 : 1...1)
  }
}
