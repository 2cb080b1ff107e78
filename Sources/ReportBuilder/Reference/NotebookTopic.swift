internal import Notebook
internal import Settings

/// A part of the notebook's language, with the reference that is printed from its declaration.
public struct NotebookTopic: Equatable, Sendable {
  /// A word of which kind the name is, such as "directive".
  public var kind: String
  /// The name that `labbook describe` takes, such as `comparison` or `front_matter`.
  public var name: String
  public var summary: String
  /// A piece of a notebook, as it is written there.
  public var example: String
  /// Lines of at most 100 columns, those of the example as long as they are; no line break at the end.
  public var text: String

  /// Every topic: the directives, then the other parts of a notebook.
  public static let all: [NotebookTopic] =
    reportDirectives.map(NotebookTopic.init) + [claims, frontMatter, values]

  /// The topic called `name`; capitals, and spaces or dashes for `_`, do not count.
  public static func named(_ name: String) -> NotebookTopic? {
    let written = name.lowercased().replacing(" ", with: "_").replacing("-", with: "_")
    return all.first { $0.name == written }
  }

  private init(
    kind: String, name: String, title: String, summary: String, sections: [[String]],
    example: String
  ) {
    self.kind = kind
    self.name = name
    self.summary = summary
    self.example = example
    let lines = example.split(separator: "\n", omittingEmptySubsequences: false)
    let parts =
      [[title], wrapped(summary)] + sections + [["Example"] + lines.map { "  \($0)" }]
    text = parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  /// A line with the notation, and below it the meaning.
  private static func entry(_ written: String, _ sentences: String...) -> [String] {
    ["  \(written)"] + sentences.flatMap { wrapped($0, indentation: "      ") }
  }

  // MARK: Topics

  private init(_ directive: DirectiveDeclaration) {
    var sections: [[String]] = []
    if let words = directive.argument.words { sections.append(wrapped(words)) }
    if !directive.options.isEmpty {
      sections.append(
        ["Options"]
          + directive.options.flatMap { option in
            Self.entry(
              "\(option.name): \(option.kind.words)",
              option.documentation + (option.absent.map { " If absent: \($0)." } ?? ""))
          })
    }
    if let body = directive.body {
      let more = body == .claims ? "; 'labbook describe claims' shows how they are written" : ""
      sections.append(
        wrapped(
          "Below the \(directive.options.isEmpty ? "first line" : "options"): \(body.words)\(more)."
        ))
    }
    self.init(
      kind: "directive", name: directive.name, title: directive.usage, summary: directive.summary,
      sections: sections, example: directive.example)
  }

  private static let claims = NotebookTopic(
    kind: "notebook", name: "claims", title: "claims: the lines of a `claim` directive",
    summary: "Statements about the arms of an experiment, tested when the report is built.",
    sections: [
      ["A and B are arms, M is a metric. A claim holds as follows."],
      Claim.forms.flatMap { entry($0.patterns.joined(separator: ",  "), "If \($0.condition).") },
    ], example: ReportDirective.claim.declaration.example)

  private static let frontMatter = NotebookTopic(
    kind: "notebook", name: "front_matter",
    title: "front matter: YAML between two lines `---` at a notebook's top",
    summary: "What a notebook says about itself: its title, week, authors, files and status.",
    sections: [
      ["Keys"]
        + FrontMatterKey.all.flatMap { key in
          entry(
            "\(key.name): \(key.kind.words)\(key.isRequired ? ", required" : "")",
            key.documentation + (key.absent.map { " If absent: \($0)." } ?? ""))
        }
    ], example: FrontMatterKey.example)

  private static let values = NotebookTopic(
    kind: "notebook", name: "values",
    title: "values: {value}`experiment.arm.metric` in running text",
    summary:
      "Numbers of the week's results: the mean over seeds, or the statistic after another dot.",
    sections: [
      ["Statistics"]
        + ValueStatistic.allCases.flatMap { entry($0.rawValue, "\($0.words).") },
      wrapped(
        "A number has the digits of its metric; `|.2f` behind the names asks for two after the point."
      ),
    ],
    example: """
      PPO ends at {value}`cartpole.PPO.evaluation_return|.1f`, in its worst of
      {value}`cartpole.PPO.evaluation_return.seeds` seeds at {value}`cartpole.PPO.evaluation_return.min`.
      """)
}
