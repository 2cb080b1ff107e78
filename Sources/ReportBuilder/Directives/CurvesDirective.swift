internal import Notebook
internal import Settings

extension ReportDirective {
  /// Learning curves of one experiment's arms, or of several experiments as one.
  static let curves = ReportDirective(
    DirectiveDeclaration(
      name: "curves",
      summary:
        "Curves over the budget, against another curve with `x:`, or over levels of difficulty with "
        + "`levels:`; with `week:` those of an earlier week, too; of several experiments, normalized scores as one, over "
        + "the share of the budget.",
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
        .init(
          "week", .week,
          "An earlier week whose curves are drawn too, thinner and dotted; their records have to be in the store."
        ),
        .init(
          "earlier", .names(.earlierArm),
          "The arms of that week: labels, or `EXPERIMENT/ARM` of another experiment.",
          absent: "the arms drawn, as far as that week has them"),
      ],
      example: """
        ```{curves} rlhf
        label: fig-reward
        caption: What the reward model pays, against the distance from the start.
        curve: training_reward
        x: reference_kl
        ```

        ```{curves} cartpole
        label: fig-weeks
        caption: What the larger groups changed.
        arms: GRPO
        week: 2026-W44
        earlier: GRPO, cartpole-pilot/RLOO
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
    return CurvesFigure(
      directive, earlier: context.earlier, week: context.notebook.frontMatter.time,
      catalog: context.catalog, names: &names
    ).map { curves in
      var figure = PlannedFigure(
        directive, file: curves.name, note: curves.note(catalog: context.catalog)
      ) { DrawnChart(curves.chart(catalog: $0, record: $1)) }
      figure.earlier = curves.recordsNeeded
      figure.provenance = curves.provenance(catalog: context.catalog)
      return .figure(figure)
    }
  }
}
