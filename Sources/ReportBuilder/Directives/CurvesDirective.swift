internal import Notebook
internal import Settings

extension ReportDirective {
  /// Learning curves of one experiment's arms, or of several experiments as one.
  static let curves = ReportDirective(
    DirectiveDeclaration(
      name: "curves",
      summary:
        "Curves over the budget, against another curve with `x:`, or over levels of difficulty with "
        + "`levels:`; of several experiments, normalized scores as one, over the share of the budget.",
      argument: .names(.experiment),
      options: [
        .label(.figure), .caption,
        .init(
          "curve", .names(.curve), "The curve drawn, or several of one arm.",
          absent: World.all.map { "`\($0.defaultMetric)`" }.joined(separator: " or ")),
        .init(
          "x", .name(.curve), "The curve that is the horizontal axis.", absent: "the budget used"),
        .init(
          "levels", .name(.metric),
          "The metric drawn over its levels of difficulty, such as people, instead of a curve."),
        .init("arms", .names(.arm), "The arms drawn, in this order.", absent: "all that have it"),
      ],
      example: """
        ```{curves} rlhf
        label: fig-reward
        caption: What the reward model pays, against the distance from the start.
        curve: training_reward
        x: reference_kl
        ```
        """),
    comparesTasks: { $0.argumentNames.count > 1 }
  ) { directive, context, names in
    guard directive.argumentNames.count < 2 else {
      return SuiteCurves(directive, catalog: context.catalog, names: &names).map { curves in
        .figure(
          PlannedFigure(directive, file: curves.name) { _, record in
            DrawnChart(curves.chart(record: record))
          })
      }
    }
    return CurvesFigure(directive, names: &names).map { curves in
      .figure(
        PlannedFigure(directive, file: curves.name, note: curves.note(catalog: context.catalog)) {
          DrawnChart(curves.chart(catalog: $0, record: $1))
        })
    }
  }
}
