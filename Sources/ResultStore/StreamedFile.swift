internal import Glibc

/// An open file that is read or written piece by piece, so that no more of it than a piece is in memory.
struct StreamedFile: ~Copyable {
  let path: String
  private let file: Int32
  /// The bytes of a piece.
  static let piece = 1 << 20

  /// Opens an ordinary file for reading.
  init(reading path: String) throws(StoreError) {
    file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    self.path = path
    guard file >= 0 else { throw Self.failure("read", path) }
  }

  /// Creates a file that must not exist yet.
  init(creating path: String) throws(StoreError) {
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    self.path = path
    guard file >= 0 else { throw Self.failure("write", path) }
  }

  deinit { close(file) }

  /// Reads the next bytes; fewer than `count` only at the end of the file.
  func read(atMost count: Int) throws(StoreError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let read = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(file, buffer.baseAddress.map { $0 + filled }, count - filled)
      }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw Self.failure("read", path) }
      if read == 0 { break }
      filled += read
    }
    bytes.removeLast(count - filled)
    return bytes
  }

  /// Appends bytes.
  func write(_ bytes: [UInt8]) throws(StoreError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(file, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.failure("write", path) }
      written += count
    }
  }

  private static func failure(_ action: String, _ path: String) -> StoreError {
    .cannot(action: action, path: path, reason: String(cString: strerror(errno)))
  }
}
