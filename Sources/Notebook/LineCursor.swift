/// A place in one line of Markdown, which knows how far the white space ahead of it reaches.
///
/// Columns count as CommonMark does: a tab reaches to the next multiple of four, and a container may take
/// a part of it.
struct LineCursor {
  private let characters: [Character]
  private(set) var index: Int
  let end: Int
  private var column = 0
  private var nonspaceIndex = -1
  private var nonspaceColumn = 0

  /// The start of the line `range` of `characters`.
  init(_ characters: [Character], _ range: Range<Int>) {
    self.characters = characters
    index = range.lowerBound
    end = range.upperBound
    findNonspace()
  }

  /// The columns of white space ahead.
  var indent: Int { nonspaceColumn - column }
  /// The end of the white space ahead.
  var nonspace: Int { nonspaceIndex }
  /// Whether nothing but white space is left.
  var isBlank: Bool { nonspaceIndex == end }
  /// The first character that is not white space.
  var first: Character? { isBlank ? nil : characters[nonspaceIndex] }
  /// The rest of the line from the first character that is not white space.
  var rest: ArraySlice<Character> { characters[nonspaceIndex..<end] }

  /// Goes on by `count` columns, or to the end.
  mutating func advance(columns count: Int) {
    var left = count
    while left > 0, index < end {
      let width = characters[index] == "\t" ? 4 - column % 4 : 1
      column += min(width, left)
      if width <= left { index += 1 }
      left -= width
    }
    if nonspaceIndex < index { findNonspace() }
  }

  /// Goes on over one space, or one column of a tab, if there is one.
  mutating func skipSpace() {
    guard index < end, characters[index] == " " || characters[index] == "\t" else { return }
    advance(columns: 1)
  }

  private mutating func findNonspace() {
    nonspaceIndex = index
    nonspaceColumn = column
    while nonspaceIndex < end {
      switch characters[nonspaceIndex] {
      case " ": nonspaceColumn += 1
      case "\t": nonspaceColumn += 4 - nonspaceColumn % 4
      default: return
      }
      nonspaceIndex += 1
    }
  }
}
