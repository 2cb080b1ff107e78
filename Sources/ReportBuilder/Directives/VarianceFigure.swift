internal import Metrics
internal import Notebook
internal import ResultStore
internal import Statistics

/// The content of a `variance_curves` directive: a row of panels for each audit, a line for each baseline, by group
/// size.
struct VarianceFigure {
  private let directive: Directive
  private let experiment: LockedExperiment
  private let audits: [AuditedArm]
  private let baselines: [String]
  private let quantities: [AuditedQuantity]

  /// The quantities drawn unless it is told others.
  static let usual: [AuditedQuantity] = [.relativeVariance, .cosine]
  /// More panels in a row make a figure too wide for a small screen.
  private static let mostQuantities = 2

  /// Resolves the names; nil if one does not exist, which `names` reports.
  init?(_ directive: Directive, axis: [String], names: inout NameResolution) {
    guard let argument = directive.argument, let experiment = names.experiment(argument),
      let audits = names.audits(directive, of: experiment, axis: axis)
    else { return nil }
    self.directive = directive
    self.experiment = experiment
    self.audits = audits
    baselines = names.baselines(directive, of: audits, axis: axis)
    quantities = names.quantities(directive, usually: Self.usual)
    guard quantities.count <= Self.mostQuantities else {
      let third = directive.names("quantities")[Self.mostQuantities]
      names.report(
        "one quantity is drawn, or two side by side; here are \(quantities.count)",
        at: third.position)
      return nil
    }
  }

  /// The name of the figure's files where there is no label.
  var name: String { "\(experiment.name)-variance" }

  /// The small print: what the quantities are, and what the intervals are over.
  var note: String {
    let seeds = audits.map(\.arm.runs.count)
    let intervals =
      (seeds.min() ?? 0) < leastScoresOfInterval
      ? "No bands below \(leastScoresOfInterval) seeds." : "Bands: 95 % intervals over seeds."
    return (VarianceNotes.meaning(of: quantities) + [intervals]).joined(separator: " ")
  }

  /// Computes the chart from the records of runs by key.
  func chart(record: (String) -> Record?) -> PanelsChart {
    // A baseline looks the same whichever of them a figure shows.
    let looks = ArmLook.looks(ofBaselines: audits.flatMap(\.baselines))
    let rows = audits.map { audit in
      let records = audit.arm.runs.map { record($0.key) }
      return quantities.map { quantity in
        PanelsChart.Panel(
          title: quantity.title + (audits.count > 1 ? ", \(audit.arm.title)" : ""),
          isLogarithmic: quantity.isOfAnySize,
          series: baselines.map { baseline in
            CurvesChart.Series(
              title: baseline.replacing("_", with: " "), look: looks[baseline],
              points: Self.points(of: records.map { $0?.curve(quantity.name(of: baseline)) }))
          })
      }
    }
    let sizes = rows.joined().flatMap(\.series).flatMap(\.points).map { Int($0.position) }
    return PanelsChart(
      horizontalTitle: "Group size", sizes: Set(sizes).sorted(), rows: rows)
  }

  /// The means over seeds at the sizes that every seed tells.
  private static func points(of curves: [Curve?]) -> [CurvesChart.Point] {
    let values: [[Int: Double]] = curves.map { curve in
      curve.map {
        Dictionary(zip($0.steps, $0.values).filter(\.1.isFinite)) { first, _ in first }
      } ?? [:]
    }
    let common = values.dropFirst().reduce(Set(values.first.map { Array($0.keys) } ?? [])) {
      $0.intersection($1.keys)
    }
    return common.sorted().map { size in
      CurvesChart.Point(
        ArmSummary(values.compactMap { $0[size] }, range: nil), at: Double(size))
    }
  }
}
