internal import Notebook
internal import ReportRendering
internal import ResultStore
internal import Settings

extension ReportDirective {
  /// `changes`: rows of the differences since an earlier week.
  static let changes = ReportDirective(
    DirectiveDeclaration(
      name: "changes",
      summary: "What moved since an earlier week, row by row with a verdict.",
      argument: .week,
      options: [
        .label(.table), .caption,
        .init(
          "experiments", .names(.experiment), "The experiments shown.",
          absent: "all of this week; one that the earlier week lacks is called added"),
        .init(
          "metrics", .names(.metric), "The metrics shown.", absent: "each experiment's own"),
      ],
      example: """
        ```{changes} 2026-W44
        caption: What the larger groups changed.
        experiments: cartpole
        ```
        """), hasDifferences: true
  ) { directive, context, names in
    guard let own = context.notebook.frontMatter.week,
      let week = context.notebook.earlierWeek(for: directive),
      let earlier = context.earlier[week.value]
    else { return nil }
    return .blocks(
      ChangesTable(
        directive, week: own.value, earlier: earlier,
        earlierWeek: week.value, catalog: context.catalog, names: &names
      ).blocks)
  }
}

/// The content of a `changes` directive: the differences since an earlier week.
struct ChangesTable {
  private let directive: Directive
  private let difference: LockDifference
  /// Whether the directive names the experiments.
  private let isAsked: Bool

  /// Compares the lock of `names` with an earlier one; names that do not exist are reported.
  ///
  /// Without the option `metrics` an experiment is compared in its own metric.
  init(
    _ directive: Directive, week: String, earlier: Lock, earlierWeek: String,
    catalog: MetricCatalog, names: inout NameResolution
  ) {
    self.directive = directive
    isAsked = directive["experiments"] != nil
    let asked = directive.names("experiments").compactMap { name in
      names.experiment(name)?.name
    }
    let shown =
      directive["experiments"] == nil ? names.lock.experiments.map(\.name) : asked
    let metrics = directive.names("metrics")
    let known = shown.flatMap { names.lock.experiment($0)?.shownMetricNames ?? [] }
    for metric in metrics where !known.contains(metric.value) {
      names.report(
        "no experiment compared here has a metric '\(metric.value)'"
          + suggestion(for: metric.value, among: known), at: metric.position)
    }
    difference = LockDifference(
      from: earlier, named: earlierWeek, to: names.lock, named: week, catalog: catalog,
      experiments: shown, isTested: false,
      metricsOf: { metrics.isEmpty ? [$0.metric] : metrics.map(\.value) })
  }

  /// The table; a sentence instead if the weeks have nothing in common.
  var blocks: [ReportBlock] {
    let rows = difference.experiments.flatMap(\.rows)
    guard difference.experiments.contains(where: { $0.presence == .both }) || isAsked else {
      return [
        .paragraph([.text("No experiment of this week was part of \(difference.oldName).")])
      ]
    }
    return [
      .table(
        ReportTable(
          label: directive.label, caption: directive.caption, columns: columns,
          rows: rows.map(cells), note: note
        ).movingConstantColumns(keeping: [3, 4, 5, 6]))
    ]
  }

  private var columns: [ReportTable.Column] {
    [
      .init("Experiment", alignment: .leading), .init("Arm", alignment: .leading),
      .init("Metric", alignment: .leading), .init(difference.oldName, alignment: .trailing),
      .init(difference.newName, alignment: .trailing),
      .init("Difference", alignment: .trailing),
      .init("Verdict", alignment: .leading),
      .init("Changed in the key", alignment: .leading),
    ]
  }

  private func cells(of row: DifferenceRow) -> [ReportCell] {
    let change = row.interval.isEmpty ? row.difference : "\(row.difference) \(row.interval)"
    let changes = row.changes.enumerated().flatMap { index, text -> [Inline] in
      index == 0 ? [.code(text)] : [.text(", "), .code(text)]
    }
    return [
      ReportCell(row.experiment), ReportCell(row.title),
      ReportCell([.text(row.metric)]),
      ReportCell(row.old), ReportCell(row.new), ReportCell(change), ReportCell(row.verdict),
      ReportCell(changes),
    ]
  }

  private var note: [Inline] {
    let arms = difference.experiments.flatMap(\.arms)
    guard arms.contains(where: { arm in arm.metrics.contains { $0.change?.lower != nil } }) else {
      return [.text("Means over seeds.")]
    }
    return [
      .text(
        "Means over common seeds, which differences and 95 % intervals are paired by, not adjusted for the "
          + "number of rows; "),
      .code("labbook diff \(difference.oldName) \(difference.newName)"),
      .text(" tests them as one family."),
    ]
  }
}
