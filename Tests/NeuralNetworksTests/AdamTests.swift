import NeuralNetworks
import Tensors
import TestSupport
import Testing

@Suite struct AdamTests {
  /// The parameters after each update with the given gradients, from 1 on.
  private func path(
    _ gradients: [Float], placement: Adam.EpsilonPlacement
  ) -> [Float] {
    let parameters = ParameterSet()
    let slice = parameters.declare(name: "p", shape: [1])
    parameters.values(of: slice)[0, 0] = 1
    let adam = Adam(
      parameters, beta1: 0.5, beta2: 0.75, epsilon: 1, epsilonPlacement: placement)
    return gradients.map { gradient in
      parameters.gradients(of: slice)[0, 0] = gradient
      adam.update(learningRate: 0.1)
      return parameters.values(of: slice)[0, 0]
    }
  }

  // By hand with β₁ = 1/2, β₂ = 3/4, ε = 1, α = 1/10 and the gradients 2 and 1:
  // update 1: m = 1, v = 1, 1 − β₁ = 1/2, 1 − β₂ = 1/4; update 2: m = 1, v = 1, 1 − β₁² = 3/4, 1 − β₂² = 7/16.

  @Test func `two updates by hand with epsilon after bias correction`() {
    // m̂ = 2, √v̂ = 2: 1 − 0.1 · 2/3. Then m̂ = 4/3, √v̂ = √(16/7) = 1.511858: − 0.1 · 1.333333 / 2.511858.
    expectClose(
      path([2, 1], placement: .afterBiasCorrection), [0.9333333, 0.8802518], tolerance: 1e-7)
  }

  @Test func `two updates by hand with epsilon before bias correction`() {
    // α √(1/4) / (1/2) = 0.1: 1 − 0.1 · 1/2. Then 0.1 · √(7/16) / (3/4) = 0.0881917: − half of it.
    expectClose(
      path([2, 1], placement: .beforeBiasCorrection), [0.95, 0.9059042], tolerance: 1e-7)
  }

  @Test(arguments: Adam.EpsilonPlacement.allCases)
  func `slices may have a step size of their own, which decays their weights too`(
    placement: Adam.EpsilonPlacement
  ) {
    /// The parameters after two updates; the second of three matrices has another rate, if any.
    func parameters(_ rate: Double, _ other: Double?) -> [[Float]] {
      let parameters = ParameterSet()
      let slices = ["a", "b", "c"].map { parameters.declare(name: $0, shape: [2, 2]) }
      for slice in slices { parameters.values.copy(from: [1, 2, -1, 4], at: slice.offset) }
      let adam = Adam(parameters, epsilonPlacement: placement, weightDecay: 0.5)
      for _ in 0..<2 {
        for slice in slices { parameters.gradients.copy(from: [1, -2, 3, 0], at: slice.offset) }
        adam.update(learningRate: rate, slices: 1..<2, at: other)
      }
      return slices.map { parameters.values(of: $0).array }
    }
    let (slow, fast) = (parameters(0.01, nil), parameters(0.25, nil))
    #expect(slow[0] == slow[1] && slow[1] == slow[2])
    #expect(parameters(0.01, 0.25) == [slow[0], fast[1], slow[2]])
    #expect(parameters(0.25, 0) == [fast[0], [1, 2, -1, 4], fast[2]])
  }

  @Test(arguments: Adam.EpsilonPlacement.allCases)
  func `without epsilon the first update is the learning rate`(placement: Adam.EpsilonPlacement) {
    let parameters = ParameterSet()
    let slice = parameters.declare(name: "p", shape: [40])
    let gradients = (1...40).map { Float($0.isMultiple(of: 2) ? $0 : -$0) }
    parameters.gradients.copy(from: gradients)
    Adam(parameters, epsilon: 1e-30, epsilonPlacement: placement).update(learningRate: 0.25)
    expectClose(
      parameters.values(of: slice).array, gradients.map { $0 > 0 ? -0.25 : 0.25 }, tolerance: 1e-6)
  }

