internal import Notebook
internal import ReportRendering
internal import ResultStore

extension ReportDirective {
  /// The probability that one arm does better than another.
  static let improvement = ReportDirective(
    DirectiveDeclaration(
      name: "improvement",
      summary:
        "How likely each arm does better than another, or with `against:` than one, averaged over the "
        + "experiments.",
      argument: .names(.experiment),
      options: [
        .label(.table), .caption,
        .init(
          "against", .name(.arm), "The arm that the others are compared with.",
          absent: "every other"),
        Suite.armsOption, Suite.metricOption,
      ],
      example: """
        ```{improvement} cartpole, acrobot
        caption: How likely a run does better than one of PPO.
        against: PPO
        ```
        """), hasDifferences: true
  ) { directive, context, names in
    ImprovementTable(
      directive, catalog: context.catalog, claims: context.claims.testedPairs, names: &names
    ).map { .table($0.table) }
  }
}

/// The content of an `improvement` directive: how likely each arm does better than a reference arm, or
/// than each other one.
struct ImprovementTable {
  private let directive: Directive
  private let suite: Suite
  private let claims: [TestedPairs.Entry]

  /// Resolves the names; nil if one does not exist, which `names` reports.
  init?(
    _ directive: Directive, catalog: MetricCatalog, claims: TestedPairs,
    names: inout NameResolution
  ) {
    guard let suite = Suite(directive, catalog: catalog, names: &names) else { return nil }
    guard suite.arms.count > 1 else {
      names.report("an improvement needs two arms; here is one", at: directive.position)
      return nil
    }
    self.directive = directive
    self.suite = suite
    self.claims = suite.claims(among: claims)
  }

  /// A row for each arm but the reference, or a row and a column for each.
  var table: ReportTable {
    suite.reference.map(table(against:)) ?? matrix
  }

  private func table(against reference: Suite.Arm) -> ReportTable {
    let hasTasks = suite.tasks.count > 1
    return ReportTable(
      label: directive.label, caption: directive.caption,
      columns: [
        ReportTable.Column("Arm", alignment: .leading),
        ReportTable.Column("Seeds", alignment: .trailing),
        ReportTable.Column("P(better than \(reference.title))", alignment: .trailing),
      ] + (hasTasks ? suite.tasks.map { ReportTable.Column($0.title, alignment: .trailing) } : []),
      rows: suite.arms.filter { $0.label != reference.label }.map { arm in
        let improvement = Improvement(of: arm, over: reference, in: suite)
        return [ReportCell(arm.title), ReportCell(suite.seedsText), improvement.cell]
          + (hasTasks
            ? improvement.tasks.map { task in
              improvement.interval == nil
                ? ReportCell("—", emphasis: .muted)
                : ReportCell(NumberText.fixed(task, decimals: 2))
            } : [])
      }, note: note("one of \(reference.title)")
    ).movingConstantColumns(keeping: [0, 2], said: [1])
  }

  private var matrix: ReportTable {
    ReportTable(
      label: directive.label, caption: directive.caption,
      columns: [ReportTable.Column("P(row better than column)", alignment: .leading)]
        + suite.arms.map { ReportTable.Column($0.title, alignment: .trailing) },
      rows: suite.arms.map { arm in
        [ReportCell(arm.title)]
          + suite.arms.map { other in
            arm.label == other.label
              ? ReportCell("—", emphasis: .muted)
              : Improvement(of: arm, over: other, in: suite).cell
          }
      }, note: note("one of the column's arm"))
  }

  private func note(_ other: String) -> [Inline] {
    let average =
      suite.tasks.count > 1 ? " on the same task, ties ½, averaged over tasks" : ", ties ½"
    var sentences = [
      "How likely a run does better than \(other)\(average); \(suite.seedsPhrase); 95 % intervals over "
        + "seeds, wide enough for any two distributions, not adjusted for the number of comparisons."
    ]
    sentences += suite.runSentences
    if !suite.omissionSentence.isEmpty { sentences.append(suite.omissionSentence) }
    let text = sentences.joined(separator: " ")
    return claims.isEmpty
      ? [.text(text)]
      : [.text(text + " Differences between these arms are tested by ")] + TestedPairs.links(claims)
        + [.text(".")]
  }
}
