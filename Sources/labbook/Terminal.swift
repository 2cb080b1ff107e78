import Glibc

/// The terminal on standard output.
enum Terminal {
  /// Its width in columns; `nil` if the output goes elsewhere.
  static var width: Int? {
    var size = winsize()
    guard isatty(1) == 1, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }
}
