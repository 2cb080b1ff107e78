/// The front matter of a notebook: the YAML between the two `---` lines at its top.
public struct FrontMatter: Equatable, Sendable {
  /// The title of the report.
  public var title: Positioned<String>
  /// The ISO week, such as `2026-W47`; nil in a standing report, which belongs to no week.
  public var week: Positioned<String>?
  /// Another name for the week, such as "Week 13" of a term.
  public var termWeek: String?
  /// The days covered, in the author's words.
  public var period: String?
  /// The names of the authors, in order; empty if none is given.
  public var authors: [String]
  /// The text above the others.
  public var abstract: FrontMatterProse?
  /// The findings, as a list that the report begins with.
  public var summary: FrontMatterProse?
  /// The state of the week.
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

  /// The sentence on something that only a week has, in a report without one.
  static func isOfNoWeek(_ thing: String) -> String {
    "a report without 'week' belongs to no week, so it has no \(thing)"
  }

  /// The time that the report is of, in the words of its head.
  public var time: String { week?.value ?? "standing report" }
}
