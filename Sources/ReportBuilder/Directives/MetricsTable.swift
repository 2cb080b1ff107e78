internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Settings

/// The content of a `comparison` directive with several metrics: a row for each arm, a column for each
/// metric, each cell a mean with its interval.
struct MetricsTable {
  private let directive: Directive
  private let compared: ComparedExperiments
  private let rows: [Row]
  private let columns: [ComparedMetric]

  private struct Row {
    /// The place of the experiment among those compared.
    var part: Int
    var arm: LockedArm
    /// The title that small print names the arm by.
    var notedTitle: String
    /// In the order of the columns; nil where the arm does not have the metric.
    var cells: [Cell?]
  }

  private struct Cell {
    var scores: ShownScores
    /// Of the finite scores; nil where there is none.
    var summary: ArmSummary?
    var isBest: Bool
    /// The claims about the arm and the reference.
    var claims: [TestedPairs.Entry]
  }

  /// Computes the table; nil if something the directive names does not exist, which `names` reports.
  init?(
    _ directive: Directive, catalog: MetricCatalog, claims: TestedPairs,
    names: inout NameResolution
  ) {
    let metrics = directive.names("metrics")
    guard
      let compared = ComparedExperiments(
        directive, names: &names, having: { _, arm in metrics.contains { arm.shows($0.value) } })
    else { return nil }
    if let metric = directive["metric"] {
      names.report(
        "'metric' shows one metric with its differences, 'metrics' shows several; give one of them",
        at: metric.position)
      return nil
    }
    guard compared.areShared(metrics, catalog, &names) else { return nil }
    let columns = metrics.map { metric in
      ComparedMetric(
        metric.value, of: compared,
        compared.parts.map { compared.information(on: metric.value, in: $0, from: catalog) })
    }
    rows = compared.parts.enumerated().flatMap { index, part in
      let best = columns.map { column in
        BestArms.labels(
          of: part.arms.compactMap {
            SeedScores(experiment: part.experiment.name, arm: $0, metric: column.name)
          }, higherIsBetter: column.parts[index].higherIsBetter)
      }
      return part.arms.map { arm in
        let cells = zip(columns, best).map { column, best in
          ShownScores(experiment: part.experiment.name, arm: arm, metric: column.name).map {
            Cell(
              scores: $0,
              summary: $0.defined.values.isEmpty
                ? nil : ArmSummary($0.defined, range: column.parts[index].range),
              isBest: best.contains(arm.label),
              claims: part.reference.map {
                claims.claims(on: part.experiment.name, arm.label, $0.label, metric: column.name)
              } ?? [])
          }
        }
        return Row(part: index, arm: arm, notedTitle: part.noted(arm).title, cells: cells)
      }
    }
    self.directive = directive
    self.compared = compared
    self.columns = columns
  }

  /// The table with its caption and small print.
  var table: ReportTable {
    let experiments = compared.areSeveral ? ["Experiment"] : []
    return ReportTable(
      label: directive.label, caption: directive.caption,
      columns: (experiments + ["Arm"]).map { ReportTable.Column($0, alignment: .leading) }
        + columns.map { ReportTable.Column($0.information.columnTitle, alignment: .trailing) },
      rows: rows.map { row in
        experiments.map { _ in ReportCell(compared.parts[row.part].experiment.name) }
          + [ReportCell(row.arm.markedTitle)]
          + zip(columns, row.cells).map { column, cell in
            cell.map { reportCell($0, column: column, row: row) }
              ?? ReportCell("—", emphasis: .muted)
          }
      }, note: note
    ).movingConstantColumns(keeping: Set(0...experiments.count))
  }

  /// The digits of a column: one less than where a metric stands alone, since a cell holds three numbers.
  private func decimals(_ column: ComparedMetric) -> Int { max(0, column.decimals - 1) }

  private func reportCell(_ cell: Cell, column: ComparedMetric, row: Row) -> ReportCell {
    let emphasis =
      cell.claims.contains(where: \.holdsDifference) ? ReportCell.Emphasis.strong : .none
    let decimals = decimals(column)
    let provenance = ReportProvenance(
      statistic: "Mean", metric: column.name, experiment: compared.parts[row.part].experiment,
      arm: row.arm, decimals: decimals)
    return ReportCell(
      (cell.isBest ? BestArms.mark : "")
        + (cell.summary.map { summary in
          column.isCount ? column.count(summary.mean) : summary.text(decimals: decimals)
        } ?? "") + cell.scores.mark,
      provenance: provenance, emphasis: emphasis)
  }

  private var note: [Inline] {
    let cells = rows.flatMap(\.cells).compactMap(\.self)
    let arms = compared.parts.flatMap(\.notedArms)
    let seeds = SeedNotes.seeds(cells.compactMap(\.summary?.seeds))
    var sentences = ["Means over \(seeds)."]
    if !columns.allSatisfy(\.isCount) {
      sentences = ["Means over \(seeds) with 95 % intervals over seeds, corrected for skewness."]
    }
    if compared.areSeveral { sentences.append(ComparedExperiments.scope) }
    let items = columns.flatMap { column in
      zip(compared.parts, column.parts).compactMap { part, information in
        MeasuredItems(of: part.notedArms, information: information, decimals: decimals(column))
          .map { "\(information.title)\(part.suffix)\($0.words)" }
      }
    }
    if !items.isEmpty { sentences.append("Measured: " + items.joined(separator: "; ") + ".") }
    sentences += BestArms.note(isMarked: cells.contains(where: \.isBest), of: compared.bestWords)
    let ranges = Set(
      rows.flatMap { row in
        zip(columns, row.cells).compactMap { column, cell in
          cell?.summary?.isCut == true ? column.parts[row.part].range : nil
        }
      })
    sentences +=
      ranges.count > 1
      ? ["Intervals are cut at what each metric can be."] : SeedNotes.cut(ranges.first, if: true)
    // One sentence for all columns: an arm that is skewed in one of them is named once.
    let measured = columns.indices.filter { !columns[$0].isCount }
    sentences += SeedNotes.coverage(
      rows.flatMap { row in
        measured.compactMap { index in
          row.cells[index]?.summary.map { (title: row.notedTitle, summary: $0) }
        }
      })
    sentences += ObservedNotes.marks(on: arms)
    sentences += SeedNotes.undefined(
      columns.indices.flatMap { index in
        rows.compactMap { row in
          row.cells[index].map {
            ("\(columns[index].information.title) of \(row.notedTitle)", $0.scores)
          }
        }
      })
    sentences += SeedNotes.diverged(arms)
    let claims = cells.flatMap(\.claims)
    let text = sentences.joined(separator: " ")
    let varied = compared.variedNote
    guard let reference = compared.parts[0].reference, !claims.isEmpty else {
      return [.text(text)] + varied
    }
    let bold =
      claims.contains(where: \.holdsDifference)
      ? "; bold: different by a claim that holds." : "."
    let baseline = compared.areSeveral ? "the baseline of each experiment" : reference.title
    let tested = " Tested against \(baseline): "
    let head: [Inline] =
      varied.isEmpty ? [.text(text + tested)] : [.text(text)] + varied + [.text(tested)]
    return head + TestedPairs.links(claims) + [.text(bold)]
  }
}
