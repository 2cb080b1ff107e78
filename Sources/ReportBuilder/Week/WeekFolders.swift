public import Foundation
internal import Notebook
public import ResultStore
internal import Settings

/// The reports of a lab: the folders that have a notebook, those of weeks and those of standing reports.
public struct WeekFolders: Sendable {
  /// The folder of reports, such as `reports/`.
  public var reports: URL
  /// The lab's folder, which contains all that a build writes.
  public var lab: URL
  /// The files that the command has read already; nil to read afresh each time.
  public var sealed: SealedFiles?

  /// Creates the reports in `reports`, a folder of the lab in `lab`.
  public init(reports: URL, lab: URL, sealed: SealedFiles? = nil) {
    self.reports = reports
    self.sealed = sealed
    self.lab = lab
  }

  /// The reports: the weeks, oldest first, then the standing ones by their names.
  public var all: [WeekFolder] { names.map(folder) }

  /// The names of ``all``; a folder that is a link out of the lab is none.
  public var names: [String] {
    let names = withNotebook
    return names.filter(Self.isWeek) + names.filter(Self.isStanding)
  }

  /// The names of the weeks, oldest first.
  public var weekNames: [String] { withNotebook.filter(Self.isWeek) }

  /// The names of the standing reports, which belong to no week, sorted.
  public var standingNames: [String] { withNotebook.filter(Self.isStanding) }

  /// The names of folders with a notebook that no report can have, sorted: commands pass these over.
  public var misnamed: [String] {
    withNotebook.filter { ReportName($0) == nil && !$0.hasPrefix(".") }
  }

  private static func isWeek(_ name: String) -> Bool { ISOWeek(name) != nil }

  private static func isStanding(_ name: String) -> Bool {
    if case .standing = ReportName(name) { true } else { false }
  }

  /// The folders that have a lock and no notebook, which are no reports; their names sorted.
  public var withoutNotebook: [WeekFolder] {
    let names = (try? DurableFiles.names(in: reports.path)) ?? []
    return names.map(folder).filter { folder in
      !DurableFiles.exists(folder.file(WeekFolder.notebookName).path)
        && DurableFiles.exists(folder.file(WeekFolder.lockName).path) && isInLab(folder.url)
    }
  }

  /// The folders that cannot be looked into, and so are in none of the lists, with the reason of each; of the folder of
  /// reports itself under an empty name.
  ///
  /// Whatever concerns all reports must not take them for nothing.
  public var unread: [(name: String, failure: ReportFailure)] { listing.unread }

  /// Refuses to go on where the report called `name`, or any if it is nil, cannot be looked for.
  public func requireRead(_ name: String? = nil) throws(ReportFailure) {
    let problem = unread.first { name == nil || $0.name.isEmpty || $0.name == name }
    if let problem { throw problem.failure }
  }

  /// The names of the folders that have a notebook, sorted.
  private var withNotebook: [String] { listing.names.sorted() }

  /// The names of the folders that have a notebook, and the folders of which that cannot be told.
  private var listing: (names: [String], unread: [(name: String, failure: ReportFailure)]) {
    var (names, unread): ([String], [(name: String, failure: ReportFailure)]) = ([], [])
    func note(_ name: String, _ error: StoreError) {
      guard case .cannot(_, _, let reason) = error else { return }
      let place = name.isEmpty ? reports.lastPathComponent : folder(name).displayPath
      unread.append((name, .file("cannot look into \(place): \(reason)")))
    }
    var all: [String] = []
    do throws(StoreError) { all = try DurableFiles.names(in: reports.path) } catch {
      note("", error)
    }
    for name in all {
      let folder = folder(name)
      do throws(StoreError) {
        if try DurableFiles.isThere(folder.file(WeekFolder.notebookName).path), isInLab(folder.url)
        {
          names.append(name)
        }
      } catch { note(name, error) }
    }
    return (names, unread)
  }

  /// The folder of the report called `name`, whether it is there or not.
  public func folder(_ name: String) -> WeekFolder {
    WeekFolder(
      url: reports.appending(path: name, directoryHint: .isDirectory),
      displayPath: "\(reports.lastPathComponent)/\(shownName(name))",
      sealed: sealed)
  }

  /// The week that one is working on: the newest draft, or else the newest one; nil if there is none.
  ///
  /// A notebook with mistakes is being worked on: whoever builds it tells them.
  public var current: WeekFolder? {
    let weeks = weekNames.map(folder)
    return weeks.last { (try? $0.notebook())?.frontMatter.status != .final } ?? weeks.last
  }

  /// Whether `folder` stays in the lab with its links followed; the files of another would be written elsewhere.
  public func isInLab(_ folder: URL) -> Bool {
    let root = lab.resolvingSymlinksInPath().path + "/"
    return (folder.resolvingSymlinksInPath().path + "/").utf8.starts(with: root.utf8)
  }
}
