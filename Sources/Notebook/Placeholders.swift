/// Single characters that stand in the text given to the Markdown parser for what it must not see.
///
/// They are of the private use planes: no letters, no punctuation, no space, so emphasis beside
/// them is found as beside a word.
struct Placeholders {
  private static let first: UInt32 = 0xF0000
  private static let last: UInt32 = 0xFFFFD

  /// The most there may be.
  static let limit = Int(last - first)
  /// One that stands for nothing in particular: to a parser it is a word.
  static let mask = Unicode.Scalar(last) ?? "x"

  /// The piece that each stands for.
  var pieces: [SourcePiece] = []
  /// The source that each stands for.
  var sources: [String] = []

  /// Whether `scalar` could be taken for a placeholder.
  static func isReserved(_ scalar: Unicode.Scalar) -> Bool {
    (first...last).contains(scalar.value)
  }

  /// Adds one and returns its character.
  mutating func add(_ piece: SourcePiece, source: String) -> String {
    guard let scalar = Unicode.Scalar(Placeholders.first + UInt32(pieces.count)),
      Placeholders.isReserved(scalar)
    else { preconditionFailure("more than \(Placeholders.limit) placeholders") }
    pieces.append(piece)
    sources.append(source)
    return String(Character(scalar))
  }

  /// The number of the placeholder `scalar`, if it is one of these.
  func index(of scalar: Unicode.Scalar) -> Int? {
    guard Placeholders.isReserved(scalar) else { return nil }
    let index = Int(scalar.value - Placeholders.first)
    return index < pieces.count ? index : nil
  }

  /// `text` with the source that its placeholders stand for.
  func restored(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: Placeholders.isReserved) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if let index = index(of: scalar) {
        result += sources[index]
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
