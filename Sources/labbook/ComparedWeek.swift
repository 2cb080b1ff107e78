import ExperimentRunner
import ExternalTrainers
import Foundation
import Notebook
import ReportBuilder
import ResultStore
import Settings

/// One side of a diff: a week as its folder has it, as a commit has it, or, where the folder is gone, as the last commit had
/// it.
struct ComparedWeek {
  /// The name in the diff: `2026-W46`, or `2026-W46 at 1a2b3c4d5e` of a commit.
  let name: String
  let lock: Lock
  /// The folder; nil where all of it is in git.
  let folder: WeekFolder?
  /// The commit that it is of; nil where it is a folder.
  let commit: String?

  private init(name: String, lock: Lock, folder: WeekFolder? = nil, commit: String? = nil) {
    self.name = name
    self.lock = lock
    self.folder = folder
    self.commit = commit
  }

  /// The two weeks that `old` and `new` name: each is a week, or `REVISION:WEEK`.
  static func pair(_ old: String, _ new: String, in lab: Lab) throws -> (Self, Self) {
    let folders = lab.weeks.weekNames
    if folders.contains(old), folders.contains(new) {
      let (former, latter) = (
        try Week(ofCalendar: old, in: lab), try Week(ofCalendar: new, in: lab)
      )
      // Weeks often stand on the same results, and are then read as one.
      let locks = try former.requiredLocks(and: latter)
      return (
        Self(name: old, lock: locks.0, folder: former.folder),
        Self(name: new, lock: locks.1, folder: latter.folder)
      )
    }
    return (try one(old, in: lab), try one(new, in: lab))
  }

  private static func one(_ word: String, in lab: Lab) throws -> Self {
    if let colon = word.lastIndex(of: ":") {
      return try inGit(
        String(word[word.index(after: colon)...]), revision: String(word[..<colon]), lab)
    }
    if !lab.weeks.weekNames.contains(word), ISOWeek(word) != nil,
      let found = try? lastInGit(word, lab)
    {
      return found
    }
    let week = try Week(ofCalendar: word, in: lab)
    return Self(name: word, lock: try week.requiredLock(), folder: week.folder)
  }

  // MARK: Git

  /// The repository that holds the lab.
  static func history(of lab: Lab) throws -> GitHistory {
    do throws(InputProblem) {
      if let history = try GitHistory(ofLab: lab.root.path(percentEncoded: false)) {
        return history
      }
    } catch {
      throw UnknownName("the lab \(error.words)")
    }
    throw UnknownName("no git repository with a commit holds the lab")
  }

  private static func path(of name: String, _ week: String, _ lab: Lab) -> String {
    "\(lab.reports.lastPathComponent)/\(week)/\(name)"
  }

  /// The week as a revision has it.
  private static func inGit(_ week: String, revision: String, _ lab: Lab) throws -> Self {
    guard ISOWeek(week) != nil else {
      throw UnknownName(
        "'\(shownName(week))' in '\(shownName("\(revision):\(week)"))' is not an ISO week such as 2026-W47"
      )
    }
    let history = try history(of: lab)
    guard let commit = history.commit(revision) else {
      throw UnknownName(
        "git has no commit '\(shownName(revision))' here"
          + (history.isShallow
            ? "; the clone has no older ones, 'git fetch --unshallow' gets them" : ""))
    }
    guard let found = try read(week, at: commit, history, lab) else {
      let reports = lab.reports.lastPathComponent
      throw UnknownName(
        "week with results.lock at \(shownName(revision))", week,
        among: history.folders(in: reports, at: commit).filter { ISOWeek($0) != nil })
    }
    return found
  }

  /// The week as the last commit that has its lock has it; nil if none has.
  private static func lastInGit(_ week: String, _ lab: Lab) throws -> Self? {
    let history = try history(of: lab)
    for commit in history.commits(changing: "\(lab.reports.lastPathComponent)/\(week)") {
      if let found = try read(week, at: commit, history, lab) { return found }
    }
    return nil
  }

  private static func read(
    _ week: String, at commit: String, _ history: GitHistory, _ lab: Lab
  ) throws -> Self? {
    let path = path(of: WeekFolder.lockName, week, lab)
    let name = "\(commit.prefix(10)):\(path)"
    guard let bytes = history.content(of: path, at: commit) else {
      guard let problem = history.problem(with: path, at: commit) else { return nil }
      throw UnreadLock(description: "\(name): error: it \(problem)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UnknownName("cannot read \(name): it is not UTF-8")
    }
    return Self(
      name: "\(week) at \(commit.prefix(10))",
      lock: try Week.known(try Lock(text: text, path: name), path: name), commit: commit)
  }

  // MARK: Words

  /// The week as a page of a diff shows it, with its words and where they are from.
  ///
  /// Of the older week the words are those that its results were locked with, if these are to be had; of the newer one
  /// those that stand in its folder.
  func side(isOlder: Bool, in lab: Lab) -> DifferencePage.Side {
    let week = folder?.name ?? String(name.prefix { $0 != " " })
    let path = Self.path(of: WeekFolder.notebookName, week, lab)
    if let commit {
      let text = (try? Self.history(of: lab))?.content(of: path, at: commit).flatMap(Self.text)
      return .init(
        lock: lock, notebook: text, path: path,
        note: text == nil
          ? "The commit \(commit.prefix(10)) has no notebook of \(week)."
          : "The words of \(week) are those of the commit \(commit.prefix(10)).")
    }
    let file = folder.flatMap { try? $0.notebookSource() }
    let locked = lock.documents[WeekFolder.notebookName]
    guard let locked, file.map(notebookDigest) != locked else {
      return .init(lock: lock, notebook: file, path: path)
    }
    let edited = "The notebook of \(week) was edited since its results were locked"
    if file != nil, !isOlder {
      return .init(
        lock: lock, notebook: file, path: path, note: "\(edited); these are its words now.")
    }
    if let history = try? Self.history(of: lab) {
      for commit in history.commits(changing: path) {
        guard let text = history.content(of: path, at: commit).flatMap(Self.text),
          notebookDigest(of: text) == locked
        else { continue }
        return .init(
          lock: lock, notebook: text, path: path,
          note: "\(edited); these are the words of then, from the commit \(commit.prefix(10)).")
      }
    }
    return .init(
      lock: lock, notebook: file, path: path,
      note: "\(edited), and no commit here has the words of then; these are its words now.")
  }

  private static func text(_ bytes: [UInt8]) -> String? {
    bytes.count <= FileSize.mostOfNotebook ? String(validating: bytes, as: UTF8.self) : nil
  }
}

/// The reason why a week's lock in a commit is not read.
private struct UnreadLock: Error, CustomStringConvertible {
  var description: String
}
