import NeuralNetworks
import SeededRandom
import Tensors
import TestSupport
import Testing

/// Probabilities that some of the tokens share out among themselves.
@Suite struct TokenSupportsTests {
  /// A support of `target` and each other token with a probability of a half.
  private func supports(
    of targets: some Sequence<Int32>, vocabulary: Int, using generator: inout SeededGenerator
  ) -> TokenSupports {
    var supports = TokenSupports()
    for target in targets {
      let logits = Tensor(rows: 1, columns: vocabulary)
      for token in 0..<vocabulary where token != Int(target) {
        logits[0, token] = generator.nextIndex(below: 2) == 0 ? -.infinity : 0
      }
      supports.append(possibleIn: logits.firstRows(1))
    }
    return supports
  }

  /// A batch of which every scored row has a support.
  private func batch(
    _ sequences: [(tokens: [Int32], firstScored: Int)], vocabulary: Int
  ) -> (TokenBatch, [TokenSupports]) {
    var generator = SeededGenerator(key: 17)
    var batch = TokenBatch()
    var all: [TokenSupports] = []
    for (tokens, firstScored) in sequences {
      let supports = supports(
        of: tokens.dropFirst(firstScored), vocabulary: vocabulary, using: &generator)
      all.append(supports)
      batch.append(tokens, firstScored: firstScored, supports: supports)
    }
    return (batch, all)
  }

  @Test(arguments: [7, 19, 64, 70])
  func `a row holds the tokens whose logit is above minus infinity`(vocabulary: Int) {
    var supports = TokenSupports()
    #expect(supports.isEmpty)
    for step in 1...3 {
      let logits = Tensor(rows: 1, columns: vocabulary)
      for token in 0..<vocabulary where token % (step + 1) != 0 { logits[0, token] = -.infinity }
      supports.append(possibleIn: logits.firstRows(1))
    }
    #expect(supports.count == 3 && !supports.isEmpty)
    for row in 0..<3 {
      for token in 0..<vocabulary {
        #expect(supports.contains(token, row: row) == token.isMultiple(of: row + 2))
      }
    }
  }

