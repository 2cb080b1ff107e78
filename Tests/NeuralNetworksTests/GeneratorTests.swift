import NeuralNetworks
import SeededRandom
import Tensors
import TestSupport
import Testing

@Suite struct GeneratorTests {
  /// Every case of every choice that the settings have.
  private static let everySettings: [TransformerSettings] = PositionEncoding.allCases.flatMap {
    position in
    Normalization.allCases.flatMap { normalization in
      FeedForwardActivation.allCases.flatMap { activation in
        [true, false].map { tiedHead in
          var settings = smallSettings
          settings.position = position
          settings.normalization = normalization
          settings.activation = activation
          settings.tiedHead = tiedHead
          return settings
        }
      }
    }
  }

  private static let smallSettings = {
    var settings = TransformerSettings()
    settings.layers = 2
    settings.width = 24
    settings.heads = 3
    settings.feedForward = 40
    settings.context = 40
    return settings
  }()

  private let vocabulary = 19
  private let endToken: Int32 = 1

  /// A transformer whose weights are large enough that its distributions are far from uniform.
  private func network(_ settings: TransformerSettings, seed: UInt64 = 1) -> Transformer {
    let parameters = ParameterSet()
    let transformer = Transformer(
      settings: settings, vocabulary: vocabulary, head: .tokens, parameters: parameters)
    transformer.initialize(streams: RandomStreams(identity: "tests", replicateSeed: 0))
    for (index, slice) in parameters.slices.enumerated() where slice.shape.count == 2 {
      let elements = numbers(slice.count, seed: seed + UInt64(index)).map { 0.6 * $0 }
      parameters.values.copy(from: elements, at: slice.offset)
    }
    return transformer
  }

  /// Prompts of 1 to 21 tokens; every third is there three times, as a group.
  private func prompts(_ count: Int) -> [[Int32]] {
    (0..<count).flatMap { index in
      let length = 1 + (index * 7) % 21
      let prompt = numbers(length, seed: 100 + UInt64(index)).map { Int32(abs($0) * 16) + 2 }
      return [[Int32]](repeating: prompt, count: index.isMultiple(of: 3) ? 3 : 1)
    }
  }

  /// A number in 0..<1 that depends on both arguments.
  private func uniform(_ row: Int, _ step: Int) -> Float {
    var generator = SeededGenerator(key: UInt64(row * 1000 + step))
    return generator.nextUnitFloat()
  }

