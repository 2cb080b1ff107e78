/// The paragraphs above a report's text that say what it found.
public struct Abstract: Equatable, Sendable {
  /// Paragraphs, lists, quotes, tables and code; no headings, directives or footnotes.
  public var blocks: [Block]
  /// The text cut at everything that is replaced in the Markdown report.
  public var pieces: [SourcePiece]
}
