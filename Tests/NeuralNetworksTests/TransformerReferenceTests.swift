import Foundation
import NeuralNetworks
import Tensors
import TestSupport
import Testing

/// Against PyTorch, in float64, from the same weights and tokens; see `Goldens/torch_transformer.py`.
@Suite struct TransformerReferenceTests {
  /// The tensors of the golden, or of the file that `PEER_TRANSFORMER` names: `make check-peers` draws others.
  static let file = Result { () throws -> [String: NamedTensor] in
    let recorded = testFolder().appending(components: "Goldens", "torch_transformer.safetensors")
    let live = ProcessInfo.processInfo.environment["PEER_TRANSFORMER"]
    let data = try Data(contentsOf: live.map { URL(filePath: $0) } ?? recorded)
    return Dictionary(
      uniqueKeysWithValues: try tensors(ofSafetensors: [UInt8](data)).map { ($0.name, $0) })
  }

  static let cases: [String] =
    PositionEncoding.allCases.flatMap { position in
      Normalization.allCases.flatMap { normalization in
        FeedForwardActivation.allCases.flatMap { activation in
          ["tied", "free"].map {
            "\(position.rawValue)-\(normalization.rawValue)-\(activation.rawValue)-\($0)"
          }
        }
      }
    } + [
      "rope-rms_norm-swiglu-scalar", "learned-layer_norm-gelu-scalar", "wide", "temperature",
    ]

  func tensor(_ name: String) throws -> NamedTensor {
    try #require(try Self.file.get()[name], "no tensor '\(name)'")
  }

  func elements(_ name: String) throws -> [Float] { try tensor(name).elements }

  /// The transformer of a case with its weights.
  func transformer(_ name: String) throws -> Transformer {
    var settings = TransformerSettings()
    let isWide = name == "wide"
    (settings.layers, settings.width, settings.heads) = isWide ? (1, 24, 3) : (2, 8, 2)
    settings.feedForward = isWide ? nil : 16
    settings.context = 35
    let parts = name.split(separator: "-").map(String.init)
    if parts.count == 4 {
      settings.position = try #require(PositionEncoding(rawValue: parts[0]))
      settings.normalization = try #require(Normalization(rawValue: parts[1]))
      settings.activation = try #require(FeedForwardActivation(rawValue: parts[2]))
      settings.tiedHead = parts[3] != "free"
    }
    let transformer = Transformer(
      settings: settings, vocabulary: isWide ? 40 : 13,
      head: parts.last == "scalar" ? .scalar : .tokens, parameters: ParameterSet())
    for slice in transformer.slices {
      let weights = try tensor("weights/\(isWide ? "wide" : "small")/\(slice.name)")
      transformer.parameters.values.copy(from: inOurOrder(weights), at: slice.offset)
    }
    return transformer
  }

  /// The elements of a parameter as we hold it: weights of linear layers are transposed.
  func inOurOrder(_ tensor: NamedTensor) -> [Float] {
    guard tensor.name.hasSuffix("_proj.weight") else { return tensor.elements }
    let (outputs, inputs) = (tensor.shape[0], tensor.shape[1])
    return (0..<inputs).flatMap { i in (0..<outputs).map { tensor.elements[$0 * inputs + i] } }
  }

  /// The sequences, and the first scored token of each.
  func sequences() throws -> [(tokens: [Int32], firstScored: Int)] {
    let all = try elements("tokens").map { Int32($0) }
    var start = 0
    return zip(try elements("lengths"), try elements("first_scored")).map { length, first in
      defer { start += Int(length) }
      return (Array(all[start..<(start + Int(length))]), Int(first))
    }
  }

  func batch(_ sequences: some Sequence<(tokens: [Int32], firstScored: Int)>) -> TokenBatch {
    var batch = TokenBatch()
    for sequence in sequences { batch.append(sequence.tokens, firstScored: sequence.firstScored) }
    return batch
  }

