internal import ReportRendering

/// The terms that running text is linked with: what prose calls declared things, and the words of reports.
package struct SiteTerms {
  private let terms: [(words: String, reference: SiteReference)]
  /// The path from the page to the site's root.
  private let root: String

  /// The terms of `references`, for a page that reaches the site's root by `root`.
  package init(_ references: [SiteReference], root: String = "") {
    self.root = root
    // A long name is looked for before one that it begins with.
    terms = references.flatMap { reference in reference.words.map { ($0, reference) } }
      .sorted { one, other in
        (one.0.utf8.count, other.0) > (other.0.utf8.count, one.0)
      }
  }

  /// Returns `text`, which has no marks, as HTML in which each term leads to its description where it stands first.
  ///
  /// The places in `linked` were linked before and are not linked again; new ones are added.
  package func html(_ text: String, linked: inout Set<String>) -> String {
    var html = ""
    var rest = text[...]
    var isInWord = false
    while let character = rest.first {
      if !isInWord, let (length, reference) = match(rest) {
        let words = escaped(String(rest.prefix(length)))
        let isNew = linked.insert(reference.place).inserted
        html +=
          isNew
          ? "<a class=\"term\" href=\"\(root)\(reference.place)\" title=\"\(escaped(reference.summary))\">\(words)</a>"
          : words
        rest = rest.dropFirst(length)
        isInWord = true
        continue
      }
      html += escaped(String(character))
      isInWord = Self.isOfWord(character)
      rest = rest.dropFirst()
    }
    return html
  }

  /// The term that `text` begins with, and its length with an ending of the plural.
  private func match(_ text: Substring) -> (length: Int, reference: SiteReference)? {
    for (words, reference) in terms {
      let beginning = text.prefix(words.count)
      // Names have their capitals; other words may begin a sentence.
      let isName = words.first?.isUppercase == true
      let isHere =
        isName
        ? beginning == words
        : beginning.prefix(1).lowercased() + beginning.dropFirst() == words
      guard isHere else { continue }
      var length = words.count
      var next = text.dropFirst(length).first
      if !isName, next == "s" {
        length += 1
        next = text.dropFirst(length).first
      }
      if let next, Self.isOfWord(next) { continue }
      return (length, reference)
    }
    return nil
  }

  /// Whether a character belongs to a word or a label, such as `PPO-KL`.
  private static func isOfWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "-_+@".contains(character)
  }
}
