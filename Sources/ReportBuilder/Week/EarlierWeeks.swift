internal import Foundation
public import Notebook
public import ResultStore
internal import Settings

/// The locks of earlier weeks that a notebook compares with, and the records that their curves are in.
extension WeekFolder {
  /// Looks for what a draft takes of earlier weeks, before time is spent on its runs.
  ///
  /// - Parameters:
  ///   - notebook: The notebook.
  ///   - experiments: The experiments of the lab, at least those that it names.
  ///   - store: The store that curves are read from; nil where the names alone matter.
  /// - Throws: Every week that has no lock, every arm that it lacks, and every arm whose records are not in the store.
  public func checkEarlierWeeks(
    of notebook: Notebook, in experiments: [PlannedExperiment], store: ResultStore? = nil
  ) throws(NotebookError) {
    var names = NameResolution(path: notebook.path, lock: Lock(experiments: []))
    for directive in notebook.directives {
      let argument =
        directive.declaration.argument == .week ? notebook.earlierWeek(for: directive) : nil
      for week in (argument.map { [$0] } ?? []) + directive.weeksInOptions {
        do throws(ReportFailure) {
          switch try earlierLock(week.value, for: directive.name) {
          case .none(let problem): names.report(problem, at: week.position)
          case .lock(let lock):
            guard directive.declaration.options.contains(where: { $0.kind == .names(.earlierArm) }),
              directive.argumentNames.count == 1, let experiment = directive.argument?.value
            else { continue }
            let named = directive.names("arms").map(\.value)
            let planned = experiments.first { $0.name == experiment }?.arms.map(\.label) ?? []
            let arms = EarlierArms(
              directive, in: lock, experiment: experiment, labels: named.isEmpty ? planned : named,
              names: &names)
            // The levels of a metric are in the lock.
            if let arms, let store, directive["levels"] == nil {
              try arms.checkRecords(in: CheckedRecords(of: store), names: &names)
            }
          }
        } catch {
          names.report("\(error)", at: week.position)
        }
      }
    }
    if !names.problems.isEmpty { throw NotebookError(names.problems) }
  }

  /// The lock of an earlier week, or the reason why there is none to compare with.
  enum EarlierLock {
    case lock(Lock)
    case none(String)
  }

  /// Reads the lock of the week called `name`, which `directive` compares with.
  func earlierLock(_ name: String, for directive: String) throws(ReportFailure) -> EarlierLock {
    guard let asked = ISOWeek(name) else { return .none("'\(name)' is not an ISO week") }
    if let this = ISOWeek(self.name), asked >= this {
      return .none("'\(directive)' compares with an earlier week; \(asked) is not before \(this)")
    }
    guard let lock = try beside(name).lock() else {
      return .none(
        "the week '\(name)' has no \(WeekFolder.lockName)"
          + suggestionsOrNames(for: name, among: lockedWeeksBefore.map { "\($0)" }))
    }
    return .lock(lock)
  }

  /// The weeks before this one that have a lock, newest first.
  var lockedWeeksBefore: [ISOWeek] {
    let parent = url.deletingLastPathComponent().path(percentEncoded: false)
    let names = (try? DurableFiles.names(in: parent)) ?? []
    guard let this = ISOWeek(name) else { return [] }
    return names.compactMap { ISOWeek($0) }.filter { $0 < this }.sorted(by: >).filter { week in
      let lock = beside("\(week)").file(WeekFolder.lockName)
      // Whoever reads one that cannot be looked for tells why.
      return (try? DurableFiles.isThere(lock.path(percentEncoded: false))) ?? true
    }
  }
}

extension EarlierArms {
  /// Looks whether the store has the records that the lock of the week names; `names` reports the arms of which it has
  /// not.
  func checkRecords(
    in checked: CheckedRecords, names: inout NameResolution
  ) throws(ReportFailure) {
    for arm in arms {
      var (absent, others) = (0, 0)
      for run in arm.arm.runs {
        guard let key = RunKey(hex: run.key) else { continue }
        do throws(StoreError) {
          let found = try checked.check(key)
          if found == nil { absent += 1 } else if found?.isWhat(run) == false { others += 1 }
        } catch {
          // A damaged record is told by whoever reads it; here it is none.
          guard case .damaged = error else { throw .store(error) }
          absent += 1
        }
      }
      guard absent + others > 0 else { continue }
      let (name, all) = ("'\(arm.experiment.name)/\(arm.arm.label)'", arm.arm.runs.count)
      let lack =
        absent > 0
        ? "the store lacks the records of \(absent == all ? "all \(all)" : "\(absent) of \(all)") runs of \(name) in "
          + "\(week.value), whose curves are to be drawn"
        : "the store has another result of \(others) of \(all) runs of \(name) than the lock of \(week.value) names"
      names.report(
        "\(lack); 'labbook pull --week \(week.value)' fetches them"
          + (arm.arm.isObserved
            ? ""
            : ", 'labbook verify \(week.value)' executes them again and keeps what is missing"),
        at: arm.position)
    }
  }
}
