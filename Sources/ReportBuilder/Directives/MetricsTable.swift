internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Settings

/// The content of a `comparison` directive with several metrics: a row for each arm, a column for each
/// metric, each cell a mean with its interval.
struct MetricsTable {
  private let directive: Directive
  private let experiment: LockedExperiment
  private let rows: [(arm: LockedArm, cells: [Cell?])]
  private let columns: [Column]
  private let reference: LockedArm?

  private struct Column {
    var metric: String
    var information: MetricInformation
    var decimals: Int
    var counts: CountStyle
    /// The labels of the arms that are marked as best.
    var best: Set<String>
  }

  private struct Cell {
    var scores: ShownScores
    /// Of the finite scores; nil where there is none.
    var summary: ArmSummary?
    /// The claims about the arm and the reference.
    var claims: [TestedPairs.Entry]
  }

  /// Computes the table; nil if something the directive names does not exist, which `names` reports.
  init?(
    _ directive: Directive, catalog: MetricCatalog, claims: TestedPairs,
    names: inout NameResolution
  ) {
    guard let argument = directive.argument, let experiment = names.experiment(argument) else {
      return nil
    }
    if let metric = directive["metric"] {
      names.report(
        "'metric' shows one metric with its differences, 'metrics' shows several; give one of them",
        at: metric.position)
      return nil
    }
    let metrics = directive.names("metrics")
    for metric in metrics where !experiment.shownMetricNames.contains(metric.value) {
      names.report(
        experiment.lacks(metric.value, among: experiment.metricNames), at: metric.position)
      return nil
    }
    let against = directive["against"]
    let reference = against.flatMap { names.arm($0, of: experiment) }
    guard against == nil || reference != nil else { return nil }
    var arms = names.arms(directive.names("arms"), of: experiment) { arm in
      metrics.contains { arm.shows($0.value) }
    }
    if let reference, !arms.contains(where: { $0.label == reference.label }) {
      arms.insert(reference, at: 0)
    }
    let information = metrics.map { metric in
      let arm = arms.first { $0.shows(metric.value) }
      return experiment.information(
        on: metric.value, of: arm ?? experiment.arms[0], from: catalog)
    }
    rows = arms.map { arm in
      let cells = zip(metrics, information).map { metric, information in
        ShownScores(experiment: experiment.name, arm: arm, metric: metric.value).map { scores in
          Cell(
            scores: scores,
            summary: scores.defined.values.isEmpty
              ? nil : ArmSummary(scores.defined, range: information.range),
            claims: reference.map {
              claims.claims(on: experiment.name, arm.label, $0.label, metric: metric.value)
            } ?? [])
        }
      }
      return (arm, cells)
    }
    columns = zip(metrics, information).map { metric, information in
      let scores = arms.compactMap {
        SeedScores(experiment: experiment.name, arm: $0, metric: metric.value)
      }
      return Column(
        metric: metric.value, information: information,
        // A digit less than where one metric stands alone: a cell holds three numbers.
        decimals: max(0, experiment.decimals(of: metric.value, information: information) - 1),
        counts: experiment.countStyle(of: metric.value, information: information),
        best: BestArms.labels(of: scores, higherIsBetter: information.higherIsBetter))
    }
    self.directive = directive
    self.experiment = experiment
    self.reference = reference
  }

  /// The table with its caption and small print.
  var table: ReportTable {
    ReportTable(
      label: directive.label, caption: directive.caption,
      columns: [ReportTable.Column("Arm", alignment: .leading)]
        + columns.map { ReportTable.Column($0.information.columnTitle, alignment: .trailing) },
      rows: rows.map { row in
        [ReportCell(row.arm.markedTitle)]
          + zip(columns, row.cells).map { column, cell in
            cell.map { reportCell($0, column: column, arm: row.arm) }
              ?? ReportCell("—", emphasis: .muted)
          }
      }, note: note
    ).movingConstantColumns(keeping: [0])
  }

  private func reportCell(_ cell: Cell, column: Column, arm: LockedArm) -> ReportCell {
    let emphasis =
      cell.claims.contains(where: \.holdsDifference) ? ReportCell.Emphasis.strong : .none
    let provenance = ReportProvenance(
      statistic: "Mean", metric: column.metric, experiment: experiment, arm: arm,
      decimals: column.decimals)
    let (summary, decimals) = (cell.summary, column.decimals)
    return ReportCell(
      (column.best.contains(arm.label) ? BestArms.mark : "")
        + (summary.map { summary in
          column.information.isCount
            ? column.counts.text(summary.mean) : summary.text(decimals: decimals)
        } ?? "") + cell.scores.mark,
      provenance: provenance, emphasis: emphasis)
  }

  private var note: [Inline] {
    let cells = rows.flatMap(\.cells).compactMap(\.self)
    let seeds = SeedNotes.seeds(cells.compactMap(\.summary?.seeds))
    let items = columns.compactMap { column in
      MeasuredItems(
        of: rows.map(\.arm), information: column.information, decimals: column.decimals
      ).map { "\(column.information.title)\($0.words)" }
    }
    var sentences = ["Means over \(seeds)."]
    if !columns.allSatisfy(\.information.isCount) {
      sentences = ["Means over \(seeds) with 95 % intervals over seeds, corrected for skewness."]
    }
    if !items.isEmpty { sentences.append("Measured: " + items.joined(separator: "; ") + ".") }
    sentences += BestArms.note(isMarked: columns.contains { !$0.best.isEmpty })
    let isCut = columns.indices.filter { index in
      rows.contains { $0.cells[index]?.summary?.isCut ?? false }
    }
    let ranges = Set(isCut.compactMap { columns[$0].information.range })
    if ranges.count > 1 {
      sentences.append("Intervals are cut at what each metric can be.")
    } else {
      sentences += SeedNotes.cut(ranges.first, if: true)
    }
    // One sentence for all columns: an arm that is skewed in one of them is named once.
    let measured = columns.indices.filter { !columns[$0].information.isCount }
    sentences += SeedNotes.coverage(
      rows.flatMap { row in
        measured.compactMap { index in
          row.cells[index]?.summary.map { (title: row.arm.title, summary: $0) }
        }
      })
    sentences += ObservedNotes.marks(on: rows.map(\.arm))
    sentences += SeedNotes.undefined(
      columns.indices.flatMap { index in
        rows.compactMap { row in
          row.cells[index].map {
            ("\(columns[index].information.title) of \(row.arm.title)", $0.scores)
          }
        }
      })
    sentences += SeedNotes.diverged(rows.map(\.arm))
    let claims = cells.flatMap(\.claims)
    let text = sentences.joined(separator: " ")
    let varied = experiment.variedNote(of: rows.map(\.arm))
    guard let reference, !claims.isEmpty else { return [.text(text)] + varied }
    let bold =
      claims.contains(where: \.holdsDifference)
      ? "; bold: different by a claim that holds." : "."
    let tested = " Tested against \(reference.title): "
    let head: [Inline] =
      varied.isEmpty ? [.text(text + tested)] : [.text(text)] + varied + [.text(tested)]
    return head + TestedPairs.links(claims) + [.text(bold)]
  }
}
