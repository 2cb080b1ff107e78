internal import Notebook

extension ReportDirective {
  /// Means of arms with their intervals, or differences to one of them, and every seed.
  static let intervals = ReportDirective(
    DirectiveDeclaration(
      name: "intervals",
      summary:
        "The mean of each arm with its interval and the value of every seed, drawn; with `against:` the "
        + "differences to one arm, seed by seed, and with `week:` an earlier week's below each.",
      argument: .name(.experiment),
      options: [
        .label(.figure), .caption,
        .init("against", .name(.arm), "The arm that the differences are to."),
        .init("arms", .names(.arm), "The arms drawn, in this order.", absent: "all that have it"),
        .init("metric", .name(.metric), "The metric drawn.", absent: "the experiment's own"),
        .init("week", .week, "An earlier week whose seeds are drawn too."),
      ],
      example: """
        ```{intervals} cartpole
        label: fig-differences
        caption: Each arm's return less PPO's, on the same seeds.
        against: PPO
        ```
        """), hasDifferences: true
  ) { directive, context, names in
    IntervalsFigure(
      directive, earlier: context.earlier, week: context.notebook.frontMatter.time,
      catalog: context.catalog, names: &names
    ).map { figure in
      .figure(
        PlannedFigure(directive, file: figure.name, note: figure.note) { _, _ in
          DrawnChart(figure.chart)
        })
    }
  }
}
