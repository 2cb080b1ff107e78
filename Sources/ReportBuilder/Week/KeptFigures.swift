internal import Foundation
internal import Notebook
internal import ResultStore

/// The figures of a week's last build, by what they show: a build that changed other things draws none of them again.
///
///     labbook figures 1, drawn by …
///     KEY DIGEST DIGEST figures/fig-cartpole      of what is shown, of the specification and of the drawing
///
/// The texts are the week's own files, which count as long as they have these digests. What is kept is of use to this
/// version of labbook alone, and may be deleted.
struct KeptFigures {
  /// A figure that was drawn.
  struct Entry {
    /// The digest of all that it follows from.
    var key: String
    /// The digests of its specification and of its drawing.
    var (specification, drawing): (String, String)
    /// Its files without their endings, relative to the week.
    var file: String
  }

  /// The first line: the format and what draws.
  private let header: String
  private(set) var entries: [Entry] = []

  /// Begins with none.
  init(drawnBy tools: ReportTools) {
    header = "labbook figures 1, drawn by " + Self.identity(of: tools)
  }

  /// Reads what is kept at `path`; nothing where something else drew, or what is there was not written so.
  init(at path: String, drawnBy tools: ReportTools) {
    self.init(drawnBy: tools)
    guard let bytes = (try? DurableFiles.read(path, atMost: FileSize.most)) ?? nil,
      let text = String(validating: bytes, as: UTF8.self)
    else { return }
    let lines = text.split(separator: "\n")
    guard let first = lines.first, first == header else { return }
    entries = lines.dropFirst().compactMap { line in
      let parts = line.split(separator: " ").map(String.init)
      guard parts.count == 4 else { return nil }
      return Entry(key: parts[0], specification: parts[1], drawing: parts[2], file: parts[3])
    }
  }

  /// Adds a figure.
  mutating func add(_ file: String, key: String, specification: String, drawing: String) {
    entries.append(
      Entry(
        key: key, specification: Digest.hex(of: specification),
        drawing: Digest.hex(of: drawing), file: file))
  }

  var text: String {
    ([header]
      + entries.map { "\($0.key) \($0.specification) \($0.drawing) \($0.file)" })
      .joined(separator: "\n") + "\n"
  }

  /// The drawing program, with the version of its library by the names that pip gives folders.
  private static func identity(of tools: ReportTools) -> String {
    guard let python = tools.python else { return "nothing" }
    let libraries = python.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "lib").path(percentEncoded: false)
    let versions = (try? DurableFiles.names(in: libraries)) ?? []
    let packages = versions.sorted().flatMap { version in
      ((try? DurableFiles.names(in: "\(libraries)/\(version)/site-packages")) ?? [])
        .filter { $0.hasPrefix("vl_convert") && $0.hasSuffix("-info") }
    }
    return Digest.hex(
      of: ([ProgramFile.identity(at: python.path(percentEncoded: false))] + packages.sorted())
        .joined(separator: "\n"))
  }
}

/// The keys of a week's figures: digests of all that they follow from.
struct FigureKeys {
  private let base: String
  private let digests: [String: String]
  /// The digests of earlier weeks' locks, by week.
  private let weeks: [String: String]

  /// Prepares the keys.
  ///
  /// - Parameters:
  ///   - lock: The results that the figures show.
  ///   - weeks: The digests of the locks of earlier weeks, by week.
  init(of lock: Lock, weeks: [String: String]) {
    // Declarations of metrics and the code of charts are the program's.
    base = "figure 1\n" + ProgramFile.identity(at: "/proc/self/exe") + "\n"
    digests = Dictionary(lock.experiments.map { ($0.name, Self.digest(of: $0)) }) { first, _ in
      first
    }
    self.weeks = weeks
  }

  /// The key of a figure; its label and its caption are beside what is drawn.
  func key(of figure: PlannedFigure) -> String {
    let directive = figure.directive
    var lines = ["\(directive.name) \(directive.argument?.value ?? "")"]
    lines += directive.options.filter { !["label", "caption"].contains($0.name) }
      .map { "\($0.name): \($0.value)" }.sorted()
    lines += Set(directive.experiments.map(\.value)).sorted().map {
      "\($0) \(digests[$0] ?? "absent")"
    }
    lines += directive.weeksInOptions.map { "\($0.value) \(weeks[$0.value] ?? "absent")" }
    return Digest.hex(of: base + lines.joined(separator: "\n"))
  }

  private static func digest(of experiment: LockedExperiment) -> String {
    var lines = ["\(experiment.name) \(experiment.metric) \(experiment.varied)"]
    lines += experiment.normalizations.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    lines += experiment.stated.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    for arm in experiment.arms {
      lines.append("\(arm.label) \(arm.title) \(arm.isStage)")
      // A run's key stands for its settings, its digest for its curves and metrics.
      lines += arm.runs.map { "\($0.seed) \($0.key) \($0.digest)" }
    }
    return Digest.hex(of: lines.joined(separator: "\n"))
  }
}
