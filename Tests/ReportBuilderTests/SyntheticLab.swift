import Foundation
import ReportBuilder
import ResultStore
import Testing

/// A lab in a temporary folder with made-up records, removed when it goes out of scope.
final class SyntheticLab {
  let root: URL
  var experiments: [SyntheticExperiment]

  /// Creates a lab that holds the records of `experiments`.
  convenience init(_ experiments: SyntheticExperiment...) throws {
    try self.init(holding: experiments)
  }

  /// Creates a lab that holds the records of `experiments` and a notebook with this text.
  convenience init(
    _ body: String, of experiments: SyntheticExperiment..., status: String = "draft",
    extra: String = ""
  ) throws {
    try self.init(holding: experiments)
    try writeNotebook(body, status: status, extra: extra)
  }

  private init(holding experiments: [SyntheticExperiment]) throws {
    root = FileManager.default.temporaryDirectory
      .appending(path: "labbook-tests-\(UUID().uuidString)").resolvingSymlinksInPath()
    self.experiments = experiments
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    try write(Self.references, to: "reports/references.bib")
    for experiment in experiments { try store(experiment) }
  }

  deinit {
    try? FileManager.default.removeItem(at: root)
  }

  var store: ResultStore { ResultStore(root: root.appending(path: ".labbook")) }

  /// Stores the records of all runs.
  func store(_ experiment: SyntheticExperiment) throws {
    for arm in experiment.arms {
      for seed in arm.seeds {
        _ = try store.store(
          arm.record(seed: seed), for: arm.locked.preimage(seed: seed), provenance: nil)
      }
    }
  }

  /// Writes a notebook of which only the text below the front matter is given.
  func writeNotebook(
    _ body: String, week: String = "2026-W45", status: String = "draft", extra: String = ""
  ) throws {
    let source = """
      ---
      title: Made-up results
      week: \(week)
      status: \(status)
      bibliography: ../references.bib
      \(extra)---

      \(body)

      """
    try write(source, to: "reports/\(week)/notebook.md")
  }

  func write(_ text: String, to path: String) throws {
    let file = root.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func read(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  func replace(_ old: String, with new: String, in path: String) throws {
    let text = try read(path)
    try #require(text.contains(old))
    try write(text.replacing(old, with: new), to: path)
  }

  func remove(_ path: String) throws {
    try FileManager.default.removeItem(at: root.appending(path: path))
  }

  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: path).path(percentEncoded: false))
  }

  /// The content of every file below `path`, by its path.
  func files(below path: String) throws -> [String: Data] {
    let folder = root.appending(path: path)
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(
      atPath: folder.path(percentEncoded: false))
    {
      let file = folder.appending(path: name)
      if !file.hasDirectoryPath, let data = try? Data(contentsOf: file) { files[name] = data }
    }
    return files
  }

  /// The files of a week that name a run's record.
  func recordFolder(_ experiment: String, _ label: String, seed: Int) throws -> String {
    let arm = try #require(
      experiments.first { $0.name == experiment }?.arms.first { $0.label == label })
    let key = arm.locked.preimage(seed: seed).key.hex
    return ".labbook/records/\(key.prefix(2))/\(key)"
  }

  func folder(week: String = "2026-W45") -> WeekFolder {
    WeekFolder(url: root.appending(path: "reports/\(week)"), displayPath: "reports/\(week)")
  }

  func build(week: String = "2026-W45") -> WeekBuild {
    WeekBuild(
      folder: folder(week: week), store: store, experiments: experiments.map(\.planned),
      catalog: syntheticCatalog, tools: TestTools.tools)
  }

  /// Builds the week and returns its page in Markdown.
  func report(catalog: MetricCatalog = syntheticCatalog) throws -> String {
    var build = build()
    build.catalog = catalog
    _ = try build.run()
    return try read("reports/2026-W45/report.md")
  }

  /// What a failed build says.
  func failure(week: String = "2026-W45", _ adjust: (inout WeekBuild) -> Void = { _ in }) -> String
  {
    var build = build(week: week)
    adjust(&build)
    do throws(ReportFailure) {
      let outcome = try build.run()
      return "built \(outcome.files)"
    } catch {
      return error.description
    }
  }

  static let references = """
    @article{schulman2017proximal,
      author = {Schulman, John and Wolski, Filip},
      title = {Proximal Policy Optimization Algorithms},
      journal = {arXiv preprint arXiv:1707.06347},
      year = {2017}
    }

    """
}

/// The programs that reports need, from the project's own Python environment.
enum TestTools {
  /// `.venv` in the package.
  static let environment = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: ".venv")

  /// Paths of nothing where the environment is not installed, so that tests fail and name them.
  static let tools =
    ReportTools(environment: environment)
    ?? ReportTools(
      python: environment.appending(path: "bin/python"),
      pandoc: environment.appending(path: "pandoc"))
}
