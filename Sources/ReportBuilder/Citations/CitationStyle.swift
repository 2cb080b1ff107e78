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

  /// A style's way to shorten a long list of names, where it shows the last one after the first few.
  struct NameCut: Equatable {
    /// The fewest names that are shortened.
    var least: Int
    /// The number shown before the last one.
    var first: Int
  }

  /// The way in which `style` shortens lists of names in the list of works; nil if it does not show their last name.
  static func nameCut(of style: String) -> NameCut? {
    for tag in style.matches(of: /<[^<>]*\bet-al-use-last\s*=\s*["']true["'][^<>]*>/) {
      guard let least = number("et-al-min", in: tag.output),
        let first = number("et-al-use-first", in: tag.output)
      else { continue }
      return NameCut(least: least, first: first)
    }
    return nil
  }

  private static func number(_ name: String, in tag: Substring) -> Int? {
    guard let start = tag.firstRange(of: " \(name)=") else { return nil }
    return Int(tag[start.upperBound...].dropFirst().prefix { $0.isNumber })
  }

  /// The reason why `style` cannot be used, as the end of a sentence that begins with its name; nil if it may be one.
  static func problem(with style: String) -> String? {
    let tags = style.replacing(/<!--(?:[^-]|-[^-])*-->|<\?[^>]*\?>|<!DOCTYPE[^>]*>/, with: "")
    guard let root = tags.firstMatch(of: /<([A-Za-z_:][^\s<>\/]*)/) else {
      return "is no citation style (CSL): it holds no XML"
    }
    let name = root.output.1.split(separator: ":").last ?? ""
    guard name == "style" else {
      return "is no citation style (CSL): it begins with <\(root.output.1)>, not with <style>"
    }
    for part in ["citation", "bibliography"]
    where !tags.contains("<\(part)") && !tags.contains(":\(part)") {
      return "is no whole citation style (CSL): it has no <\(part)>"
    }
    return nil
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
