internal import ResultStore

/// The entries of a BibTeX file, as text.
///
/// Only as much is read as tells the works apart; what is in them is for the citation processor.
package struct BibTeX: Equatable, Sendable {
  /// The works in the order of the file.
  package private(set) var works: [Entry] = []
  /// The abbreviations that `@string` defines.
  package private(set) var abbreviations: [Entry] = []

  /// One work or abbreviation.
  package struct Entry: Equatable, Sendable {
    package var key: String
    /// From the `@` to the closing brace.
    package var text: String
  }

  /// Reads the entries; text between them is a comment.
  package init(_ text: String) {
    let characters = Array(text)
    var index = 0
    while let start = characters[index...].firstIndex(of: "@") {
      index = start + 1
      let kind = characters[index...].prefix { $0.isASCII && $0.isLetter }
      let opening = characters[kind.endIndex...].drop { $0.isWhitespace }
      guard !kind.isEmpty, let mark = opening.first, mark == "{" || mark == "(" else { continue }
      let end = Self.end(of: characters, from: opening.startIndex)
      let inside = characters[(opening.startIndex + 1)..<end]
      switch String(kind).lowercased() {
      case "comment", "preamble": break
      case "string":
        let name = inside.prefix { $0 != "=" }.filter { !$0.isWhitespace }
        abbreviations.append(Entry(key: String(name), text: String(characters[start..<end])))
      default:
        guard let comma = inside.firstIndex(of: ",") else { continue }
        let key = inside[..<comma].filter { !$0.isWhitespace }
        // What looks like an entry in the middle of a sentence has no key.
        guard !key.isEmpty, key.allSatisfy({ !"{}()\"=#%".contains($0) }) else { continue }
        works.append(Entry(key: String(key), text: String(characters[start..<end])))
      }
      index = end
    }
  }

  /// The index after the delimiter that closes the one at `start`, or the end of an open entry.
  private static func end(of characters: [Character], from start: Int) -> Int {
    let closing: Character = characters[start] == "{" ? "}" : ")"
    var depth = 0
    for index in (start + 1)..<max(start + 1, characters.count) {
      let character = characters[index]
      if character == closing, depth == 0 { return index + 1 }
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
    }
    return characters.count
  }

  /// Returns the digest of the works called `keys` with all that they refer to: other works as in
  /// `crossref`, and abbreviations. The rest of the file, and its order, do not matter.
  ///
  /// - Returns: 64 hexadecimal digits; nil if the file has none of the works.
  package func digest(ofWorks keys: Set<String>) -> String? {
    var pending = works.filter { keys.contains($0.key) }
    guard !pending.isEmpty else { return nil }
    var texts: Set<String> = []
    while let entry = pending.popLast() {
      guard texts.insert(entry.text).inserted else { continue }
      let words = Set(
        entry.text.split { !($0.isLetter || $0.isNumber || "-_:.+/".contains($0)) }.map {
          $0.lowercased()
        })
      pending += abbreviations.filter { words.contains($0.key.lowercased()) }
      if words.contains("crossref") || words.contains("xdata") || words.contains("related") {
        pending += works.filter { $0.key != entry.key && words.contains($0.key.lowercased()) }
      }
    }
    return Digest.hex(of: texts.sorted().joined(separator: "\n"))
  }
}
