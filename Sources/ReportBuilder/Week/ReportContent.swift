internal import Notebook
internal import ResultStore

/// What everything in a notebook that is looked up stands for.
struct ReportContent {
  /// One list of blocks for each directive; empty for figures and samples, whose data the lock lacks.
  var directives: [[ReportBlock]]
  var values: [ReportNumber]
  var bibliography: Bibliography
  /// The figures by the index of their directive.
  var figures: [(directive: Int, figure: PlannedFigure)]
  /// The tables of samples by the index of their directive; their data are not in the lock.
  var samples: [(directive: Int, table: SamplesTable)]
  /// Claims that do not hold, in reading order.
  var failures: [SourceProblem]
  /// The rule of all tests and intervals; nil in a report without any.
  var rule: String?

  /// Looks everything up in `lock`.
  ///
  /// - Parameters:
  ///   - notebook: The notebook.
  ///   - lock: The results it stands on.
  ///   - earlier: The lock of an earlier week by its name; nil if that week has none.
  ///   - catalog: What is known of the metrics.
  ///   - bibliography: The works cited.
  /// - Throws: Every name that stands for nothing, with the claims that do not hold.
  init(
    notebook: Notebook, lock: Lock, earlier: [String: Lock], catalog: MetricCatalog,
    bibliography: Bibliography
  ) throws(NotebookError) {
    var names = NameResolution(path: notebook.path, lock: lock.withDistinctTitles)
    let claims = ClaimCheck(notebook, catalog: catalog, names: &names)
    var figures: [(directive: Int, figure: PlannedFigure)] = []
    func add(_ figure: PlannedFigure, of directive: Int) {
      if figures.contains(where: { $0.figure.file == figure.file }) {
        names.report(
          "two directives draw \(figure.drawing); give one of them a label",
          at: figure.directive.position)
      }
      figures.append((directive, figure))
    }
    var samples: [(directive: Int, table: SamplesTable)] = []
    directives = notebook.directives.enumerated().map { index, directive in
      switch directive.name {
      case "comparison":
        if directive["metrics"] != nil {
          return MetricsTable(
            directive, catalog: catalog, claims: claims.testedPairs, names: &names
          )
          .map { [.table($0.table)] } ?? []
        }
        return ComparisonTable(
          directive, catalog: catalog, claims: claims.testedPairs, names: &names
        )
        .map { [.table($0.table)] } ?? []
      case "curves":
        if directive.argumentNames.count > 1 {
          if let curves = SuiteCurves(directive, catalog: catalog, names: &names) {
            let chart = PlannedFigure(directive, file: curves.name) { _, record in
              curves.chart(record: record)
            }
            add(chart, of: index)
          }
        } else if let curves = CurvesFigure(directive, names: &names) {
          let note = curves.note(catalog: catalog)
          let chart = PlannedFigure(directive, file: curves.name, note: note) { catalog, record in
            curves.chart(catalog: catalog, record: record)
          }
          add(chart, of: index)
        }
        return []
      case "profile":
        if let profile = ProfileFigure(directive, catalog: catalog, names: &names) {
          add(PlannedFigure(directive, file: profile.name) { _, _ in profile.chart }, of: index)
        }
        return []
      case "suite":
        return SuiteTable(
          directive, catalog: catalog, claims: claims.testedPairs, names: &names)?.blocks ?? []
      case "improvement":
        return ImprovementTable(
          directive, catalog: catalog, claims: claims.testedPairs, names: &names
        )
        .map { [.table($0.table)] } ?? []
      case "published":
        return PublishedTable(directive, catalog: catalog, names: &names)
          .map { [.table($0.table)] } ?? []
      case "samples":
        guard let table = SamplesTable(directive, names: &names) else { return [] }
        if samples.contains(where: { $0.table.file == table.file }) {
          names.report(
            "two directives keep \(table.file); give one of them a label", at: directive.position)
        }
        samples.append((index, table))
        return []
      case "claim":
        return claims.claims[index].map(\.block)
      case "changes":
        let week = directive.argument ?? notebook.frontMatter.compareTo
        guard let week, let lock = earlier[week.value] else { return [] }
        return ChangesTable(
          directive, week: notebook.frontMatter.week.value, earlier: lock,
          earlierWeek: week.value, catalog: catalog, names: &names
        ).blocks
      default:
        names.report("'\(directive.name)' cannot be built", at: directive.position)
        return []
      }
    }
    values = notebook.values.compactMap { reportNumber($0, catalog: catalog, names: &names) }
    self.figures = figures
    self.samples = samples
    self.bibliography = bibliography
    failures = claims.failures(path: notebook.path)
    let tested: Set = ["claim", "comparison", "suite", "improvement", "changes"]
    rule = notebook.directives.contains { tested.contains($0.name) } ? claims.rule : nil
    guard names.problems.isEmpty else { throw NotebookError(names.problems + failures) }
  }
}
