/// What a notebook says about itself between the two `---` lines at its top.
public struct FrontMatter: Equatable, Sendable {
  public var title: Positioned<String>
  /// The ISO week, such as `2026-W47`.
  public var week: Positioned<String>
  /// Another name for the week, such as "Week 13" of a term.
  public var termWeek: String?
  /// The days covered, in the author's words.
  public var period: String?
  public var authors: [String]
  public var abstract: Abstract?
  public var status: Status
  /// The BibTeX file, relative to the notebook.
  public var bibliography: Positioned<String>
  /// A citation style (CSL) relative to the notebook; nil for the style of the house.
  public var citationStyle: Positioned<String>?
  /// Commands of the notebook's own for formulas.
  public var macros = FormulaMacros()
  /// The earlier week that `changes` compares with.
  public var compareTo: Positioned<String>?

  /// Whether results may still change.
  public enum Status: String, CaseIterable, Sendable {
    case draft, final
  }
}
