internal import Foundation
internal import Glibc
package import ResultStore
internal import Synchronization

/// The digests of files outside of the store, each computed once for as long as the file stays as it is.
///
/// A file counts as the same while its device, inode, size and both its times, to the nanosecond, are. A file whose times
/// are of the last second is not remembered, for it could change once more within the same tick of its file system's
/// clock, and neither is one of a file system that ``FileSystem`` does not take at its word. What is remembered is a file of the
/// store, replaced as a whole.
package final class FileDigests: Sendable {
  private let store: ResultStore
  private let state = Mutex(State())

  private struct State {
    /// Nil before the file of the store is read.
    var known: [Identity: String]?
    /// The order in which they were remembered, the oldest first.
    var order: [Identity] = []
    var hasChanged = false
    /// Whether file systems keep the times of their files, by their devices.
    var keepsTimes: [UInt64: Bool] = [:]
  }

  /// The facts that tell a file from what it was before.
  struct Identity: Hashable {
    var device, inode: UInt64
    var size: Int64
    var modified, changed: Int64

    init(_ status: stat) {
      device = UInt64(status.st_dev)
      inode = UInt64(status.st_ino)
      size = Int64(status.st_size)
      modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
      changed = Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
    }
  }

  /// Files below this size are read again each time.
  private static let smallest = 64 << 10
  /// How many are remembered; the oldest are forgotten first.
  private static let most = 50_000
  private static let header = "labbook file digests 3"

  /// Creates digests that are remembered in a store.
  package init(rememberedIn store: ResultStore) {
    self.store = store
  }

  /// The folder of the store.
  var folder: String { store.root.path(percentEncoded: false) }

  /// The state of an input that is one file.
  ///
  /// - Throws: The reason why there is none, in words that follow the file's name.
  func state(_ field: String, ofFile path: String) throws(InputProblem) -> InputState {
    var trace = InputTrace(linksTo: path)
    let (digest, times) = try look(at: path)
    trace.add(path.split(separator: "/").last.map(String.init) ?? path, times)
    return InputState([field: digest], trace: trace)
  }

  /// The digest of a file's content, and when it was written.
  ///
  /// - Throws: The reason why there is none, in words that follow the file's name.
  func look(at path: String) throws(InputProblem) -> (digest: String, times: FileTimes) {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else {
      let code = errno
      switch code {
      case ENOENT: throw InputProblem("is not there")
      // A socket.
      case ENXIO: throw InputProblem("is not an ordinary file")
      default: throw InputProblem("cannot be read: \(Self.words(code))")
      }
    }
    defer { close(file) }
    var before = try Self.status(of: file)
    // Who has mapped a file into memory and written to it may write to it again without a new time, until the file
    // system has written it to its disk.
    let isRemembered =
      before.st_size >= Self.smallest && keepsTimes(file, before)
      && fsync(file) == 0
    if isRemembered { before = try Self.status(of: file) }
    let identity = Identity(before)
    if isRemembered, let known = known(identity) { return (known, FileTimes(before)) }
    guard let digest = Digest.hex(ofFile: file) else {
      throw InputProblem("cannot be read: \(Self.words(errno))")
    }
    guard Identity(try Self.status(of: file)) == identity else {
      throw InputProblem("was changed while it was read")
    }
    if isRemembered, Self.isSettled(identity) { remember(identity, digest) }
    return (digest, FileTimes(before))
  }

  /// Writes what was remembered since the last time; what cannot be written is computed again the next time.
  package func save() {
    let text = state.withLock { state -> String? in
      guard state.hasChanged, let known = state.known else { return nil }
      state.hasChanged = false
      var text = Self.header + "\n"
      for identity in state.order.suffix(Self.most) {
        guard let digest = known[identity] else { continue }
        text +=
          "\(identity.device) \(identity.inode) \(identity.size) \(identity.modified) \(identity.changed) \(digest)\n"
      }
      return text
    }
    if let text { store.remember(text, at: store.fileDigestsFile) }
  }

  /// Whether the file system of an open file tells of every change by its times.
  private func keepsTimes(_ file: Int32, _ status: stat) -> Bool {
    let device = UInt64(status.st_dev)
    return state.withLock { state in
      if let known = state.keepsTimes[device] { return known }
      let answer = FileSystem(of: file)?.keepsTimes == true
      state.keepsTimes[device] = answer
      return answer
    }
  }

  private func known(_ identity: Identity) -> String? {
    state.withLock { state in
      if state.known == nil { Self.load(&state, from: store) }
      return state.known?[identity]
    }
  }

  private func remember(_ identity: Identity, _ digest: String) {
    state.withLock { state in
      if state.known?.updateValue(digest, forKey: identity) == nil { state.order.append(identity) }
      state.hasChanged = true
    }
  }

  /// Reads what the store has; a line that is none is left out.
  private static func load(_ state: inout State, from store: ResultStore) {
    state.known = [:]
    let bytes = store.remembered(at: store.fileDigestsFile, atMost: 32 << 20) ?? []
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard lines.first.map(String.init) == header else { return }
    for line in lines.dropFirst() {
      let cells = line.split(separator: " ")
      guard cells.count == 6, let device = UInt64(cells[0]), let inode = UInt64(cells[1]),
        let size = Int64(cells[2]), let modified = Int64(cells[3]), let changed = Int64(cells[4]),
        Digest.isHex(cells[5])
      else { continue }
      var status = stat()
      status.st_size = Int(size)
      var identity = Identity(status)
      (identity.device, identity.inode) = (device, inode)
      (identity.modified, identity.changed) = (modified, changed)
      if state.known?.updateValue(String(cells[5]), forKey: identity) == nil {
        state.order.append(identity)
      }
    }
  }

  /// Whether the file was last changed long enough ago that a further change would show in its times.
  ///
  /// A time of whole seconds is that of a clock which is too coarse, or was set by somebody.
  private static func isSettled(_ identity: Identity) -> Bool {
    guard identity.changed % 1_000_000_000 != 0 else { return false }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let time = Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec)
    return max(identity.modified, identity.changed) < time - 1_000_000_000
  }

  private static func status(of file: Int32) throws(InputProblem) -> stat {
    var status = stat()
    guard fstat(file, &status) == 0 else {
      throw InputProblem("cannot be read: \(words(errno))")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return status
    case S_IFDIR: throw InputProblem("is a folder, and a file is expected")
    default: throw InputProblem("is not an ordinary file")
    }
  }

  private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// The reason why an input has no state that a key could stand for, in words that follow its path.
package struct InputProblem: Error, Equatable, Sendable {
  package var words: String

  package init(_ words: String) {
    self.words = words
  }
}
