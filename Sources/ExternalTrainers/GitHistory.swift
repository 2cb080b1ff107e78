internal import ChildProcesses
internal import Foundation
internal import ResultStore

/// The files of a lab as the commits of its git repository have them.
///
/// Commits are read with a git folder of our own, as ``GitCheckout`` and ``GitVersions`` do: it borrows the objects and has the
/// references, and no configuration of the lab.
package struct GitHistory {
  private let files: RepositoryFiles
  private let references: [(name: String, object: String)]
  /// The place of the lab in the repository: empty, or a path that ends with a slash.
  private let place: String

  /// Finds the repository that holds the lab in the folder `lab`; nil if there is none, or no commit in it yet.
  ///
  /// - Throws: The reason why git cannot read it.
  package init?(ofLab lab: String) throws(InputProblem) {
    guard let files = RepositoryFiles(holding: lab), files.headCommit != nil else { return nil }
    self.files = files
    references = try files.references()
    let path = URL(filePath: lab, directoryHint: .isDirectory).standardizedFileURL.path
    let within = path.dropFirst(files.root.count).split(separator: "/").joined(separator: "/")
    place = within.isEmpty ? "" : within + "/"
  }

  /// Whether commits before some are not here, as in a clone that was made with `--depth`.
  package var isShallow: Bool { DurableFiles.exists("\(files.common)/shallow") }

  /// The digits of the commit that `revision` names, such as `HEAD~3`, a branch, a tag or the first digits; nil if it names
  /// none that is here.
  package func commit(_ revision: String) -> String? {
    // A dash would be an option of git, and what stands behind a colon is no commit.
    guard !revision.isEmpty, !revision.contains(":"), !revision.hasPrefix("-") else { return nil }
    return read(["rev-parse", "--verify", "--quiet", "--end-of-options", "\(revision)^{commit}"])
      .flatMap { Self.lines($0).first }.flatMap(RepositoryFiles.digits)
  }

  /// The content of a file of the lab in a commit; nil if the commit has none of that name, or it is not here.
  package func content(of path: String, at commit: String) -> [UInt8]? {
    read(["cat-file", "blob", "\(commit):\(place)\(path)"], atMost: FileSize.most + 1)
  }

  /// Why a file of the lab in a commit has no content here, in words that follow its name; nil if the commit has none of
  /// that name.
  package func problem(with path: String, at commit: String) -> String? {
    let name = place + path
    let lines = Self.lines(
      read(["ls-tree", "-z", "-l", "--full-tree", commit, "--", name]) ?? [], separator: "\0")
    // <mode> <kind> <digits> <bytes>, a tabulator, <path>
    let cells = lines.first.map { $0.prefix { $0 != "\t" }.split(separator: " ") } ?? []
    guard cells.count == 4 else { return nil }
    guard cells[1] == "blob" else { return cells[1] == "tree" ? "is a folder" : "is no file" }
    guard cells[0].hasPrefix("100") else { return "is a link" }
    return (Int(cells[3]) ?? 0) > FileSize.most
      ? "has more than \(FileSize.words(FileSize.most)), the most that labbook reads of such a file"
      : "cannot be read by git"
  }

  /// The names of the folders in a folder of the lab in a commit.
  package func folders(in folder: String, at commit: String) -> [String] {
    Self.lines(
      read(["ls-tree", "-d", "--name-only", "--full-tree", "\(commit):\(place)\(folder)"]) ?? [])
  }

  /// The commits that changed a file or folder of the lab, newest first: those that led to what is checked out, and then
  /// those of all references. The newest may have removed it.
  package func commits(changing path: String) -> [String] {
    guard let head = files.headCommit else { return [] }
    let others = references.map(\.object)
    var found: [String] = []
    for starts in [[head], others] {
      let output =
        read(
          ["rev-list", "--ignore-missing", "--max-count=\(Self.mostCommits)"] + starts
            + ["--", place + path]) ?? []
      found += Self.lines(output).filter { commit in
        RepositoryFiles.digits(commit) != nil && !found.contains(commit)
      }
    }
    return found
  }

  /// More versions of one week than this are not looked through.
  private static let mostCommits = 300

  private static func lines(_ output: [UInt8], separator: Character = "\n") -> [String] {
    String(decoding: output, as: UTF8.self).split(separator: separator).map(String.init)
  }

  /// The output of git; nil where it fails.
  private func read(_ arguments: [String], atMost limit: Int = 1 << 20) -> [UInt8]? {
    guard let head = files.headCommit else { return nil }
    return files.withOwnFolder(at: head, hasIndex: false) { own -> [UInt8]? in
      let lines = references.filter { $0.name.hasPrefix("refs/") }.sorted { $0.name < $1.name }
        .map { "\($0.object) \($0.name)\n" }
      do {
        try DurableFiles.create("\(own)/packed-refs", Array(lines.joined().utf8))
        if let shallow = RepositoryFiles.content("shallow", in: files.common) {
          try DurableFiles.create("\(own)/shallow", shallow)
        }
      } catch {
        return nil
      }
      guard let read = files.run(arguments, own, atMost: limit), read.status == .exited(0) else {
        return nil
      }
      return read.output
    }
  }
}
