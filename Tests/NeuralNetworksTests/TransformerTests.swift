import NeuralNetworks
import SeededRandom
import Tensors
import TestSupport
import Testing

@Suite struct TransformerTests {
  @Test(arguments: transformerShapes)
  func `gradients match central differences`(shape: TransformerShape) {
    let fixture = TransformerFixture(shape)
    let batch = tokenBatch(tokenSequences(lengths: [5, 2, 9]))
    let a = numbers(batch.scoredCount, seed: 91)
    let b = numbers(batch.scoredCount, seed: 92)
    let start = fixture.values
    _ = fixture.pass(batch, a: a, b: b, temperature: 0.8)
    let gradients = fixture.gradients
    func loss(_ values: [Float]) -> Float {
      fixture.setValues(values)
      return fixture.pass(batch, a: a, b: b, temperature: 0.8)
    }
    expectGradient(gradients, matches: loss, at: start, step: 4e-3, tolerance: 4e-3)
  }

  /// One layer of width 2 whose weights are simple enough to follow with pencil and paper.
  ///
  /// The query, key and value projections are 0, so attention adds nothing, and so does the feed-forward part.
  /// What remains is the embedding e, RMSNorm e / √(mean e²), and the tied head.
  @Test func `a network of zeros leaves the embedding to the head`() {
    let fixture = TransformerFixture(
      layers: 1, width: 2, heads: 1, feedForward: 1, vocabulary: 2)
    let parameters = fixture.parameters
    parameters.values.fill(with: 0)
    for slice in parameters.slices where slice.shape.count == 1 {
      parameters.values.copy(from: [1, 1], at: slice.offset)
    }
    parameters.values.copy(from: [3, 4, 0, 5], at: parameters.slices[0].offset)
    var batch = TokenBatch()
    batch.append([0, 1], firstScored: 1)
    fixture.network.forward(batch)
    // e = (3, 4): mean square 12.5, so (3, 4) / 3.5355; logits (25, 20) / 3.5355.
    let root = Float(12.5).squareRoot()
    expectClose(fixture.network.logits.array(rows: 1), [25 / root, 20 / root], tolerance: 1e-5)
    // The difference is √2: log π(1) = −√2 − log(1 + e^−√2) = −1.6318353.
    expectClose(fixture.network.logProbabilities[0], -1.631_835_3, tolerance: 1e-5)
    expectClose(fixture.network.entropies[0], 0.494_199_9, tolerance: 1e-5)
    expectClose(fixture.network.squaredProbabilities[0], 0.685_354_9, tolerance: 1e-5)
  }

  /// Keys of 0 weigh all earlier tokens alike, and values and output projections of 1 pass them on.
  @Test func `attention with keys of zero averages the tokens so far`() {
    let fixture = TransformerFixture(
      TransformerShape(head: "scalar"), layers: 1, width: 2, heads: 1, feedForward: 1,
      vocabulary: 2)
    let parameters = fixture.parameters
    parameters.values.fill(with: 0)
    for slice in parameters.slices {
      let elements: [Float]? =
        switch slice.name {
        case "model.embed_tokens.weight": [1, 1, -1, 1]
        case let name where name.hasSuffix("norm.weight"): [1, 1]
        case let name where name.hasSuffix("v_proj.weight") || name.hasSuffix("o_proj.weight"):
          [1, 0, 0, 1]
        case "score.weight": [1, 0]
        default: nil
        }
      if let elements { parameters.values.copy(from: elements, at: slice.offset) }
    }
    var batch = TokenBatch()
    batch.append([0, 0, 1, 1, 0], firstScored: 1)
    fixture.network.forward(batch)
    // Rows are already normalized. The stream is x + the mean so far: (2, 2), (2, 2), (−1 + 1/3, 2),
    // (−1 + 0, 2); the value is its normalized first element.
    func value(_ x: Float) -> Float { x / ((x * x + 4) / 2).squareRoot() }
    expectClose(
      fixture.network.values.array(rows: 4), [1, 1, value(-2.0 / 3), value(-1)], tolerance: 1e-5)
  }

