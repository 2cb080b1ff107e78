import ExperimentRunner
import ExperimentSpec
import Foundation
import Notebook
import ReportBuilder
import ResultStore
import Settings

/// A week's folder in a lab.
struct Week: CustomStringConvertible {
  let folder: WeekFolder

  /// The week called `name`; another form, or a week without a folder, is wrong usage.
  init(_ name: String, in lab: Lab) throws {
    let weeks = lab.weeks
    let names = weeks.names
    guard ISOWeek(name) != nil else {
      throw UnknownName(
        "'\(name)' is not an ISO week such as 2026-W47\(suggestions(for: name, among: names))")
    }
    guard names.contains(name) else { throw UnknownName("week", name, among: names) }
    folder = weeks.folder(name)
  }

  private init(_ folder: WeekFolder) {
    self.folder = folder
  }

  var description: String { folder.week }

  /// All weeks that have a notebook, oldest first.
  static func all(in lab: Lab) -> [Week] { lab.weeks.all.map(Week.init) }

  /// The week that one is working on: the newest draft, or else the newest one.
  static func current(in lab: Lab) throws -> Week {
    guard let folder = try lab.weeks.current else {
      throw UnknownName("there is no week yet; 'labbook new 2026-W47' begins one")
    }
    return Week(folder)
  }

  /// The locks of all weeks that have one, oldest first, and what is wrong with those that cannot be read.
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
    return (read, problems)
  }

  /// The parsed notebook.
  func notebook() throws -> Notebook {
    try folder.notebook()
  }

  /// The lock, checked; `nil` if the week has none yet.
  ///
  /// - Throws: The part that was altered; also for a lock with components that this version cannot know.
  var lock: Lock? {
    get throws { try folder.lock().map(known) }
  }

  /// Returns a lock of this week, if this version knows all components that it names.
  private func known(_ lock: Lock) throws -> Lock {
    for experiment in lock.experiments {
      for arm in experiment.arms {
        guard let problem = Vocabulary.labbook.newerComponents(in: arm.preimage).first else {
          continue
        }
        throw NewerLock(
          path: folder.displayPath(of: WeekFolder.lockName),
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
  /// The folders of the lab's weeks.
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
