import ArgumentParser
import ExperimentSpec
import ReportBuilder
import Settings

/// `labbook describe`: the settings of an algorithm, environment or language task, and what a notebook may hold.
struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Describe an algorithm, environment or language task, or a part of a notebook.",
    discussion: """
      Examples:
        labbook describe ppo
        labbook describe CartPole-v1
        labbook describe knights-and-knaves    levels, rewards, a prompt with its demonstration
        labbook describe comparison            a directive of a notebook, with an example
        labbook describe claims                how claims are written (front_matter, values likewise)
      """)

  @Argument(
    help:
      "An algorithm, environment, task or part of a notebook; without one, all names are listed.")
  var name: String?

  func run() throws {
    try reportingFailures { try describe() }
  }

  private func describe() throws {
    let vocabulary = Vocabulary.labbook
    // An algorithm of both worlds is one algorithm.
    let ofLanguage = vocabulary.language?.algorithms ?? []
    let algorithms =
      vocabulary.algorithms
      + ofLanguage.filter { vocabulary.algorithm(named: $0.name) == nil }
    let tasks = vocabulary.language?.tasks.map(\.component) ?? []
    guard let name else {
      let rows =
        algorithms.map { ["algorithm", $0.name, $0.component.summary] }
        + vocabulary.environments.map { ["environment", $0.name, $0.summary] }
        + tasks.map { ["language task", $0.name, $0.summary] }
        + NotebookTopic.all.map { [$0.kind, $0.name, $0.summary] }
      print(alignedColumns(rows))
      return
    }
    guard
      let text = vocabulary.description(ofAlgorithm: name)
        ?? vocabulary.description(ofEnvironment: name) ?? vocabulary.description(ofTask: name)
        ?? NotebookTopic.named(name)?.text
    else {
      throw UnknownName(
        "algorithm, environment, task or part of a notebook", name,
        among: algorithms.map(\.name) + (vocabulary.environments + tasks).map(\.name)
          + NotebookTopic.all.map(\.name))
    }
    print(text)
  }
}

/// `labbook schema`: the JSON Schema of a spec.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of a spec, for editors.",
    discussion: """
      Example:
        labbook schema > spec.schema.json
      """)

  func run() {
    print(Vocabulary.labbook.jsonSchema())
  }
}
