import ArgumentParser
import ExperimentSpec
import ReportBuilder
import Settings

/// `labbook describe`: whatever is declared, by its name or its kind.
struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract:
      "Describe an algorithm, task, metric, setting, key or part of a notebook: meaning, defaults, examples.",
    discussion: """
      Examples:
        labbook describe ppo
        labbook describe CartPole-v1
        labbook describe grpo --preset trl --against verl    where two libraries differ
        labbook describe knights-and-knaves    levels, rewards, a prompt with its demonstration
        labbook describe test_accuracy         a metric or curve
        labbook describe clip_range            a setting, and what has it
        labbook describe trl/grpo              a preset of another trainer: its metrics, units and curves
        labbook describe metrics               all of a kind
        labbook describe comparison            a directive of a notebook, with an example
        labbook describe claims                how claims are written (front_matter, values likewise)
      """)

  @Argument(
    help: "A name, or a kind such as 'metrics'; without one, what there is to be named is listed.")
  var name: String?

  @Option(help: "A preset of the algorithm, to be compared; without one, its defaults.")
  var preset: String?

  @Option(help: "The preset that it is compared with; without one, the algorithm's defaults.")
  var against: String?

  /// Everything that can be described, of all rooms.
  static let describables = Vocabulary.labbook.describables

  func run() throws {
    try reportingFailures { try describe() }
  }

  private func describe() throws {
    if preset != nil || against != nil { return try comparePresets() }
    guard let name else {
      print(alignedColumns(overview))
      return
    }
    if let kind = Describable.Kind.allCases.first(where: { $0.plural == name }) {
      print(alignedColumns(rows(of: kind)))
      return
    }
    let texts =
      Self.describables.filter { $0.name == name }.map { $0.text() }
      + (NotebookTopic.named(name).map { [$0.text] } ?? [])
    guard !texts.isEmpty else {
      let names =
        Self.describables.map(\.name) + NotebookTopic.all.map(\.name)
        + Describable.Kind.allCases.map(\.plural)
      throw UnknownName(
        "nothing is called '\(shownName(name))'" + suggestionsOrNames(for: name, among: names))
    }
    print(texts.joined(separator: "\n\n"))
  }

  /// Prints where two presets of an algorithm differ.
  private func comparePresets() throws {
    let algorithms = Self.describables.filter { $0.kind == .algorithm }.map(\.name)
    guard let name else {
      throw UnknownName("--preset and --against compare presets of an algorithm; name one of them")
    }
    guard let known = Vocabulary.labbook.presets(ofAlgorithm: name) else {
      throw UnknownName("algorithm", name, among: algorithms)
    }
    for given in [preset, against].compactMap(\.self) where !known.contains(given) {
      throw UnknownName("preset of \(name)", given, among: known)
    }
    let text = Vocabulary.labbook.comparison(
      ofAlgorithm: name, preset: preset, against: against)
    guard !text.isEmpty else {
      throw UnknownName(
        "no task has both presets \(preset ?? "defaults") and \(against ?? "defaults") of \(name)")
    }
    print(text)
  }

  /// Every component and key by itself, and how many there are of what a list of names would bury.
  private var overview: [[String]] {
    Describable.Kind.allCases.flatMap { kind in
      let rows = rows(of: kind)
      let isLong = rows.count > 25
      return isLong
        ? [[kind.rawValue, "…", "\(rows.count) of them: labbook describe '\(kind.plural)'"]] : rows
    } + NotebookTopic.all.map { [$0.kind, $0.name, $0.summary] }
  }

  private func rows(of kind: Describable.Kind) -> [[String]] {
    Self.describables.filter { $0.kind == kind }.map { [kind.rawValue, $0.name, $0.summary] }
  }
}

extension Describable.Kind {
  /// The word for several of the kind.
  fileprivate var plural: String { "\(rawValue)s" }
}

/// `labbook schema`: the JSON Schema of a spec.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of a spec, for editors.",
    discussion: """
      Example:
        labbook schema > spec.schema.json
      """)

  func run() {
    print(Vocabulary.labbook.jsonSchema())
  }
}
