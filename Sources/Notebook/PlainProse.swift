/// The running text of a leaf as Markdown reads it, with what is none of it hidden: code, escaped signs,
/// formulas and all else that was replaced, tags and addresses in angle brackets.
struct PlainProse {
  /// Stands for what was replaced, such as a formula.
  static let replaced: Character = "\u{0}"
  /// Stands for an escaped sign or a part of a tag.
  static let hidden: Character = "\u{1}"
  /// Stands for code.
  static let code: Character = "\u{2}"

  /// One character for each of the leaf's.
  private(set) var characters: [Character]
  /// The place in the source where the text begins.
  let start: Int
  /// The addresses in angle brackets.
  private(set) var addresses: [Range<Int>] = []

  /// Reads `range` of `source`, in which `holes`, which ascend, were replaced.
  init(_ source: SourceText, in range: Range<Int>, holes: [Range<Int>]) {
    start = range.lowerBound
    characters = Array(source.characters[range])
    for hole in holes {
      for index in hole.clamped(to: range) { characters[index - start] = Self.replaced }
    }
    let runs = BacktickRuns(in: characters, characters.indices)
    var index = 0
    while index < characters.count {
      switch characters[index] {
      case "\\":
        if index + 1 < characters.count, characters[index + 1].isASCIIPunctuation {
          hide(index..<(index + 2), as: Self.hidden)
          index += 2
        } else {
          index += 1
        }
      case "`":
        let width = characters[index...].prefix { $0 == "`" }.count
        let closing = runs.next(width: width, from: index + width)
        let end = closing.map { $0 + width } ?? index + width
        hide(index..<end, as: closing == nil ? Self.hidden : Self.code)
        index = end
      case "<":
        let rest = source.characters[(start + index)..<range.upperBound]
        guard let tag = HTMLTag(in: rest) else {
          index += 1
          continue
        }
        if tag.kind == .address {
          addresses.append((start + index + 1)..<(start + index + tag.length - 1))
        }
        hide(index..<(index + tag.length), as: Self.hidden)
        index += tag.length
      default: index += 1
      }
    }
  }

  private mutating func hide(_ range: Range<Int>, as mark: Character) {
    // Line ends stay, so that lines begin where they do.
    for index in range where characters[index] != "\n" { characters[index] = mark }
  }
}

extension Character {
  /// Whether a backslash before it makes it a sign without meaning.
  var isASCIIPunctuation: Bool { isASCII && (isPunctuation || isSymbol) }
}
