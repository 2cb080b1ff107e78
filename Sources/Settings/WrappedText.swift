/// Returns `text` broken at spaces into lines of at most 100 columns, each after `indentation`.
///
/// A word that is longer has a line of its own.
public func wrapped(_ text: String, indentation: String = "") -> [String] {
  var lines: [String] = []
  for word in text.split(separator: " ") {
    if let last = lines.last, last.count + 1 + word.count <= 100 {
      lines[lines.count - 1] += " \(word)"
    } else {
      lines.append(indentation + word)
    }
  }
  return lines
}
