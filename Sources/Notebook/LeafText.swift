/// The words of one leaf block without what its containers put before each line, and where each character
/// is in the source.
struct LeafText {
  private(set) var characters: [Character] = []
  /// The index in the source of each character.
  private(set) var places: [Int] = []
  private(set) var lines: [Line] = []
  private var backticks = BacktickRuns()
  private var openBraces: [Int] = []
  /// The index of the brace that closes each.
  private var closingBraces: [Int: Int] = [:]

  struct Line {
    /// The index of its first character.
    var start: Int
    /// Its number in the source, from 0.
    var number: Int
    /// The number of containers that it opened or went on by its own marks.
    var matched: Int
  }

  var count: Int { characters.count }

  /// Adds the characters in `range` of `source`, which are of the line `number`.
  mutating func append(
    _ range: Range<Int>, of source: SourceText, line number: Int, matched: Int
  ) {
    if !lines.isEmpty {
      characters.append("\n")
      places.append(source.lineStarts[number] - 1)
    }
    let start = count
    lines.append(Line(start: start, number: number, matched: matched))
    characters += source.characters[range]
    places += range
    var index = start
    while index < count {
      switch characters[index] {
      case "\\":
        // What a backslash stands before opens and closes nothing.
        if index + 1 < count, "{}\\".contains(characters[index + 1]) { index += 1 }
      case "{": openBraces.append(index)
      case "}":
        if let open = openBraces.popLast() { closingBraces[open] = index }
      case "`":
        let width = characters[index...].prefix { $0 == "`" }.count
        backticks.add(index, width: width)
        index += width - 1
      default: break
      }
      index += 1
    }
  }

  /// Takes all lines away from the one that starts at `start`.
  mutating func truncate(to start: Int) {
    guard let order = lines.firstIndex(where: { $0.start >= start }) else { return }
    let count = max(0, lines[order].start - 1)
    lines.removeLast(lines.count - order)
    characters.removeLast(characters.count - count)
    places.removeLast(places.count - count)
    backticks.truncate(to: count)
    openBraces.removeAll { $0 >= count }
  }

  /// The line that the character at `index` is in.
  func line(of index: Int) -> Int {
    max(0, lines.partitioningIndex { $0.start > index } - 1)
  }

  func matches(_ text: String, at index: Int) -> Bool {
    var index = index
    for character in text {
      guard index < count, characters[index] == character else { return false }
      index += 1
    }
    return true
  }

  func character(at index: Int) -> Character? {
    index >= 0 && index < count ? characters[index] : nil
  }

  /// The content and the end of the code span that begins at `start`; nil if its backticks are never matched.
  func codeSpan(at start: Int) -> (content: Range<Int>, end: Int)? {
    let width = characters[start...].prefix { $0 == "`" }.count
    return backticks.next(width: width, from: start + width).map {
      (start + width..<$0, $0 + width)
    }
  }

  /// The index of the brace that closes the one at `start`.
  func closingBrace(of start: Int) -> Int? {
    closingBraces[start].flatMap { $0 < count ? $0 : nil }
  }
}
