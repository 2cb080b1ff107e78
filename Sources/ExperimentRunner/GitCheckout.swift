internal import ChildProcesses
internal import Foundation
internal import ResultStore

/// The commit of the git repository that holds a folder.
///
/// A repository's own configuration can make git start programs: monitors, hooks, filters, helpers that
/// fetch what is missing. The lab may be a stranger's, so none of it is read. The commit is looked up in
/// the files of the repository; whether files differ from it is asked of git with a git folder of our own,
/// which borrows the objects and has a copy of the index, and no configuration or hook of the lab.
public struct GitCheckout: Equatable, Sendable, CustomStringConvertible {
  /// The commit's digits.
  public var commit: String
  /// Whether files differ from the commit; nil if git is not there or cannot tell.
  public var isModified: Bool?

  /// The commit, with `-modified` where files differ from it, or `-unchecked` where git cannot tell.
  public var description: String {
    switch isModified {
    case true?: "\(commit)-modified"
    case false?: commit
    case nil: "\(commit)-unchecked"
    }
  }

  /// Finds the repository that holds `folder`; nil if there is none, or no commit in it yet.
  public init?(holding folder: String) {
    var root = URL(filePath: folder, directoryHint: .isDirectory).standardizedFileURL.path
    while !DurableFiles.exists("\(root)/.git") {
      guard root != "/", !root.isEmpty else { return nil }
      root = DurableFiles.parent(of: root)
    }
    guard let files = RepositoryFiles(root: root), let commit = files.headCommit else { return nil }
    self.commit = commit
    isModified = files.isModified(since: commit)
  }
}

/// Where the parts of a repository are; a linked worktree shares some of them with others.
private struct RepositoryFiles {
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
      guard let index = Self.content("index", in: checkout) else { return nil }
      try DurableFiles.create("\(own)/index", index)
      let git = try ChildProcess(
        [
          "git", "-C", root, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
          "-c", "core.pager=cat", "-c", "protocol.allow=never", "diff", "--quiet", "--no-ext-diff",
          "--no-textconv", "--ignore-submodules=all", "HEAD", "--",
        ],
        environment: .inherited(with: [
          "GIT_DIR": own, "GIT_WORK_TREE": root, "GIT_INDEX_FILE": "\(own)/index",
          "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "",
          "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_COUNT": "0", "GIT_EXTERNAL_DIFF": "",
        ]), errorFile: "/dev/null")
      git.closeInput()
      _ = git.readToEnd()
      switch git.wait(seconds: 60) {
      case .exited(0): return false
      case .exited(1): return true
      default: return nil
      }
    } catch {
      return nil
    }
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

  private static func content(_ name: String, in folder: String) -> [UInt8]? {
    (try? NamedFiles(folder: folder).content(of: name)) ?? nil
  }

  private static func digits(_ text: String) -> String? {
    let isDigits = text.utf8.allSatisfy { Character(.init($0)).isHexDigit }
    return isDigits && [40, 64].contains(text.utf8.count) ? text : nil
  }
}
