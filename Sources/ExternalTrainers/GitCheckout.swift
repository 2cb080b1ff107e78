internal import ChildProcesses
internal import Foundation
internal import Glibc
internal import ResultStore

/// The commit of the git repository that holds a folder.
///
/// A repository's own configuration can make git start programs: monitors, hooks, filters, helpers that
/// fetch what is missing. The lab may be a stranger's, so none of it is read. The commit is looked up in
/// the files of the repository; whether files differ from it is asked of git with a git folder of our own,
/// which borrows the objects and has a copy of the index, and no configuration or hook of the lab.
package struct GitCheckout: Equatable, Sendable, CustomStringConvertible {
  /// The commit's digits.
  package let commit: String
  private let files: RepositoryFiles

  /// Whether files differ from the commit; nil if git is not there or cannot tell.
  package var isModified: Bool? { files.isModified(since: commit) }

  /// The commit, with `-modified` where files differ from it, or `-unchecked` where git cannot tell.
  package var description: String {
    switch isModified {
    case true?: "\(commit)-modified"
    case false?: commit
    case nil: "\(commit)-unchecked"
    }
  }

  /// Finds the repository that holds `folder`; nil if there is none, or no commit in it yet.
  package init?(holding folder: String) {
    guard let files = RepositoryFiles(holding: folder), let commit = files.headCommit else {
      return nil
    }
    self.commit = commit
    self.files = files
  }

  /// Finds the repository whose checkout is the folder `root`; nil if there is none, or no commit in it yet.
  package init?(at root: String) {
    guard let files = RepositoryFiles(root: root), let commit = files.headCommit else { return nil }
    self.commit = commit
    self.files = files
  }

  /// The differences from the commit: files that git does not know and does not ignore are among them, and those of
  /// repositories within this one.
  ///
  /// - Parameter digests: The digests of large files.
  /// - Returns: The differences, and the files that were looked at.
  /// - Throws: That git is not there or cannot tell, or that there is too much.
  func changes(_ digests: FileDigests) throws(InputProblem) -> GitChanges {
    var changes = GitChanges()
    try files.add(changesSince: commit, under: "", to: &changes, digests)
    return changes
  }
}

/// Where the parts of a repository are; a linked worktree shares some of them with others.
struct RepositoryFiles: Equatable {
  let root: String
  /// The folder of this checkout alone, with `HEAD` and the index.
  let checkout: String
  /// The folder that all checkouts share, with references and objects.
  let common: String

  init?(root: String) {
    self.root = root
    var folder = "\(root)/.git"
    // In a linked worktree `.git` is a file that says where.
    if let link = Self.line(".git", in: root) {
      guard link.hasPrefix("gitdir: ") else { return nil }
      folder = Self.path(String(link.dropFirst("gitdir: ".count)), from: root)
    }
    checkout = folder
    common = Self.line("commondir", in: folder).map { Self.path($0, from: folder) } ?? folder
  }

  /// The repository that holds `folder`; nil if there is none.
  init?(holding folder: String) {
    var root = URL(filePath: folder, directoryHint: .isDirectory).standardizedFileURL.path
    while !DurableFiles.exists("\(root)/.git") {
      guard root != "/", !root.isEmpty else { return nil }
      root = DurableFiles.parent(of: root)
    }
    self.init(root: root)
  }

  /// The digits of the commit that is checked out.
  var headCommit: String? {
    guard let head = Self.line("HEAD", in: checkout) else { return nil }
    guard head.hasPrefix("ref: ") else { return Self.digits(head) }
    let name = String(head.dropFirst("ref: ".count))
    for folder in [checkout, common] {
      if let commit = Self.line(name, in: folder).flatMap(Self.digits) { return commit }
    }
    let packed = Self.content("packed-refs", in: common)
    return String(decoding: packed ?? [], as: UTF8.self).split(separator: "\n")
      .first { $0.hasSuffix(" \(name)") }.flatMap { Self.digits(String($0.prefix { $0 != " " })) }
  }

  /// Whether tracked files differ from `commit`, by git with a folder of our own.
  func isModified(since commit: String) -> Bool? {
    withOwnFolder(at: commit) { own in
      switch run(
        ["diff", "--quiet"] + Self.plainDifference + ["--ignore-submodules=all", "HEAD", "--"], own)?
        .status
      {
      case .exited(0): false
      case .exited(1): true
      default: nil
      }
    }
  }

  /// The options that keep git from starting programs.
  static let plainDifference = [
    "--no-ext-diff", "--no-textconv",
  ]

