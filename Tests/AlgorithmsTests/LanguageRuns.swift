import Algorithms
import NeuralNetworks
import SeededRandom
import Settings
import Tensors

/// The names of the algorithms that sample and are a point on the axes.
let reinforcementLearners = [
  "reinforce", "reinforce_plus_plus", "ppo", "grpo", "dr_grpo", "remax", "rloo",
]

/// A run of a tiny transformer on the preference task, whose gold reward is graded.
func languageRun(
  _ algorithm: String, _ settings: [String: SettingValue] = [:], tokens: Int = 2000,
  every: Int = 1000, seed: Int = 0
) -> RunConfiguration {
  RunConfiguration(
    world: .languageTasks, task: "preference",
    taskSettings: ["topics": .integers([2]), "unfinished": .choice("as_is")],
    policy: ["layers": .integer(1), "width": .integer(16), "heads": .integer(2)],
    budget: ["tokens": .integer(tokens)],
    evaluation: [
      "every": .integer(every), "prompts": .integer(2), "final_prompts": .integer(2),
      "samples": .integer(2),
    ],
    algorithm: algorithm, algorithmSettings: settings, seed: seed)
}

/// Sizes at which a budget of 2000 tokens holds three updates.
func smallBatches(_ algorithm: String) -> [String: SettingValue] {
  ["group_size": .integer(4), "groups_per_batch": .integer(4)]
}

/// Weights of a reward model of the same shape that says one thing or another.
func rewardModelWeights(of configuration: RunConfiguration, vocabulary: Int) throws -> [UInt8] {
  let parameters = ParameterSet()
  let model = Transformer(
    settings: try TransformerSettings(configuration.policy), vocabulary: vocabulary, head: .scalar,
    parameters: parameters)
  model.initialize(
    streams: RandomStreams(identity: "reward model", replicateSeed: 1), scoreDeviation: 0.3)
  return safetensors(of: model)
}

/// Trains a run on a language task, with weights that are said to be of some run.
func trainLanguage(
  _ configuration: RunConfiguration, weights: StageWeights = StageWeights(), chunk: Int? = nil
) throws(TrainingError) -> TrainingResult {
  var configuration = configuration
  let key = String(repeating: "0", count: 64)
  configuration.start = weights.start.map { _ in key }
  configuration.reward = weights.reward.map { _ in key }
  return try train(configuration, weights: weights, chunk: chunk)
}
