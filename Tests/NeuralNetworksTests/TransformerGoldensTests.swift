import NeuralNetworks
import SeededRandom
import Tensors
import TestSupport
import Testing

@Suite struct TransformerGoldensTests {
  /// One golden for each combination of cases: initial weights, outputs, gradients.
  private func golden() -> ComponentGolden {
    var golden = ComponentGolden(component: "network.transformer", revision: Transformer.revision)
    let batch = tokenBatch(tokenSequences(lengths: [9, 2, 30, 17, 16, 33, 5]))
    let (a, b) = (numbers(200, seed: 101), numbers(200, seed: 102))
    for shape in transformerShapes {
      for (width, heads) in [(32, 2), (24, 2)] {
        let fixture = TransformerFixture(shape, width: width, heads: heads, feedForward: nil)
        _ = fixture.pass(batch, a: a, b: b, temperature: 0.9)
        golden.add("forward.\(shape).\(width)", fixture.outputs(of: batch))
        golden.add("backward.\(shape).\(width)", fixture.gradients)
      }
      let fixture = TransformerFixture(shape)
      fixture.network.initialize(
        streams: RandomStreams(identity: "goldens", replicateSeed: 0), scoreDeviation: 0.3)
      golden.add("initial.\(shape)", fixture.values)
    }
    return golden
  }

  @Test(arguments: availableInstructionSets)
  func `no bit changes without a raised revision`(instructionSet: Kernels.InstructionSet) throws {
    try Kernels.using(instructionSet) { try golden().expectUnchanged() }
  }
}
