import NeuralNetworks
import Tensors
import Testing

@Suite struct TransformerBufferSizesTests {
  private var settings: TransformerSettings {
    var settings = TransformerSettings()
    settings.layers = 2
    settings.width = 8
    settings.heads = 2
    settings.feedForward = 12
    settings.context = 64
    return settings
  }

  @Test func `a network that was given nothing needs nothing`() {
    let sizes = TransformerBufferSizes(settings: settings, vocabulary: 7, head: .tokens)
    #expect(sizes.bytes == 0)
    #expect(TransformerFixture().network.activationBytes == 0)
  }

  @Test func `sizes are as worked out by hand`() {
    var sizes = TransformerBufferSizes(settings: settings, vocabulary: 7, head: .tokens)
    sizes.makeRoomForForward(rows: 4, scored: 2, longest: 4, forBackward: true)
    // Room for 5 rows and 2 scored rows. A row: 5 residuals of width 8; in each of 2 blocks 4 statistics,
    // 3 · 8 projections, 8 attended, 2 · 12 before the gate; 8 normalized and 12 activated.
    let rows = 5 * (5 * 8 + 2 * (4 + 24 + 8 + 24) + 8 + 12)
    // A scored row: 8 normalized, 2 statistics; three tables of 7 tokens and 5 numbers.
    let scored = 2 * (8 + 2) + 2 * (3 * 7 + 5)
    let workspace = attentionWorkspace(length: 64, headWidth: 4, backward: true)
    #expect(sizes.bytes == 4 * (rows + scored + workspace))

    sizes.makeRoomForBackward(rows: 4, scored: 2)
    // The residual's gradient; a branch, the projections, 12 activated and 24 before the gate.
    let gradients = 5 * (8 + 8 + 24 + 12 + 24) + 2 * (7 + 8)
    #expect(sizes.bytes == 4 * (rows + scored + workspace + gradients))
  }

  @Test func `a scalar head and a layer without a gate need less`() {
    var settings = settings
    settings.activation = .gelu
    var sizes = TransformerBufferSizes(settings: settings, vocabulary: 7, head: .scalar)
    sizes.makeRoomForForward(rows: 4, scored: 2, longest: 4, forBackward: true)
    sizes.makeRoomForBackward(rows: 4, scored: 2)
    let rows = 5 * (5 * 8 + 2 * (4 + 24 + 8 + 12) + 8 + 12)
    let gradients = 5 * (8 + 8 + 24 + 12) + 2 * (1 + 8)
    let workspace = attentionWorkspace(length: 64, headWidth: 4, backward: true)
    #expect(sizes.bytes == 4 * (rows + 2 * (8 + 2) + 2 * (1 + 1) + workspace + gradients))
  }

  @Test func `a pass that nothing follows takes one block, as large as the cache holds`() {
    var sizes = TransformerBufferSizes(settings: settings, vocabulary: 7, head: .tokens)
    sizes.makeRoomForForward(rows: 400, scored: 8, longest: 60, forBackward: false)
    let rows = 8192 * (3 * 8 + (4 + 24 + 8 + 24) + 8 + 12 + 8 + 2)
    let workspace = attentionWorkspace(length: 64, headWidth: 4, backward: false)
    #expect(sizes.bytes == 4 * (rows + workspace + 10 * (3 * 7 + 5)))
  }

  @Test func `room grows by a quarter more than asked for, and never shrinks`() {
    var sizes = TransformerBufferSizes(settings: settings, vocabulary: 7, head: .tokens)
    sizes.makeRoomForForward(rows: 40, scored: 20, longest: 10, forBackward: true)
    let bytes = sizes.bytes
    sizes.makeRoomForForward(rows: 50, scored: 25, longest: 10, forBackward: true)
    sizes.makeRoomForForward(rows: 3, scored: 1, longest: 3, forBackward: true)
    #expect(sizes.bytes == bytes)
    sizes.makeRoomForForward(rows: 51, scored: 20, longest: 10, forBackward: true)
    #expect(sizes.bytes > bytes)
  }

  @Test func `what a network is said to hold follows from the batches it was given`() {
    let fixture = TransformerFixture()
    var sizes = TransformerBufferSizes(settings: settings, vocabulary: 7, head: .tokens)
    for lengths in [[5, 9], [3], [20, 30]] {
      let batch = tokenBatch(tokenSequences(lengths: lengths))
      _ = fixture.pass(batch, a: numbers(50, seed: 1), b: numbers(50, seed: 2))
      sizes.makeRoomForForward(
        rows: batch.rowCount, scored: batch.scoredCount,
        longest: lengths.max() ?? 0, forBackward: true)
      sizes.makeRoomForBackward(rows: batch.rowCount, scored: batch.scoredCount)
      #expect(fixture.network.activationBytes == sizes.bytes)
    }
    let batch = tokenBatch(tokenSequences(lengths: [12, 4]))
    fixture.network.forward(batch, forBackward: false)
    sizes.makeRoomForForward(
      rows: batch.rowCount, scored: batch.scoredCount,
      longest: 12, forBackward: false)
    #expect(fixture.network.activationBytes == sizes.bytes)
  }
}
