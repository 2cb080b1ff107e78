/// As much of a citation style (CSL) as decides how it is used.
enum CitationStyle {
  /// The name of the style that a style stands on; nil if it is one of its own.
  ///
  /// A dependent style holds nothing but a link to another one. Anything that could be read as one counts,
  /// and a name that cannot be told is empty: what is missed here would be fetched from the network.
  static func parent(in tags: StyleTags) -> String? {
    let links = tags.tags.filter { tag in
      tag.attributes.contains { $0.value.lowercased().contains("independent-parent") }
    }
    guard !links.isEmpty || tags.mentionsParent else { return nil }
    guard links.count == 1, let address = links[0]["href"] else { return "" }
    let name = address.split(separator: "/").last.map(String.init) ?? ""
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

  /// The way in which a style shortens lists of names in the list of works; nil if it does not show their last name.
  static func nameCut(in tags: StyleTags) -> NameCut? {
    for tag in tags.tags where tag["et-al-use-last"] == "true" {
      guard let least = tag["et-al-min"].flatMap({ Int($0) }),
        let first = tag["et-al-use-first"].flatMap({ Int($0) })
      else { continue }
      return NameCut(least: least, first: first)
    }
    return nil
  }

  /// The reason why a style cannot be used, as the end of a sentence that begins with its name; nil if it may be one.
  static func problem(with tags: StyleTags) -> String? {
    guard let root = tags.tags.first else { return "is no citation style (CSL): it holds no XML" }
    guard root.name == "style" else {
      return
        "is no citation style (CSL): it begins with <\(root.name.prefix(60))>, not with <style>"
    }
    for part in ["citation", "bibliography"] where !tags.tags.contains(where: { $0.name == part }) {
      return "is no whole citation style (CSL): it has no <\(part)>"
    }
    return nil
  }

  /// Whether works are numbered in the order of citation.
  static func isNumeric(_ style: String) -> Bool { style.contains("citation-format=\"numeric\"") }
}
