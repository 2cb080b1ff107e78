import ExperimentRunner
import Foundation
import Glibc
import ReportBuilder

/// The files that a week's report is made of, as they were when they were last looked at.
struct WatchedFiles: Equatable {
  /// Device, inode, size and time of the last change, by path.
  private var states: [String: [Int]] = [:]

  /// Looks at the files of a week: its folder and the one above it but for what builds write, and all specs.
  init(of week: Week, in lab: Lab) {
    let root = lab.root.path(percentEncoded: false)
    let files = FileManager.default
    // Specs may extend others in folders below.
    var paths = ((try? files.subpathsOfDirectory(atPath: lab.experiments.path)) ?? [])
      .map { "\(root)/experiments/\($0)" }
    let written = [
      WeekFolder.markdownName, WeekFolder.htmlName, WeekFolder.lockName, "prose.json", "figures",
    ]
    for folder in [week.folder.url, lab.reports] {
      let path = folder.path(percentEncoded: false)
      let names = (try? files.contentsOfDirectory(atPath: path)) ?? []
      paths += names.filter { !written.contains($0) && !$0.hasPrefix(".") }
        .map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
    }
    for path in paths {
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      states[path] = [
        Int(truncatingIfNeeded: status.st_dev), Int(truncatingIfNeeded: status.st_ino),
        Int(status.st_size), status.st_mtim.tv_sec,
        status.st_mtim.tv_nsec,
      ]
    }
  }
}
