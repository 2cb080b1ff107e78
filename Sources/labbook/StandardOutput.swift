@preconcurrency import Glibc

/// Standard output, which is more than words: whoever reads it must not take a part for the whole.
enum StandardOutput {
  /// Sees to it that no file that is opened later takes the place of an output that was closed.
  ///
  /// What is written then still fails, and ``finish()`` tells.
  static func prepare() {
    for (descriptor, mode) in [(Int32(0), O_RDONLY), (1, O_RDONLY), (2, O_WRONLY)] {
      if fcntl(descriptor, F_GETFD) < 0, errno == EBADF { _ = open("/dev/null", mode) }
    }
  }

  /// Writes out what has been printed.
  ///
  /// - Returns: Why some of it was lost, in words; nil if all of it was written.
  static func finish() -> String? {
    let isWhole = ferror(stdout) == 0
    errno = 0
    // Network file systems report a full disk when a file is closed.
    let isClosed = fclose(stdout) == 0
    let reason = errno
    if isWhole, isClosed { return nil }
    return reason == 0 ? "some of it could not be written" : String(cString: strerror(reason))
  }
}
