internal import Notebook

extension ReportDirective {
  /// A metric against the values of a setting.
  static let swept = ReportDirective(
    DirectiveDeclaration(
      name: "swept",
      summary: "A metric against the values of a setting that arms were swept over.",
      argument: .name(.experiment),
      options: [
        .label(.figure), .caption,
        .init("over", .name(.setting), "The setting, which must be given; its values are numbers."),
        .init("arms", .names(.arm), "The arms drawn.", absent: "all that have the setting"),
        .init("metric", .name(.metric), "The metric drawn.", absent: "the experiment's own"),
      ],
      example: """
        ```{swept} group-size
        label: fig-sizes
        caption: Return against the size of groups.
        over: group_size
        ```
        """)
  ) { directive, context, names in
    SweptFigure(directive, catalog: context.catalog, names: &names).map { figure in
      .figure(
        PlannedFigure(directive, file: figure.name, note: figure.note) { _, _ in
          DrawnChart(figure.chart)
        })
    }
  }
}