  @Test(arguments: [7, 70])
  func `gradients over supports match central differences`(vocabulary: Int) {
    let fixture = TransformerFixture(layers: 1, vocabulary: vocabulary)
    let (batch, _) = batch(
      tokenSequences(lengths: [5, 2, 9], vocabulary: vocabulary), vocabulary: vocabulary)
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

  @Test(arguments: [7, 70])
  func `probabilities are those of the whole vocabulary, shared out anew`(vocabulary: Int) {
    let fixture = TransformerFixture(vocabulary: vocabulary)
    let sequences = tokenSequences(lengths: [5, 2, 9], vocabulary: vocabulary)
    let (batch, supports) = batch(sequences, vocabulary: vocabulary)
    fixture.network.forward(tokenBatch(sequences), forBackward: false)
    let logits = fixture.network.logits.firstRows(batch.scoredCount).array
    let targets = sequences.flatMap { $0.tokens.dropFirst($0.firstScored) }.map(Int.init)
    fixture.network.forward(batch, forBackward: false)
    for (index, supports) in supports.enumerated() {
      for (step, row) in batch.scoredRange(ofSequence: index).enumerated() {
        let own = (0..<vocabulary).map { logits[row * vocabulary + $0] }
        let kept = own.indices.filter { supports.contains($0, row: step) }
        let weights = values(of: .exp, at: kept.map { own[$0] - own[targets[row]] })
        let log = values(of: .log, at: [weights.reduce(0, +)])[0]
        expectClose(fixture.network.logProbabilities[row], -log, tolerance: 1e-5)
        if kept.count == 1 {
          #expect(fixture.network.logProbabilities[row] == 0)
          #expect(fixture.network.entropies[row] == 0)
        }
      }
    }
    // The next batch without supports is none the worse for it.
    fixture.network.forward(tokenBatch(sequences), forBackward: false)
    #expect(fixture.network.logits.firstRows(batch.scoredCount).array == logits)
  }

  @Test(arguments: [
    SamplingSettings(topK: 3), SamplingSettings(temperature: 1.7, topP: 0.6),
    SamplingSettings(temperature: 0.6, topK: 5, topP: 0.9), SamplingSettings(topK: 1),
    SamplingSettings(topK: 1000), SamplingSettings(topP: 1),
  ])
  func `what sampling records is what a pass over the supports computes, bit for bit`(
    sampling: SamplingSettings
  ) {
    for vocabulary in [7, 16, 19, 70] {
      let fixture = TransformerFixture(vocabulary: vocabulary)
      let prompts = tokenSequences(lengths: [3, 1, 6, 2], vocabulary: vocabulary).map(\.tokens)
      func completions(_ score: SamplingScore) -> [Completion] {
        Generator(fixture.network, rows: 3).generate(
          prompts: prompts, longest: 12, endToken: 1, sampling: sampling, score: score
        ) { row, step in
          var generator = SeededGenerator(key: UInt64(row * 100 + step))
          return generator.nextUnitFloat()
        }
      }
      let sampled = completions(.truncated)
      let full = completions(.full)
      #expect(full.allSatisfy { $0.supports.isEmpty })
      #expect(full.map(\.tokens) == sampled.map(\.tokens))
      #expect(completions(.fullDespiteTruncation) == full)
      let mixed = completions(.fullInTraining)
      #expect(mixed.map(\.logProbabilities) == sampled.map(\.logProbabilities))
      #expect(mixed.allSatisfy { $0.supports.isEmpty })
      var batch = TokenBatch()
      for (prompt, completion) in zip(prompts, sampled) {
        #expect(completion.supports.count == completion.tokens.count)
        for (row, token) in completion.tokens.enumerated() {
          #expect(completion.supports.contains(Int(token), row: row))
        }
        batch.append(
          prompt + completion.tokens, firstScored: prompt.count, supports: completion.supports)
      }
      fixture.network.forward(batch, temperature: sampling.temperature, forBackward: false)
      for (index, completion) in sampled.enumerated() {
        let rows = batch.scoredRange(ofSequence: index)
        func bits(_ tensor: Tensor) -> [UInt32] { rows.map { tensor[$0].bitPattern } }
        #expect(
          completion.logProbabilities.map(\.bitPattern) == bits(fixture.network.logProbabilities))
        #expect(completion.entropies.map(\.bitPattern) == bits(fixture.network.entropies))
        #expect(
          completion.squaredProbabilities.map(\.bitPattern)
            == bits(fixture.network.squaredProbabilities))
      }
      expectSharesSampledFrom(prompts, sampled, full, by: fixture.network, sampling.temperature)
    }
  }

  /// Expects the full softmax's probability of each token to be that of sampling times the share of what could be
  /// sampled, by the logits of the training pass.
  private func expectSharesSampledFrom(
    _ prompts: [[Int32]], _ sampled: [Completion], _ full: [Completion], by network: Transformer,
    _ temperature: Double
  ) {
    for (prompt, (sampled, full)) in zip(prompts, zip(sampled, full)) {
      var batch = TokenBatch()
      batch.append(prompt + full.tokens, firstScored: prompt.count)
      network.forward(batch, temperature: temperature, forBackward: false)
      for row in full.tokens.indices {
        let logits = network.logits.rows(row..<row + 1).array
        let largest = logits.max() ?? 0
        let weights = values(of: .exp, at: logits.map { $0 - largest }).map(Double.init)
        let kept = weights.indices.filter { sampled.supports.contains($0, row: row) }
        let share = kept.reduce(0) { $0 + weights[$1] } / weights.reduce(0, +)
        let ratio = values(
          of: .exp, at: [full.logProbabilities[row] - sampled.logProbabilities[row]])[0]
        expectClose(Double(ratio), share, tolerance: 1e-5)
      }
    }
  }
}
