/// A stretch of a file with the position of each of its characters.
struct SourceText {
  let characters: [Character]
  /// The index of the first character of each line.
  let lineStarts: [Int]
  /// The place of the first character in the file.
  let origin: SourcePosition
  /// The place of each character in the file, if the lines there are not those of the text; else empty.
  private let positions: [SourcePosition]

  /// Takes `text`, whose lines end with "\n", as standing at `origin`.
  init(_ text: String, at origin: SourcePosition) {
    self.init(Array(text), at: origin, positions: [])
  }

  /// Takes `characters`, each of which stands at one of `positions`.
  ///
  /// - Precondition: there are as many of either.
  init(_ characters: [Character], positions: [SourcePosition]) {
    precondition(characters.count == positions.count, "not one position for each character")
    self.init(
      characters, at: positions.first ?? SourcePosition(line: 1, column: 1), positions: positions)
  }

  private init(
    _ characters: [Character], at origin: SourcePosition, positions: [SourcePosition]
  ) {
    self.characters = characters
    lineStarts = [0] + characters.indices.filter { characters[$0] == "\n" }.map { $0 + 1 }
    self.origin = origin
    self.positions = positions
  }

  /// The position in the file of the character at `index`, which may be the end.
  func position(at index: Int) -> SourcePosition {
    if index < positions.count { return positions[index] }
    if let last = positions.last {
      return SourcePosition(line: last.line, column: last.column + 1)
    }
    let low = line(at: index) - 1
    let column = index - lineStarts[low] + 1
    return SourcePosition(
      line: origin.line + low, column: low == 0 ? column + origin.column - 1 : column)
  }

  /// The line of the character at `index`, counted from 1 in this text.
  func line(at index: Int) -> Int {
    var low = 0
    var high = lineStarts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lineStarts[middle] <= index { low = middle } else { high = middle - 1 }
    }
    return low + 1
  }

  /// The position in the file of the line `line`, counted from 1 in this text.
  func position(ofLine line: Int) -> SourcePosition {
    position(at: lineStarts[min(max(1, line), lineStarts.count) - 1])
  }

  /// The characters of the lines `lines`, counted from 1, without the last line's end.
  func range(ofLines lines: ClosedRange<Int>) -> Range<Int> {
    let first = min(lines.lowerBound - 1, lineStarts.count - 1)
    let last = min(lines.upperBound - 1, lineStarts.count - 1)
    let end = last + 1 < lineStarts.count ? lineStarts[last + 1] - 1 : characters.count
    return lineStarts[first]..<max(lineStarts[first], end)
  }

  /// Returns the beginning of further lines of the block that starts on `line` after `width` bytes: spaces
  /// and the marks of block quotes.
  func indentation(ofLine line: Int, width: Int) -> String {
    let head = characters[range(ofLines: line...line)].prefix(width)
    return String(head.map { $0 == ">" || $0 == "\t" ? $0 : " " })
  }

  /// The text in `range`.
  func text(_ range: Range<Int>) -> String {
    String(characters[range])
  }

  /// Whether the characters from `index` on are `text`.
  func matches(_ text: String, at index: Int) -> Bool {
    var index = index
    for character in text {
      guard index < characters.count, characters[index] == character else { return false }
      index += 1
    }
    return true
  }
}
