/// A directive as written: a fenced block that the report replaces by content.
///
///     ```{comparison} cartpole
///     caption: Return after 100k steps.
///     against: PPO
///     ```
public struct Directive: Equatable, Sendable {
  /// The declaration that the block was checked against.
  public var declaration: DirectiveDeclaration
  /// The words after the name on the first line; nil if there are none.
  public var argument: Positioned<String>?
  /// The options in the order written; no name comes twice.
  public var options: [Option]
  /// The lines that are not options, without blank ones and without surrounding space.
  public var body: [Positioned<String>]
  /// The option `caption`, parsed as running text.
  public var caption: [Inline]?
  /// The results that the body lists, if it is such a list.
  public var published: [PublishedResult] = []
  /// The place of the opening fence.
  public var position: SourcePosition

  /// One line `name: value`.
  public struct Option: Equatable, Sendable {
    /// The word before the colon.
    public var name: String
    /// The text after the colon, without surrounding space.
    public var value: String
    /// The place where the value starts.
    public var position: SourcePosition
  }

  /// The name, such as `comparison`.
  public var name: String { declaration.name }

  /// The option `label`, such as `tbl-cartpole`.
  public var label: String? { self["label"]?.value }

  /// The option called `name`, if it was given.
  public subscript(name: String) -> Positioned<String>? {
    options.first { $0.name == name }.map { Positioned($0.value, at: $0.position) }
  }

  /// The names in the option `name`, separated by commas; empty if the option is absent.
  public func names(_ name: String) -> [Positioned<String>] {
    self[name]?.separated(by: ",") ?? []
  }

  /// The names after the directive's own, separated by commas.
  public var argumentNames: [Positioned<String>] { argument?.separated(by: ",") ?? [] }

  /// The names in all options whose values are names of `kind`, in the order of their declarations.
  public func namesInOptions(of kind: DirectiveDeclaration.Named) -> [Positioned<String>] {
    declaration.options.flatMap { option -> [Positioned<String>] in
      switch option.kind {
      case .name(kind): self[option.name].map { [$0] } ?? []
      case .names(kind): names(option.name)
      default: []
      }
    }
  }

  /// The arms that an option of the kind ``DirectiveDeclaration/Option/Kind/armOfEach`` names, one for each experiment
  /// after the directive's name and in their order; empty if the option is absent.
  public func armOfEach(_ name: String) -> [Positioned<String>] {
    let arms = names(name)
    return arms.count == 1 ? Array(repeating: arms[0], count: argumentNames.count) : arms
  }

  /// The experiments after the directive's name, each with the arms that options name for it alone.
  public var armsOfEach: [(experiment: Positioned<String>, arm: Positioned<String>)] {
    declaration.options.filter { $0.kind == .armOfEach }.flatMap { option in
      Array(zip(argumentExperiments, armOfEach(option.name)))
    }
  }

  /// The experiments that the directive shows results of, each where it is named.
  public var experiments: [Positioned<String>] {
    argumentExperiments + namesInOptions(of: .experiment) + published.map { $0.path[0] }
  }

  /// The experiments after the directive's name.
  private var argumentExperiments: [Positioned<String>] {
    switch declaration.argument {
    case .name(.experiment): argument.map { [$0] } ?? []
    case .names(.experiment): argumentNames
    default: []
    }
  }

  /// The experiments whose arms the directive's options name: those after its name, and the pilot of a planned one.
  public var experimentsOfArms: [Positioned<String>] {
    plans.isEmpty ? argumentExperiments : plans + namesInOptions(of: .experiment)
  }

  /// The earlier weeks that options name, each where it is named.
  public var weeksInOptions: [Positioned<String>] {
    declaration.options.filter { $0.kind == .week }.compactMap { self[$0.name] }
  }

  /// The experiments that the directive takes as their specs plan them, each where it is named.
  public var plans: [Positioned<String>] {
    (declaration.argument == .name(.plan) ? argument.map { [$0] } ?? [] : [])
      + namesInOptions(of: .plan)
  }
}

/// A value with the place where it was written.
public struct Positioned<Value: Equatable & Sendable>: Equatable, Sendable {
  /// The value itself.
  public var value: Value
  /// The place of its first character.
  public var position: SourcePosition

  /// Creates a value written at `position`.
  public init(_ value: Value, at position: SourcePosition) {
    self.value = value
    self.position = position
  }
}

extension Positioned where Value == String {
  /// The parts between `separator`, without space around them; empty ones are left out.
  func separated(by separator: Character) -> [Positioned<String>] {
    var column = position.column
    return value.split(separator: separator, omittingEmptySubsequences: false).compactMap { part in
      defer { column += part.count + 1 }
      let spaces = part.prefix { $0 == " " }.count
      let text = part.trimmingSpaces
      guard !text.isEmpty else { return nil }
      return Positioned(text, at: SourcePosition(line: position.line, column: column + spaces))
    }
  }
}

extension StringProtocol {
  /// The text without spaces and tabs at either end.
  var trimmingSpaces: String {
    let isSpace = { (character: Character) in character == " " || character == "\t" }
    let head = self.drop(while: isSpace)
    return String(head.reversed().drop(while: isSpace).reversed())
  }
}