  /// What the training pass gives for the completions after their prompts, a batch of them at a time.
  private func expectTrainingPassAgrees(
    _ completions: [Completion], of prompts: [[Int32]], by transformer: Transformer,
    temperature: Double, batchSize: Int, padding: Range<Int>,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var start = 0
    while start < prompts.count {
      let members = start..<min(start + batchSize, prompts.count)
      start = members.upperBound
      let sequences = members.map { prompts[$0] + completions[$0].tokens }
      let pads = members.map { padding.lowerBound + $0 % padding.count }
      let width = zip(sequences, pads).map { $0.count + $1 }.max() ?? 0
      let batch = TokenBatch(
        padded: sequences.map { [Int32](repeating: 0, count: width - $0.count) + $0 },
        lengths: sequences.map(\.count), firstScored: members.map { prompts[$0].count },
        alignment: .right)
      transformer.forward(batch, temperature: temperature, forBackward: false)
      for (index, member) in members.enumerated() {
        let rows = batch.scoredRange(ofSequence: index)
        func bits(_ tensor: Tensor) -> [UInt32] { rows.map { tensor[$0].bitPattern } }
        let completion = completions[member]
        #expect(
          completion.logProbabilities.map(\.bitPattern) == bits(transformer.logProbabilities),
          sourceLocation: sourceLocation)
        #expect(
          completion.entropies.map(\.bitPattern) == bits(transformer.entropies),
          sourceLocation: sourceLocation)
        #expect(
          completion.squaredProbabilities.map(\.bitPattern)
            == bits(transformer.squaredProbabilities), sourceLocation: sourceLocation)
      }
    }
  }

  @Test(arguments: everySettings)
  func `what sampling records is what the training pass computes, bit for bit`(
    settings: TransformerSettings
  ) {
    let transformer = network(settings)
    let prompts = prompts(10)
    let generator = Generator(transformer, rows: 5)
    let completions = generator.generate(
      prompts: prompts, longest: 30, endToken: endToken,
      sampling: SamplingSettings(temperature: 0.8), uniform: uniform)
    #expect(completions.map(\.tokens.count).reduce(0, +) > 50)
    for (batchSize, padding) in [(1, 0..<1), (3, 1..<5), (64, 0..<18)] {
      expectTrainingPassAgrees(
        completions, of: prompts, by: transformer, temperature: 0.8, batchSize: batchSize,
        padding: padding)
    }
  }

  @Test(arguments: 0...17)
  func `left padding changes nothing`(padding: Int) {
    let transformer = network(Self.smallSettings)
    let prompts = prompts(4)
    let completions = Generator(transformer, rows: 3).generate(
      prompts: prompts, longest: 17, endToken: endToken, uniform: uniform)
    expectTrainingPassAgrees(
      completions, of: prompts, by: transformer, temperature: 1, batchSize: 64,
      padding: padding..<padding + 1)
  }

  @Test(arguments: availableInstructionSets)
  func `every variant of the kernels samples the same`(set: Kernels.InstructionSet) {
    func completions(_ set: Kernels.InstructionSet, heads: Int, width: Int) -> [Completion] {
      var settings = Self.smallSettings
      settings.width = width
      settings.heads = heads
      let transformer = network(settings)
      return Kernels.using(set) {
        Generator(transformer, rows: 4).generate(
          prompts: prompts(5), longest: 20, endToken: endToken, uniform: uniform)
      }
    }
    for (heads, width) in [(3, 24), (9, 144), (3, 96), (1, 64)] {
      #expect(
        completions(set, heads: heads, width: width)
          == completions(.scalar, heads: heads, width: width))
    }
  }

  @Test(arguments: everySettings)
  func `slots, their number, the cache and the order of prompts change nothing`(
    settings: TransformerSettings
  ) {
    let transformer = network(settings)
    let prompts = prompts(9)
    let order = Array(prompts.indices.reversed())
    func completions(rows: Int, keepsCache: Bool, order: [Int]) -> [Completion] {
      let generator = Generator(transformer, rows: rows, keepsCache: keepsCache)
      let found = generator.generate(
        prompts: order.map { prompts[$0] }, longest: 24, endToken: endToken
      ) { uniform(order[$0], $1) }
      return order.indices.map { place in found[order.firstIndex(of: place) ?? 0] }
    }
    let expected = completions(rows: 1, keepsCache: true, order: Array(prompts.indices))
    for rows in [3, 64] {
      #expect(completions(rows: rows, keepsCache: true, order: order) == expected)
    }
    #expect(completions(rows: 5, keepsCache: false, order: order) == expected)
  }

  @Test func `a generator sees the weights as they are when it is called`() {
    let transformer = network(Self.smallSettings)
    let generator = Generator(transformer, rows: 4)
    func completions(_ generator: Generator) -> [Completion] {
      generator.generate(prompts: prompts(3), longest: 8, endToken: endToken, uniform: uniform)
    }
    let before = completions(generator)
    #expect(completions(generator) == before)
    scale(transformer.parameters.values.matrix, by: 1.5)
    let after = completions(generator)
    #expect(after != before)
    #expect(after == completions(Generator(transformer, rows: 2)))
  }

  @Test func `a completion ends with the end token, at the limit or where the context is full`() {
    let transformer = network(Self.smallSettings)
    let generator = Generator(transformer, rows: 4)
    let prompts = prompts(12) + [[Int32]](repeating: [Int32](repeating: 5, count: 38), count: 2)
    let completions = generator.generate(
      prompts: prompts, longest: 9, endToken: endToken, uniform: uniform)
    for (prompt, completion) in zip(prompts, completions) {
      let count = completion.tokens.count
      #expect(!completion.tokens.dropLast().contains(endToken))
      #expect(completion.isTruncated == (completion.tokens.last != endToken))
      // A sequence of 40 rows predicts a 41st token.
      #expect(count == min(9, 41 - prompt.count) || !completion.isTruncated)
      #expect(completion.logProbabilities.count == count)
      #expect(completion.entropies.count == count)
      #expect(completion.squaredProbabilities.count == count)
    }
    #expect(Set(completions.map(\.isTruncated)) == [true, false])
    #expect(completions.contains { $0.isTruncated && $0.tokens.count == 9 })
    #expect(completions.suffix(2).allSatisfy { !$0.isTruncated || $0.tokens.count == 3 })
  }

  @Test func `greedy takes the best token at any temperature and asks for no uniform`() {
    let transformer = network(Self.smallSettings)
    let prompts = prompts(6)
    let generator = Generator(transformer, rows: 4)
    func completions(_ sampling: SamplingSettings) -> [Completion] {
      generator.generate(
        prompts: prompts, longest: 12, endToken: endToken, sampling: sampling
      ) { _, _ in
        Issue.record("greedy decoding asked for a random number")
        return 0
      }
    }
    let greedy = completions(SamplingSettings(greedy: true))
    let cold = completions(SamplingSettings(temperature: 0.25, greedy: true))
    #expect(greedy.map(\.tokens) == cold.map(\.tokens))
    expectTrainingPassAgrees(
      cold, of: prompts, by: transformer, temperature: 0.25, batchSize: 64, padding: 0..<1)
    let single = generator.generate(
      prompts: prompts, longest: 12, endToken: endToken, sampling: SamplingSettings(topK: 1),
      uniform: uniform)
    #expect(single.map(\.tokens) == greedy.map(\.tokens))
  }

  @Test func `of equally good tokens greedy takes the lowest`() {
    let transformer = network(Self.smallSettings)
    transformer.parameters.values.fill(with: 0)
    let completions = Generator(transformer, rows: 2).generate(
      prompts: [[3], [4, 5]], longest: 2, endToken: endToken,
      sampling: SamplingSettings(greedy: true)
    ) { _, _ in 0.9 }
    #expect(completions.map(\.tokens) == [[0, 0], [0, 0]])
    // All are equally probable: H = log 19, Σπ² = 1/19.
    expectClose(completions[0].entropies, [2.944439, 2.944439], tolerance: 1e-6)
    expectClose(completions[0].squaredProbabilities, [1 / 19, 1 / 19], tolerance: 1e-8)
  }

  @Test func `the truncated score is that of the renormalised distribution`() {
    let transformer = network(Self.smallSettings)
    let prompts = prompts(8)
    func completions(_ score: SamplingScore) -> [Completion] {
      Generator(transformer, rows: 4).generate(
        prompts: prompts, longest: 6, endToken: endToken,
        sampling: SamplingSettings(temperature: 1.5, topK: 4, topP: 0.9), score: score,
        uniform: uniform)
    }
    let (full, truncated) = (completions(.full), completions(.truncated))
    #expect(full.map(\.tokens) == truncated.map(\.tokens))
    expectTrainingPassAgrees(
      full, of: prompts, by: transformer, temperature: 1.5, batchSize: 64, padding: 0..<1)
    for (prompt, (full, truncated)) in zip(prompts, zip(full, truncated)) {
      for step in full.tokens.indices {
        // The distribution of this step, from the training pass.
        var batch = TokenBatch()
        batch.append(prompt + full.tokens[...step], firstScored: prompt.count + step)
        transformer.forward(batch, temperature: 1.5, forBackward: false)
        let logits = transformer.logits.firstRows(1).array
        let order = logits.indices.sorted { logits[$0] > logits[$1] }
        let weights = values(of: .exp, at: order.map { logits[$0] - logits[order[0]] })
        let best = weights.prefix(4).map(Double.init)
        var kept = 0
        while best[..<kept].reduce(0, +) < 0.9 * best.reduce(0, +) { kept += 1 }
        let probabilities = best[..<kept].map { $0 / best[..<kept].reduce(0, +) }
        let place = order.firstIndex(of: Int(full.tokens[step])) ?? kept
        #expect(place < kept)
        let logs = values(of: .log, at: probabilities.map { Float($0) }).map(Double.init)
        expectClose(Double(truncated.logProbabilities[step]), logs[place], tolerance: 1e-5)
        expectClose(
          Double(truncated.entropies[step]), -zip(probabilities, logs).map(*).reduce(0, +),
          tolerance: 1e-5)
        expectClose(
          Double(truncated.squaredProbabilities[step]),
          probabilities.map { $0 * $0 }.reduce(0, +), tolerance: 1e-5)
      }
    }
  }

  @Test func `sampled tokens follow their distribution`() {
    let transformer = network(Self.smallSettings)
    let prompts = [[Int32]](repeating: [4, 9], count: 4000)
    let completions = Generator(transformer, rows: 64).generate(
      prompts: prompts, longest: 1, endToken: endToken, uniform: uniform)
    var batch = TokenBatch()
    batch.append([4, 9, 0], firstScored: 2)
    transformer.forward(batch, forBackward: false)
    let probabilities = Tensor(rows: 1, columns: vocabulary)
    softmax(of: transformer.logits.firstRows(1), into: probabilities.matrix)
    for token in 0..<vocabulary {
      let share = Double(completions.count { $0.tokens == [Int32(token)] }) / 4000
      // Four standard errors of a share of one half.
      expectClose(share, Double(probabilities[token]), tolerance: 0.032)
    }
  }
}
