/// A piece of running text.
///
/// Citations, cross-references and values are indices into the notebook's own lists, so that what
/// they stand for is resolved once and used by every output format.
public indirect enum Inline: Equatable, Sendable {
  case text(String)
  /// The end of a source line inside a paragraph.
  case softBreak
  case lineBreak
  case code(String)
  case emphasis([Inline])
  case strong([Inline])
  case strikethrough([Inline])
  case link(destination: String, title: String, content: [Inline])
  /// An image of the notebook's own; `label` is set by `{#fig-name}` right after it.
  case image(source: String, title: String, alternative: [Inline], label: String?)
  /// One of the few tags that text may use, such as `<sub>`, as written.
  case html(String)
  /// A place that links may point to.
  case anchor(String)
  /// An index into ``Notebook/formulas``.
  case formula(Int)
  /// An index into ``Notebook/citations``.
  case citation(Int)
  /// An index into ``Notebook/references``.
  case reference(Int)
  /// An index into ``Notebook/values``.
  case value(Int)
  /// A footnote's mark; the number counts footnotes in order of first mention, from 1.
  case footnote(number: Int)
}

extension [Inline] {
  /// The words alone, without markup; formulas, citations and values leave nothing behind.
  public var plainText: String {
    map { inline in
      switch inline {
      case .text(let text), .code(let text): text
      case .softBreak, .lineBreak: " "
      case .emphasis(let content), .strong(let content), .strikethrough(let content),
        .link(_, _, let content), .image(_, _, let content, _):
        content.plainText
      case .html, .anchor, .formula, .citation, .reference, .value, .footnote: ""
      }
    }.joined()
  }
}
