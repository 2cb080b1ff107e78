import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct ElementwiseFunctionsTests {
  /// The function in Double, by the C library.
  private func reference(_ function: ElementwiseFunction, _ x: Double) -> Double {
    switch function {
    case .exp: Foundation.exp(x)
    case .log: Foundation.log(x)
    case .tanh: Foundation.tanh(x)
    case .sin: Foundation.sin(x)
    case .cos: Foundation.cos(x)
    case .relu: max(x, 0)
    }
  }

  /// The bound that the documentation states, in units in the last place.
  private func bound(_ function: ElementwiseFunction) -> Double {
    switch function {
    case .exp: 1.1
    case .log, .sin, .cos: 1
    case .tanh: 6
    case .relu: 0
    }
  }

  /// How far `result` is from `exact`, in units in the last place of the f32 nearest to `exact`.
  private func error(_ result: Float, _ exact: Double) -> Double {
    let nearest = Float(exact)
    if nearest.isNaN || result.isNaN { return nearest.isNaN && result.isNaN ? 0 : .infinity }
    if nearest.isInfinite || result.isInfinite { return nearest == result ? 0 : .infinity }
    return abs(Double(result) - exact) / Double(nearest.ulp)
  }

  /// Every `step`th of all 2³² bit patterns: all magnitudes, denormals and NaN among them.
  private func sweep(step: Int) -> [Float] {
    stride(from: 0, to: 1 << 32, by: step).map { Float(bitPattern: UInt32($0)) }
  }

  @Test(arguments: ElementwiseFunction.allCases)
  func `errors stay within the stated bound over all magnitudes`(function: ElementwiseFunction) {
    let inputs = sweep(step: 4099)
    let results = values(of: function, at: inputs)
    let errors = zip(inputs, results).map { error($1, reference(function, Double($0))) }
    let worst = errors.indices.max { errors[$0] < errors[$1] } ?? 0
    #expect(
      errors[worst] <= bound(function),
      "\(function)(\(inputs[worst])) = \(results[worst]) is off by \(errors[worst]) ulp")
  }

  @Test(arguments: ElementwiseFunction.allCases)
  func `errors stay within the stated bound where the action is`(function: ElementwiseFunction) {
    let inputs = (-400_000...400_000).map { Float($0) * 0x1p-15 }  // −12.2…12.2
    let results = values(of: function, at: inputs)
    let errors = zip(inputs, results).map { error($1, reference(function, Double($0))) }
    let worst = errors.indices.max { errors[$0] < errors[$1] } ?? 0
    #expect(
      errors[worst] <= bound(function),
      "\(function)(\(inputs[worst])) = \(results[worst]) is off by \(errors[worst]) ulp")
  }

  @Test(arguments: ElementwiseFunction.allCases)
  func `all variants give the same bits`(function: ElementwiseFunction) {
    let inputs = sweep(step: 65_521)
    let expected = bits(values(of: function, at: inputs))
    for instructionSet in availableInstructionSets {
      let results = Kernels.using(instructionSet) { bits(values(of: function, at: inputs)) }
      #expect(results == expected, "\(instructionSet)")
    }
  }

  @Test(arguments: ElementwiseFunction.allCases)
  func `an element does not depend on its neighbours or its place`(function: ElementwiseFunction) {
    var numbers = Numbers(seed: 1)
    let inputs = numbers.array(40).map { 8 * $0 }
    let single = inputs.flatMap { values(of: function, at: [$0]) }
    for count in 1...40 {
      #expect(
        bits(values(of: function, at: Array(inputs.prefix(count))))
          == bits(Array(single.prefix(count))))
    }
  }

  @Test func `special values of exp`() {
    let inputs: [Float] = [
      0, -0.0, .infinity, -.infinity, .nan, 89, 88.72283, -103.97, -104, .leastNonzeroMagnitude,
      -87.5,
    ]
    let results = values(of: .exp, at: inputs)
    #expect(
      bits(results)
        == bits([
          1, 1, .infinity, 0, .nan, .infinity, Float(Foundation.exp(Double(Float(88.72283)))),
          .leastNonzeroMagnitude, 0, 1, Float(Foundation.exp(-87.5)),
        ]))
    #expect(results[10].isSubnormal)
  }

  @Test func `special values of log`() {
    let inputs: [Float] = [1, 0, -0.0, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude]
    #expect(
      bits(values(of: .log, at: inputs))
        == bits([
          0, -.infinity, -.infinity, .nan, .infinity, .nan, .nan,
          Float(-149 * Foundation.log(2.0)),
        ]))
  }

  @Test func `special values of tanh`() {
    let inputs: [Float] = [
      0, -0.0, .infinity, -.infinity, .nan, 20, -20, .leastNonzeroMagnitude, 1e-10,
    ]
    #expect(
      bits(values(of: .tanh, at: inputs))
        == bits([0, -0.0, 1, -1, .nan, 1, -1, .leastNonzeroMagnitude, 1e-10]))
  }

  @Test func `tanh is odd and never leaves its range`() {
    let inputs = (0...100_000).map { Float($0) * 1e-4 }
    let results = values(of: .tanh, at: inputs)
    #expect(results.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(bits(values(of: .tanh, at: inputs.map { -$0 })) == bits(results.map { -$0 }))
  }

  @Test func `special values of sin and cos`() {
    let inputs: [Float] = [0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude]
    #expect(
      bits(values(of: .sin, at: inputs))
        == bits([0, -0.0, .nan, .nan, .nan, .leastNonzeroMagnitude]))
    #expect(bits(values(of: .cos, at: inputs)) == bits([1, 1, .nan, .nan, .nan, 1]))
  }

  @Test func `large angles are reduced exactly`() {
    // The worst cases of the reduction: f32 nearest to multiples of π/2, and the largest angle.
    let inputs: [Float] = [
      16_367_173 * 0x1p72, 0x1.dcc3dap+9, .greatestFiniteMagnitude, 1_048_576, 1_048_577, 1e20,
      -1e30,
    ]
    for (input, result) in zip(inputs, values(of: .sin, at: inputs)) {
      #expect(error(result, Foundation.sin(Double(input))) <= 1, "sin(\(input))")
    }
    for (input, result) in zip(inputs, values(of: .cos, at: inputs)) {
      #expect(error(result, Foundation.cos(Double(input))) <= 1, "cos(\(input))")
    }
  }

  @Test func `special values of relu`() {
    #expect(
      bits(values(of: .relu, at: [1.5, -1.5, 0, -0.0, .infinity, -.infinity, .nan]))
        == bits([1.5, 0, 0, -0.0, .infinity, 0, .nan]))
  }

  @Test func `the backward passes multiply by the derivative`() {
    let outputs: [Float] = [0, 0.5, -0.5, 1, -1]
    let gradient = Tensor(rows: 1, columns: 5, elements: [2, 2, 2, 2, -2])
    let output = Tensor(rows: 1, columns: 5, elements: outputs)
    applyTanhBackward(output: output.matrix, gradient: gradient.matrix)
    #expect(gradient.array == [2, 1.5, 1.5, 0, 0])
    gradient.copy(from: [1, 2, 3, 4, 5])
    applyReLUBackward(output: output.matrix, gradient: gradient.matrix)
    #expect(gradient.array == [0, 2, 0, 4, 0])
  }

  @Test func `the backward passes match central differences`() {
    let inputs: [Float] = [0.3, -0.8, 1.7, -2.5, 0.05]
    let weights: [Float] = [1, -2, 0.5, 3, 1]
    func loss(_ function: ElementwiseFunction) -> ([Float]) -> Float {
      { zip(values(of: function, at: $0), weights).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    let gradient = Tensor(rows: 1, columns: 5, elements: weights)
    var output = Tensor(rows: 1, columns: 5, elements: values(of: .tanh, at: inputs))
    applyTanhBackward(output: output.matrix, gradient: gradient.matrix)
    expectGradient(gradient.array, matches: loss(.tanh), at: inputs)
    gradient.copy(from: weights)
    output = Tensor(rows: 1, columns: 5, elements: values(of: .relu, at: inputs))
    applyReLUBackward(output: output.matrix, gradient: gradient.matrix)
    expectGradient(gradient.array, matches: loss(.relu), at: inputs)
  }

  @Test func `functions apply to rows with gaps`() {
    let tensor = Tensor(rows: 2, columns: 3, elements: [0, 0, 5, 0, 0, 5])
    let view = Matrix(tensor, offset: 0, rows: 2, columns: 2, stride: 3)
    apply(.exp, to: view)
    scale(view, by: 3)
    #expect(tensor.array == [3, 3, 5, 3, 3, 5])
  }
}
