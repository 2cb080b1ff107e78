/// Follows, line by line, which blocks of Markdown a text is made of, by CommonMark's rules.
///
/// Formulas are found before Markdown is parsed, for what they hold looks like blocks to a parser. To find
/// them it must be known what is code, where a paragraph ends, and what quotes and lists put before a line.
/// Nothing else is asked of this; the parser has the last word on everything.
struct BlockTracker {
  /// A block that puts something before the lines of others.
  enum Container: Equatable {
    case quote, footnote
    /// An item of a list whose lines are indented by `width` columns.
    case item(width: Int)

    /// The beginning of a further line in it.
    var head: String {
      switch self {
      case .quote: "> "
      case .footnote: "    "
      case .item(let width): String(repeating: " ", count: width)
      }
    }
  }

  enum Leaf: Equatable {
    case none, paragraph, table, indentedCode
    case fence(mark: Character, width: Int)
    case html(HTMLBlock)
  }

  /// The kind of a line; `start` is where its words begin.
  enum Line: Equatable {
    case blank
    /// Code, HTML, a rule or the line below a heading.
    case other
    case heading(start: Int)
    case paragraph(start: Int)
    case continuation(start: Int)
    case row(start: Int)
  }

  /// The deepest nesting of quotes and lists; a limit, since a parser's time grows with it.
  static let maximumDepth = MarkdownLimits.depth

  private(set) var containers: [Container] = []
  var leaf = Leaf.none
  /// The number of ``containers`` that the last line opened or went on by its own marks.
  private(set) var matched = 0
  /// Whether the innermost container holds nothing so far.
  private var isEmpty = false

  /// Reads the line `range` of `characters`.
  mutating func step(_ characters: [Character], _ range: Range<Int>) -> Line {
    var cursor = LineCursor(characters, range)
    matched = match(&cursor)
    let areAllMatched = matched == containers.count
    if areAllMatched, let line = continueLeaf(&cursor) { return line }
    guard !cursor.isBlank else {
      close(to: matched)
      leaf = .none
      return .blank
    }
    return open(&cursor, areAllMatched: areAllMatched)
  }

  /// Takes from `cursor` what the first `limit` containers put before the line; returns how many of them do.
  func match(_ cursor: inout LineCursor, upTo limit: Int = .max) -> Int {
    for (order, container) in containers.prefix(limit).enumerated() {
      switch container {
      case .quote:
        guard cursor.indent <= 3, cursor.first == ">" else { return order }
        cursor.advance(columns: cursor.indent + 1)
        cursor.skipSpace()
      case .footnote, .item:
        let width = if case .item(let width) = container { width } else { 4 }
        if cursor.indent >= width {
          cursor.advance(columns: width)
        } else if !cursor.isBlank || isEmpty && order == containers.count - 1 {
          return order
        }
      }
    }
    return min(limit, containers.count)
  }

  /// Goes on with the open leaf where a line may belong to nothing else; nil if it may.
  private mutating func continueLeaf(_ cursor: inout LineCursor) -> Line? {
    switch leaf {
    case .fence(let mark, let width):
      let marks = cursor.rest.prefix { $0 == mark }.count
      let isClosing =
        cursor.indent <= 3 && marks >= width
        && cursor.rest.dropFirst(marks).allSatisfy { $0 == " " || $0 == "\t" }
      if isClosing { leaf = .none }
      return .other
    case .indentedCode:
      if cursor.isBlank || cursor.indent >= 4 { return .other }
      leaf = .none
    case .html(let block):
      if cursor.isBlank, block.endsAtBlankLine { return nil }
      if block.ends(in: cursor.rest) { leaf = .none }
      return .other
    case .none, .paragraph, .table: break
    }
    return nil
  }

  /// Reads the blocks that begin on a line that is not blank.
  private mutating func open(_ cursor: inout LineCursor, areAllMatched: Bool) -> Line {
    var isInParagraph = areAllMatched && leaf == .paragraph
    var mayBeLazy = leaf == .paragraph
    var hasOpened = false
    while containers.count <= Self.maximumDepth {
      let container: Container
      if cursor.indent >= 4 {
        guard !mayBeLazy, !cursor.isBlank else { break }
        return leaf(.indentedCode, hasOpened)
      } else if cursor.isBlank {
        break
      } else if cursor.first == ">" {
        container = .quote
        cursor.advance(columns: cursor.indent + 1)
        cursor.skipSpace()
      } else if let width = MarkdownLine.headingMarks(cursor.rest) {
        _ = leaf(.none, hasOpened)
        return .heading(start: cursor.nonspace + width)
      } else if let fence = MarkdownLine.fence(cursor.rest) {
        return leaf(.fence(mark: fence.mark, width: fence.width), hasOpened)
      } else if let block = HTMLBlock(startOf: cursor.rest, isInParagraph: isInParagraph) {
        return leaf(block.ends(in: cursor.rest) ? .none : .html(block), hasOpened)
      } else if isInParagraph, MarkdownLine.isUnderline(cursor.rest) {
        leaf = .none
        return .other
      } else if MarkdownLine.isRule(cursor.rest) {
        return leaf(.none, hasOpened)
      } else if let width = MarkdownLine.footnoteMark(cursor.rest) {
        container = .footnote
        cursor.advance(columns: cursor.indent + width)
      } else if let width = MarkdownLine.listMark(cursor.rest, isInParagraph: isInParagraph) {
        container = .item(width: itemWidth(mark: width, &cursor))
      } else {
        break
      }
      if !hasOpened { close(to: matched) }
      containers.append(container)
      (hasOpened, isEmpty, isInParagraph, mayBeLazy, leaf) = (true, true, false, false, .none)
    }
    guard !cursor.isBlank else { return .other }
    if !hasOpened, leaf == .paragraph { return .continuation(start: cursor.nonspace) }
    if !hasOpened, areAllMatched, leaf == .table { return .row(start: cursor.nonspace) }
    _ = leaf(.paragraph, hasOpened)
    return .paragraph(start: cursor.nonspace)
  }

  /// The columns that the lines of an item are indented by, whose mark is next.
  private func itemWidth(mark width: Int, _ cursor: inout LineCursor) -> Int {
    let indent = cursor.indent
    cursor.advance(columns: indent + width)
    let spaces = cursor.indent
    guard !cursor.isBlank, (1...4).contains(spaces) else {
      cursor.skipSpace()
      return indent + width + 1
    }
    cursor.advance(columns: spaces)
    return indent + width + spaces
  }

  private mutating func leaf(_ new: Leaf, _ hasOpened: Bool) -> Line {
    if !hasOpened { close(to: matched) }
    matched = containers.count
    leaf = new
    isEmpty = false
    return .other
  }

  private mutating func close(to count: Int) {
    guard count < containers.count else { return }
    containers.removeLast(containers.count - count)
    isEmpty = false
  }
}
