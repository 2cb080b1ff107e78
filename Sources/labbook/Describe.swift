import ArgumentParser
import ExperimentSpec

/// `labbook describe`: the settings of an algorithm or environment.
struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Describe an algorithm or environment: its settings, defaults and presets.",
    discussion: """
      Examples:
        labbook describe ppo
        labbook describe CartPole-v1
      """)

  @Argument(help: "An algorithm or environment; without one, all names are listed.")
  var name: String?

  func run() throws {
    let vocabulary = Vocabulary.labbook
    guard let name else {
      let rows =
        vocabulary.algorithms.map { ["algorithm", $0.name, $0.component.summary] }
        + vocabulary.environments.map { ["environment", $0.name, $0.summary] }
      print(alignedColumns(rows))
      return
    }
    guard
      let text = vocabulary.description(ofAlgorithm: name)
        ?? vocabulary.description(ofEnvironment: name)
    else {
      throw ValidationError(
        unknown(
          "algorithm or environment", name,
          among: vocabulary.algorithms.map(\.name) + vocabulary.environments.map(\.name)))
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