  private func gradients(
    _ fixture: TransformerFixture, chunks: [Int], a: [Float], b: [Float]
  ) -> (outputs: [Float], gradients: [Float]) {
    let sequences = tokenSequences(lengths: [9, 2, 30, 17, 16, 33, 5])
    fixture.parameters.zeroGradients()
    var (first, scored) = (0, 0)
    var log: [Float] = []
    for chunk in chunks {
      let batch = tokenBatch(sequences[first..<first + chunk])
      let rows = scored..<scored + batch.scoredCount
      _ = fixture.pass(batch, a: Array(a[rows]), b: Array(b[rows]))
      log +=
        fixture.network.head == .scalar
        ? fixture.network.values.array(rows: rows.count)
        : fixture.network.logProbabilities.array(rows: rows.count)
      first += chunk
      scored = rows.upperBound
    }
    return (log, fixture.gradients)
  }

  @Test(arguments: transformerShapes)
  func `bits do not depend on how sequences are divided among calls`(shape: TransformerShape) {
    let fixture = TransformerFixture(shape, width: 32, feedForward: 40)
    let (a, b) = (numbers(200, seed: 93), numbers(200, seed: 94))
    let whole = gradients(fixture, chunks: [7], a: a, b: b)
    for chunks in [[1, 1, 1, 1, 1, 1, 1], [3, 4], [2, 5], [6, 1]] {
      let parts = gradients(fixture, chunks: chunks, a: a, b: b)
      #expect(bits(parts.outputs) == bits(whole.outputs), "\(chunks)")
      #expect(bits(parts.gradients) == bits(whole.gradients), "\(chunks)")
    }
  }

  @Test(arguments: transformerShapes)
  func `all variants give the same bits`(shape: TransformerShape) {
    let (a, b) = (numbers(200, seed: 95), numbers(200, seed: 96))
    for (width, heads) in [(8, 2), (32, 2), (96, 3)] {
      let fixture = TransformerFixture(shape, width: width, heads: heads, feedForward: nil)
      let expected = gradients(fixture, chunks: [7], a: a, b: b)
      for instructionSet in availableInstructionSets {
        let computed = Kernels.using(instructionSet) {
          gradients(fixture, chunks: [4, 3], a: a, b: b)
        }
        #expect(bits(computed.outputs) == bits(expected.outputs), "\(instructionSet) \(width)")
        #expect(bits(computed.gradients) == bits(expected.gradients), "\(instructionSet) \(width)")
      }
    }
  }

  @Test func `padding on either side changes no bit`() {
    let fixture = TransformerFixture(width: 32)
    let sequences = tokenSequences(lengths: [9, 2, 20, 14])
    let ragged = tokenBatch(sequences)
    fixture.network.forward(ragged)
    let expected = bits(fixture.outputs(of: ragged))
    for longest in 20...37 {
      for alignment in TokenBatch.Alignment.allCases {
        let padded = sequences.map { sequence in
          let padding = [Int32](repeating: 6, count: longest - sequence.tokens.count)
          return alignment == .left ? sequence.tokens + padding : padding + sequence.tokens
        }
        let batch = TokenBatch(
          padded: padded, lengths: sequences.map(\.tokens.count),
          firstScored: sequences.map(\.firstScored), alignment: alignment)
        fixture.network.forward(batch)
        #expect(bits(fixture.outputs(of: batch)) == expected, "\(alignment) \(longest)")
      }
    }
  }

  @Test(arguments: transformerShapes)
  func `a row depends on the tokens before it alone`(shape: TransformerShape) {
    let fixture = TransformerFixture(shape, width: 32, feedForward: 20)
    let tokens = tokenSequences(lengths: [40])[0].tokens
    func outputs(_ tokens: [Int32]) -> [Float] {
      var batch = TokenBatch()
      batch.append(tokens, firstScored: 1)
      fixture.network.forward(batch)
      return fixture.network.logits.array(rows: batch.scoredCount)
    }
    let whole = outputs(tokens)
    let columns = fixture.network.logits.columns
    for length in 2..<40 {
      let prefix = outputs(Array(tokens.prefix(length)))
      #expect(bits(prefix) == bits(Array(whole.prefix((length - 1) * columns))), "\(length)")
    }
  }

