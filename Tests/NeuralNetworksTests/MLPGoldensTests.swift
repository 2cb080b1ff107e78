import NeuralNetworks
import Tensors
import TestSupport
import Testing

@Suite struct MLPGoldensTests {
  /// One golden for each activation: initial weights, outputs, gradients.
  private func golden() -> ComponentGolden {
    var golden = ComponentGolden(component: "network.mlp", revision: MLP.revision)
    for activation in Activation.allCases {
      let fixture = Fixture(activation: activation, capacity: 130)
      golden.add("initial", fixture.values)
      fixture.network.input.copy(from: numbers(130 * 4, seed: 31))
      fixture.network.forward(rows: 130)
      golden.add("forward.\(activation)", fixture.network.output.array)
      fixture.network.outputGradient.copy(from: numbers(130 * 2, seed: 32))
      fixture.network.backward(rows: 130)
      golden.add("backward.\(activation)", fixture.gradients)
    }
    for placement in Adam.EpsilonPlacement.allCases {
      let fixture = Fixture(capacity: 1)
      let adam = Adam(fixture.parameters, epsilon: 1e-5, epsilonPlacement: placement)
      for update in 0..<3 {
        let gradients = numbers(fixture.parameters.gradients.count, seed: 33 + UInt64(update))
        fixture.parameters.gradients.copy(from: gradients)
        clipGradients(of: fixture.parameters, toGlobalNorm: 0.5)
        adam.update(learningRate: 1e-2)
      }
      golden.add("adam.\(placement)", fixture.values)
    }
    return golden
  }

  @Test(arguments: availableInstructionSets)
  func `no bit changes without a raised revision`(instructionSet: Kernels.InstructionSet) throws {
    try Kernels.using(instructionSet) { try golden().expectUnchanged() }
  }
}
