public import Algorithms
internal import LanguageTasks
internal import NeuralNetworks
internal import Settings
internal import Tensors

/// A trained language model in the files that `transformers` opens.
public struct ExportedModel: Sendable {
  /// `model.safetensors`.
  public var weights: [UInt8]
  /// `config.json`.
  public var configuration: String
  /// `tokenizer.json`.
  public var tokenizer: String
}

/// Returns the final model of a run on a language task in the files that `transformers` opens.
///
/// - Parameters:
///   - run: The run.
///   - weights: The final weights in its record.
/// - Returns: The files; `nil` if the network's architecture is not Llama's.
/// - Throws: If the weights are not those of the run's network.
/// - Precondition: The run is on a language task, and its settings are valid.
public func exportedModel(
  of run: RunConfiguration, weights: [UInt8]
) throws -> ExportedModel? {
  guard run.world == .languageTasks,
    let declaration = LanguageTaskRegistry.declaration(named: run.task)
  else {
    preconditionFailure("the run is not on a language task")
  }
  let tokenizer = try declaration.make(run.taskSettings).tokenizer
  // A reward model has a score where a policy has a token's logits.
  let isScorer = try tensors(ofSafetensors: weights).contains { $0.name == "score.weight" }
  let configuration = TransformerConfiguration(
    settings: try TransformerSettings(run.policy), vocabulary: tokenizer.vocabulary.count,
    head: isScorer ? .scalar : .tokens, endToken: tokenizer.endToken,
    padToken: tokenizer.padToken)
  guard configuration.isLlama else { return nil }
  let parameters = ParameterSet()
  let transformer = Transformer(
    settings: configuration.settings, vocabulary: configuration.vocabulary,
    head: configuration.head, parameters: parameters)
  parameters.allocate()
  try load(weights, into: transformer)
  return ExportedModel(
    weights: safetensors(of: transformer), configuration: configuration.json,
    tokenizer: tokenizer.json)
}
