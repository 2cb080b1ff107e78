import ExperimentRunner
import Foundation
import ReportBuilder
import ResultStore

extension Lab {
  /// Removes what processes that have ended left unfinished: sessions and claims in the store, what was written beside
  /// the files of weeks, and this user's sessions in the system's temporary folder.
  ///
  /// What cannot be removed stays and does no harm.
  ///
  /// - Returns: The number of folders and files removed.
  @discardableResult
  func removeLeftovers() -> Int {
    var removed = (try? store.removeLeftovers()) ?? 0
    removed += (try? StoreSession.removeAbandoned(in: StoreSession.systemFolder, .system)) ?? 0
    for week in weeks.all {
      for folder in [week.url, week.file("figures")] where weeks.isInLab(folder) {
        removed +=
          (try? StoreSession.removeAbandoned(in: folder.path(percentEncoded: false), .besideFile))
          ?? 0
      }
    }
    return removed
  }
}
