internal import ResultStore

/// The names of files that are made of names in a lock, which may be any text.
enum PlainName {
  /// Returns a name of letters, digits, `_`, `-` and dots, which is no other folder, and another one for each `name`.
  static func of(_ name: String) -> String {
    name.allSatisfy(isPlain) && !name.isEmpty && name.first != "." && name.utf8.count <= 200
      ? name : marked(name)
  }

  /// Returns a name with the first digits of a digest, for one that cannot stand as it is.
  static func marked(_ name: String) -> String {
    let plain = String(name.map { isPlain($0) && $0 != "." ? $0 : "-" }.prefix(40))
    return "\(plain)-\(Digest.hex(of: name).prefix(8))"
  }

  private static func isPlain(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "_-.".contains(character))
  }
}
