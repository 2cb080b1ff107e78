import Algorithms
import LanguageTasks
import NeuralNetworks
import Settings
import Testing

/// A run of a language model that takes part of a second: short sequences, a network of one narrow layer.
func stageRun(
  _ algorithm: String, _ settings: [String: SettingValue] = [:], task: String = "sequences",
  taskSettings: [String: SettingValue]? = nil, policy: [String: SettingValue] = [:],
  tokens: Int = 2_000, every: Int = 1_000, prompts: Int = 5, samples: Int = 2, seed: Int = 0
) -> RunConfiguration {
  let shortSequences: [String: SettingValue] = [
    "lengths": .integers([2, 3]), "held_out_lengths": .integers([4]), "symbols": .integer(5),
  ]
  let small: [String: SettingValue] = [
    "layers": .integer(1), "width": .integer(16), "heads": .integer(2), "context": .integer(32),
  ]
  return RunConfiguration(
    world: .languageTasks, task: task,
    taskSettings: taskSettings ?? (task == "sequences" ? shortSequences : [:]),
    policy: small.merging(policy) { $1 }, budget: ["tokens": .integer(tokens)],
    evaluation: [
      "every": .integer(every), "prompts": .integer(prompts),
      "final_prompts": .integer(prompts), "samples": .integer(samples),
    ], algorithm: algorithm, algorithmSettings: settings, seed: seed)
}

/// The task of a run.
func languageTask(of configuration: RunConfiguration) throws -> any LanguageTask {
  let declaration = try #require(
    LanguageTaskRegistry.declaration(named: configuration.task))
  return try declaration.make(configuration.taskSettings)
}

/// A transformer with the weights that a run left behind.
func transformer(of result: TrainingResult, _ configuration: RunConfiguration) throws -> Transformer
{
  let parameters = ParameterSet()
  let transformer = Transformer(
    settings: try TransformerSettings(configuration.policy),
    vocabulary: try languageTask(of: configuration).tokenizer.vocabulary.count, head: .tokens,
    parameters: parameters)
  parameters.allocate()
  try load(result.weights, into: transformer)
  return transformer
}

extension TrainingResult {
  /// The result without what depends on how many sequences pass together.
  var withoutBuffers: TrainingResult {
    var result = self
    result.metrics["activation_bytes"] = nil
    result.metrics["memory_bytes"] = nil
    return result
  }
}