  /// Calls `body` with a git folder of our own, which borrows the objects and has a copy of the index.
  ///
  /// - Parameters:
  ///   - commit: What is checked out in it.
  ///   - hasIndex: Whether the copy of the index is needed; without it none of the files is looked at.
  ///   - body: The calls of git.
  /// - Returns: What `body` returns; nil if there can be no such folder.
  func withOwnFolder<Answer>(
    at commit: String, hasIndex: Bool = true, _ body: (String) -> Answer?
  ) -> Answer? {
    do {
      let session = try StoreSession()
      defer { withExtendedLifetime(session) {} }
      let own = "\(session.path)/git"
      for folder in ["", "/refs", "/objects", "/objects/info"] {
        try DurableFiles.createFolder(own + folder)
      }
      func write(_ text: String, to name: String) throws {
        try DurableFiles.create("\(own)/\(name)", Array(text.utf8))
      }
      try write("\(commit)\n", to: "HEAD")
      try write("\(common)/objects\n", to: "objects/info/alternates")
      let isLong = commit.count == 64
      try write(
        "[core]\n\trepositoryformatversion = \(isLong ? 1 : 0)\n\tbare = false\n"
          + (isLong ? "[extensions]\n\tobjectFormat = sha256\n" : ""), to: "config")
      if hasIndex, !copyIndex(to: own) { return nil }
      return body(own)
    } catch {
      return nil
    }
  }

  /// Copies the index into a git folder of our own, with its time.
  ///
  /// Git reads a file although its times are those of the index's entry if the index is not younger than they are: the file may
  /// have been written once more within the same tick of the clock.
  func copyIndex(to own: String) -> Bool {
    var status = stat()
    // An index that takes this one's place meanwhile is younger, so that more is read.
    guard stat("\(checkout)/index", &status) == 0,
      let index = Self.content("index", in: checkout),
      (try? DurableFiles.create("\(own)/index", index)) != nil
    else { return false }
    return utimensat(AT_FDCWD, "\(own)/index", [status.st_mtim, status.st_mtim], 0) == 0
  }

  /// Runs git with a folder of our own.
  ///
  /// - Parameters:
  ///   - arguments: The command.
  ///   - own: The folder.
  ///   - limit: The most bytes of output that are taken.
  ///   - withErrors: Whether what it says of errors is among its output.
  ///   - input: What it reads on standard input.
  /// - Returns: How it ended and its output; nil if it cannot be started.
  func run(
    _ arguments: [String], _ own: String, atMost limit: Int = 1 << 20, withErrors: Bool = false,
    input: String? = nil
  ) -> (status: ChildProcess.ExitStatus, output: [UInt8])? {
    let inputFile = "\(own)/input"
    if let input {
      DurableFiles.removeFile(inputFile)
      guard (try? DurableFiles.create(inputFile, Array(input.utf8), waits: false)) != nil else {
        return nil
      }
    }
    let git = try? ChildProcess(
      [
        "git", "-C", root, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
        "-c", "core.pager=cat", "-c", "protocol.allow=never",
        "-c", "core.excludesFile=\(common)/info/exclude", "-c", "core.attributesFile=/dev/null",
      ] + arguments,
      environment: Self.environment(with: [
        "GIT_DIR": own, "GIT_WORK_TREE": root, "GIT_INDEX_FILE": "\(own)/index",
        // A person's own settings must not reach a digest.
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1",
      ]), inputFile: input.map { _ in inputFile }, errorFile: withErrors ? nil : "/dev/null")
    guard let git else { return nil }
    git.closeInput()
    let output = git.readToEnd(atMost: limit)
    return output.count == limit
      ? (git.terminate(), output) : (git.wait(seconds: 60), output)
  }

  /// The variables of git's environment: this process's own but those that tell git to do something else, and these.
  static func environment(with variables: [String: String]) -> ChildProcess.Environment {
    let own = ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("GIT_") || $0.key == "GIT_EXEC_PATH" }
    let usual = [
      "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "",
      "GIT_TERMINAL_PROMPT": "0",
    ]
    return .only(own.merging(usual) { $1 }.merging(variables) { $1 })
  }

  private static func path(_ name: String, from folder: String) -> String {
    URL(filePath: name, relativeTo: URL(filePath: folder, directoryHint: .isDirectory))
      .standardizedFileURL.path
  }

  /// The first line of a file; nil if there is none.
  private static func line(_ name: String, in folder: String) -> String? {
    content(name, in: folder).map { bytes in
      String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    }
  }

  static func content(_ name: String, in folder: String) -> [UInt8]? {
    (try? NamedFiles(folder: folder).content(of: name)) ?? nil
  }

  static func digits(_ text: String) -> String? {
    let isDigits = text.utf8.allSatisfy { Character(.init($0)).isHexDigit }
    return isDigits && [40, 64].contains(text.utf8.count) ? text : nil
  }
}
