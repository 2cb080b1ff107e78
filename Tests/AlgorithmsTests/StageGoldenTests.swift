import Algorithms
import LanguageTasks
import NeuralNetworks
import Settings
import TestSupport
import Tensors
import Testing

/// Results of short runs of the stages, one for each case of each choice.
@Suite struct StageGoldenTests {
  /// One golden run.
  struct Case {
    var name: String
    var configuration: RunConfiguration
    var algorithm: AlgorithmDeclaration

    /// The revisions that the run's key holds.
    var revisions: String {
      let task = configuration.task
      return
        "\(algorithm.name)=\(algorithm.revision) \(task)=\(LanguageTaskRegistry.declaration(named: task)?.revision ?? 0) tokenizer=\(Tokenizer.revision) transformer=\(Transformer.revision) kernels=\(Kernels.revision)"
    }
  }

  /// Sizes at which there are a few updates, and settings under which every choice matters.
  private static let sizes: [String: [String: SettingValue]] = [
    "sft": ["batch_size": .integer(4)],
    "reward_model": ["pairs": .integer(12), "batch_size": .integer(4)],
    "dpo": [
      "pairs_per_round": .integer(5), "batch_size": .integer(3), "epochs": .integer(2),
      "warmup_updates": .integer(2), "reference_interval": .integer(2),
    ],
  ]

  /// Cases beside the defaults and the choices.
  private static let further: [String: [String: SettingValue]] = [
    "sft": ["weight_decay": .number(0.1)],
    "reward_model": ["centering_coefficient": .number(0.1)],
    "dpo": ["label_smoothing": .number(0.1)],
  ]

  static func cases() throws -> [Case] {
    try ["sft", "reward_model", "dpo"].flatMap { name -> [Case] in
      let algorithm = try #require(AlgorithmRegistry.languageDeclaration(named: name))
      func golden(_ label: String, _ settings: [String: SettingValue]) -> Case {
        let short = (sizes[name] ?? [:]).merging(["learning_rate": .number(0.01)]) { $1 }
        let isSFT = name == "sft"
        return Case(
          name: "\(name) \(label)",
          configuration: stageRun(
            name, short.merging(settings) { $1 }, task: isSFT ? "sequences" : "preference",
            policy: ["context": .integer(40)], tokens: isSFT ? 100 : 1_000,
            every: isSFT ? 50 : 500, seed: 3), algorithm: algorithm)
      }
      var cases = [golden("defaults", [:])]
      for preset in algorithm.presets {
        cases.append(
          golden("preset=\(preset)", algorithm.preset(preset, environment: "preference") ?? [:]))
      }
      for setting in algorithm.settings {
        for value in setting.listedValues {
          cases.append(golden("\(setting.name)=\(value)", [setting.name: value]))
        }
      }
      for (setting, value) in further[name] ?? [:] {
        cases.append(golden("\(setting)=\(value)", [setting: value]))
      }
      return cases
    }
  }

  @Test func `every run gives the bits that its revisions stand for`() throws {
    var goldens = RunGoldens()
    for golden in try Self.cases() {
      let result = try trainLanguage(golden.configuration)
      #expect(result.metrics["updates"] ?? 0 >= 3, "\(golden.name)")
      let metrics = result.withoutBuffers.metrics.sorted { $0.key < $1.key }
      let points = result.curves.flatMap { curve in
        zip(curve.steps, curve.values).map { ("\(curve.name) \($0)", $1) }
      }
      goldens.add(
        golden.name, revisions: golden.revisions, bytes: result.weights,
        numbers: metrics.map { ($0.key, $0.value) } + points)
    }
    try goldens.expectUnchanged(file: "stage_runs.txt")
  }
}
