/// What a directive accepts: the single place that the parser, its messages and the docs read.
public struct DirectiveDeclaration: Equatable, Sendable {
  public var name: String
  public var summary: String
  public var argument: Argument
  public var options: [OptionDeclaration]
  /// What the lines of the body are; nil if there is no body.
  public var body: String?

  /// Whether words follow the name, and what they are.
  public enum Argument: Equatable, Sendable {
    case required(String)
    case optional(String)
  }

  /// One option and what its value is.
  public struct OptionDeclaration: Equatable, Sendable {
    public var name: String
    public var kind: Kind
    public var summary: String

    /// How a value is checked by the parser.
    public enum Kind: Equatable, Sendable {
      /// Running text with formulas, citations and references.
      case inline
      /// A label with this prefix.
      case label(LabelKind)
      /// A word or a name.
      case name
      /// Names separated by commas.
      case names
      /// One of these words.
      case choice([String])
      /// A whole number of at least this size.
      case count(atLeast: Int)
    }
  }

  /// Every directive a notebook may use, sorted by name.
  public static let all: [DirectiveDeclaration] = [
    DirectiveDeclaration(
      name: "changes", summary: "What moved since an earlier week, row by row with a verdict.",
      argument: .optional("week"),
      options: [
        label(.table), caption,
        option(
          "experiments", .names, "The experiments shown; all that both weeks have, if absent."),
        option("metrics", .names, "The metrics shown; each experiment's own metric, if absent."),
      ],
      body: nil),
    DirectiveDeclaration(
      name: "claim", summary: "Statements that a test checks each time the report is built.",
      argument: .required("experiment"), options: [], body: "one claim per line"),
    DirectiveDeclaration(
      name: "comparison", summary: "The arms of an experiment side by side, with uncertainty.",
      argument: .required("experiment"),
      options: [
        label(.table), caption,
        option("against", .name, "The arm that the others are compared with."),
        option("arms", .names, "The arms shown, in this order; all, if absent."),
        option("metric", .name, "The metric compared; the experiment's own, if absent."),
        option("metrics", .names, "Several metrics, a column each, instead of one with its tests."),
      ],
      body: nil),
    DirectiveDeclaration(
      name: "curves", summary: "Learning curves of an experiment's arms with intervals.",
      argument: .required("experiment"),
      options: [
        label(.figure), caption,
        option(
          "curve", .names,
          "The curve drawn, or several; `evaluation_return` or `test_accuracy`, if absent."),
        option("x", .name, "The curve that is the horizontal axis; the budget used, if absent."),
        option(
          "levels", .name,
          "The metric drawn over its levels of difficulty, such as people, instead of a curve."),
        option("arms", .names, "The arms drawn, in this order; all that have it, if absent."),
      ],
      body: nil),
    DirectiveDeclaration(
      name: "samples", summary: "What a language model wrote at fixed points of its training.",
      argument: .required("experiment"),
      options: [
        label(.table), caption,
        option("arms", .names, "The arms shown, in this order; all with samples, if absent."),
        option("seed", .count(atLeast: 0), "The replicate shown; the lowest, if absent."),
        option("level", .name, "The level of the prompts; the first, if absent."),
        option(
          "points", .count(atLeast: 1), "How many points of training are shown; 3, if absent."),
      ],
      body: nil),
  ]

  private static func option(
    _ name: String, _ kind: OptionDeclaration.Kind, _ summary: String
  ) -> OptionDeclaration {
    OptionDeclaration(name: name, kind: kind, summary: summary)
  }

  private static func label(_ kind: LabelKind) -> OptionDeclaration {
    option("label", .label(kind), "The name that `@\(kind.rawValue)-…` refers to.")
  }

  private static let caption = option("caption", .inline, "The sentence shown with it.")
}
