internal import Foundation
internal import Glibc

/// A folder in which a live process keeps what it has not finished; it is gone with this value.
///
/// Whether the process lives is told by an advisory lock (`flock`) on a file in the folder. The kernel
/// drops it when the process ends, however that happens, and nothing else does: no clock, which
/// another machine may have set to another day, and no process id, which another process may have by
/// now. Linux carries `flock` over NFS as a lock of the whole file on the server, so machines that share
/// a store see each other's; unlike locks by `fcntl`, it stays when some other part of the process opens
/// and closes the file. Where a file system has no locks, nobody's session is ever taken for abandoned.
package final class StoreSession: Sendable {
  /// The places of sessions, each with the beginning of their names there.
  package enum Place: String, Sendable {
    /// The store's folder of temporaries.
    case store = "session-"
    /// The system's temporary folder, which is shared with other people.
    case system = "labbook-session-"
    /// The folder of a file that is to be replaced.
    case besideFile = ".labbook-"
  }

  /// The path of the folder.
  package let path: String
  private let lock: Int32

  private static let lockName = "lock"

  /// Creates a session in `folder`.
  package init(in folder: String, _ place: Place = .store) throws(StoreError) {
    try DurableFiles.createFolder(folder)
    while true {
      let path = try DurableFiles.temporaryFolder(
        in: folder, prefix: place.rawValue, isPrivate: place == .system)
      let file = "\(path)/\(Self.lockName)"
      let lock = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if lock >= 0 {
        let isHeld = flock(lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
        // Another process may have taken the folder for abandoned before the lock was held.
        if isHeld, DurableFiles.exists(file) {
          self.path = path
          self.lock = lock
          return
        }
        close(lock)
      } else if errno != ENOENT {
        let reason = String(cString: strerror(errno))
        Self.remove(path)
        throw .cannot(action: "write", path: file, reason: reason)
      }
    }
  }

  /// Creates a session in the system's temporary folder, which only this user can enter.
  package convenience init() throws(StoreError) {
    try self.init(in: Self.systemFolder, .system)
  }

  deinit {
    // As long as the lock is held, nobody else removes the folder.
    Self.remove(path)
    close(lock)
  }

  /// Removes the session at `path`, whose lock the caller holds or nobody has made yet.
  ///
  /// The lock goes last. Whatever ends the removal, a process that is killed or a disk that fails, leaves a session
  /// that the next command takes for abandoned, or an empty folder.
  ///
  /// - Returns: Whether it is gone.
  @discardableResult
  private static func remove(_ path: String) -> Bool {
    guard let names = try? DurableFiles.names(in: path) else { return false }
    let isBare = names.filter { $0 != lockName }
      .reduce(true) { DurableFiles.remove("\(path)/\($1)") && $0 }
    return isBare && DurableFiles.remove(path)
  }

  /// The system's temporary folder, which begins with one slash: two of them would make an address of the network of what
  /// lies in it.
  package static var systemFolder: String {
    let stated = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
    let steps = stated.split(separator: "/").filter { $0 != "." }
    guard stated.hasPrefix("/"), !steps.isEmpty else { return "/tmp" }
    return "/" + steps.joined(separator: "/")
  }

  /// The paths of the sessions in `folder` whose processes live.
  static func alive(in folder: String, _ place: Place = .store) -> [String] {
    let names = ((try? DurableFiles.names(in: folder)) ?? []).filter {
      $0.hasPrefix(place.rawValue)
    }
    return names.sorted().map { "\(folder)/\($0)" }.filter { path in
      let lock = open("\(path)/\(lockName)", O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
      guard lock >= 0 else { return false }
      defer { close(lock) }
      return flock(lock, LOCK_SH | LOCK_NB) != 0
    }
  }

  /// Removes the sessions in `folder` whose processes have ended.
  ///
  /// What is no session, or is one without a lock and not empty, is left alone, and so is what a link leads to.
  ///
  /// - Returns: The number removed.
  @discardableResult
  package static func removeAbandoned(
    in folder: String, _ place: Place = .store
  ) throws(StoreError) -> Int {
    var removed = 0
    for name in try DurableFiles.names(in: folder) where name.hasPrefix(place.rawValue) {
      let path = "\(folder)/\(name)"
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
        place != .system || status.st_uid == geteuid()
      else { continue }
      let lock = open("\(path)/\(lockName)", O_RDWR | O_NOFOLLOW | O_CLOEXEC)
      guard lock >= 0 else {
        // Its process ended before it had a lock, or is just about to make one, and will see to it.
        if errno == ENOENT, rmdir(path) == 0 { removed += 1 }
        continue
      }
      defer { close(lock) }
      guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { continue }
      if remove(path) { removed += 1 }
    }
    return removed
  }
}