  /// Expects every element within 10⁻⁴ of the largest expected one.
  func expectAgreement(
    _ found: [Float], _ expected: [Float], _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let largest = expected.lazy.map(\.magnitude).max() ?? 0
    let worst = zip(found, expected).lazy.map { ($0 - $1).magnitude }.max() ?? 0
    #expect(
      found.count == expected.count && worst <= 1e-4 * largest,
      "\(what): off by \(worst), the largest is \(largest)", sourceLocation: sourceLocation)
  }

  @Test(arguments: cases)
  func `outputs and every gradient are PyTorch's`(name: String) throws {
    let transformer = try transformer(name)
    transformer.parameters.zeroGradients()
    let batch = batch(try sequences())
    let scored = batch.scoredCount
    transformer.forward(batch, temperature: name == "temperature" ? 0.7 : 1)
    func first(_ tensor: Tensor) -> [Float] { tensor.array(rows: scored) }
    if transformer.head == .scalar {
      expectAgreement(first(transformer.values), try elements("\(name)/values"), "values")
      transformer.valueGradients.copy(from: try elements("a"))
    } else {
      if name != "temperature" {
        let expected = try tensor("\(name)/logits")
        expectAgreement(
          transformer.logits.array(rows: expected.shape[0]), expected.elements, "logits")
      }
      let logProbabilities = first(transformer.logProbabilities)
      expectAgreement(
        logProbabilities, try elements("\(name)/log_probabilities"), "log-probabilities")
      expectAgreement(first(transformer.entropies), try elements("\(name)/entropies"), "entropies")
      expectAgreement(
        first(transformer.squaredProbabilities), try elements("\(name)/squared_probabilities"),
        "squared probabilities")
      let loss = -logProbabilities.reduce(0, +) / Float(scored)
      expectAgreement([loss], try elements("\(name)/loss"), "loss")
      transformer.logProbabilityGradients.copy(from: try elements("a"))
      transformer.entropyGradients.copy(from: try elements("b"))
    }
    transformer.backward()
    for slice in transformer.slices {
      expectAgreement(
        transformer.parameters.gradients(of: slice).array,
        inOurOrder(try tensor("\(name)/gradients/\(slice.name)")), slice.name)
    }
  }

  @Test(arguments: cases)
  func `20 updates of AdamW with warm-up and cosine give PyTorch's losses`(name: String) throws {
    let transformer = try transformer(name)
    let optimizer = Adam(transformer.parameters, weightDecay: 0.1)
    let schedule = LearningRateSchedule(decay: .cosine, warmupUpdates: 5)
    let sequences = try sequences()
    let scored = Double(batch(sequences).scoredCount)
    let expected = try elements("\(name)/losses")
    #expect(expected.count == 20)
    var losses: [Double] = []
    for update in expected.indices {
      transformer.parameters.zeroGradients()
      // Gradients accumulate over pairs of sequences, normalized by the tokens of all.
      var loss = 0.0
      for start in stride(from: 0, to: sequences.count, by: 2) {
        let batch = batch(sequences[start..<min(start + 2, sequences.count)])
        transformer.forward(batch, temperature: name == "temperature" ? 0.7 : 1)
        if transformer.head == .scalar {
          let targets = sequences[start..<min(start + 2, sequences.count)].flatMap {
            $0.tokens[$0.firstScored...].map { Double($0) / 4 }
          }
          for (row, target) in targets.enumerated() {
            let error = Double(transformer.values[row]) - target
            loss += 0.5 * error * error / scored
            transformer.valueGradients[row] = Float(error / scored)
          }
        } else {
          for row in 0..<batch.scoredCount {
            loss -= Double(transformer.logProbabilities[row]) / scored
            transformer.logProbabilityGradients[row] = Float(-1 / scored)
            transformer.entropyGradients[row] = 0
          }
        }
        transformer.backward()
      }
      losses.append(loss)
      clipGradients(of: transformer.parameters, toGlobalNorm: 1)
      optimizer.update(
        learningRate: schedule.value(peak: 0.003, update: update, progress: Double(update) / 20))
    }
    let worst = zip(losses, expected).map { ($0 - Double($1)).magnitude }.max() ?? .infinity
    #expect(worst <= 1e-3, "\(losses) instead of \(expected)")
  }
}
