/// The works a report cites, numbered by first citation, and the text of every citation.
public struct Bibliography: Equatable, Sendable {
  /// In order of number.
  public var entries: [Entry]
  /// The text of each citation, in the order of ``Notebook/citations``.
  public var citations: [[RichText]]

  /// One work in the list of references.
  public struct Entry: Equatable, Sendable {
    public var key: String
    /// From 1, by first citation.
    public var number: Int
    /// The formatted entry, without its number.
    public var text: [RichText]
  }

  /// A bibliography without works.
  public static let empty = Bibliography(entries: [], citations: [])
}

/// A piece of formatted text made by the citation processor.
public indirect enum RichText: Equatable, Sendable {
  case text(String)
  case emphasis([RichText])
  case strong([RichText])
  case superscript([RichText])
  case `subscript`([RichText])
  case smallCapitals([RichText])
  case code(String)
  /// TeX, from a title.
  case formula(String)
  case link(destination: String, content: [RichText])
}