  @Test(arguments: Adam.EpsilonPlacement.allCases)
  func `a long run follows the formulas in double precision`(placement: Adam.EpsilonPlacement) {
    let count = 37
    let parameters = ParameterSet()
    let slice = parameters.declare(name: "p", shape: [count])
    let adam = Adam(parameters, epsilon: 1e-3, epsilonPlacement: placement)
    var (p, m, v) = (
      [Double](repeating: 0, count: count), [Double](repeating: 0, count: count),
      [Double](repeating: 0, count: count)
    )
    var (power1, power2) = (1.0, 1.0)
    for update in 1...200 {
      let gradients = numbers(count, seed: UInt64(update))
      parameters.gradients.copy(from: gradients)
      adam.update(learningRate: 0.01)
      power1 *= 0.9
      power2 *= 0.999
      for i in 0..<count {
        let g = Double(gradients[i])
        m[i] = 0.9 * m[i] + 0.1 * g
        v[i] = 0.999 * v[i] + 0.001 * g * g
        switch placement {
        case .afterBiasCorrection:
          p[i] -= 0.01 * m[i] / (1 - power1) / ((v[i] / (1 - power2)).squareRoot() + 1e-3)
        case .beforeBiasCorrection:
          p[i] -=
            0.01 * (1 - power2).squareRoot() / (1 - power1) * m[i] / (v[i].squareRoot() + 1e-3)
        }
      }
    }
    #expect(adam.updates == 200)
    expectClose(parameters.values(of: slice).array.map(Double.init), p, tolerance: 1e-5)
  }

  @Test func `gaps between parameters stay zero`() {
    let parameters = ParameterSet()
    _ = parameters.declare(name: "a", shape: [3])
    _ = parameters.declare(name: "b", shape: [5])
    parameters.gradients.fill(with: 1)
    Adam(parameters).update(learningRate: 1)
    #expect(parameters.values.count == 32)
    #expect(parameters.values.array[3..<16].allSatisfy { $0 == 0 })
    #expect(parameters.values.array[21...].allSatisfy { $0 == 0 })
    #expect(parameters.values.array[..<3].allSatisfy { $0 != 0 })
  }

  @Test func `it finds the minimum of a parabola`() {
    let parameters = ParameterSet()
    let slice = parameters.declare(name: "p", shape: [2])
    let adam = Adam(parameters)
    for _ in 0..<2000 {
      for (column, target) in [3, -1].enumerated() {
        let value = parameters.values(of: slice)[0, column]
        parameters.gradients(of: slice)[0, column] = 2 * (value - Float(target))
      }
      adam.update(learningRate: 0.02)
    }
    expectClose(parameters.values(of: slice).array, [3, -1], tolerance: 1e-3)
  }

  @Test func `weight decay shrinks matrices before the step and leaves vectors alone`() {
    func values(weightDecay: Double) -> [Float] {
      let parameters = ParameterSet()
      let matrix = parameters.declare(name: "matrix", shape: [1, 2])
      let vector = parameters.declare(name: "vector", shape: [2])
      for slice in [matrix, vector] {
        parameters.values.copy(from: [4, -2], at: slice.offset)
        parameters.gradients.copy(from: [3, 0], at: slice.offset)
      }
      Adam(parameters, epsilon: 1e-30, weightDecay: weightDecay).update(learningRate: 0.5)
      return parameters.values(of: matrix).array + parameters.values(of: vector).array
    }
    // The step itself is α · sign(g) = 0.5; the decay of the matrix is 4 · 0.5 · 0.25 = 0.5.
    expectClose(values(weightDecay: 0.25), [3, -1.75, 3.5, -2], tolerance: 1e-6)
    expectClose(values(weightDecay: 0), [3.5, -2, 3.5, -2], tolerance: 1e-6)
  }

  // By Goldens/make_adamw.py: torch.optim.AdamW, learning rate 0.1, betas (0.8, 0.9), eps 1e-3, weight decay
  // 0.2 on the matrix and 0 on the vector; the gradient at update t is the parameter · t − 1.
  @Test func `five updates are those of PyTorch's AdamW`() {
    let parameters = ParameterSet()
    let matrix = parameters.declare(name: "matrix", shape: [2, 2])
    let vector = parameters.declare(name: "vector", shape: [2])
    parameters.values.copy(from: [1, -2, 0.5, 3], at: matrix.offset)
    parameters.values.copy(from: [-1, 2], at: vector.offset)
    let adam = Adam(parameters, beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weightDecay: 0.2)
    for update in 1...5 {
      for slice in [matrix, vector] {
        let gradients = parameters.values(of: slice).array.map { $0 * Float(update) - 1 }
        parameters.gradients.copy(from: gradients, at: slice.offset)
      }
      adam.update(learningRate: 0.1)
    }
    expectClose(
      parameters.values(of: matrix).array, [0.5635643, -1.3295687, 0.3771596, 2.2452447],
      tolerance: 2e-6)
    expectClose(parameters.values(of: vector).array, [-0.4992581, 1.5197775], tolerance: 2e-6)
  }
}
