import Foundation
import NeuralNetworks
import SeededRandom
import Tensors

/// The logits of every token of a sequence, or the score at its last one, by the checkpoint in `folder=`.
func checkpointLogits(_ command: Command) throws -> String {
  let folder = URL(filePath: try command.text("folder"))
  let text = try String(contentsOf: folder.appending(component: "config.json"), encoding: .utf8)
  let configuration = try TransformerConfiguration(json: text)
  let tokens = try command.text("tokens").split(separator: ",").map { text in
    guard let token = Int32(text) else { throw CommandProblem("'\(text)' is no token") }
    return token
  }
  let transformer = Transformer(
    settings: configuration.settings, vocabulary: configuration.vocabulary,
    head: configuration.head, parameters: ParameterSet())
  let weights = try Data(contentsOf: folder.appending(component: "model.safetensors"))
  try load([UInt8](weights), into: transformer)
  var batch = TokenBatch()
  if configuration.head == .scalar {
    batch.append(scoringLastOf: tokens)
    transformer.forward(batch, forBackward: false)
    return "{\"logits\": [\(transformer.values[0])]}"
  }
  // One token more, so that every given token is a row that is read; which one does not matter.
  batch.append(tokens + [0], firstScored: 1)
  transformer.forward(batch)
  let logits = transformer.logits.array(rows: tokens.count)
  return "{\"logits\": [\(logits.map(String.init(describing:)).joined(separator: ", "))]}"
}

/// Writes a random checkpoint of the shape that the command gives into `folder=`; even seeds tie the head, and
/// `scalar=1` makes it a reward model.
func exportCheckpoint(_ command: Command) throws -> String {
  let folder = URL(filePath: try command.text("folder"))
  let seed = try command.number("seed", default: 1)
  var settings = TransformerSettings()
  settings.layers = try command.number("layers", default: 2)
  settings.width = try command.number("width", default: 32)
  settings.heads = try command.number("heads", default: 4)
  settings.context = try command.number("context", default: 64)
  settings.tiedHead = seed.isMultiple(of: 2)
  let isScalar = try command.number("scalar", default: Int.max) == 1
  let configuration = TransformerConfiguration(
    settings: settings, vocabulary: try command.number("vocabulary", default: 40),
    head: isScalar ? .scalar : .tokens, padToken: 0)
  let transformer = Transformer(
    settings: settings, vocabulary: configuration.vocabulary, head: configuration.head,
    parameters: ParameterSet())
  var generator = RandomStreams(identity: "checkpoint", replicateSeed: seed)
    .generator(for: .initialisation, 0)
  for slice in transformer.slices {
    // Far from a real start, so that no part of the network is nearly the identity.
    let elements = (0..<slice.count).map { _ in
      Float((slice.shape.count == 1 ? 1 : 0) + 0.3 * generator.nextNormal())
    }
    transformer.parameters.values.copy(from: elements, at: slice.offset)
  }
  try Data(safetensors(of: transformer)).write(
    to: folder.appending(component: "model.safetensors"))
  try Data(configuration.json.utf8).write(
    to: folder.appending(component: "config.json"))
  return json([("parameters", Double(transformer.parameterCount))])
}
