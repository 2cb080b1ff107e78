import ArgumentParser
import ExperimentRunner
import Foundation
import Notebook
import ReportBuilder
import ResultStore

/// A week's folder in a lab.
struct Week: CustomStringConvertible {
  let folder: WeekFolder

  /// The week called `name`; another form, or a week without a folder, is wrong usage.
  init(_ name: String, in lab: Lab) throws {
    guard ISOWeek(name) != nil else {
      throw ValidationError("'\(name)' is not an ISO week such as 2026-W47.")
    }
    let names = try Self.names(in: lab)
    guard names.contains(name) else { throw ValidationError(unknown("week", name, among: names)) }
    self.init(folderOf: name, in: lab)
  }

  private init(folderOf name: String, in lab: Lab) {
    folder = WeekFolder(
      url: lab.reports.appending(path: name, directoryHint: .isDirectory),
      displayPath: "reports/\(name)")
  }

  var description: String { folder.week }

  /// All weeks that have a notebook, oldest first.
  static func all(in lab: Lab) throws -> [Week] {
    try names(in: lab).map { Week(folderOf: $0, in: lab) }
  }

  /// The week that one is working on: the newest draft, or else the newest one.
  static func current(in lab: Lab) throws -> Week {
    let weeks = try all(in: lab)
    let draft = try weeks.last { try $0.notebook().frontMatter.status == .draft }
    guard let week = draft ?? weeks.last else {
      throw ValidationError("There is no week yet; 'labbook new 2026-W47' begins one.")
    }
    return week
  }

  private static func names(in lab: Lab) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: lab.reports.path)
    return names.filter { name in
      ISOWeek(name) != nil
        && FileManager.default.fileExists(
          atPath: lab.reports.appending(path: "\(name)/\(WeekFolder.notebookName)").path)
    }
    .sorted()
  }

  /// The parsed notebook.
  func notebook() throws -> Notebook {
    let data = try Data(contentsOf: folder.file(WeekFolder.notebookName))
    return try parseNotebook(
      String(decoding: data, as: UTF8.self),
      path: folder.displayPath(of: WeekFolder.notebookName))
  }

  /// The lock, checked; `nil` if the week has none yet.
  var lock: Lock? {
    get throws { try folder.lock() }
  }

  /// The locks of this week and a later one; weeks that have none cannot be compared.
  func requiredLocks(and later: Week) throws -> (Lock, Lock) {
    let (own, other) = try folder.locks(and: later.folder)
    guard let own else { return (try requiredLock(), try later.requiredLock()) }
    return try (own, other ?? later.requiredLock())
  }

  /// The lock; a week that has none cannot be compared or verified.
  func requiredLock() throws -> Lock {
    guard let lock = try lock else {
      throw ValidationError("\(self) has no results.lock yet; 'labbook report \(self)' makes one.")
    }
    return lock
  }
}
