import ChildProcesses
import ExperimentRunner
import Foundation
import ReportBuilder
import ResultStore

/// The two places that make git call this program when locks are merged.
enum MergeDriver {
  /// The line of `.gitattributes`.
  static let attribute = "reports/*/\(WeekFolder.lockName) merge=labbook"

  /// Adds the line to the lab's `.gitattributes`, and the program to the repository's own configuration.
  static func install(in lab: Lab) throws {
    let file = lab.root.appending(path: ".gitattributes").path(percentEncoded: false)
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
    // Git reads a percent sign as the beginning of a place holder.
    let command =
      "\(ShellWord.quoted(program).replacing("%", with: "%%")) merge %O %A %B %P"
    for (name, value) in [("name", "labbook's union of results.lock"), ("driver", command)] {
      let git = try ChildProcess(
        [
          "git", "-C", lab.root.path(percentEncoded: false), "config", "--local",
          "merge.labbook.\(name)", value,
        ],
        errorFile: nil)
      git.closeInput()
      let said = String(decoding: git.readToEnd(atMost: 1 << 16), as: UTF8.self)
      guard git.wait() == .exited(0) else {
        throw CannotInstall(
          description:
            "git does not take the merge driver: \(said.split(separator: "\n").first ?? "")")
      }
    }
    let bytes = try DurableFiles.read(file, atMost: FileSize.mostOfSpec) ?? []
    var text = String(decoding: bytes, as: UTF8.self)
    if !text.split(separator: "\n").contains(attribute[...]) {
      if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
      text += "\(attribute)\n"
      try lab.store.replaceFile(file, Array(text.utf8))
    }
    print("git unites the locks of this lab's weeks by \(program); commit .gitattributes")
  }
}

/// The reason why git does not call this program.
private struct CannotInstall: Error, CustomStringConvertible {
  var description: String
}
