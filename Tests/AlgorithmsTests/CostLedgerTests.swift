import Algorithms
import NeuralNetworks
import Settings
import Testing

@Suite struct CostLedgerTests {
  @Test func `a new ledger has spent nothing`() {
    #expect(CostLedger().metrics.values.allSatisfy { $0 == 0 })
    #expect(CostLedger().metrics.count == 11)
  }

  @Test func `memory is parameters, gradients, moments and the largest activations`() {
    var ledger = CostLedger()
    ledger.policyParameters = 1000
    ledger.valueParameters = 900
    ledger.referenceParameters = 1000
    ledger.rewardParameters = 950
    ledger.trainedParameters = 1900
    ledger.noteActivations(bytes: 500)
    ledger.noteActivations(bytes: 8000)
    ledger.noteActivations(bytes: 700)
    #expect(ledger.optimizerBytes == 2 * 4 * 1900)
    #expect(ledger.activationBytes == 8000)
    #expect(ledger.memoryBytes == 4 * 3850 + 4 * 1900 + 15_200 + 8000)
  }

  @Test func `tokens are counted by what is done with them, operations together`() {
    var ledger = CostLedger()
    ledger.countGeneration(tokens: 5, operations: 100)
    ledger.countTraining(tokens: 7, operations: 300)
    ledger.countScoring(tokens: 11, operations: 20)
    ledger.countTraining(tokens: 7, operations: 300)
    #expect(ledger.tokensGenerated == 5)
    #expect(ledger.tokensTrained == 14)
    #expect(ledger.tokensScored == 11)
    #expect(ledger.floatingPointOperations == 720)
  }

  @Test func `fine-tuning on one demonstration costs what its products cost`() throws {
    // "reverse a b :" and "b a <end>": of 7 tokens 6 are read, 3 of them predict. Vocabulary 3 + 3 + 5.
    let result = try trainLanguage(
      stageRun(
        "sft",
        taskSettings: [
          "lengths": .integers([2]), "held_out_lengths": .integers([]), "symbols": .integer(5),
        ], tokens: 1, every: 1))
    // Embedding; query, key, value, output; gate, up, down of width 48; three norms.
    let parameters = 11 * 16 + 4 * 16 * 16 + 3 * 16 * 48 + 3 * 16
    #expect(result.metrics["policy_parameters"] == Double(parameters))
    #expect(result.metrics["optimizer_bytes"] == Double(8 * parameters))
    let linear = 2 * 6 * (4 * 16 * 16 + 3 * 16 * 48)
    // Scores and weighted values, for 6 · 7 / 2 pairs of a token and one that it attends to.
    let attention = 2 * (2 * 21 * 16)
    let head = 2 * 3 * 16 * 11
    #expect(
      result.metrics["floating_point_operations"] == Double(3 * (linear + attention + head)))
    #expect(result.metrics["tokens_trained"] == 6)
    #expect(result.metrics["tokens_generated"] == 0)
    #expect(result.metrics["tokens_scored"] == 0)
    #expect(result.metrics["value_parameters"] == 0)
    #expect(result.metrics["reference_parameters"] == 0)
    var sizes = try TransformerBufferSizes(
      settings: TransformerSettings(stageRun("sft", tokens: 1, every: 1).policy), vocabulary: 11,
      head: .tokens)
    sizes.makeRoomForForward(rows: 6, scored: 3, longest: 6, forBackward: true)
    sizes.makeRoomForBackward(rows: 6, scored: 3)
    let activations = Double(sizes.bytes)
    #expect(result.metrics["activation_bytes"] == activations)
    #expect(
      result.metrics["memory_bytes"] == Double(4 * 2 * parameters + 8 * parameters) + activations)
  }

  @Test func `a reward model is held beside the policy that samples for it`() throws {
    let result = try trainLanguage(
      RewardModelTests.configuration(["pairs": .integer(10)], noise: 1))
    let policy = try #require(result.metrics["policy_parameters"])
    #expect(result.metrics["reward_parameters"] == policy + 16)
    #expect(result.metrics["optimizer_bytes"] == 8 * (policy + 16))
    #expect(
      result.metrics["memory_bytes"]
        == 4 * policy + 16 * (policy + 16) + (result.metrics["activation_bytes"] ?? 0))
    #expect(result.metrics["tokens_scored"] == 0)
  }
}
