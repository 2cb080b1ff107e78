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
    .filter { !$0.allSatisfy(\.isWhitespace) }.suffix(count).map { line in
      String(
        line.unicodeScalars.prefix(200).map { scalar in
          scalar.properties.generalCategory == .control ? " " : Character(scalar)
        })
    }
}
