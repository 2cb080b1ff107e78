public import Notebook
internal import ReportRendering
internal import ResultStore

/// A directive of reports: its declaration, its needs beside the results that it names, and its content.
///
/// Each is a file of its own in this folder and an entry of ``all``. The names in a directive follow from the kinds in
/// its declaration: experiments and arms are checked before anything is run, and an earlier week is read.
struct ReportDirective: Sendable {
  var declaration: DirectiveDeclaration
  /// Whether it compares the scores of experiments with each other, which needs their normalizations.
  var comparesTasks: @Sendable (Directive) -> Bool
  /// Whether it shows tests, or differences with intervals: their rule then stands at the report's end.
  var hasDifferences: Bool
  /// Builds the content that takes its place; nil if a name stands for nothing, which the resolution reports.
  var content: @Sendable (Directive, DirectiveContext, inout NameResolution) -> DirectiveContent?

  /// Creates a directive.
  init(
    _ declaration: DirectiveDeclaration, hasDifferences: Bool = false,
    comparesTasks: @escaping @Sendable (Directive) -> Bool = { _ in false },
    content:
      @escaping @Sendable (Directive, DirectiveContext, inout NameResolution) ->
      DirectiveContent?
  ) {
    self.declaration = declaration
    self.hasDifferences = hasDifferences
    self.comparesTasks = comparesTasks
    self.content = content
  }

  /// Every directive a notebook may use, sorted by name.
  static let all: [ReportDirective] = [
    changes, claim, comparison, curves, heatMap, improvement, intervals, power, preregistered,
    profile, published, samples, suite, swept, variance, varianceCurves,
  ]

  /// The directive that `written` is one of.
  ///
  /// - Precondition: Its notebook was parsed with the declarations of ``all``.
  init(_ written: Directive) {
    guard let directive = Self.all.first(where: { $0.declaration == written.declaration }) else {
      preconditionFailure("the notebook was parsed with another declaration of '\(written.name)'")
    }
    self = directive
  }
}

/// The sources that directives are built from, beside the lock that names are looked up in.
struct DirectiveContext {
  var notebook: Notebook
  /// The locks of earlier weeks, by name.
  var earlier: [String: Lock]
  /// The titles, ranges and units of metrics.
  var catalog: MetricCatalog
  /// The claims of the whole notebook with their verdicts.
  var claims: ClaimCheck
}

/// The content that takes the place of a directive.
enum DirectiveContent {
  /// Blocks that follow from the lock.
  case blocks([ReportBlock])
  /// A drawing, which needs records and a program that draws.
  case figure(PlannedFigure)
  /// Parts of records that the lock has no copy of.
  case excerpt(RecordExcerpt)

  /// One table.
  static func table(_ table: ReportTable) -> DirectiveContent { .blocks([.table(table)]) }
}

/// A part of records that a directive shows and the lock holds only the digest of: it is kept as a file.
struct RecordExcerpt {
  /// The file relative to the report, such as `figures/tbl-samples.json`.
  let file: String
  /// Returns the text of the file from the records of runs by key; the lock holds no other runs.
  let text: (_ record: (String) -> Record?) -> String
  /// Returns that text as blocks; throws if it has another form, which the lock's digest keeps it from.
  let blocks: (_ text: String) throws(ReportFailure) -> [ReportBlock]
}

/// The declarations of every directive that a notebook may use, sorted by name.
public let reportDirectives: [DirectiveDeclaration] = ReportDirective.all.map(\.declaration)

/// Parses a notebook with the directives of reports.
///
/// - Parameters:
///   - source: The whole file.
///   - path: The file's path for messages.
/// - Returns: The notebook with every citation, reference, value and directive listed.
/// - Throws: Everything that is wrong with the notebook, in reading order.
public func parseNotebook(
  _ source: String, path: String
) throws(NotebookError) -> Notebook {
  try parseNotebook(source, path: path, directives: reportDirectives)
}
