public import Foundation
internal import ResultStore

/// The files of one week: `reports/<week>/`.
public struct WeekFolder: Hashable, Sendable {
  public var url: URL
  /// How messages name the folder, such as `reports/2026-W47`.
  public var displayPath: String

  /// Creates the folder of a week.
  ///
  /// - Parameters:
  ///   - url: Where it is; its last component is the week.
  ///   - displayPath: How messages name it.
  public init(url: URL, displayPath: String) {
    self.url = url
    self.displayPath = displayPath
  }

  /// The ISO week, such as `2026-W47`.
  public var week: String { url.lastPathComponent }

  public static let notebookName = "notebook.md"
  public static let lockName = "results.lock"
  public static let markdownName = "report.md"
  public static let htmlName = "report.html"

  /// Where the file called `name` is; `name` is relative to the folder.
  public func file(_ name: String) -> URL { url.appending(path: name) }

  /// How messages name the file called `name`.
  public func displayPath(of name: String) -> String { "\(displayPath)/\(name)" }

  /// The files that may be named from here: those of the week and of the folder of weeks.
  var files: NamedFiles { NamedFiles(folder: url.path(percentEncoded: false), rise: 1) }

  /// The files of the week alone.
  var ownFiles: NamedFiles { NamedFiles(folder: url.path(percentEncoded: false)) }

  /// The folder of another week beside this one.
  func beside(_ week: String) -> WeekFolder {
    let parent = displayPath.split(separator: "/").dropLast().joined(separator: "/")
    return WeekFolder(
      url: url.deletingLastPathComponent().appending(path: week),
      displayPath: parent.isEmpty ? week : "\(parent)/\(week)")
  }
}
