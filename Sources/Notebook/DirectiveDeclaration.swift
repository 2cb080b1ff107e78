/// The declaration of a directive: its name, what may be written in it, and an example.
///
/// The parser checks by it, its messages name what it holds, and the reference is printed from it.
public struct DirectiveDeclaration: Equatable, Sendable {
  /// The name, such as `comparison`.
  public var name: String
  /// A sentence or two on the content that the directive stands for.
  public var summary: String
  /// The words that follow the name on the first line.
  public var argument: Argument
  /// The options in the order of the reference; no name comes twice.
  public var options: [Option]
  /// Whether an arm that its options name may be one of some of its experiments alone; otherwise all have to have it.
  public var mayNameArmsOfAny: Bool
  /// The lines below the options; nil if there are none.
  public var body: Body?
  /// A whole directive as a notebook has it, with its fences.
  public var example: String

  /// Creates a declaration.
  public init(
    name: String, summary: String, argument: Argument, options: [Option] = [],
    mayNameArmsOfAny: Bool = false, body: Body? = nil, example: String
  ) {
    self.name = name
    self.summary = summary
    self.argument = argument
    self.options = options
    self.mayNameArmsOfAny = mayNameArmsOfAny
    self.body = body
    self.example = example
  }

  /// The directive with placeholders for the words after its name, such as `comparison E`.
  public var usage: String {
    argument == .none ? name : "\(name) \(argument.placeholder)"
  }

  /// The kind of thing that a word in a directive names.
  public enum Named: String, Equatable, Sendable {
    case experiment, arm, metric, curve, level, baseline, setting
    /// An experiment as its spec plans it, whose runs need not exist.
    case plan = "planned experiment"
    /// An arm of an earlier week: its label, or `EXPERIMENT/ARM`.
    case earlierArm = "arm of that week"

    /// The word with its article, such as "an experiment".
    public var withArticle: String {
      ("aeiou".contains(rawValue.prefix(1)) ? "an " : "a ") + rawValue
    }
  }

  /// The words after the directive's name.
  public enum Argument: Equatable, Sendable {
    /// One name, which must be there.
    case name(Named)
    /// One name or several, separated by commas.
    case names(Named)
    /// An earlier week; that of the front matter, if absent.
    case week
    case none

    /// A sentence on the words after the directive's name; nil if there are none.
    public var words: String? {
      switch self {
      case .name(let what): "\(placeholder) is \(what.withArticle)."
      case .names(let what):
        "\(placeholder) is \(what.withArticle), or several, separated by commas."
      case .week: "\(placeholder) is an earlier week; if absent: `compare_to` in the front matter."
      case .none: nil
      }
    }

    /// The placeholder for the words after the name: `E` for an experiment.
    fileprivate var placeholder: String {
      switch self {
      case .name(let what): what.rawValue.prefix(1).uppercased()
      case .names(let what): what.rawValue.prefix(1).uppercased() + ", …"
      case .week: "WEEK"
      case .none: ""
      }
    }
  }

  /// The form of the lines below the options of a directive.
  public enum Body: Equatable, Sendable {
    /// Lines that are claims.
    case claims
    /// A YAML list of published results, from its first dash on.
    case publishedResults

    /// The form in words, for messages and the reference.
    public var words: String {
      switch self {
      case .claims: "one claim per line"
      case .publishedResults: "a list of published results, each with 'of', 'protocol' and 'cite'"
      }
    }
  }

  /// One line `name: value` that a directive may have.
  public struct Option: Equatable, Sendable {
    /// The word before the colon.
    public var name: String
    /// The form of the value.
    public var kind: Kind
    /// A sentence on the effect of the option.
    public var documentation: String
    /// The value that holds without the option; nil where none does.
    public var absent: String?

    /// Creates a declaration of an option.
    public init(_ name: String, _ kind: Kind, _ documentation: String, absent: String? = nil) {
      self.name = name
      self.kind = kind
      self.documentation = documentation
      self.absent = absent
    }

    /// The form of a value, by which the parser checks it.
    public enum Kind: Equatable, Sendable {
      /// Running text with formulas, citations and references, shown with the content.
      case caption
      /// A label with this prefix.
      case label(LabelKind)
      case name(Named)
      /// Names separated by commas.
      case names(Named)
      /// An arm that all of the directive's experiments have, or one for each of them, separated by commas.
      case armOfEach
      /// One of these words.
      case choice([String])
      /// Some of these words, separated by commas.
      case choices([String])
      /// A whole number of at least this size.
      case count(atLeast: Int)
      /// A week before the notebook's own, whose lock is read.
      case week

      /// The form in words, for the reference.
      public var words: String {
        switch self {
        case .caption: "running text"
        case .label(let kind): "\(kind.rawValue)-…"
        case .name(let what): what.withArticle
        case .names(.earlierArm): "arms of that week, separated by commas"
        case .names(let what): "\(what.rawValue)s, separated by commas"
        case .armOfEach: "an arm, or one for each experiment, separated by commas"
        case .choice(let words): words.joined(separator: " or ")
        case .choices(let words): "of " + words.joined(separator: ", ")
        case .count(let least): "a whole number of at least \(least)"
        case .week: "an earlier week"
        }
      }
    }

    /// The option `label`, which cross-references name.
    public static func label(_ kind: LabelKind) -> Option {
      Option("label", .label(kind), "The name that `@\(kind.rawValue)-…` refers to.")
    }

    /// The option `caption`.
    public static let caption = Option("caption", .caption, "The sentence shown with it.")
  }
}
