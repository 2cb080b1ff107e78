internal import CanonicalJSON
internal import ResultStore

/// The last lines of a log that are not empty, safe to show on a terminal; none if there is no log.
///
/// - Parameters:
///   - path: The log.
///   - count: How many lines.
/// - Returns: The lines, each cut at 200 characters.
public func lastLines(ofLog path: String, _ count: Int) -> [String] {
  let text = String(decoding: DurableFiles.end(of: path, atMost: 65_536), as: UTF8.self)
  return text.split(whereSeparator: \.isNewline)
    .filter { !$0.allSatisfy(\.isWhitespace) }.suffix(count).map { plain($0, atMost: 200) }
}

/// A line that is safe to show on a terminal, cut at a number of characters.
func plain(_ line: Substring, atMost count: Int) -> String {
  String(
    line.unicodeScalars.prefix(count).map { scalar in
      scalar.properties.generalCategory == .control ? " " : Character(scalar)
    })
}
