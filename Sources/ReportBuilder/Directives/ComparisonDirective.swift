internal import Notebook

extension ReportDirective {
  /// The arms of an experiment, or of several: one metric with its differences, or several.
  static let comparison = ReportDirective(
    DirectiveDeclaration(
      name: "comparison",
      summary:
        "The arms of an experiment: one metric with its differences, or several with `metrics:`; it "
        + "names the claims that test them. Of several experiments, such as runs of two trainers, the arms "
        + "stand in one table, with the metrics that all have; differences stay within each.",
      argument: .names(.experiment),
      options: [
        .label(.table), .caption,
        .init(
          "against", .armOfEach, "The arm that the others of its experiment are compared with."),
        .init("arms", .names(.arm), "The arms shown, in this order.", absent: "all"),
        .init("metric", .name(.metric), "The metric compared.", absent: "the experiment's own"),
        .init(
          "metrics", .names(.metric),
          "Several metrics, a column each, instead of one with its tests."),
      ], mayNameArmsOfAny: true,
      example: """
        ```{comparison} cartpole
        label: tbl-cartpole
        caption: Return after 100,000 steps.
        against: PPO
        ```
        """), hasDifferences: true
  ) { directive, context, names in
    if directive["metrics"] != nil {
      return MetricsTable(
        directive, catalog: context.catalog, claims: context.claims.testedPairs, names: &names
      ).map { .table($0.table) }
    }
    return ComparisonTable(
      directive, catalog: context.catalog, claims: context.claims.testedPairs, names: &names
    ).map { .table($0.table) }
  }
}
