/// A parsed notebook: front matter, text as a tree, and everything in it that needs an answer.
///
/// `directives`, `values`, `citations` and `references` are what the rest of the program resolves;
/// each knows its position, so that a wrong name is reported where it was written.
public struct Notebook: Equatable, Sendable {
  /// The path as shown in messages.
  public var path: String
  /// The front matter.
  public var frontMatter: FrontMatter
  /// The text below the front matter, cut at everything that is replaced in the Markdown report.
  public var pieces: [SourcePiece]
  /// The text as a tree.
  public var blocks: [Block]
  /// The footnotes, in order of first mention.
  public var footnotes: [Footnote]
  /// The directives, in reading order.
  public var directives: [Directive]
  /// The numbers that the text asks for, in reading order.
  public var values: [ValueReference]
  /// The citations, in reading order.
  public var citations: [Citation]
  /// The mentions of tables, figures, equations and sections, in reading order.
  public var references: [CrossReference]
  /// The formulas, in reading order.
  public var formulas: [Formula]
  /// The files shown by `![…](file)`, relative to the notebook, as the addresses that Markdown reads.
  public var images: [Positioned<String>]
  /// The addresses of links to files, relative to the notebook, as Markdown reads them.
  public var links: [Positioned<String>]
  /// The names of the places in the report that links may lead to.
  public var places: Places
  /// Places that can be built and are likely not meant so, in reading order.
  public var warnings: [SourceWarning]
}

/// A formula in TeX.
public struct Formula: Equatable, Sendable {
  /// The TeX as written, without space at either end and without what quotes and lists put before its lines.
  public var tex: String
  /// The formula as written, dollars included.
  public var source: String
  /// Whether it stands on lines of its own.
  public var isDisplay: Bool
  /// The label (`eq-name`), without `#`; labelled formulas are numbered.
  public var label: String?
  /// The kind of block that it stands in.
  public var place: Place
  /// The beginning of the lines of the block around it: spaces and the marks of block quotes.
  public var indentation: String
  /// The place in the notebook where each line of the TeX begins.
  public var lineStarts: [SourcePosition]

  /// The kind of block that a formula stands in.
  public enum Place: Equatable, Sendable {
    case text, heading
    /// A table, where GitHub takes `|` for the end of a cell.
    case table
    /// A block of its own, fenced as code of the language `math`.
    case fence
  }

  /// The place where the TeX starts, after the dollars.
  public var position: SourcePosition { lineStarts[0] }

  /// The place in the notebook of the character `offset` UTF-16 units into ``tex``.
  public func position(ofUTF16Offset offset: Int) -> SourcePosition {
    let head = String(decoding: Array(tex.utf16.prefix(offset)), as: UTF16.self)
    let lines = head.split(separator: "\n", omittingEmptySubsequences: false)
    let start = lineStarts[min(lines.count, lineStarts.count) - 1]
    return SourcePosition(line: start.line, column: start.column + (lines.last?.count ?? 0))
  }
}

/// A number asked for in the text: ``{value}`experiment.Arm.metric` ``.
public struct ValueReference: Equatable, Sendable {
  /// The names between the dots: experiment, arm, metric, and a statistic if one is named.
  public var path: [String]
  /// The digits after the point asked for with `|.2f`; nil leaves the choice to the metric.
  public var decimals: Int?
  /// The place in the notebook.
  public var position: SourcePosition

  /// Creates a reference to a value.
  public init(path: [String], decimals: Int?, position: SourcePosition) {
    self.path = path
    self.decimals = decimals
    self.position = position
  }
}

/// One or several works cited at one place: `[@a; @b, p. 3]`, or `@a` as part of the sentence.
public struct Citation: Equatable, Sendable {
  /// Whether the author's name is part of the sentence (`@key` without brackets).
  public var isNarrative: Bool
  /// The works cited, in order.
  public var items: [Item]
  /// The citation as written.
  var source: String

  /// Creates a citation.
  public init(isNarrative: Bool, items: [Item], source: String) {
    self.isNarrative = isNarrative
    self.items = items
    self.source = source
  }

  /// One work, with the words around its key, such as a page.
  public struct Item: Equatable, Sendable {
    /// The key of the work in the bibliography.
    public var key: String
    /// The words before the key.
    public var prefix: [Inline]
    /// The words that follow the key, with the comma or the space between.
    public var suffix: [Inline]
    /// Whether its author is not to be named (`-@key`), because the sentence has done so.
    public var hidesAuthor: Bool
    /// The place in the notebook.
    public var position: SourcePosition

    /// Creates one work of a citation.
    public init(
      key: String, prefix: [Inline] = [], suffix: [Inline] = [], hidesAuthor: Bool = false,
      position: SourcePosition
    ) {
      self.key = key
      self.prefix = prefix
      self.suffix = suffix
      self.hidesAuthor = hidesAuthor
      self.position = position
    }
  }
}

/// A mention of a table, figure, equation or section: `@tbl-name`.
public struct CrossReference: Equatable, Sendable {
  /// The kind of thing that is mentioned.
  var kind: LabelKind
  /// The whole label, prefix included.
  public var label: String
  /// The place in the notebook.
  public var position: SourcePosition
}

/// The kinds of thing that a label may name; the raw value is the label's prefix.
public enum LabelKind: String, CaseIterable, Sendable {
  case table = "tbl"
  case figure = "fig"
  case equation = "eq"
  case section = "sec"
}

/// A stretch of the notebook's source below the front matter.
public enum SourcePiece: Equatable, Sendable {
  /// Text that the Markdown report takes over as it is.
  case verbatim(String)
  case formula(Int)
  /// A formula fenced as code, with its fences; the string is the indentation of the block's lines.
  case fencedFormula(Int, indentation: String)
  case value(Int)
  case citation(Int)
  case reference(Int)
  /// A directive with its fences; the string is the indentation of the block's lines.
  case directive(Int, indentation: String)
  /// The label `{#sec-name}` of a heading.
  case label(String)
  /// A comment, which is for those who read the source and reaches no page.
  case comment
  /// A comment without which the list before it would go on behind it.
  case separator
}
