public import Notebook

/// The works a report cites, and the text of every citation.
public struct Bibliography: Equatable, Sendable {
  /// In the order of the list of references.
  public var entries: [Entry]
  /// The text of each citation, in the order of ``Notebook/citations``. Links lead to `#ref-<key>`.
  public var citations: [[RichText]]
  /// Whether the list is numbered, by first citation.
  public var isNumbered: Bool

  /// One work in the list of references.
  public struct Entry: Equatable, Sendable {
    /// The key in the BibTeX file.
    public var key: String
    /// The formatted entry, without its number.
    public var text: [RichText]

    /// Creates an entry.
    public init(key: String, text: [RichText]) {
      self.key = key
      self.text = text
    }
  }

  /// Creates a bibliography.
  public init(entries: [Entry], citations: [[RichText]], isNumbered: Bool) {
    self.entries = entries
    self.citations = citations
    self.isNumbered = isNumbered
  }

  /// A bibliography without works.
  public static let empty = Bibliography(entries: [], citations: [], isNumbered: true)
}

/// A piece of formatted text made by the citation processor.
public indirect enum RichText: Equatable, Sendable {
  case text(String)
  case emphasis([RichText])
  case strong([RichText])
  case superscript([RichText])
  case `subscript`([RichText])
  case code(String)
  /// TeX, from a title.
  case formula(String)
  case link(destination: String, content: [RichText])
  /// A formula or value of the notebook in the words around a key, passed on by the citation processor.
  case inline(Inline)
}

extension [RichText] {
  /// The words alone, without markup.
  package var plainText: String {
    map { part in
      switch part {
      case .text(let text), .code(let text): text
      case .formula(let tex): tex
      case .emphasis(let content), .strong(let content), .superscript(let content),
        .subscript(let content), .link(_, let content):
        content.plainText
      case .inline(let inline): [inline].plainText
      }
    }.joined()
  }
}
