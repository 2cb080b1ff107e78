internal import Glibc

/// Standard error, which is for people. A text that cannot be written there, as on a terminal that was closed or a
/// full disk, is lost and stops nothing.
public enum StandardError {
  /// Writes `text`.
  public static func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
