internal import Notebook
internal import ReportRendering
internal import ResultStore

/// The content of a report beside its words: everything that the notebook names and the build looks up.
struct ReportContent {
  /// One list of blocks for each directive; empty for figures and excerpts, whose data the lock lacks.
  var directives: [[ReportBlock]]
  var values: [ReportNumber]
  var bibliography: Bibliography
  /// The figures by the index of their directive.
  var figures: [(directive: Int, figure: PlannedFigure)]
  /// The parts of records that are shown, by the index of their directive; the lock lacks them.
  var excerpts: [(directive: Int, excerpt: RecordExcerpt)]
  /// Claims that do not hold, in reading order.
  var failures: [SourceProblem]
  /// The rule of all tests and intervals; nil in a report without any.
  var rule: String?
  /// The derived part of the box that the report begins with.
  var summary: ReportSummary
  /// The claims beside those that were registered before the runs.
  var registration: RegistrationCheck

  /// Looks everything up in `lock`.
  ///
  /// - Parameters:
  ///   - notebook: The notebook.
  ///   - lock: The results it stands on.
  ///   - earlier: The lock of an earlier week by its name; nil if that week has none.
  ///   - before: The earlier week that the summary compares with; nil if there is none.
  ///   - catalog: The titles, ranges and units of metrics.
  ///   - bibliography: The works cited.
  /// - Throws: Every name that stands for nothing, with the claims that do not hold.
  init(
    notebook: Notebook, lock: Lock, earlier: [String: Lock], before: WeekBefore? = nil,
    catalog: MetricCatalog, bibliography: Bibliography
  ) throws(NotebookError) {
    var names = NameResolution(path: notebook.path, lock: lock.withDistinctTitles)
    registration = RegistrationCheck(notebook, lock: lock)
    let context = DirectiveContext(
      notebook: notebook, earlier: earlier, catalog: catalog,
      claims: ClaimCheck(
        notebook, registration: registration, catalog: catalog, names: &names))
    var figures: [(directive: Int, figure: PlannedFigure)] = []
    var excerpts: [(directive: Int, excerpt: RecordExcerpt)] = []
    directives = notebook.directives.enumerated().map { index, directive in
      switch ReportDirective(directive).content(directive, context, &names) {
      case .blocks(let blocks): return blocks
      case .figure(let figure):
        if figures.contains(where: { $0.figure.file == figure.file }) {
          names.report(
            "two directives draw \(figure.drawing); give one of them a label",
            at: directive.position)
        }
        figures.append((index, figure))
      case .excerpt(let excerpt):
        if excerpts.contains(where: { $0.excerpt.file == excerpt.file }) {
          names.report(
            "two directives keep \(excerpt.file); give one of them a label", at: directive.position)
        }
        excerpts.append((index, excerpt))
      case nil: break
      }
      return []
    }
    values = notebook.values.compactMap { reportNumber($0, catalog: catalog, names: &names) }
    self.figures = figures
    self.excerpts = excerpts
    self.bibliography = bibliography
    summary = WeekSummary(notebook: notebook, lock: names.lock, catalog: catalog)
      .report(comparedWith: before, context.claims)
    failures = context.claims.failures(path: notebook.path)
    let hasDifferences = notebook.directives.contains { ReportDirective($0).hasDifferences }
    rule = hasDifferences ? context.claims.rule : nil
    guard names.problems.isEmpty else { throw NotebookError(names.problems + failures) }
  }
}
