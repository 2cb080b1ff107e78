internal import Notebook

extension ReportDirective {
  /// The arms of an experiment: one metric with its differences, or several.
  static let comparison = ReportDirective(
    DirectiveDeclaration(
      name: "comparison",
      summary:
        "The arms of an experiment: one metric with its differences, or several with `metrics:`; it "
        + "names the claims that test them.",
      argument: .name(.experiment),
      options: [
        .label(.table), .caption,
        .init("against", .name(.arm), "The arm that the others are compared with."),
        .init("arms", .names(.arm), "The arms shown, in this order.", absent: "all"),
        .init("metric", .name(.metric), "The metric compared.", absent: "the experiment's own"),
        .init(
          "metrics", .names(.metric),
          "Several metrics, a column each, instead of one with its tests."),
      ],
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
