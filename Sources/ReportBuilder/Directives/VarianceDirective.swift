internal import Metrics
internal import Notebook

extension ReportDirective {
  /// The gradient estimates of baselines, as audits measure them.
  static let variance = ReportDirective(
    DirectiveDeclaration(
      name: "variance",
      summary:
        "What audits say of each baseline's gradient estimate; with `learning:`, whether arms whose estimates "
        + "have less variance learn better.",
      argument: .name(.experiment),
      options: [
        .label(.table), .caption, auditsOption, baselinesOption,
        .init(
          "quantities", .choices(AuditedQuantity.allCases.map(\.rawValue)),
          "The quantities shown: a column each, or of several audits a table each.",
          absent: names(AuditedQuantity.usual)),
        .init(
          "learning", .name(.experiment),
          "The experiment that trains with these baselines; its scores stand beside the relative variance of each arm's estimate."
        ),
        .init(
          "metrics", .names(.metric), "With `learning`: the scores.",
          absent: "the experiment's own metric, and the area under its curve where there is one"),
      ],
      example: """
        ```{variance} audit
        label: tbl-variance
        caption: The same samples, scored by every baseline.
        quantities: relative_variance, cosine
        ```
        """)
  ) { directive, context, names in
    if directive["learning"] != nil {
      return VarianceAndLearning(directive, catalog: context.catalog, names: &names).map {
        .excerpt(RecordExcerpt(file: $0.file, text: $0.data, blocks: $0.blocks))
      }
    }
    return VarianceTable(directive, catalog: context.catalog, names: &names).map {
      .blocks($0.blocks)
    }
  }

  /// Curves of what audits measure, by group size.
  static let varianceCurves = ReportDirective(
    DirectiveDeclaration(
      name: "variance_curves",
      summary:
        "What audits say of each baseline's gradient estimate, by group size: a row of panels for each audit.",
      argument: .name(.experiment),
      options: [
        .label(.figure), .caption, auditsOption, baselinesOption,
        .init(
          "quantities", .choices(AuditedQuantity.allCases.map(\.rawValue)),
          "The quantity drawn, or two side by side.", absent: names(VarianceFigure.usual)),
      ],
      example: """
        ```{variance_curves} audit
        label: fig-variance
        caption: What larger groups do to the estimates.
        ```
        """)
  ) { directive, context, names in
    VarianceFigure(directive, axis: context.catalog.baselines, names: &names).map { figure in
      .figure(
        PlannedFigure(directive, file: figure.name, note: figure.note) { _, record in
          DrawnChart(figure.chart(record: record))
        })
    }
  }

  private static let auditsOption = DirectiveDeclaration.Option(
    "arms", .names(.arm), "The audits shown, such as those of several checkpoints, in this order.",
    absent: "all")

  private static let baselinesOption = DirectiveDeclaration.Option(
    "baselines", .names(.baseline), "The baselines shown, in this order.", absent: "all")

  private static func names(_ quantities: [AuditedQuantity]) -> String {
    quantities.map { "`\($0.rawValue)`" }.joined(separator: ", ")
  }
}
