import NeuralNetworks
import Settings
import Testing

@Suite struct TokenBatchTests {
  @Test func `rows that nothing reads are left out`() {
    var batch = TokenBatch()
    batch.append([5, 6, 7, 8], firstScored: 2)
    batch.append([1, 2], firstScored: 1)
    batch.append(scoringLastOf: [4, 3, 2])
    #expect(batch.count == 3)
    // The last token of a scored sequence is only predicted; that of a reward's is read.
    #expect(batch.rowCount == 3 + 1 + 3)
    #expect(batch.scoredCount == 2 + 1 + 1)
    #expect((0..<3).map(batch.scoredRange) == [0..<2, 2..<3, 3..<4])
  }

  @Test func `a batch can be filled again`() {
    var batch = TokenBatch()
    batch.append([5, 6, 7, 8], firstScored: 2)
    batch.removeAll()
    #expect(batch.count == 0 && batch.rowCount == 0 && batch.scoredCount == 0)
    batch.append([1, 2], firstScored: 1)
    #expect(batch.scoredRange(ofSequence: 0) == 0..<1)
  }

  @Test func `a sequence without a scored token is refused`() async {
    await #expect(processExitsWith: .failure) {
      var batch = TokenBatch()
      batch.append([1, 2], firstScored: 2)
    }
  }

  @Test func `settings that do not fit together are named`() {
    var settings = TransformerSettings()
    #expect(settings.conflict == nil)
    #expect(settings.feedForwardWidth == 176)
    settings.width = 128
    #expect(settings.feedForwardWidth == 352)
    settings.activation = .gelu
    #expect(settings.feedForwardWidth == 512)
    settings.feedForward = 100
    #expect(settings.feedForwardWidth == 100)
    settings.heads = 3
    #expect(settings.conflict?.message == "3 heads do not divide a width of 128")
    settings.heads = 128
    #expect(settings.conflict?.message == "rotary positions need heads of even width, not 1")
    settings.position = .learned
    #expect(settings.conflict == nil)
  }

  @Test func `settings are written and read by name`() throws {
    var settings = TransformerSettings()
    try settings.set("feed_forward", to: .integer(96))
    try settings.set("tied_head", to: .boolean(false))
    try settings.set("normalization", to: .choice("layer_norm"))
    #expect(settings.feedForward == 96 && !settings.tiedHead)
    #expect(settings.normalization == .layerNorm)
    try settings.set("feed_forward", to: .integer(0))
    #expect(settings.feedForward == nil)
    #expect(try TransformerSettings(settings.values) == settings)
  }
}
