internal import Metrics
internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Statistics

/// The content of a `variance` directive: a row for each baseline, a column for each quantity; of several audits a
/// table for each quantity, with a column for each audit.
struct VarianceTable {
  private let directive: Directive
  private let experiment: LockedExperiment
  private let audits: [AuditedArm]
  private let baselines: [String]
  private let quantities: [AuditedQuantity]
  /// The columns of each table.
  private let tables: [[Column]]

  private struct Column {
    var audit: AuditedArm
    var quantity: AuditedQuantity
    var title: String
    /// One for each baseline that the audit tells the quantity of, in every run.
    var cells: [String: Cell]
    /// The baselines that are marked as best.
    var best: Set<String>
  }

  private struct Cell {
    var summary: ArmSummary
    var decimals: Int
  }

  /// Computes the table; nil if something the directive names does not exist, which `names` reports.
  init?(_ directive: Directive, catalog: MetricCatalog, names: inout NameResolution) {
    guard let argument = directive.argument, let experiment = names.experiment(argument) else {
      return nil
    }
    if let metrics = directive["metrics"] {
      names.report("'metrics' are scores of 'learning', which is not given", at: metrics.position)
      return nil
    }
    let axis = catalog.baselines
    guard let audits = names.audits(directive, of: experiment, axis: axis) else { return nil }
    self.directive = directive
    self.experiment = experiment
    self.audits = audits
    let baselines = names.baselines(directive, of: audits, axis: axis)
    let quantities = names.quantities(directive, usually: AuditedQuantity.usual)
    func column(_ quantity: AuditedQuantity, of audit: AuditedArm, titled title: String?) -> Column
    {
      Self.column(
        quantity, of: audit, baselines: baselines, experiment: experiment, catalog: catalog,
        title: title)
    }
    tables =
      audits.count == 1
      ? [quantities.map { column($0, of: audits[0], titled: nil) }]
      : quantities.map { quantity in
        audits.map { column(quantity, of: $0, titled: $0.arm.title) }
      }
    self.baselines = baselines
    self.quantities = quantities
  }

  private static func column(
    _ quantity: AuditedQuantity, of audit: AuditedArm, baselines: [String],
    experiment: LockedExperiment, catalog: MetricCatalog, title: String?
  ) -> Column {
    let scores = baselines.compactMap { audit.scores(quantity, of: $0, in: experiment) }
    let information = catalog.information(
      on: quantity.name(of: baselines.first ?? ""), preimage: audit.arm.preimage)
    let summaries = scores.map { ArmSummary($0, range: quantity.range) }
    let means = summaries.map(\.mean)
    return Column(
      audit: audit, quantity: quantity,
      title: (title ?? quantity.title) + information.arrow,
      cells: Dictionary(
        uniqueKeysWithValues: zip(scores, summaries).map { scores, summary in
          (
            scores.arm,
            Cell(
              summary: summary, decimals: quantity.decimals(of: summary.mean, among: means))
          )
        }),
      best: BestArms.labels(of: scores, higherIsBetter: information.higherIsBetter))
  }

  /// The tables, the first with the directive's label.
  var blocks: [ReportBlock] {
    tables.enumerated().map { index, columns in
      let isLast = index == tables.count - 1
      return .table(
        ReportTable(
          label: index == 0 ? directive.label : nil, caption: caption(ofTable: index),
          columns: [ReportTable.Column("Baseline", alignment: .leading)]
            + columns.map { ReportTable.Column($0.title, alignment: .trailing) },
          rows: baselines.map { baseline in
            [ReportCell([.code(baseline)])] + columns.map { cell(of: baseline, $0) }
          }, note: isLast ? [.text(note)] : nil))
    }
  }

  /// The directive's caption, with the quantity of the table where there are several.
  private func caption(ofTable index: Int) -> [Inline]? {
    guard audits.count > 1 else { return directive.caption }
    let quantity = quantities[index].title + "."
    guard index == 0, let caption = directive.caption else { return [.text(quantity)] }
    return caption + [.text(" " + quantity)]
  }

  private func cell(of baseline: String, _ column: Column) -> ReportCell {
    guard let cell = column.cells[baseline] else {
      let told = column.audit.runs(telling: column.quantity, of: baseline)
      return ReportCell(
        told == 0 ? "–" : "told by \(told) of \(SeedNotes.seeds([column.audit.arm.runs.count]))",
        emphasis: .muted)
    }
    let error = column.audit.standardError(column.quantity, of: baseline)
    let number =
      cell.summary.seeds == 1
      ? NumberText.fixed(cell.summary.mean, decimals: cell.decimals)
        + (error.map { " ± " + NumberText.fixed($0, decimals: cell.decimals) } ?? "")
      : cell.summary.text(decimals: cell.decimals)
    return ReportCell(
      (column.best.contains(baseline) ? BestArms.mark : "") + number,
      provenance: ReportProvenance(
        statistic: "Mean", metric: column.quantity.name(of: baseline), experiment: experiment,
        arm: column.audit.arm, decimals: cell.decimals))
  }

  private var note: String {
    let columns = tables.flatMap(\.self)
    let cells = columns.flatMap { column in
      baselines.compactMap { baseline in
        column.cells[baseline].map { (title: baseline, summary: $0.summary) }
      }
    }
    let seeds = cells.map(\.summary.seeds)
    var sentences: [String] = []
    if seeds.contains(where: { $0 > 1 }) {
      sentences.append(
        "Means over \(SeedNotes.seeds(seeds)) with 95 % intervals over seeds, corrected for skewness."
      )
    }
    if seeds.contains(1) {
      sentences.append("±: the standard error of one audit, over its prompts.")
    }
    sentences += BestArms.note(
      isMarked: columns.contains { !$0.best.isEmpty }, of: "baseline")
    sentences += SeedNotes.coverage(cells)
    let cut = columns.filter { $0.cells.values.contains(where: \.summary.isCut) }
    for range in Set(cut.compactMap(\.quantity.range)).sorted(by: { $0.lowerBound < $1.lowerBound })
    {
      sentences += SeedNotes.cut(range, if: true)
    }
    sentences += VarianceNotes.samples(audits, of: quantities)
    sentences += VarianceNotes.meaning(of: quantities)
    if columns.contains(where: { $0.cells.count < baselines.count }) {
      sentences.append("–: the samples do not tell it.")
    }
    return sentences.joined(separator: " ")
  }
}
