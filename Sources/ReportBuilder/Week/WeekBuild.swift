public import Foundation
public import Notebook
public import ResultStore

/// The programs that a build starts.
public struct ReportTools: Equatable, Sendable {
  /// A Python interpreter that can import `vl_convert`, which draws figures; nil if there is none.
  public var python: URL?
  /// Pandoc, which formats citations; nil if there is none.
  public var pandoc: URL?
  /// A folder of Python packages that exports take besides; nil if they are in the interpreter's own or not there.
  public var exports: URL?

  /// Creates the paths of the programs.
  public init(python: URL?, pandoc: URL?) {
    self.python = python
    self.pandoc = pandoc
  }

  /// Finds the programs in a Python environment with the packages of `requirements.txt`; `nil` if it
  /// has no pandoc.
  ///
  /// - Parameter environment: The environment's folder, such as `.venv`.
  public init?(environment: URL) {
    let files = FileManager.default
    let libraries = environment.appending(path: "lib")
    let versions = (try? files.contentsOfDirectory(atPath: libraries.path)) ?? []
    let pandoc = versions.sorted().lazy
      .map { libraries.appending(path: "\($0)/site-packages/pypandoc/files/pandoc") }
      .first { files.isExecutableFile(atPath: $0.path) }
    guard let pandoc else { return nil }
    self.init(python: environment.appending(path: "bin/python"), pandoc: pandoc)
  }
}

/// The outcome of a build.
public struct WeekOutcome: Equatable, Sendable {
  /// The names of the files whose content changed, relative to the week's folder, sorted.
  public var changedFiles: [String]
  /// The names of all files that the report consists of, sorted.
  public var files: [String]
  /// The digests of all files that were read and written, by name relative to the week's folder.
  public var digests: [String: String]
  /// The keys of the runs that the report stands on.
  public var runKeys: [String]
  /// The claims that do not hold, marked in the report; empty unless failures are marked.
  public var markedFailures: [SourceProblem]
  /// The paragraphs whose results have changed since their words were written.
  public var warnings: [SourceWarning]
  /// Sentences for a person, such as that a draft rendered from its lock has changed since.
  public var notes: [String]
}

/// The building of one report, of a week or a standing one.
///
/// A draft is built from records and writes the lock; a final week is rendered from its lock and
/// figures, which never change. Nothing is executed, and nothing is written unless all is well.
public struct WeekBuild: Sendable {
  /// The files of the week.
  public var folder: WeekFolder
  /// The store that records are read from.
  public var store: ResultStore
  /// The experiments that the notebook names, as their specs have them; not used for a final week.
  public var experiments: [PlannedExperiment]
  /// The titles, ranges and units of metrics.
  public var catalog: MetricCatalog
  /// The programs that format citations and draw figures.
  public var tools: ReportTools
  /// Whether claims that do not hold are marked in the report instead of failing the build.
  public var marksFailures = false
  /// Whether a draft is rendered from its lock and figures too, as a final week always is.
  public var rendersLock = false
  /// Whether this version can execute the runs of an arm again, which the report's last words tell; they
  /// say nothing of it if this is nil.
  public var canExecute: (@Sendable (ArmPreimage) -> Bool)?
  /// Whether records replace what the lock of a draft says about the same runs.
  public var acceptsRecords = false
  /// Whether a person says that all words of a draft hold on the results as they are.
  public var acceptsProse = false
  /// The records that were read and checked.
  public var checked: CheckedRecords
  /// The statistics that are remembered; nil to compute all.
  public var answers: RememberedAnswers?
  /// The digest of the week's lock as this very program wrote it; nil if another one did, or nobody knows.
  public var lockAsWritten: String?

  /// Creates the building of the week in `folder`.
  public init(
    folder: WeekFolder, store: ResultStore, experiments: [PlannedExperiment],
    catalog: MetricCatalog, tools: ReportTools
  ) {
    self.folder = folder
    self.store = store
    self.experiments = experiments
    self.catalog = catalog
    self.tools = tools
    checked = CheckedRecords(of: store)
  }

  /// Builds the report.
  ///
  /// - Returns: Which files there are and which changed.
  /// - Throws: The reason why the report was not built; then no file has changed.
  public func run() throws(ReportFailure) -> WeekOutcome {
    let outcome = try remembering(answers) { () throws(ReportFailure) in try build() }
    answers?.save()
    return outcome
  }

  private func build() throws(ReportFailure) -> WeekOutcome {
    let source = try folder.notebookSource()
    let notebook = try folder.notebook(from: source)
    let sources = try WeekSources(notebook, source: source, folder: folder)
    return notebook.frontMatter.status == .draft && !rendersLock
      ? try buildDraft(notebook, sources) : try renderLocked(notebook, sources)
  }
}
