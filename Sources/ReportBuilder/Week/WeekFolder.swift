public import Foundation
public import ResultStore

/// The files of one week: `reports/<week>/`.
public struct WeekFolder: Hashable, Sendable {
  /// The folder itself.
  public var url: URL
  /// The name of the folder in messages, such as `reports/2026-W47`.
  public var displayPath: String
  /// The files that the command has read already; nil to read afresh each time.
  public var sealed: SealedFiles?

  /// Creates the folder of a week.
  ///
  /// - Parameters:
  ///   - url: Its address; the last component is the week.
  ///   - displayPath: Its name in messages.
  ///   - sealed: What the command has read already; nil to read afresh each time.
  public init(url: URL, displayPath: String, sealed: SealedFiles? = nil) {
    self.url = url
    self.sealed = sealed
    self.displayPath = displayPath
  }

  /// The ISO week, such as `2026-W47`.
  public var week: String { url.lastPathComponent }

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

  /// The files that may be named from here: those of the week and of the folder of weeks.
  var files: NamedFiles { files(rise: 1) }

  /// The files of the week alone.
  var ownFiles: NamedFiles { files(rise: 0) }

  /// The files of the week and of so many folders above it.
  func files(rise: Int) -> NamedFiles {
    NamedFiles(folder: url.path(percentEncoded: false), rise: rise, sealed: sealed)
  }

  /// The folder of another week beside this one.
  func beside(_ week: String) -> WeekFolder {
    let parent = displayPath.split(separator: "/").dropLast().joined(separator: "/")
    return WeekFolder(
      url: url.deletingLastPathComponent().appending(path: week),
      displayPath: parent.isEmpty ? week : "\(parent)/\(week)",
      sealed: sealed)
  }
}
