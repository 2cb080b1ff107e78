internal import Glibc

/// The facts that tell a file from what it was before.
struct FileFact: Equatable {
  private var device: Int64 = 0
  private var inode: Int64 = 0
  private var mode: Int64 = 0
  private var size: Int64 = 0
  private var modified: Int64 = 0
  private var changed: Int64 = 0

  /// The facts of a file that is not there.
  init() {}

  /// The facts of a file.
  init(_ status: stat) {
    device = Int64(truncatingIfNeeded: status.st_dev)
    inode = Int64(truncatingIfNeeded: status.st_ino)
    mode = Int64(truncatingIfNeeded: status.st_mode)
    size = Int64(status.st_size)
    modified = FileFacts.nanoseconds(status.st_mtim)
    changed = FileFacts.nanoseconds(status.st_ctim)
  }

  /// The later of its times, in nanoseconds.
  var newest: Int64 { max(modified, changed) }
}

/// The facts of several files, one after the other.
struct FileFacts: Equatable {
  /// `O_PATH`, which is not in Swift's module of the C library: a folder is opened for the names in it alone.
  static let onlyPath: Int32 = 0o10_000_000
  private var facts: [FileFact] = []
  private(set) var newest: Int64 = 0

  /// Makes room for the facts of so many files.
  mutating func reserve(_ count: Int) { facts.reserveCapacity(count) }

  mutating func add(_ fact: FileFact) {
    newest = max(newest, fact.newest)
    facts.append(fact)
  }

  var digest: String {
    String(facts.withUnsafeBytes { Digest.hex(of: $0) }.prefix(32))
  }

  static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}

/// Facts of a program's file that change whenever it is built or installed anew.
package enum ProgramFile {
  /// The size, modification time and inode of the file at `path`.
  package static func identity(at path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "none" }
    return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ino)"
  }
}
