@preconcurrency import Glibc

/// Standard output, which is more than words: whoever reads it must not take a part for the whole.
enum StandardOutput {
  /// The reason why output is not where it belongs.
  enum Loss: Equatable {
    /// Who read it has gone, such as `head` after its first lines, and wants no more.
    case readerGone
    /// It could not be written, for this reason.
    case failed(String)
  }

  /// Sees to it that no file that is opened later takes the place of an output that was closed, and that
  /// what cannot be written is an error to be told instead of a signal that ends the process.
  ///
  /// What is written then still fails, and ``finish()`` tells.
  static func prepare() {
    for (descriptor, mode) in [(Int32(0), O_RDONLY), (1, O_RDONLY), (2, O_WRONLY)] {
      if fcntl(descriptor, F_GETFD) < 0, errno == EBADF { _ = open("/dev/null", mode) }
    }
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
  }

  /// Writes out what has been printed.
  ///
  /// - Returns: The reason why some of it was lost; nil if all of it was written.
  static func finish() -> Loss? {
    errno = 0
    let isFlushed = fflush(stdout) == 0 && ferror(stdout) == 0
    var reason = errno
    let isReaderGone = Self.isReaderGone
    errno = 0
    // Network file systems report a full disk when a file is closed.
    let isClosed = fclose(stdout) == 0
    if isFlushed, isClosed { return nil }
    if isReaderGone { return .readerGone }
    if !isClosed { reason = errno }
    return .failed(
      reason == 0 ? "some of it could not be written" : String(cString: strerror(reason)))
  }

  /// Whether standard output is a pipe that nobody reads any more.
  private static var isReaderGone: Bool {
    var output = pollfd(fd: 1, events: Int16(POLLOUT), revents: 0)
    return poll(&output, 1, 0) == 1 && Int32(output.revents) & POLLERR != 0
  }
}
