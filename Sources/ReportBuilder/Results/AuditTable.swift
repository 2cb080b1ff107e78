internal import Metrics
public import ResultStore
internal import Settings

/// The findings of an audit as tables for a terminal.
public struct AuditTable: Sendable {
  private let record: Record
  /// The baselines that it has, in the order of the axis.
  private let baselines: [String]

  private static let columns = AuditedQuantity.allCases.filter { $0 != .variance }

  /// Characters of a line: columns that do not fit follow below.
  private static let width = 100

  /// The end of the name of a metric's standard error.
  private let errorSuffix: String

  /// Takes the findings from a record; `nil` if it is of no audit.
  ///
  /// - Parameters:
  ///   - record: That of the audit.
  ///   - baselines: All baselines, in the order of the rows.
  ///   - errorSuffix: The end of the name of a metric's standard error.
  public init?(of record: Record, baselines: [String], errorSuffix: String) {
    self.record = record
    self.errorSuffix = errorSuffix
    self.baselines = baselines.filter {
      record.metrics[AuditedQuantity.variance.name(of: $0)] != nil
    }
    if self.baselines.isEmpty { return nil }
  }

  /// Lines without a line end behind the last.
  public var text: String {
    let sizes = record.curve(AuditedQuantity.variance.name(of: baselines[0]))?.steps ?? []
    let metrics =
      [["baseline"] + Self.columns.map(\.words)]
      + baselines.map { baseline in
        [baseline] + Self.columns.map { cell($0.name(of: baseline)) }
      }
    let bySize =
      [["baseline"] + sizes.map(String.init)]
      + baselines.map { baseline in
        let curve = record.curve(AuditedQuantity.relativeVariance.name(of: baseline))
        return [baseline]
          + sizes.map { size in
            curve.flatMap { curve in
              curve.steps.firstIndex(of: size).map { number(curve.values[$0]) }
            } ?? "–"
          }
      }
    return """
      squared norm of the gradient: \(cell("gradient_squared_norm"))
      error of the projection: \(cell("gradient_projection_error"))

      groups of \(sizes.last ?? 0), between prompts of half of them; relative variance, direction and cosines are the \
      same at any scale
      \(alignedBlocks(metrics, trailing: Set(1...Self.columns.count), width: Self.width))

      relative variance of one completion, by group size
      \(alignedBlocks(bySize, trailing: Set(1...max(1, sizes.count)), width: Self.width))
      """
  }

  /// A metric with its standard error.
  private func cell(_ name: String) -> String {
    guard let value = record.metrics[name] else { return "–" }
    let error = record.metrics[name + errorSuffix]
    return number(value) + (error.map { " ± " + number($0) } ?? "")
  }

  private func number(_ value: Double) -> String {
    NumberText.fixed(value, decimals: max(0, NumberText.decimals(forScale: value) - 1))
  }
}
