internal import Glibc

/// The right to execute a run, which one process at a time has in a store; it ends with this value.
///
/// It is an advisory lock on a file named by the run's key, as a ``StoreSession`` is one, so the claim of a process
/// that was killed is free at once, and no clock and no process id decides anything. A process that neither ends nor
/// goes on, such as one that Ctrl-Z has stopped, keeps its lock; so the holder writes its *pulse* into the file, and who
/// waits sees by its own clock how long the pulse has stood still. Where a file system has no locks, everybody has
/// the claim: a run that is executed twice has the same bits.
package final class RunClaim: Sendable {
  private let path: String
  private let file: Int32
  /// A number that tells the pulse of this holder from that of another.
  private let holder = UInt64.random(in: .min ... .max)

  static let prefix = "claim-"

  /// Claims the run whose file is at `path`, in a folder that exists.
  ///
  /// - Returns: nil if another holder has it.
  /// - Throws: If the file cannot be made.
  init?(at path: String) throws(StoreError) {
    guard let file = try Self.lock(path, O_CREAT) else { return nil }
    self.path = path
    self.file = file
    renew(0)
  }

  deinit {
    // Nobody takes a file for the claim that has no name any more.
    if Self.isNamed(path, file) { unlink(path) }
    close(file)
  }

  /// Claims a device of this machine, such as a GPU, among all labs of it.
  ///
  /// - Parameter name: Letters, digits and hyphens.
  /// - Returns: nil if another holder has it, or if its file cannot be opened, as that of another person.
  package static func ofDevice(_ name: String) -> RunClaim? {
    (try? RunClaim(at: "\(StoreSession.systemFolder)/labbook-device-\(name)")) ?? nil
  }

  /// The open file: who inherits it holds the claim too.
  package var descriptor: Int32 { file }

  /// Writes the pulse, the same file with another content.
  package func renew(_ count: Int) {
    let pulse = Array("\(holder) \(count)\n".utf8)
    // What cannot be written is taken for standing still, which costs time and no result.
    _ = pulse.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
  }

  /// Removes the claims in the folder `temporaries` whose processes have ended.
  ///
  /// - Returns: The number removed.
  static func removeAbandoned(in temporaries: String) throws(StoreError) -> Int {
    var removed = 0
    for name in try DurableFiles.names(in: temporaries) where name.hasPrefix(prefix) {
      let path = "\(temporaries)/\(name)"
      guard let file = (try? lock(path, O_NOFOLLOW)) ?? nil else { continue }
      defer { close(file) }
      if flock(file, LOCK_EX | LOCK_NB) == 0, unlink(path) == 0 { removed += 1 }
    }
    return removed
  }

  /// The keys of the runs whose claims in the folder `temporaries` somebody holds.
  static func held(in temporaries: String) throws(StoreError) -> [String] {
    var keys: [String] = []
    for name in try DurableFiles.names(in: temporaries) where name.hasPrefix(prefix) {
      let path = "\(temporaries)/\(name)"
      do throws(StoreError) {
        // A claim that can be had is nobody's, and one without a file has just been given back.
        if let file = try lock(path, O_NOFOLLOW) {
          close(file)
        } else {
          keys.append(String(name.dropFirst(prefix.count)))
        }
      } catch {
        guard DurableFiles.exists(path) else { continue }
        throw error
      }
    }
    return keys
  }

  /// Opens the file at `path` and locks it; nil if it is locked already.
  private static func lock(_ path: String, _ flags: Int32) throws(StoreError) -> Int32? {
    while true {
      let file = open(path, O_RDWR | O_CLOEXEC | flags, 0o666)
      guard file >= 0 else {
        throw .cannot(action: "write", path: path, reason: String(cString: strerror(errno)))
      }
      if flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        close(file)
        return nil
      }
      // The former holder may have removed the file between the two calls.
      if isNamed(path, file) { return file }
      close(file)
    }
  }

  /// Whether the open `file` is the one at `path`.
  private static func isNamed(_ path: String, _ file: Int32) -> Bool {
    var (named, opened) = (stat(), stat())
    return stat(path, &named) == 0 && fstat(file, &opened) == 0
      && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev
  }
}

extension ResultStore {
  /// Claims a run for this process.
  ///
  /// - Returns: nil if another holder has it.
  /// - Throws: If the store cannot be written.
  package func claim(_ key: RunKey) throws(StoreError) -> RunClaim? {
    try DurableFiles.createFolder(temporaries)
    return try RunClaim(at: claimFile(key))
  }

  /// Claims a file of the lab for this process, for as long as it takes to read, change and write it.
  ///
  /// - Parameter name: A name that is no run's key.
  /// - Returns: The claim, once whoever had it has given it back.
  /// - Throws: If the store cannot be written, or if another process has had the claim for a minute.
  package func waitForClaim(_ name: String) throws(StoreError) -> RunClaim {
    try DurableFiles.createFolder(temporaries)
    let path = "\(temporaries)/\(RunClaim.prefix)\(name)"
    for _ in 0..<3000 {
      if let claim = try RunClaim(at: path) { return claim }
      usleep(20_000)
    }
    throw .cannot(
      action: "write", path: path, reason: "another labbook has had it for a minute; end that one")
  }

  /// Claims the place of a run's checkpoint, which one trainer at a time works in; its claim is held as long as it lives, whoever
  /// has the run meanwhile.
  ///
  /// - Returns: nil if another holder has it.
  /// - Throws: If the store cannot be written.
  package func claimCheckpoint(of key: RunKey) throws(StoreError) -> RunClaim? {
    try DurableFiles.createFolder(temporaries)
    return try RunClaim(at: "\(temporaries)/\(RunClaim.prefix)checkpoint-\(key.hex)")
  }

  /// The pulse of the holder of a run's claim; empty if there is none.
  package func pulse(of key: RunKey) -> [UInt8] {
    ((try? DurableFiles.read(claimFile(key))) ?? nil) ?? []
  }

  private func claimFile(_ key: RunKey) -> String { "\(temporaries)/\(RunClaim.prefix)\(key.hex)" }
}
