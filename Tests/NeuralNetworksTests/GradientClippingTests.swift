import NeuralNetworks
import Tensors
import TestSupport
import Testing

@Suite struct GradientClippingTests {
  /// Two slices whose gradients have the norm 13.
  private func parameters() -> ParameterSet {
    let parameters = ParameterSet()
    let slices = [
      parameters.declare(name: "a", shape: [2]), parameters.declare(name: "b", shape: [1]),
    ]
    parameters.gradients.copy(from: [3, 4], at: slices[0].offset)
    parameters.gradients.copy(from: [-12], at: slices[1].offset)
    return parameters
  }

  private func gradients(_ parameters: ParameterSet) -> [Float] {
    parameters.slices.flatMap { parameters.gradients(of: $0).array }
  }

  @Test func `the norm is over all parameters`() {
    #expect(clipGradients(of: parameters(), toGlobalNorm: nil) == 13)
  }

  @Test func `larger gradients are scaled to the limit`() {
    let parameters = parameters()
    #expect(clipGradients(of: parameters, toGlobalNorm: 0.5) == 13)
    expectClose(gradients(parameters), [1.5 / 13, 2.0 / 13, -6.0 / 13], tolerance: 1e-7)
    expectClose(clipGradients(of: parameters, toGlobalNorm: nil), 0.5, tolerance: 1e-6)
  }

  @Test func `smaller gradients are left alone`() {
    let parameters = parameters()
    #expect(clipGradients(of: parameters, toGlobalNorm: 14) == 13)
    #expect(gradients(parameters) == [3, 4, -12])
  }

  @Test func `the norm is exact where f32 would overflow`() {
    let parameters = ParameterSet()
    _ = parameters.declare(name: "a", shape: [2])
    parameters.gradients.copy(from: [3e25, 4e25])
    expectClose(clipGradients(of: parameters, toGlobalNorm: nil), 5e25, tolerance: 1e19)
  }

  @Test func `what lies between the slices does not count`() {
    let parameters = parameters()
    parameters.gradients[5] = 100
    #expect(clipGradients(of: parameters, toGlobalNorm: nil) == 13)
  }
}
