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
    let attributes = try Self.attributes(of: file)
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
    // Git reads a percent sign as the beginning of a place holder.
    let command =
      "\(ShellWord.quoted(program).replacing("%", with: "%%")) merge -- %O %A %B %P"
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
    if let attributes { try lab.store.replaceFile(file, attributes) }
    print("git unites the locks of this lab's weeks by \(program); commit .gitattributes")
  }

  /// The attributes with the line, and all else as it is; nil if they have it.
  private static func attributes(of file: String) throws -> [UInt8]? {
    guard (try? FileManager.default.destinationOfSymbolicLink(atPath: file)) == nil else {
      throw CannotInstall(
        description: ".gitattributes is a link, which git does not follow; put a file in its place")
    }
    var bytes = try DurableFiles.read(file, atMost: FileSize.mostOfSpec) ?? []
    guard !bytes.contains(0) else {
      throw CannotInstall(
        description:
          ".gitattributes holds zeros, as in UTF-16, which git does not read; save it as UTF-8")
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    let carriageReturn = UInt8(ascii: "\r")
    let isThere = lines.contains { line in
      (line.last == carriageReturn ? line.dropLast() : line).elementsEqual(attribute.utf8)
    }
    if isThere { return nil }
    let end = lines.first?.last == carriageReturn ? "\r\n" : "\n"
    if let last = bytes.last, last != UInt8(ascii: "\n") { bytes += end.utf8 }
    bytes += attribute.utf8
    bytes += end.utf8
    return bytes
  }
}

/// The reason why git does not call this program.
private struct CannotInstall: Error, CustomStringConvertible {
  var description: String
}
