internal import Metrics

/// A mean over the items of an evaluation, such as test prompts, with its standard error.
///
/// Items come in strata, such as levels of difficulty; each stratum has the same weight, however many
/// items it has.
///
///     mean = 1/L Σₗ x̄ₗ,   standard error = 1/L √(Σₗ sₗ² / nₗ)
///
/// with sₗ the unbiased deviation within stratum l. The error says how far another draw of as many items
/// would move this run's value; nothing about other seeds.
///
/// Source: Cochran, "Sampling Techniques", 3rd edition, 1977, section 5.3.
struct ItemMean {
  let value: Double
  /// None where a stratum has one item.
  let standardError: Double?

  /// Averages the items of each stratum, and the strata; `nil` where there is none.
  init?(of strata: [[Double]]) {
    let strata = strata.filter { !$0.isEmpty }
    guard !strata.isEmpty else { return nil }
    let count = Double(strata.count)
    let means = strata.map { $0.reduce(0, +) / Double($0.count) }
    value = means.reduce(0, +) / count
    guard strata.allSatisfy({ $0.count > 1 }) else {
      standardError = nil
      return
    }
    var variance = 0.0
    for (items, mean) in zip(strata, means) {
      let squares = items.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      variance += squares / Double(items.count - 1) / Double(items.count)
    }
    standardError = variance.squareRoot() / count
  }
}

extension [String: Double] {
  /// Adds the mean over items as the metric `name`, and its error as `<name>_standard_error`.
  mutating func add(_ mean: ItemMean?, as name: String) {
    guard let mean else { return }
    self[name] = mean.value
    self[name + MetricDeclaration.standardErrorSuffix] = mean.standardError
  }
}
