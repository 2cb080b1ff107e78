import NeuralNetworks
import SeededRandom

/// Median seconds to complete prompts up to the context, with keys and values cached.
func measureSampling(_ command: Command) throws -> String {
  let settings = try command.network()
  let transformer = Transformer(
    settings: settings, vocabulary: vocabularySize, head: .tokens, parameters: ParameterSet())
  let streams = RandomStreams(identity: "benchmark", replicateSeed: 1)
  transformer.initialize(streams: streams)
  let rows = try command.number("batch", default: 64)
  let prompt = try command.number("prompt", default: 1)
  guard prompt < settings.context else { throw CommandProblem("the prompt fills the context") }
  var generator = streams.generator(for: .start, 0)
  // Different prompts: nothing is saved by computing equal ones once.
  let prompts = (0..<rows).map { _ in
    (0..<prompt).map { _ in Int32(generator.nextIndex(below: vocabularySize)) }
  }
  let slots = try command.number("slots", default: Int.max)
  let sampler = Generator(transformer, rows: slots == Int.max ? nil : slots)
  let uniforms = (0..<rows * settings.context).map { _ in generator.nextUnitFloat() }
  var tokens = 0
  func sample() {
    // No token ends a completion, so that every row has the same length.
    let completions = sampler.generate(
      prompts: prompts, longest: settings.context - prompt, endToken: -1,
      uniform: { row, step in uniforms[row * settings.context + step] })
    tokens = completions.reduce(0) { $0 + $1.tokens.count }
  }
  sample()
  let seconds = medianSeconds(of: try command.number("steps", default: 3), sample)
  return json([
    ("tokens", Double(tokens)), ("seconds", seconds), ("slots", Double(sampler.slots)),
    ("peak_bytes", Double(peakMemory())),
  ])
}
