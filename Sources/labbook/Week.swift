import ExperimentRunner
import ExperimentSpec
import Foundation
import Notebook
import ReportBuilder
import ResultStore
import Settings

/// The folder of a report in a lab: a week's, or that of a standing report, with which all is done that is done with a
/// week but for what needs an order of weeks.
struct Week: CustomStringConvertible {
  let folder: WeekFolder

  /// The report called `name`; another form, or a report without a folder, is wrong usage.
  init(_ name: String, in lab: Lab) throws {
    let weeks = lab.weeks
    if !weeks.names.contains(name) { try weeks.requireRead(name) }
    switch ReportName(name) {
    case .week:
      let names = weeks.weekNames
      guard names.contains(name) else { throw UnknownName("week", name, among: names) }
    case .standing:
      let names = weeks.names
      guard names.contains(name) else { throw UnknownName("report", name, among: names) }
    case nil:
      throw UnknownName(ReportName.problem(with: name, among: weeks.names))
    }
    folder = weeks.folder(name)
  }

  /// The week called `name`, where only weeks have a meaning: a standing report belongs to none.
  init(ofCalendar name: String, in lab: Lab) throws {
    try self.init(name, in: lab)
    guard !folder.isStanding else {
      throw UnknownName(
        "'\(name)' is a standing report, and only weeks are compared"
          + suggestionsOrNames(for: name, among: lab.weeks.weekNames))
    }
  }

  private init(_ folder: WeekFolder) {
    self.folder = folder
  }

  var description: String { folder.name }

  /// All reports that have a notebook: weeks, oldest first, then standing reports by their names.
  static func all(in lab: Lab) -> [Week] { lab.weeks.all.map(Week.init) }

  /// The week that one is working on: the newest draft, or else the newest one.
  static func current(in lab: Lab) throws -> Week {
    // The newest week may be one that cannot be looked into.
    try lab.weeks.requireRead()
    guard let folder = lab.weeks.current else {
      throw UnknownName("there is no week yet; 'labbook new 2026-W47' begins one")
    }
    return Week(folder)
  }

  /// The locks of all reports that have one, in the order of ``all(in:)``, and what is wrong with those that cannot be
  /// read.
  static func locks(
    in lab: Lab
  ) -> (read: [(week: Week, lock: Lock)], problems: [any Error]) {
    var read: [(week: Week, lock: Lock)] = []
    var problems: [any Error] = []
    for week in all(in: lab) {
      do {
        if let lock = try week.lock { read.append((week, lock)) }
      } catch {
        problems.append(error)
      }
    }
    for unread in lab.weeks.unread { problems.append(unread.failure) }
    return (read, problems)
  }

  /// The parsed notebook.
  func notebook() throws -> Notebook {
    try folder.notebook()
  }

  /// The parsed notebook, of which `check` holds.
  ///
  /// - Parameters:
  ///   - specs: The lab's specs, which are read only if something is wrong.
  ///   - namesMatter: Whether what the notebook names has to be in the specs: not where it stands on a lock.
  ///   - check: What is to hold of the notebook.
  /// - Returns: The notebook.
  /// - Throws: Everything that is wrong with the notebook, its names, its files and the works it cites, at once.
  func checkedNotebook(
    specs: () -> LabSpecs, namesMatter: Bool = true, _ check: (Notebook) throws -> Void = { _ in }
  ) throws -> Notebook {
    do {
      let notebook = try folder.notebook()
      try check(notebook)
      return notebook
    } catch let error as ReportFailure {
      guard case .notebook(let problems) = error else { throw error }
      throw allProblems(beside: problems, specs(), namesMatter)
    } catch let problems as NotebookError {
      throw allProblems(beside: problems, specs(), namesMatter)
    }
  }

  private func allProblems(
    beside error: NotebookError, _ specs: LabSpecs, _ namesMatter: Bool
  ) -> NotebookError {
    folder.allProblems(
      beside: error, experiments: namesMatter ? specs.experiments.map(\.planned) : nil,
      unread: specs.broken.map(\.name))
  }

  /// The lock, checked; `nil` if the week has none yet.
  ///
  /// - Throws: The part that was altered; also for a lock with components that this version cannot know.
  var lock: Lock? {
    get throws { try folder.lock().map(known) }
  }

  /// Returns a lock of this week, if this version knows all components that it names.
  private func known(_ lock: Lock) throws -> Lock {
    try Self.known(lock, path: folder.displayPath(of: WeekFolder.lockName))
  }

  /// Returns the lock that was read at `path`, if this version knows all components that it names.
  static func known(_ lock: Lock, path: String) throws -> Lock {
    for experiment in lock.experiments {
      for arm in experiment.arms {
        guard let problem = Vocabulary.labbook.newerComponents(in: arm.preimage).first else {
          continue
        }
        throw NewerLock(
          path: path,
          arm: "\(experiment.name)/\(arm.label)", problem: problem)
      }
    }
    return lock
  }

  /// The locks of this week and a later one; weeks that have none cannot be compared.
  func requiredLocks(and later: Week) throws -> (Lock, Lock) {
    let (own, other) = try folder.locks(and: later.folder)
    guard let own else { return (try requiredLock(), try later.requiredLock()) }
    return try (known(own), other.map(later.known) ?? later.requiredLock())
  }

  /// The lock; a week that has none cannot be compared or verified.
  func requiredLock() throws -> Lock {
    guard let lock = try lock else {
      throw UnknownName("\(self) has no results.lock yet; 'labbook report \(self)' makes one")
    }
    return lock
  }
}

extension Lab {
  /// The folders of the lab's reports.
  var weeks: WeekFolders { WeekFolders(reports: reports, lab: root, sealed: sealed) }
}

/// A lock that this version of labbook cannot have made.
struct NewerLock: Error, CustomStringConvertible {
  var path: String
  var arm: String
  var problem: String

  var description: String {
    "\(path): error: \(arm) \(problem); only a newer labbook can tell whether its numbers are right"
  }
}
