/// The declaration of a key of front matter: its name, the form of its value, and its meaning.
///
/// The parser checks by these declarations, and the reference is printed from them.
public struct FrontMatterKey: Equatable, Sendable {
  /// The key as it is written, such as `term_week`.
  public var name: String
  /// The form of the value.
  public var kind: Kind
  /// A sentence on the meaning of the key.
  public var documentation: String
  /// Whether every notebook must have the key.
  public var isRequired: Bool
  /// The value that holds without the key; nil where none does.
  public var absent: String?
  /// Whether the value is of one week alone, so that the next week's notebook does not begin with it.
  public var isOfOneWeek: Bool
  /// Whether the key has a meaning beside `week` alone.
  public var needsWeek: Bool

  /// The form of a value, by which the parser checks it.
  public enum Kind: Equatable, Sendable {
    /// One piece of text.
    case text
    /// A list of texts, or one.
    case texts
    /// Paragraphs of Markdown.
    case markdown
    /// An ISO week, such as `2026-W47`.
    case week
    /// A text, or the first and the last day.
    case days
    /// One of these words.
    case choice([String])
    /// A file, relative to the notebook.
    case file
    /// Commands for formulas, each with its TeX.
    case macros

    /// The form in words, for the reference.
    public var words: String {
      switch self {
      case .text: "text"
      case .texts: "a list of texts"
      case .markdown: "Markdown"
      case .week: "an ISO week such as 2026-W47"
      case .days: "text, or [first day, last day]"
      case .choice(let words): words.joined(separator: " or ")
      case .file: "a file, relative to the notebook"
      case .macros: "commands with their TeX"
      }
    }
  }

  private init(
    _ name: String, _ kind: Kind, _ documentation: String, isRequired: Bool = false,
    absent: String? = nil, isOfOneWeek: Bool = false, needsWeek: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.documentation = documentation
    self.isRequired = isRequired
    self.absent = absent
    self.isOfOneWeek = isOfOneWeek
    self.needsWeek = needsWeek
  }

  static let title = FrontMatterKey(
    "title", .text, "The title of the report.", isRequired: true, isOfOneWeek: true)
  static let week = FrontMatterKey(
    "week", .week, "The week, which is the name of its folder, too.",
    absent: "a standing report, which belongs to no week and whose folder has another name",
    isOfOneWeek: true)
  static let termWeek = FrontMatterKey(
    "term_week", .text, "Another name for the week, such as Week 13 of a term.", isOfOneWeek: true,
    needsWeek: true)
  static let period = FrontMatterKey(
    "period", .days, "The days covered.", isOfOneWeek: true, needsWeek: true)
  static let authors = FrontMatterKey("authors", .texts, "Who wrote it.")
  static let abstract = FrontMatterKey(
    "abstract", .markdown,
    "What stands above the text; it may have formulas, citations, values and several paragraphs.",
    isOfOneWeek: true)
  static let summary = FrontMatterKey(
    "summary", .markdown,
    "What was found, as a list; the report begins with it, between the questions of its experiments and what is open.",
    isOfOneWeek: true)
  static let status = FrontMatterKey(
    "status", .choice(FrontMatter.Status.allCases.map(\.rawValue)),
    "Whether results may still change: a final week is rendered from its lock alone.",
    isRequired: true, isOfOneWeek: true)
  static let bibliography = FrontMatterKey(
    "bibliography", .file, "The BibTeX file of the works cited.", absent: "../references.bib")
  static let citationStyle = FrontMatterKey(
    "csl", .file, "A citation style in CSL.", absent: "numbers in brackets")
  static let compareTo = FrontMatterKey(
    "compare_to", .week, "The earlier week that `changes` compares with.", isOfOneWeek: true,
    needsWeek: true)
  static let macros = FrontMatterKey(
    "macros", .macros,
    "Commands of the notebook's own for formulas; they go before those of `reports/macros.yaml`.")

  /// Every key that front matter may have, in the order of the reference.
  public static let all: [FrontMatterKey] = [
    title, week, termWeek, period, authors, summary, abstract, status, bibliography, citationStyle,
    compareTo, macros,
  ]

  /// Front matter with every key, between its two lines of dashes.
  public static let example = """
    ---
    title: Does the size of a group matter?
    week: 2026-W45
    term_week: Week 13
    period: [2026-11-02, 2026-11-08]
    authors: [Ada Lovelace, Émile Borel]
    summary: |
      - Ten seeds do not tell groups of 4 from groups of 8.
    abstract: |
      Groups of $G = 8$ do as well as larger ones.
    status: draft
    bibliography: ../references.bib
    csl: ../nature.csl
    compare_to: 2026-W44
    macros:
      \\E: '\\mathbb{E}'
      \\KL: ['D_{KL}(#1\\,\\|\\,#2)', 2]
    ---
    """
}
