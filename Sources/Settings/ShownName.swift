/// Returns the name of a file, or a word of the command line, as messages show it: on one line, without what terminals take
/// for commands, and by its beginning and end where it is longer than anybody reads.
///
/// A name may have been made by a stranger; with a line end in it, it could forge a message.
public func shownName(_ name: String) -> String { excerpt(oneLine(name)) }

/// Returns a text on one line, with line ends and what terminals take for commands written out.
public func oneLine(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isCommand) else { return text }
  var shown = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    guard isCommand(scalar) else {
      shown.append(scalar)
      continue
    }
    let words =
      switch scalar {
      case "\n": "\\n"
      case "\r": "\\r"
      case "\t": "\\t"
      default: "\\u{\(String(scalar.value, radix: 16))}"
      }
    shown.append(contentsOf: words.unicodeScalars)
  }
  return String(shown)
}

/// Whether a scalar moves the cursor, ends a line, or turns the direction in which others are shown.
private func isCommand(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
  return switch scalar.properties.generalCategory {
  case .control, .lineSeparator, .paragraphSeparator: true
  default: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
  }
}
