internal import ChildProcesses
internal import Foundation
internal import ResultStore
internal import Settings

/// The references of a repository as git lists them, and those that it passes over.
///
/// Git lists what it can read and only warns of the rest, as of a branch whose file a power cut left empty. Whoever has to
/// know all that is referred to needs to know of these too.
struct GitReferences {
  /// References and detached heads with the objects that they name.
  private(set) var all: [(name: String, object: String)] = []
  /// The references that are not among them, in words that follow the name of the lab, such as "has a reference …".
  private(set) var unread: [String] = []

  /// Lists the references of the repository in `files`.
  ///
  /// - Throws: The reason why git lists none.
  init(of files: RepositoryFiles) throws(InputProblem) {
    // Before git does, so that what is made meanwhile is not missed in its list.
    let loose = Self.loose(in: files.common)
    unread += loose.unread
    let (listed, complaints) = try Self.list(files.common)
    for line in listed.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard parts.count == 2, RepositoryFiles.digits(parts[0]) != nil else { continue }
      all.append((parts[1], parts[0]))
    }
    let names = Set(all.map(\.name))
    let missed = Set(loose.names).subtracting(names)
    unread += missed.sorted().map(Self.words)
    // Those that are no files are told by git alone, and in this form by all its versions.
    for line in complaints.split(separator: "\n") where line.contains("ignoring ") {
      let name = String(line.split(separator: " ").last ?? "")
      if !missed.contains(name) { unread.append(Self.words(name)) }
    }
    addHeads(of: files.common)
  }

  private static func words(_ name: String) -> String {
    "has a reference \(shownName(name)) that git does not read; mend it, or remove it from the folder of git"
  }

  private mutating func addHeads(of common: String) {
    var trees: [String] = []
    do throws(StoreError) { trees = try DurableFiles.names(in: "\(common)/worktrees") } catch {
      unread.append("is in a git repository whose worktrees are not known: \(error)")
    }
    for folder in [common] + trees.map({ "\(common)/worktrees/\($0)" }) {
      let content = RepositoryFiles.content("HEAD", in: folder)
      let head = String(decoding: content ?? [], as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      if let commit = RepositoryFiles.digits(head) {
        all.append(("HEAD", commit))
      } else if !head.hasPrefix("ref: ") {
        unread.append("is in a git repository with no commit or branch in \(folder)/HEAD")
      }
    }
  }

  /// The references that are files, and the folders of such that cannot be listed, which git takes for empty.
  private static func loose(in common: String) -> (names: [String], unread: [String]) {
    var (names, unread): ([String], [String]) = ([], [])
    // This form has no such files but one that stands for all.
    guard !DurableFiles.exists("\(common)/reftable") else { return ([], []) }
    var folders = ["refs"]
    while let folder = folders.popLast() {
      do throws(StoreError) {
        // Git leaves these out on purpose.
        for name in try DurableFiles.names(in: "\(common)/\(folder)")
        where !name.hasPrefix(".") && !name.hasSuffix(".lock") {
          let path = "\(folder)/\(name)"
          if DurableFiles.isFolder("\(common)/\(path)") {
            folders.append(path)
          } else {
            names.append(path)
          }
        }
      } catch {
        unread.append("is in a git repository whose references are not known: \(error)")
      }
    }
    return (names, unread)
  }

  /// The references that git lists, and its words on the rest.
  private static func list(
    _ common: String
  ) throws(InputProblem) -> (listed: String, complaints: String) {
    let session: StoreSession
    do throws(StoreError) { session = try StoreSession() } catch {
      throw InputProblem("is in a git repository, and git cannot be asked: \(error)")
    }
    defer { withExtendedLifetime(session) {} }
    let errors = "\(session.path)/errors"
    // References may be kept in more than one form, which only git knows; it starts nothing to list them.
    let git = try? ChildProcess(
      [
        "git", "--git-dir", common, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
        "for-each-ref", "--format=%(objectname) %(refname)",
      ],
      environment: RepositoryFiles.environment(with: ["LC_ALL": "C"]), errorFile: errors)
    guard let git else { throw InputProblem("is in a git repository, and git is not on the PATH") }
    git.closeInput()
    let output = git.readToEnd(atMost: FileSize.most)
    guard output.count < FileSize.most, git.wait(seconds: 60) == .exited(0) else {
      throw InputProblem("is in a git repository whose references git does not list")
    }
    let said = (try? DurableFiles.read(errors, atMost: FileSize.most)) ?? nil
    return (String(decoding: output, as: UTF8.self), String(decoding: said ?? [], as: UTF8.self))
  }
}

extension RepositoryFiles {
  /// All references and detached heads that git reads, with the objects that they name.
  func references() throws(InputProblem) -> [(name: String, object: String)] {
    try GitReferences(of: self).all
  }

  /// Refuses a folder that may be in a repository all the same, where none was found that holds it.
  static func requireNone(holding folder: String) throws(InputProblem) {
    var root = URL(filePath: folder, directoryHint: .isDirectory).standardizedFileURL.path
    while !root.isEmpty {
      let place = root == "/" ? "/.git" : "\(root)/.git"
      guard DurableFiles.isNothing(at: place) else {
        throw InputProblem("is in a git repository that cannot be read: \(place)")
      }
      if root == "/" { return }
      root = DurableFiles.parent(of: root)
    }
  }
}
