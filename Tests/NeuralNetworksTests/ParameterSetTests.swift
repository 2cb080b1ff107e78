import NeuralNetworks
import Tensors
import Testing

@Suite struct ParameterSetTests {
  @Test func `slices are aligned and do not overlap`() {
    let parameters = ParameterSet()
    let slices = [[4, 64], [64], [64, 2], [2], [1]].enumerated().map {
      parameters.declare(name: "p\($0.offset)", shape: $0.element)
    }
    #expect(slices.map(\.offset) == [0, 256, 320, 448, 464])
    #expect(slices.map(\.count) == [256, 64, 128, 2, 1])
    #expect(parameters.count == 451)
    #expect(parameters.values.count == 480)
    #expect(parameters.slices == slices)
  }

  @Test func `views show the slices`() {
    let parameters = ParameterSet()
    let weight = parameters.declare(name: "w", shape: [2, 3])
    let bias = parameters.declare(name: "b", shape: [3])
    parameters.values.copy(from: [1, 2, 3, 4, 5, 6], at: weight.offset)
    parameters.gradients.copy(from: [7, 8, 9], at: bias.offset)
    #expect(parameters.values(of: weight)[1, 0] == 4)
    #expect(parameters.gradients(of: bias).array == [7, 8, 9])
    #expect(parameters.gradients(of: bias).rows == 1)
    parameters.zeroGradients()
    #expect(parameters.gradients.array.allSatisfy { $0 == 0 })
    #expect(parameters.values(of: weight).array == [1, 2, 3, 4, 5, 6])
  }

  @Test func `nothing can be declared after the allocation`() async {
    await #expect(processExitsWith: .failure) {
      let parameters = ParameterSet()
      parameters.allocate()
      _ = parameters.declare(name: "late", shape: [1])
    }
  }

  @Test func `names are unique`() async {
    await #expect(processExitsWith: .failure) {
      let parameters = ParameterSet()
      _ = parameters.declare(name: "p", shape: [1])
      _ = parameters.declare(name: "p", shape: [2])
    }
  }
}
