import NeuralNetworks
import SeededRandom
import Tensors

/// How many tokens the measured networks know.
let vocabularySize = 64

/// A transformer on random tokens, updated by AdamW with the mean cross-entropy as its loss.
final class TrainingSetup {
  let transformer: Transformer
  private let optimizer: Adam
  private let sequences: [[Int32]]
  private var chunks: [TokenBatch] = []

  init(_ settings: TransformerSettings, batch: Int) {
    let parameters = ParameterSet()
    transformer = Transformer(
      settings: settings, vocabulary: vocabularySize, head: .tokens, parameters: parameters)
    let streams = RandomStreams(identity: "benchmark", replicateSeed: 1)
    transformer.initialize(streams: streams)
    optimizer = Adam(parameters, weightDecay: 0.01)
    var generator = streams.generator(for: .start, 0)
    let length = settings.context
    sequences = (0..<batch).map { _ in
      // One more than the context: the last token is only predicted.
      (0...length).map { _ in Int32(generator.nextIndex(below: vocabularySize)) }
    }
    let chunk = transformer.preferredChunk(length: length)
    for start in stride(from: 0, to: batch, by: chunk) {
      var batch = TokenBatch()
      for sequence in sequences[start..<min(start + chunk, sequences.count)] {
        batch.append(sequence, firstScored: 1)
      }
      chunks.append(batch)
    }
  }

  /// Tokens of one update.
  var tokens: Int { sequences.reduce(0) { $0 + $1.count - 1 } }

  func update() {
    transformer.parameters.zeroGradients()
    let weight = Float(-1 / Double(tokens))
    for chunk in chunks {
      transformer.forward(chunk)
      for row in 0..<chunk.scoredCount {
        transformer.logProbabilityGradients[row] = weight
        transformer.entropyGradients[row] = 0
      }
      transformer.backward()
    }
    optimizer.update(learningRate: 3e-4)
  }
}

/// Median seconds of an update, after one that is not counted.
func measureTraining(_ command: Command) throws -> String {
  let setup = TrainingSetup(
    try command.network(), batch: try command.number("batch", default: 32))
  setup.update()
  let seconds = medianSeconds(of: try command.number("steps", default: 3)) { setup.update() }
  return json([
    ("tokens", Double(setup.tokens)), ("seconds", seconds),
    ("parameters", Double(setup.transformer.parameterCount)),
    ("activation_bytes", Double(setup.transformer.activationBytes)),
    ("peak_bytes", Double(peakMemory())),
  ])
}
