/// The key of a work where it is cited, by Pandoc's rules.
struct CitationKey {
  var name: String
  /// The place where it begins: at the `@`, or at the `-` before it.
  var start: Int
  /// The index of the `@`.
  var at: Int
  var end: Int
  /// Whether a `-` before it hides the author.
  var hidesAuthor: Bool
  /// Whether it stands in braces, so that it means a work whatever it looks like.
  var isBraced: Bool

  /// The kind of thing it refers to if it is a label of the notebook.
  var labelKind: LabelKind? {
    isBraced ? nil : LabelKind(ofKey: name)
  }
}

extension LabelKind {
  /// The kind of the label `key`, which it begins with; nil if it is no label.
  init?(ofKey key: String) {
    guard let kind = Self.allCases.first(where: { key.hasPrefix($0.rawValue + "-") }) else {
      return nil
    }
    self = kind
  }
}

/// Whether `key` can be cited as `@key`, without braces around it.
public func isPlainKey(_ key: String) -> Bool {
  guard LabelKind(ofKey: key) == nil else { return false }
  let characters = Array(key)
  return plainKeyEnd(in: characters, from: 0, limit: characters.count) == characters.count
}

/// The end of the key that begins at `start`: letters, digits and `_`, with single marks in between, and `//` as
/// in addresses.
private func plainKeyEnd(in characters: [Character], from start: Int, limit: Int) -> Int {
  func isWord(_ index: Int) -> Bool {
    guard index < limit else { return false }
    let character = characters[index]
    return character.isLetter || character.isNumber || character == "_"
  }
  guard isWord(start) else { return start }
  var index = start + 1
  while index < limit {
    let character = characters[index]
    let isInside =
      isWord(index) || ":.#$%&-+?<>~/".contains(character) && isWord(index + 1)
      || ":/".contains(character) && index + 1 < limit && characters[index + 1] == "/"
    guard isInside else { break }
    index += 1
  }
  return index
}

extension InlineScanner {
  /// The key whose `@` is at `start`; nil if it is part of a word, as in a mail address, or no key follows.
  func key(at start: Int, limit: Int) -> CitationKey? {
    guard !isInWord(start) else { return nil }
    let hidesAuthor =
      character(before: start) == "-" && !isInWord(start - 1)
      && character(before: start - 1) != "-"
    if let braced = bracedKey(at: start, limit: limit) {
      return CitationKey(
        name: source.text(start + 2..<braced - 1), start: hidesAuthor ? start - 1 : start,
        at: start, end: braced, hidesAuthor: hidesAuthor, isBraced: true)
    }
    let end = plainKeyEnd(in: source.characters, from: start + 1, limit: limit)
    guard end > start + 1, !isMailAddress(at: start, end: end) else { return nil }
    return CitationKey(
      name: source.text(start + 1..<end), start: hidesAuthor ? start - 1 : start, at: start,
      end: end, hidesAuthor: hidesAuthor, isBraced: false)
  }

  /// The end of `@{…}`: braces that are balanced, without white space in them.
  func bracedKey(at start: Int, limit: Int) -> Int? {
    guard source.matches("@{", at: start), !isInWord(start) else { return nil }
    var depth = 1
    var index = start + 2
    while index < limit, !source.characters[index].isSpace {
      if source.characters[index] == "{" { depth += 1 }
      // No key has so many, and looking on from each would cost the square of the length.
      guard depth <= 32 else { return nil }
      if source.characters[index] == "}" { depth -= 1 }
      index += 1
      if depth == 0 { return index > start + 3 ? index : nil }
    }
    return nil
  }

  private func isInWord(_ index: Int) -> Bool {
    character(before: index).map { $0.isLetter || $0.isNumber } ?? false
  }

  /// Whether `@` and what follows it are the end of an address such as `first_@example.org`.
  private func isMailAddress(at start: Int, end: Int) -> Bool {
    guard let before = character(before: start), "_+".contains(before), isInWord(start - 1) else {
      return false
    }
    return source.characters[(start + 1)..<end].contains(".")
  }
}
