/// A text as one word of a POSIX shell, whatever characters it has.
package enum ShellWord {
  /// Returns `text` between quotation marks.
  package static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }

  /// Returns `text` as people write it: between quotation marks only if it has a character that a shell may read
  /// as something else.
  package static func readable(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: "_+-.,:=/@".unicodeScalars.contains(scalar)
        }
      }
    return isPlain ? text : quoted(text)
  }
}
