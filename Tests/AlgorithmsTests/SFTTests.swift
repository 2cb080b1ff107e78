import Algorithms
import LanguageTasks
import NeuralNetworks
import Settings
import Tensors
import TestSupport
import Testing

@Suite struct SFTTests {
  @Test func `a small network learns to reverse from demonstrations`() throws {
    let result = try trainLanguage(
      stageRun(
        "sft", ["learning_rate": .number(0.01)],
        policy: ["width": .integer(32), "layers": .integer(2)], tokens: 80_000, every: 20_000,
        prompts: 50, samples: 4))
    #expect(result.metrics["test_accuracy_start"] == 0)
    #expect(result.metrics["test_accuracy"] ?? 0 > 0.9)
    #expect(result.metrics["pass_at_4"] ?? 0 > 0.9)
    #expect(result.curve("test_accuracy").steps == [0, 20_000, 40_000, 60_000, 80_000])
    let losses = result.curve("cross_entropy").values
    #expect(losses.count == 4 && losses[3] < 0.2 && losses[3] < losses[0] / 4)
  }

  @Test func `the loss is the mean over all completion tokens of the minibatch`() throws {
    // The lengths differ, so a mean of the sequences' means would be another number.
    let settings: [String: SettingValue] = [
      "batch_size": .integer(3), "learning_rate": .number(0),
    ]
    let task = try languageTask(of: stageRun("sft"))
    let tokenizer = task.tokenizer
    let sequences = try (0..<3).map { index in
      let example = task.trainingExample(index)
      let prompt = try tokenizer.encode(example.prompt)
      let completion = try tokenizer.encode(example.demonstration) + [tokenizer.endToken]
      return (prompt: prompt, tokens: prompt + completion)
    }
    let read = sequences.reduce(0) { $0 + $1.tokens.count - 1 }
    let configuration = stageRun("sft", settings, tokens: read, every: read)
    let result = try trainLanguage(configuration)
    #expect(result.metrics["updates"] == 1 && result.metrics["tokens_trained"] == Double(read))

    let model = try transformer(of: result, configuration)
    var total = 0.0
    var tokens = 0
    for (prompt, sequence) in sequences {
      var batch = TokenBatch()
      batch.append(sequence, firstScored: prompt.count)
      model.forward(batch)
      for row in 0..<batch.scoredCount { total -= Double(model.logProbabilities[row]) }
      tokens += batch.scoredCount
    }
    #expect(Set(sequences.map(\.tokens.count)).count > 1)
    #expect(tokens == sequences.reduce(0) { $0 + $1.tokens.count - $1.prompt.count })
    expectClose(
      result.curve("cross_entropy").values, [total / Double(tokens)], tolerance: 1e-12)
  }

  @Test(arguments: [1, 2, 5])
  func `how many sequences pass together changes no bit`(chunk: Int) throws {
    let configuration = stageRun("sft", ["batch_size": .integer(7)], tokens: 600, every: 300)
    #expect(
      try trainLanguage(configuration, chunk: chunk).withoutBuffers
        == trainLanguage(configuration, chunk: 64).withoutBuffers)
  }

  @Test func `the last minibatch ends with the demonstration that uses up the budget`() throws {
    let task = try languageTask(of: stageRun("sft"))
    let first = task.trainingExample(0)
    let read =
      try task.tokenizer.encode(first.prompt).count
      + task.tokenizer.encode(first.demonstration).count
    for tokens in [1, read] {
      let result = try trainLanguage(stageRun("sft", tokens: tokens, every: 1))
      #expect(result.metrics["updates"] == 1)
      #expect(result.metrics["tokens_trained"] == Double(read))
      #expect(result.curve("test_accuracy").steps == Array(0...tokens))
    }
    let result = try trainLanguage(stageRun("sft", tokens: read + 1))
    #expect(result.metrics["tokens_trained"] ?? 0 > Double(read + 1))
    #expect(result.metrics["updates"] == 1)
  }

  @Test func `warm-up and cosine set the step sizes`() throws {
    let result = try trainLanguage(
      stageRun(
        "sft",
        [
          "batch_size": .integer(1), "warmup_updates": .integer(4), "learning_rate": .number(0.008),
        ], task: "sequences",
        taskSettings: ["lengths": .integers([2]), "held_out_lengths": .integers([])],
        tokens: 60, every: 6))
    // Each demonstration of two letters has 4 + 3 tokens, of which 6 are read.
    let rates = result.curve("learning_rate").values
    #expect(rates.count == 10)
    let cosine = { (share: Double) in 0.5 * (1 + Double.cosine(of: .pi * share)) }
    expectClose(
      rates.prefix(5).map { $0 },
      [0.002, 0.004 * cosine(0.1), 0.006 * cosine(0.2), 0.008 * cosine(0.3), 0.008 * cosine(0.4)],
      tolerance: 1e-9)
    expectClose(rates[9], 0.008 * cosine(0.9), tolerance: 1e-9)
  }

  @Test func `a stage starts from the weights of the one before`() throws {
    let first = try trainLanguage(stageRun("sft", tokens: 3_000, prompts: 20))
    let second = try trainLanguage(
      stageRun("sft", ["learning_rate": .number(0)], prompts: 20),
      weights: StageWeights(start: first.weights))
    #expect(second.weights == first.weights)
    #expect(second.metrics["format_rate"] == first.metrics["format_rate"])
    #expect(second.metrics["test_accuracy_start"] == first.metrics["test_accuracy"])
    #expect(second.metrics["test_reference_kl"] == 0)
    #expect(first.metrics["test_reference_kl"] ?? 0 > 0)
  }

  @Test func `weights of another network are refused in words`() throws {
    let other = try trainLanguage(stageRun("sft", policy: ["width": .integer(8)], tokens: 1))
    #expect(throws: TrainingError.self) {
      try trainLanguage(stageRun("sft"), weights: StageWeights(start: other.weights))
    }
  }
}

extension Double {
  /// cos, by its series; good to 10⁻¹² for the angles of a schedule.
  fileprivate static func cosine(of angle: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    for k in 1...20 {
      term *= -angle * angle / Double((2 * k - 1) * (2 * k))
      sum += term
    }
    return sum
  }
}
