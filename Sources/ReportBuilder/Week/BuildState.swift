public import Foundation
internal import Glibc
internal import Notebook
public import ResultStore

/// The digests around a week's last build, which tell whether another one would change anything.
///
/// After a build the digests of all that went in and came out are kept in the store's folder: the
/// builder, the specs, the notebook with what it names, the lock, the records and the outputs.
/// Contents are read and hashed each time, for modification times lie; only the executable, which is
/// large and replaced as a whole, is known by its size, time and inode.
public struct BuildState: Sendable {
  /// The files of the week.
  public var folder: WeekFolder
  /// The lab's folder; files in it are named relative to it.
  public var lab: URL
  /// The store, which keeps records and this state.
  public var store: ResultStore
  /// The builder itself.
  public var executable: URL
  /// The digests of everything else that a build depends on, by path.
  private let dependencies: [String: String]

  /// Creates the state of the week in `folder` and hashes the dependencies.
  ///
  /// Create it before anything is read: a file that changes while a build runs must look changed
  /// to the next build.
  ///
  /// - Parameters:
  ///   - folder: The week.
  ///   - lab: The lab's folder.
  ///   - store: The store, which keeps records and this state.
  ///   - executable: The builder itself.
  ///   - dependencies: All specs.
  ///   - sealed: What the command has read already, and keeps of the dependencies.
  public init(
    folder: WeekFolder, lab: URL, store: ResultStore, executable: URL, dependencies: [URL],
    sealed: SealedFiles? = nil
  ) {
    self.folder = folder
    self.lab = lab
    self.store = store
    self.executable = executable
    let pairs = dependencies.map { url in
      let name = Self.relativePath(url, lab: lab)
      return (name, Self.digest(ofFile: name, lab: lab, sealed))
    }
    self.dependencies = Dictionary(pairs) { first, _ in first }
  }

  /// Whether everything is as the last build left it.
  public func isUpToDate() -> Bool {
    guard let bytes = try? DurableFiles.read(path),
      let text = String(validating: bytes, as: UTF8.self)
    else { return false }
    var lines = text.split(separator: "\n").map(String.init)
    guard lines.first == header else { return false }
    lines.removeFirst()
    let kept = lines.compactMap(Entry.init)
    guard kept.count == lines.count else { return false }
    // A spec that was not there at the last build, or is gone, is a change too.
    let former = kept.filter { $0.kind == .dependency }.map { ($0.name, $0.digest) }
    guard Dictionary(former, uniquingKeysWith: { first, _ in first }) == dependencies else {
      return false
    }
    return kept.allSatisfy { $0.digest == digest(of: $0.kind, $0.name) }
  }

  /// Keeps the digests of the files that a build used and made.
  ///
  /// After a build that marked failures or warned nothing is kept: the next one must say so again.
  public func remember(_ outcome: WeekOutcome) throws(ReportFailure) {
    guard outcome.markedFailures.isEmpty, outcome.warnings.isEmpty else { return forget() }
    var entries = dependencies.map { Entry(kind: .dependency, name: $0.key, digest: $0.value) }
    entries += outcome.digests.map { name, digest in
      Entry(
        kind: .file, name: Self.relativePath(folder.file(name), lab: lab), digest: digest)
    }
    entries += outcome.runKeys.map { key in
      Entry(kind: .record, name: key, digest: recordDigest(key: key))
    }
    let lines = entries.map(\.line).sorted()
    do throws(StoreError) {
      try DurableFiles.createFolder(DurableFiles.parent(of: path))
      try store.replaceFile(
        path, Array((([header] + lines).joined(separator: "\n") + "\n").utf8))
    } catch {
      throw .file("\(error)")
    }
  }

  /// Makes sure that the next build is not taken for done.
  public func forget() {
    DurableFiles.removeFile(path)
  }

  /// One thing that a build depends on.
  private struct Entry: Hashable {
    enum Kind: String {
      case dependency, file, record
    }

    var kind: Kind
    /// A path relative to the lab, or the key of a run.
    var name: String
    var digest: String

    init(kind: Kind, name: String, digest: String) {
      self.kind = kind
      self.name = name
      self.digest = digest
    }

    init?(line: String) {
      let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, let kind = Kind(rawValue: String(parts[0])) else { return nil }
      self.init(kind: kind, name: String(parts[2]), digest: String(parts[1]))
    }

    var line: String { "\(kind.rawValue) \(digest) \(name)" }
  }

  private var path: String {
    store.root.appending(path: "reports/\(folder.week).txt").path(percentEncoded: false)
  }

  /// The first line: the format and the builder.
  private var header: String {
    var status = stat()
    let path = executable.resolvingSymlinksInPath().path(percentEncoded: false)
    guard stat(path, &status) == 0 else { return "labbook report state 1, no builder" }
    return "labbook report state 1, builder \(status.st_size) \(status.st_mtim.tv_sec)."
      + "\(status.st_mtim.tv_nsec) \(status.st_ino)"
  }

  private func digest(of kind: Entry.Kind, _ name: String) -> String {
    switch kind {
    case .dependency: dependencies[name] ?? "absent"
    case .file: Self.digest(ofFile: name, lab: lab)
    case .record: recordDigest(key: name)
    }
  }

  private static func digest(
    ofFile name: String, lab: URL, _ sealed: SealedFiles? = nil
  ) -> String {
    let files = NamedFiles(folder: lab.path(percentEncoded: false), sealed: sealed)
    guard let bytes = (try? files.content(of: name)) ?? nil else { return "absent" }
    return Digest.hex(of: bytes)
  }

  /// The digest over the files of a record, the run's other results, and the decisions between them.
  private func recordDigest(key: String) -> String {
    let root = store.root.path(percentEncoded: false)
    let folder = "\(root)/records/\(key.prefix(2))/\(key)"
    guard let names = try? DurableFiles.names(in: folder), !names.isEmpty else { return "absent" }
    var text = ""
    for part in ["conflicts", "resolutions"] {
      let others = (try? DurableFiles.names(in: "\(root)/\(part)/\(key)")) ?? []
      text += others.map { "\(part) \($0)\n" }.joined()
    }
    for name in names {
      let bytes = (try? DurableFiles.read("\(folder)/\(name)")) ?? nil
      text += "\(name) \(bytes.map { Digest.hex(of: $0) } ?? "absent")\n"
    }
    return Digest.hex(of: text)
  }

  private static func relativePath(_ url: URL, lab: URL) -> String {
    let root = lab.standardized.path(percentEncoded: false)
    let prefix = root.hasSuffix("/") ? root : root + "/"
    let path = url.standardized.path(percentEncoded: false)
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }
}
