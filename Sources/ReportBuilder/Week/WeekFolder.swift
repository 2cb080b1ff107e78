public import Foundation
internal import Notebook
public import ResultStore

/// The files of one report, of a week or a standing one: `reports/<week>/` or `reports/<name>/`.
public struct WeekFolder: Hashable, Sendable {
  /// The folder itself.
  public var url: URL
  /// The name of the folder in messages, such as `reports/2026-W47`.
  public var displayPath: String
  /// The files that the command has read already; nil to read afresh each time.
  public var sealed: SealedFiles?

  /// Creates the folder of a report.
  ///
  /// - Parameters:
  ///   - url: Its address; the last component is the report's name.
  ///   - displayPath: Its name in messages.
  ///   - sealed: What the command has read already; nil to read afresh each time.
  public init(url: URL, displayPath: String, sealed: SealedFiles? = nil) {
    self.url = url
    self.sealed = sealed
    self.displayPath = displayPath
  }

  /// The name of the report: the ISO week, such as `2026-W47`, or that of a standing report.
  public var name: String { url.lastPathComponent }

  /// Whether the report belongs to no week.
  public var isStanding: Bool { ISOWeek(name) == nil }

  /// The name of the notebook, which a person writes.
  public static let notebookName = "notebook.md"
  /// The name of the lock.
  public static let lockName = "results.lock"
  /// The name of the report as Markdown.
  public static let markdownName = "report.md"
  /// The name of the report as a page.
  public static let htmlName = "report.html"

  /// The address of the file called `name`, which is relative to the folder.
  public func file(_ name: String) -> URL { url.appending(path: name) }

  /// The name in messages of the file called `name`.
  public func displayPath(of name: String) -> String { "\(displayPath)/\(name)" }

  /// The files that may be named from here: those of the report and of the folder of reports.
  var files: NamedFiles { files(rise: 1) }

  /// The files of the report alone.
  var ownFiles: NamedFiles { files(rise: 0) }

  /// The files of the report and of so many folders above it.
  func files(rise: Int) -> NamedFiles {
    NamedFiles(folder: url.path(percentEncoded: false), rise: rise, sealed: sealed)
  }

  /// The folder of another report beside this one.
  func beside(_ name: String) -> WeekFolder {
    let parent = displayPath.split(separator: "/").dropLast().joined(separator: "/")
    return WeekFolder(
      url: url.deletingLastPathComponent().appending(path: name),
      displayPath: parent.isEmpty ? name : "\(parent)/\(name)",
      sealed: sealed)
  }
}
