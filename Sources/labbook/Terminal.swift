import Foundation
import Glibc
import Settings

/// A stream of this process that may be a terminal.
struct Terminal {
  /// The number of its descriptor.
  let descriptor: Int32

  /// Standard output, which is for results.
  static let output = Terminal(descriptor: 1)
  /// Standard error, which is for people.
  static let errors = Terminal(descriptor: 2)

  /// Its width in columns; `nil` if what is written goes elsewhere.
  var width: Int? {
    var size = winsize()
    guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// The width of standard output in columns; `nil` if the output goes elsewhere.
  static var width: Int? { output.width }

  /// Whether somebody looks at it.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Whether words are coloured: on a terminal that can, unless `NO_COLOR` says not to (https://no-color.org).
  var hasColour: Bool {
    let variables = ProcessInfo.processInfo.environment
    return isTerminal && variables["NO_COLOR", default: ""].isEmpty && variables["TERM"] != "dumb"
  }

  /// The looks of words, by their codes of ECMA-48.
  enum Style: String {
    case bold = "1"
    case quiet = "2"
    case bad = "31"
    case good = "32"
    case noted = "33"
  }

  /// Returns `text` in a style, where there are colours.
  func styled(_ text: String, _ style: Style) -> String {
    hasColour && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Returns rows as a table that is no wider than the terminal, where that can be: columns that do not fit stand below.
  ///
  /// - Parameters:
  ///   - rows: The cells, the head first; each row has as many.
  ///   - trailing: The columns that end, rather than begin, at one place.
  /// - Returns: The lines, without a line end behind the last.
  func table(_ rows: [[String]], trailing: Set<Int> = []) -> String {
    let text = alignedBlocks(rows, trailing: trailing, width: width ?? Int.max)
    guard hasColour else { return text }
    var isHead = true
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      defer { isHead = line.isEmpty }
      return isHead ? styled(String(line), .bold) : String(line)
    }
    .joined(separator: "\n")
  }
}
