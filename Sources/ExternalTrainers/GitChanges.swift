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
  /// - Throws: The reason why there are none, in words that follow the repository's name.
  func add(
    changesSince commit: String, under prefix: String, to changes: inout GitChanges
  ) throws(InputProblem) {
    guard let found = withOwnFolder(at: commit, hasIndex: false, { look(prefix, $0) })
    else { throw InputProblem("cannot be compared with its commit; is git installed?") }
    let (patch, nested) = try found.get()
    changes.patch += patch
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
        try inner.add(changesSince: commit, under: "\(prefix)\(path)/", to: &changes)
      } else {
        changes.absent.append(prefix + path)
      }
    }
  }

  private typealias Found = Result<(patch: [UInt8], nested: [String]), InputProblem>

  /// The patch, and the paths of repositories within this one.
  private func look(_ prefix: String, _ own: String) -> Found {
    var entries: [IndexEntry]?
    if let index = Self.content("index", in: checkout),
      (try? DurableFiles.create("\(own)/index", index)) != nil,
      case .success(let found) = entriesWithUnknownFiles(own),
      // Such marks keep git from looking at a file.
      !found.contains(where: \.isMarkedUnchanged)
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
    return .success((patch, (entries ?? []).filter(\.isRepository).map(\.path)))
  }

  /// A line of git's list of an index.
  private struct IndexEntry {
    /// Whether git takes the file for unchanged without looking, by `--assume-unchanged` or `--skip-worktree`.
    var isMarkedUnchanged: Bool
    var isRepository: Bool
    var path: String

    /// Reads `H 100644 0123… 0\tpath`; nil if it is something else.
    init?(_ line: ArraySlice<UInt8>) {
      let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
      guard let tag = line.first, parts.count == 2 else { return nil }
      isMarkedUnchanged = (0x61...0x7A).contains(tag) || tag == UInt8(ascii: "S")
      isRepository = parts[0].dropFirst(2).starts(with: "160000 ".utf8)
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
