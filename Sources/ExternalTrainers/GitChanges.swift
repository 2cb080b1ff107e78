internal import CanonicalJSON
internal import ChildProcesses
internal import Glibc
internal import ResultStore

/// The differences of a checkout from its commit.
package struct GitChanges: Equatable, Sendable {
  /// A patch that `git apply` takes; empty if there are no differences.
  package var patch: [UInt8] = []
  /// The repositories within this one that are not checked out, by their paths, so that their files are not there.
  package var absent: [String] = []
  /// The paths of all files that count, changed or not; a link is one of them.
  package var files: [String] = []
  /// The links among them.
  package var links: [String] = []

  /// The most bytes of what is not committed.
  static let mostOfPatch = 64 << 20
}

extension RepositoryFiles {
  /// Adds the differences from `commit`, and those of all repositories within this one, whether git knows them as
  /// submodules or not: what is in them is code like any other.
  ///
  /// - Parameters:
  ///   - commit: The commit that is checked out.
  ///   - prefix: The path of this repository in the one that is asked for, with a slash at its end; empty for itself.
  ///   - changes: The differences that were found already.
  ///   - digests: The digests of large files.
  /// - Throws: The reason why there are none, in words that follow the repository's name.
  func add(
    changesSince commit: String, under prefix: String, to changes: inout GitChanges,
    _ digests: FileDigests
  ) throws(InputProblem) {
    guard let found = withOwnFolder(at: commit, hasIndex: false, { look(prefix, $0, digests) })
    else { throw InputProblem("cannot be compared with its commit; is git installed?") }
    let (patch, entries) = try found.get()
    changes.patch += patch
    let nested = entries.filter(\.isRepository).map(\.path)
    changes.files += entries.filter { !$0.isRepository }.map { prefix + $0.path }
    changes.links += entries.filter(\.isLink).map { prefix + $0.path }
    guard changes.patch.count <= GitChanges.mostOfPatch else {
      throw InputProblem(
        "has more than \(FileSize.words(GitChanges.mostOfPatch)) that is not committed; commit it, or have git ignore it"
      )
    }
    for path in nested {
      var status = stat()
      // What a link leads to is another's; git tells that there is a link.
      guard lstat("\(root)/\(path)", &status) != 0 || status.st_mode & S_IFMT != S_IFLNK else {
        continue
      }
      if let inner = RepositoryFiles(root: "\(root)/\(path)"), let commit = inner.headCommit {
        try inner.add(changesSince: commit, under: "\(prefix)\(path)/", to: &changes, digests)
      } else {
        changes.absent.append(prefix + path)
      }
    }
  }

  private typealias Found = Result<(patch: [UInt8], entries: [IndexEntry]), InputProblem>

  /// The patch, and what git's index has, with the files that git does not know.
  private func look(_ prefix: String, _ own: String, _ digests: FileDigests) -> Found {
    do {
      try DurableFiles.createFolder("\(own)/info")
      try DurableFiles.create("\(own)/info/attributes", Array(Self.rawAttributes.utf8))
    } catch { return .failure(Self.notCompared()) }
    var entries: [IndexEntry]?
    if copyIndex(to: own), case .success(let found) = entriesWithUnknownFiles(own),
      // Such marks keep git from looking at a file.
      !found.contains(where: \.isMarkedUnchanged), distrust(found, own, digests)
    {
      entries = found
    }
    if entries == nil {
      // An index of the commit alone has no marks, and every file is read.
      DurableFiles.removeFile("\(own)/index")
      if let problem = problem(["read-tree", "HEAD"], own) { return .failure(problem) }
      switch entriesWithUnknownFiles(own) {
      case .success(let found): entries = found
      case .failure(let problem): return .failure(problem)
      }
    }
    guard
      let (status, patch) = run(
        [
          "diff", "--binary", "--full-index", "--no-color", "--no-renames", "--unified=3",
          "--diff-algorithm=myers", "--no-indent-heuristic", "--src-prefix=a/\(prefix)",
          "--dst-prefix=b/\(prefix)",
        ] + Self.plainDifference + ["--ignore-submodules=dirty", "HEAD", "--"], own,
        atMost: GitChanges.mostOfPatch + 1)
    else { return .failure(Self.notCompared()) }
    guard status == .exited(0) || patch.count > GitChanges.mostOfPatch else {
      return .failure(
        problem(
          ["diff", "--stat", "--ignore-submodules=dirty"] + Self.plainDifference + ["HEAD", "--"],
          own)
          ?? Self.notCompared())
    }
    return .success((patch, entries ?? []))
  }

  /// A line of git's list of an index.
  struct IndexEntry {
    /// Whether git takes the file for unchanged without looking, by `--assume-unchanged` or `--skip-worktree`.
    var isMarkedUnchanged: Bool
    /// Such as `100644`.
    var mode: String
    /// The digits of its object.
    var object: String
    /// Whether it is merged, or not in conflict.
    var isMerged: Bool
    var path: String

    var isRepository: Bool { mode == "160000" }
    var isLink: Bool { mode == "120000" }
    /// Whether it is a file with content that git knows; of one that it is to know later it reads all.
    var isFile: Bool { mode.hasPrefix("100") && isMerged && !Self.empty.contains(object) }

    /// The objects without a byte.
    private static let empty = [
      "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
      "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    ]

    /// Reads `H 100644 0123… 0\tpath`; nil if it is something else.
    init?(_ line: ArraySlice<UInt8>) {
      let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
      guard let tag = line.first, parts.count == 2 else { return nil }
      isMarkedUnchanged = (0x61...0x7A).contains(tag) || tag == UInt8(ascii: "S")
      let cells = parts[0].dropFirst(2).split(separator: UInt8(ascii: " "))
        .map { String(decoding: $0, as: UTF8.self) }
      guard cells.count == 3 else { return nil }
      (mode, object, isMerged) = (cells[0], cells[1], cells[2] == "0")
      path = String(decoding: parts[1], as: UTF8.self)
    }
  }

  /// The entries of our copy of the index, once files that git does not know yet are among them.
  private func entriesWithUnknownFiles(_ own: String) -> Result<[IndexEntry], InputProblem> {
    if let problem = problem(["add", "--intent-to-add", "--", "."], own) {
      return .failure(problem)
    }
    guard let (status, list) = run(["ls-files", "-v", "-s", "-z"], own, atMost: 1 << 28),
      status == .exited(0)
    else { return .failure(Self.notCompared()) }
    return .success(list.split(separator: 0).compactMap { IndexEntry($0) })
  }

  /// Runs git; returns what it says where it fails.
  private func problem(_ arguments: [String], _ own: String) -> InputProblem? {
    guard let (status, output) = run(arguments, own, withErrors: true) else {
      return InputProblem("cannot be compared with its commit, since git is not on the PATH")
    }
    if status == .exited(0) { return nil }
    let lines = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline)
    let words = lines.first { $0.hasPrefix("fatal: ") || $0.hasPrefix("error: ") } ?? lines.first
    return Self.notCompared(
      words.map { String($0.trimmingPrefix("fatal: ").trimmingPrefix("error: ")) })
  }

  private static func notCompared(_ words: String? = nil) -> InputProblem {
    InputProblem(
      "cannot be compared with its commit"
        + (words.map { "; git says: \(CanonicalText.shown($0))" } ?? ""))
  }
}
