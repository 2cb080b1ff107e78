/// As much of a citation style (CSL) as decides how it is used.
enum CitationStyle {
  /// The name of the style that `style` stands on; nil if it is one of its own.
  ///
  /// A dependent style holds nothing but a link to another one. Anything that could be read as one counts,
  /// and a name that cannot be told is empty: what is missed here would be fetched from the network.
  static func parent(of style: String) -> String? {
    let text = decoded(style)
    guard text.contains("independent-parent") || text.contains("<!DOCTYPE") else { return nil }
    let links = text.matches(of: /<[^<>]*link\b[^<>]*independent-parent[^<>]*>/)
    guard links.count == 1,
      let address = links[0].output.firstMatch(of: /href\s*=\s*["']([^"']*)["']/)
    else { return "" }
    let name = address.output.1.split(separator: "/").last.map(String.init) ?? ""
    return name.hasSuffix(".csl") ? String(name.dropLast(".csl".count)) : name
  }

  /// Whether `name` can be the name of a style's file, and nothing more than a name.
  static func isFileName(_ name: String) -> Bool {
    name.first != "." && !name.isEmpty
      && name.utf8.allSatisfy { byte in
        let character = Character(Unicode.Scalar(byte))
        return character.isASCII
          && (character.isLetter || character.isNumber || "_-.".contains(character))
      }
  }

  /// Whether works are numbered in the order of citation.
  static func isNumeric(_ style: String) -> Bool { style.contains("citation-format=\"numeric\"") }

  /// `text` with characters that are written by their number as they are.
  private static func decoded(_ text: String) -> String {
    text.replacing(/&#(x?)([0-9A-Fa-f]+);/) { match in
      let value = UInt32(match.output.2, radix: match.output.1.isEmpty ? 10 : 16)
      return value.flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? ""
    }
  }
}
