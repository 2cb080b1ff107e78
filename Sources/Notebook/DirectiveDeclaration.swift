/// What a directive accepts: the single place that the parser, its messages and the docs read.
public struct DirectiveDeclaration: Equatable, Sendable {
  public var name: String
  public var summary: String
  public var argument: Argument
  public var options: [OptionDeclaration]
  /// What stands below the options; nil if nothing does.
  public var body: Body?

  /// Whether words follow the name, and what they are.
  public enum Argument: Equatable, Sendable {
    case required(String)
    /// One name or several, separated by commas.
    case names(String)
    case optional(String)
    case none
  }

  /// What stands below the options of a directive; the words say it to a person.
  public enum Body: Equatable, Sendable {
    /// Lines that each mean something, among the options.
    case lines(String)
    /// A YAML list of published results, from its first dash on.
    case publishedResults(String)

    var words: String {
      switch self {
      case .lines(let words), .publishedResults(let words): words
      }
    }
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
      argument: .required("experiment"), options: [], body: .lines("one claim per line")),
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
      name: "curves",
      summary: "Learning curves of an experiment's arms with intervals; of several experiments, in "
        + "normalized scores over the share of the budget.",
      argument: .names("experiment"),
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
      name: "improvement",
      summary:
        "How likely an arm does better than another, averaged over one experiment or several.",
      argument: .names("experiment"),
      options: [
        label(.table), caption,
        option(
          "against", .name, "The arm that the others are compared with; every other, if absent."),
        arms, metric,
      ],
      body: nil),
    DirectiveDeclaration(
      name: "profile",
      summary:
        "Performance profiles: the share of runs whose normalized score is above a threshold.",
      argument: .names("experiment"),
      options: [label(.figure), caption, arms, metric],
      body: nil),
    DirectiveDeclaration(
      name: "published",
      summary: "Published results beside ours, row by row with a verdict.",
      argument: .none,
      options: [
        label(.table), caption,
        option(
          "statistic", .choice(["mean", "interquartile_mean"]),
          "What of our seeds is held to the published number; the mean, if absent."),
      ],
      body: .publishedResults("a list of published results, each with 'of', 'protocol' and 'cite'")),
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
    DirectiveDeclaration(
      name: "suite",
      summary:
        "The arms of several experiments, one per task, compared as one in normalized scores.",
      argument: .names("experiment"),
      options: [
        label(.table), caption,
        option("against", .name, "The arm that the others are compared with."),
        arms, metric,
        option(
          "each", .choice(["returns", "scores"]),
          "Also a table with each task by itself, as measured or in normalized scores."),
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

  private static let arms = option(
    "arms", .names, "The arms shown, in this order; all that every experiment has, if absent.")
  private static let metric = option(
    "metric", .name, "The metric compared; each experiment's own, if absent.")
  private static let caption = option("caption", .inline, "The sentence shown with it.")
}