  @Test(arguments: [1, 2, 3])
  func `a pass that keeps nothing gives the same bits`(layers: Int) {
    let fixture = TransformerFixture(layers: layers, width: 32)
    let batch = tokenBatch(tokenSequences(lengths: (0..<150).map { 2 + $0 % 60 }))
    fixture.network.forward(batch)
    let expected = bits(fixture.outputs(of: batch))
    fixture.network.forward(batch, forBackward: false)
    #expect(bits(fixture.outputs(of: batch)) == expected)
  }

  @Test func `the last token is read for a reward`() {
    let fixture = TransformerFixture(TransformerShape(head: "scalar"))
    let tokens = tokenSequences(lengths: [9])[0].tokens
    var reward = TokenBatch()
    reward.append(scoringLastOf: tokens)
    reward.append(scoringLastOf: tokens.prefix(1))
    fixture.network.forward(reward)
    #expect(reward.scoredCount == 2)
    let rewards = fixture.network.values.array(rows: 2)
    var value = TokenBatch()
    value.append(tokens + [0], firstScored: 1)
    fixture.network.forward(value)
    let values = fixture.network.values.array(rows: 9)
    #expect(bits(rewards) == bits([values[8], values[0]]))
  }

  @Test func `temperature divides the logits`() {
    let fixture = TransformerFixture()
    let batch = tokenBatch(tokenSequences(lengths: [9]))
    fixture.network.forward(batch)
    let logits = fixture.network.logits.array(rows: batch.scoredCount)
    fixture.network.forward(batch, temperature: 0.5)
    #expect(
      bits(fixture.network.logits.array(rows: batch.scoredCount)) == bits(logits.map { $0 * 2 }))
  }

  @Test func `the profiles agree within tolerance`() {
    let (a, b) = (numbers(200, seed: 97), numbers(200, seed: 98))
    func results(_ profile: NumericsProfile) -> [Float] {
      let fixture = TransformerFixture(width: 32, profile: profile)
      let both = gradients(fixture, chunks: [7], a: a, b: b)
      return both.outputs + both.gradients
    }
    let exact = results(.exact)
    let scale = exact.map(\.magnitude).max() ?? 1
    expectClose(results(.openblas), exact, tolerance: 1e-4 * scale)
  }

  @Test func `backward adds to the gradients`() {
    let fixture = TransformerFixture(TransformerShape(head: "free"))
    let batch = tokenBatch(tokenSequences(lengths: [6]))
    let a = numbers(batch.scoredCount, seed: 99)
    _ = fixture.pass(batch, a: a, b: a)
    let once = fixture.gradients
    fixture.network.backward()
    expectClose(fixture.gradients, once.map { $0 + $0 }, tolerance: 1e-5)
  }

  @Test func `parameters have the names of Llama`() {
    let fixture = TransformerFixture(layers: 1)
    #expect(
      fixture.parameters.slices.map { "\($0.name) \($0.shape)" } == [
        "model.embed_tokens.weight [7, 8]", "model.layers.0.input_layernorm.weight [8]",
        "model.layers.0.self_attn.q_proj.weight [8, 8]",
        "model.layers.0.self_attn.k_proj.weight [8, 8]",
        "model.layers.0.self_attn.v_proj.weight [8, 8]",
        "model.layers.0.self_attn.o_proj.weight [8, 8]",
        "model.layers.0.post_attention_layernorm.weight [8]",
        "model.layers.0.mlp.gate_proj.weight [8, 12]", "model.layers.0.mlp.up_proj.weight [8, 12]",
        "model.layers.0.mlp.down_proj.weight [12, 8]", "model.norm.weight [8]",
      ])
    #expect(fixture.network.parameterCount == 7 * 8 + 3 * 8 + 4 * 64 + 3 * 96)
    let other = TransformerFixture(
      TransformerShape(
        position: .learned, normalization: .layerNorm, activation: .gelu, head: "free"), layers: 1)
    #expect(
      other.parameters.slices.map(\.name) == [
        "model.embed_tokens.weight", "model.embed_positions.weight",
        "model.layers.0.input_layernorm.weight", "model.layers.0.input_layernorm.bias",
        "model.layers.0.self_attn.q_proj.weight", "model.layers.0.self_attn.k_proj.weight",
        "model.layers.0.self_attn.v_proj.weight", "model.layers.0.self_attn.o_proj.weight",
        "model.layers.0.post_attention_layernorm.weight",
        "model.layers.0.post_attention_layernorm.bias", "model.layers.0.mlp.up_proj.weight",
        "model.layers.0.mlp.down_proj.weight", "model.norm.weight", "model.norm.bias",
        "lm_head.weight",
      ])
  }

  @Test func `initial weights have the conventional spread and streams of their own`() {
    func weights(_ shape: TransformerShape, seed: Int, deviation: Double = 0) -> [String: [Float]] {
      let fixture = TransformerFixture(shape, layers: 2, width: 64, feedForward: nil)
      fixture.network.initialize(
        streams: RandomStreams(identity: "tests", replicateSeed: seed), scoreDeviation: deviation)
      return Dictionary(
        uniqueKeysWithValues: fixture.parameters.slices.map {
          ($0.name, fixture.parameters.values(of: $0).array)
        })
    }
    func deviation(_ elements: [Float]?) -> Float {
      let elements = elements ?? []
      return (elements.reduce(0) { $0 + $1 * $1 } / Float(elements.count)).squareRoot()
    }
    let tied = weights(TransformerShape(), seed: 0)
    expectClose(
      deviation(tied["model.layers.1.self_attn.q_proj.weight"]), 0.02, tolerance: 0.001)
    expectClose(deviation(tied["model.layers.1.mlp.down_proj.weight"]), 0.01, tolerance: 0.0005)
    expectClose(deviation(tied["model.layers.0.self_attn.o_proj.weight"]), 0.01, tolerance: 0.0005)
    #expect(tied["model.norm.weight"] == [Float](repeating: 1, count: 64))
    let value = weights(TransformerShape(head: "scalar"), seed: 0)
    #expect(value["score.weight"] == [Float](repeating: 0, count: 64))
    #expect(value["model.embed_tokens.weight"] == tied["model.embed_tokens.weight"])
    let reward = weights(TransformerShape(head: "scalar"), seed: 1, deviation: 0.5)
    expectClose(deviation(reward["score.weight"]), 0.5, tolerance: 0.2)
    #expect(reward["model.embed_tokens.weight"] != tied["model.embed_tokens.weight"])
  }

  @Test func `operations are counted`() {
    let network = TransformerFixture(layers: 3).network
    let batch = tokenBatch(tokenSequences(lengths: [5, 4]))
    // Rows 4 + 3, pairs 10 + 6, scored 4 + 3.
    #expect(
      network.forwardOperations(of: batch) == 2 * 3 * (7 * (256 + 288) + 2 * 16 * 8) + 2 * 7 * 8 * 7
    )
  }

  @Test func `buffers stay as large as they are once warm`() {
    let fixture = TransformerFixture()
    let large = tokenBatch(tokenSequences(lengths: [20, 30]))
    let small = tokenBatch(tokenSequences(lengths: [9]))
    _ = fixture.pass(large, a: numbers(50, seed: 1), b: numbers(50, seed: 2))
    let bytes = fixture.network.activationBytes
    #expect(bytes > 0)
    for batch in [small, large, small] {
      _ = fixture.pass(batch, a: numbers(50, seed: 1), b: numbers(50, seed: 2))
    }
    #expect(fixture.network.activationBytes == bytes)
  }

  @Test func `a sequence longer than the context is refused`() async {
    await #expect(processExitsWith: .failure) {
      let fixture = TransformerFixture(context: 8)
      fixture.network.forward(tokenBatch(tokenSequences(lengths: [10])))
    }
  }
}
