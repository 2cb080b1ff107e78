/// A block of a notebook's text, after the rules of CommonMark and GFM.
public indirect enum Block: Equatable, Sendable {
  case paragraph([Inline])
  /// `anchor` is unique in the notebook: the label without `#`, or made from the words.
  case heading(level: Int, anchor: String, content: [Inline])
  case blockQuote([Block])
  /// A quote that begins with `[!NOTE]` or the like, without that mark.
  case alert(AlertKind, [Block])
  case list(MarkdownList)
  case code(language: String, text: String)
  case thematicBreak
  case table(MarkdownTable)
  /// An index into ``Notebook/directives``.
  case directive(Int)
}

/// A list as written in Markdown.
public struct MarkdownList: Equatable, Sendable {
  /// The first number of an ordered list; nil for bullets.
  public var start: Int?
  /// Whether items are set without the space of paragraphs.
  public var isTight: Bool
  /// The items, in order.
  public var items: [Item]

  /// Creates a list.
  public init(start: Int?, isTight: Bool, items: [Item]) {
    self.start = start
    self.isTight = isTight
    self.items = items
  }

  /// One item.
  public struct Item: Equatable, Sendable {
    /// Whether the task is done; nil for what is no task.
    public var isDone: Bool?
    /// The content.
    public var blocks: [Block]

    /// Creates an item.
    public init(isDone: Bool?, blocks: [Block]) {
      self.isDone = isDone
      self.blocks = blocks
    }
  }
}

/// A table as written in Markdown.
public struct MarkdownTable: Equatable, Sendable {
  /// The alignment of each column.
  public var alignments: [ColumnAlignment]
  /// The cells of the first row.
  public var header: [[Inline]]
  /// The cells of the other rows, by row.
  public var rows: [[[Inline]]]

  /// Creates a table.
  public init(alignments: [ColumnAlignment], header: [[Inline]], rows: [[[Inline]]]) {
    self.alignments = alignments
    self.header = header
    self.rows = rows
  }
}

/// The side that the content of a table's column keeps to.
public enum ColumnAlignment: String, Equatable, Sendable {
  case natural, leading, center, trailing
}

/// The text of a footnote, in order of first mention.
public struct Footnote: Equatable, Sendable {
  /// The number, counted from 1.
  public var number: Int
  /// The text.
  public var blocks: [Block]

  /// Creates a footnote.
  public init(number: Int, blocks: [Block]) {
    self.number = number
    self.blocks = blocks
  }
}
