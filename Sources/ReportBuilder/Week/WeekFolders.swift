public import Foundation
internal import Notebook
public import ResultStore

/// The weeks of a lab: the folders named by an ISO week that have a notebook.
public struct WeekFolders: Sendable {
  /// The folder of weeks, such as `reports/`.
  public var reports: URL
  /// The lab's folder, which contains all that a build writes.
  public var lab: URL
  /// The files that the command has read already; nil to read afresh each time.
  public var sealed: SealedFiles?

  /// Creates the weeks in `reports`, a folder of the lab in `lab`.
  public init(reports: URL, lab: URL, sealed: SealedFiles? = nil) {
    self.reports = reports
    self.sealed = sealed
    self.lab = lab
  }

  /// The weeks, oldest first.
  public var all: [WeekFolder] { names.map(folder) }

  /// The names of the weeks, oldest first; a folder that is a link out of the lab is none.
  public var names: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: reports.path)) ?? []
    return names.filter { name in
      let folder = folder(name)
      return ISOWeek(name) != nil && isInLab(folder.url)
        && FileManager.default.fileExists(atPath: folder.file(WeekFolder.notebookName).path)
    }
    .sorted()
  }

  /// The folder of the week called `name`, whether it is there or not.
  public func folder(_ name: String) -> WeekFolder {
    WeekFolder(
      url: reports.appending(path: name, directoryHint: .isDirectory),
      displayPath: "\(reports.lastPathComponent)/\(name)",
      sealed: sealed)
  }

  /// The week that one is working on: the newest draft, or else the newest one; nil if there is none.
  ///
  /// - Throws: The reason why a notebook cannot be read.
  public var current: WeekFolder? {
    get throws(ReportFailure) {
      let all = all
      for folder in all.reversed() {
        if try folder.notebook().frontMatter.status == .draft { return folder }
      }
      return all.last
    }
  }

  /// Whether `folder` stays in the lab with its links followed; the files of another would be written elsewhere.
  public func isInLab(_ folder: URL) -> Bool {
    let root = lab.resolvingSymlinksInPath().path + "/"
    return (folder.resolvingSymlinksInPath().path + "/").utf8.starts(with: root.utf8)
  }
}
