public import Checkpoints

/// The mean and variance of rows of numbers seen so far, each column for itself.
///
/// Batches are joined by the parallel update of Chan, Golub and LeVeque:
///
///     δ = x̄ − m,   m ← m + δ n / (N + n),   M₂ ← N v + n s² + δ² N n / (N + n),   v ← M₂ / (N + n)
///
/// with x̄ and s² the mean and variance of the batch (divided by n). It begins as if 10⁻⁴ rows of mean 0 and
/// variance 1 had been seen.
///
/// Source: Chan, Golub & LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
/// Variances", 1979; Stable-Baselines3 `RunningMeanStd`, Gymnasium `RunningMeanStd`.
public struct RunningMoments: Equatable, Sendable {
  /// How many rows were seen, the 10⁻⁴ of the beginning included.
  public private(set) var count = 1e-4
  /// [columns] the means.
  public private(set) var means: [Double]
  /// [columns] the variances, divided by the count.
  public private(set) var variances: [Double]

  /// Creates the moments of nothing.
  public init(columns: Int) {
    precondition(columns >= 1, "moments of \(columns) columns")
    means = [Double](repeating: 0, count: columns)
    variances = [Double](repeating: 1, count: columns)
  }

  /// Records a batch.
  ///
  /// - Parameters:
  ///   - rows: [≥ rowCount · columns] numbers, row after row.
  ///   - rowCount: How many rows there are; none changes nothing.
  public mutating func add<Scalar: BinaryFloatingPoint>(_ rows: [Scalar], rowCount: Int) {
    let columns = means.count
    precondition(
      rowCount >= 0 && rows.count >= rowCount * columns,
      "\(rows.count) numbers for \(rowCount) rows of \(columns)")
    guard rowCount > 0 else { return }
    let added = Double(rowCount)
    let total = count + added
    for column in 0..<columns {
      var sum = 0.0
      for row in 0..<rowCount { sum += Double(rows[row * columns + column]) }
      let mean = sum / added
      var squares = 0.0
      for row in 0..<rowCount {
        let deviation = Double(rows[row * columns + column]) - mean
        squares += deviation * deviation
      }
      let delta = mean - means[column]
      means[column] += delta * added / total
      variances[column] =
        (variances[column] * count + squares + delta * delta * count * added / total) / total
    }
    count = total
  }
}

extension RunningMoments {
  /// Passes count, means and variances through an archive.
  public mutating func passState(
    through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    let columns = means.count
    try archive.pass("moments.count", &count, in: 1e-4...0x1p53)
    try archive.pass("moments.means", &means, count: columns)
    try archive.pass("moments.variances", &variances, in: 0...1e300, count: columns)
  }
}
