import NeuralNetworks
import SeededRandom
import Tensors

/// Every combination of a transformer's enum cases, at a size that is quick.
let transformerShapes: [TransformerShape] = PositionEncoding.allCases.flatMap { position in
  Normalization.allCases.flatMap { normalization in
    FeedForwardActivation.allCases.flatMap { activation in
      ["tied", "free", "scalar"].map { head in
        TransformerShape(
          position: position, normalization: normalization, activation: activation, head: head)
      }
    }
  }
}

/// The architecture of a test's transformer.
struct TransformerShape: Hashable, Sendable, CustomStringConvertible {
  var position = PositionEncoding.rope
  var normalization = Normalization.rmsNorm
  var activation = FeedForwardActivation.swiglu
  /// `tied`, `free` or `scalar`.
  var head = "tied"

  var description: String {
    "\(position.rawValue).\(normalization.rawValue).\(activation.rawValue).\(head)"
  }
}

/// A small transformer with random weights, large enough that attention is far from uniform.
struct TransformerFixture {
  let parameters = ParameterSet()
  let network: Transformer

  init(
    _ shape: TransformerShape = TransformerShape(), layers: Int = 2, width: Int = 8,
    heads: Int = 2, feedForward: Int? = 12, context: Int = 64, vocabulary: Int = 7,
    profile: NumericsProfile = .exact
  ) {
    var settings = TransformerSettings()
    settings.layers = layers
    settings.width = width
    settings.heads = heads
    settings.feedForward = feedForward
    settings.context = context
    settings.position = shape.position
    settings.normalization = shape.normalization
    settings.activation = shape.activation
    settings.tiedHead = shape.head == "tied"
    network = Transformer(
      settings: settings, vocabulary: vocabulary, head: shape.head == "scalar" ? .scalar : .tokens,
      parameters: parameters, profile: profile)
    var generator = SeededGenerator(key: 71)
    for slice in parameters.slices {
      let isVector = slice.shape.count == 1
      let spread = isVector ? 0.3 : 1 / Double(slice.shape[0]).squareRoot()
      let center = isVector && slice.name.hasSuffix("weight") ? 1.0 : 0
      let elements = (0..<slice.count).map { _ in
        Float(center + spread * generator.nextUniform(in: -1.5..<1.5))
      }
      parameters.values.copy(from: elements, at: slice.offset)
    }
  }

  /// The values of all parameters without the gaps, in the order of their declaration.
  var values: [Float] { parameters.slices.flatMap { parameters.values(of: $0).array } }

  /// The gradients of all parameters without the gaps.
  var gradients: [Float] { parameters.slices.flatMap { parameters.gradients(of: $0).array } }

  /// Sets the values of all parameters.
  func setValues(_ values: [Float]) {
    var start = 0
    for slice in parameters.slices {
      parameters.values.copy(from: Array(values[start..<(start + slice.count)]), at: slice.offset)
      start += slice.count
    }
  }

  /// All outputs of the scored rows of the last forward pass over `batch`.
  func outputs(of batch: TokenBatch) -> [Float] {
    let count = batch.scoredCount
    return network.head == .scalar
      ? network.values.array(rows: count)
      : network.logits.array(rows: count) + network.logProbabilities.array(rows: count)
        + network.entropies.array(rows: count) + network.squaredProbabilities.array(rows: count)
  }

  /// Runs both passes with the loss Σ a·log π + b·H, or Σ a·v, and returns the loss.
  func pass(_ batch: TokenBatch, a: [Float], b: [Float], temperature: Double = 1) -> Float {
    network.forward(batch, temperature: temperature)
    var loss: Float = 0
    for row in 0..<batch.scoredCount {
      if network.head == .scalar {
        loss += a[row] * network.values[row]
        network.valueGradients[row] = a[row]
      } else {
        loss += a[row] * network.logProbabilities[row] + b[row] * network.entropies[row]
        network.logProbabilityGradients[row] = a[row]
        network.entropyGradients[row] = b[row]
      }
    }
    network.backward()
    return loss
  }
}

/// Sequences of tokens below `vocabulary` with the given lengths, each scored from a third on.
func tokenSequences(
  lengths: [Int], vocabulary: Int = 7, seed: UInt64 = 81
) -> [(tokens: [Int32], firstScored: Int)] {
  var generator = SeededGenerator(key: seed)
  return lengths.map { length in
    let tokens = (0..<length).map { _ in Int32(generator.nextIndex(below: vocabulary)) }
    return (tokens, max(1, length / 3))
  }
}

/// A batch of sequences.
func tokenBatch(_ sequences: some Sequence<(tokens: [Int32], firstScored: Int)>) -> TokenBatch {
  var batch = TokenBatch()
  for sequence in sequences { batch.append(sequence.tokens, firstScored: sequence.firstScored) }
  return batch
}
