internal import ChildProcesses
internal import Foundation
internal import ResultStore

/// The versions of some files at the tips of all references of a repository: branches, tags, remote branches, what is
/// stashed, and what linked worktrees have checked out.
package struct GitVersions: Sendable {
  /// One version of a file.
  package struct Version: Sendable {
    /// The reference where it was found first with its path, such as `refs/heads/main:reports/2026-W45/results.lock`.
    package var name: String
    /// Its content.
    package var content: [UInt8]
  }

  /// The versions, each content once.
  package private(set) var versions: [Version] = []
  /// The places that may have more of them and are not read, such as a broken reference, in words that follow the lab's name.
  package private(set) var unread: [String] = []

  /// Finds the files called `name` in the folders of `folder`, which is a folder of the lab.
  ///
  /// - Returns: nil if no git repository holds the lab.
  /// - Throws: The reason why one of them cannot be read.
  package init?(ofFilesCalled name: String, in folder: String, ofLab lab: String)
    throws(InputProblem)
  {
    guard let files = RepositoryFiles(holding: lab) else {
      try RepositoryFiles.requireNone(holding: lab)
      return nil
    }
    let path = URL(filePath: lab, directoryHint: .isDirectory).standardizedFileURL.path
    let within = path.dropFirst(files.root.count).split(separator: "/").joined(separator: "/")
    let place = within.isEmpty ? folder : "\(within)/\(folder)"
    let references = try GitReferences(of: files)
    unread = references.unread
    var commits: Set<String> = []
    var blobs: Set<String> = []
    for (reference, object) in references.all where commits.insert(object).inserted {
      for (path, blob) in try files.blobs(in: place, of: object, reference) {
        guard path.hasSuffix("/\(name)"), blobs.insert(blob).inserted else { continue }
        versions.append(
          Version(
            name: "\(reference):\(path)",
            content: try files.content(ofBlob: blob, "\(reference):\(path)")))
      }
    }
  }
}

extension RepositoryFiles {
  /// The files in a folder of a commit, with the digits of their contents.
  fileprivate func blobs(
    in folder: String, of object: String, _ reference: String
  ) throws(InputProblem) -> [(path: String, blob: String)] {
    let lines = withOwnFolder(at: object, hasIndex: false) { own -> [Substring]? in
      let listed = run(
        ["ls-tree", "-r", "-z", "--full-tree", object, "--", "\(folder)/"], own, atMost: 64 << 20)
      if let listed, listed.status == .exited(0) {
        return String(decoding: listed.output, as: UTF8.self).split(separator: "\0")
      }
      // A reference may name something else than a commit, such as the text of a key.
      let kind = run(["cat-file", "-t", "\(object)^{}"], own)
      return kind?.output == Array("blob\n".utf8) ? [] : nil
    }
    guard let lines else {
      throw InputProblem("has a reference \(reference) that git does not read")
    }
    return lines.compactMap { line in
      // <mode> <kind> <digits>, a tabulator, <path>
      let parts = line.split(separator: "\t", maxSplits: 1)
      let cells = parts.first?.split(separator: " ") ?? []
      guard parts.count == 2, cells.count == 3, cells[1] == "blob" else { return nil }
      return (String(parts[1]), String(cells[2]))
    }
  }

  fileprivate func content(ofBlob blob: String, _ name: String) throws(InputProblem) -> [UInt8] {
    let content = withOwnFolder(at: blob, hasIndex: false) { own -> [UInt8]? in
      guard let read = run(["cat-file", "blob", blob], own, atMost: FileSize.most),
        read.status == .exited(0)
      else { return nil }
      return read.output
    }
    guard let content else { throw InputProblem("has a file \(name) that git does not read") }
    return content
  }
}
