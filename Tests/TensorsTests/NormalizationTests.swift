import Tensors
import TestSupport
import Testing

@Suite struct NormalizationTests {
  @Test func `a row is divided by its root mean square`() {
    let x = Tensor(rows: 2, columns: 2, elements: [3, 4, -6, 8])
    let weight = Tensor(rows: 1, columns: 2, elements: [1, 2])
    let (y, inverses) = (Tensor(rows: 2, columns: 2), Tensor(rows: 2, columns: 1))
    rmsNorm(
      of: x.matrix, weight: weight.matrix, epsilon: 0, into: y.matrix, inverses: inverses.matrix)
    let root = Float(12.5).squareRoot()
    expectClose(
      y.array, [3 / root, 8 / root, -3 / root, 8 / root], tolerance: 1e-6)
    expectClose(inverses.array, [1 / root, 0.5 / root], tolerance: 1e-7)
  }

  @Test func `a row is centred and divided by its deviation`() {
    let x = Tensor(rows: 1, columns: 4, elements: [1, 3, 5, 7])
    let weight = Tensor(rows: 1, columns: 4, elements: [1, 1, 2, 1])
    let bias = Tensor(rows: 1, columns: 4, elements: [0, 1, 0, 0])
    let (y, means) = (Tensor(rows: 1, columns: 4), Tensor(rows: 1, columns: 1))
    layerNorm(
      of: x.matrix, weight: weight.matrix, bias: bias.matrix, epsilon: 0, into: y.matrix,
      means: means.matrix)
    let root = Float(5).squareRoot()
    expectClose(y.array, [-3 / root, 1 - 1 / root, 2 / root, 3 / root], tolerance: 1e-6)
    #expect(means.array == [4])
  }

  /// The loss Σ c · y and its gradients by x, weight and bias, without bias for RMSNorm.
  private func pass(
    _ elements: [Float], rows: Int, width: Int, isLayerNorm: Bool
  ) -> (loss: Float, gradients: [Float]) {
    var numbers = Numbers(seed: 79)
    let c = numbers.tensor(rows, width)
    let x = Tensor(rows: rows, columns: width, elements: Array(elements.prefix(rows * width)))
    let weight = Tensor(
      rows: 1, columns: width, elements: Array(elements.dropFirst(rows * width).prefix(width)))
    let bias = Tensor(rows: 1, columns: width, elements: Array(elements.suffix(width)))
    let y = Tensor(rows: rows, columns: width)
    let (means, inverses) = (Tensor(rows: rows, columns: 1), Tensor(rows: rows, columns: 1))
    let dx = Tensor(rows: rows, columns: width)
    let (dweight, dbias) = (Tensor(rows: 1, columns: width), Tensor(rows: 1, columns: width))
    if isLayerNorm {
      layerNorm(
        of: x.matrix, weight: weight.matrix, bias: bias.matrix, epsilon: 1e-5, into: y.matrix,
        means: means.matrix, inverses: inverses.matrix)
      addLayerNormGradients(
        x: x.matrix, means: means.matrix, inverses: inverses.matrix, weight: weight.matrix,
        gradient: c.matrix, inputGradient: dx.matrix, weightGradient: dweight.matrix,
        biasGradient: dbias.matrix)
    } else {
      rmsNorm(
        of: x.matrix, weight: weight.matrix, epsilon: 1e-6, into: y.matrix,
        inverses: inverses.matrix)
      addRMSNormGradients(
        x: x.matrix, inverses: inverses.matrix, weight: weight.matrix, gradient: c.matrix,
        inputGradient: dx.matrix, weightGradient: dweight.matrix)
    }
    let loss = zip(y.array, c.array).reduce(Float(0)) { $0 + $1.0 * $1.1 }
    return (loss, dx.array + dweight.array + dbias.array)
  }

  @Test(arguments: [false, true], [2, 5, 16, 37])
  func `gradients match central differences`(isLayerNorm: Bool, width: Int) {
    var numbers = Numbers(seed: 80)
    let start = numbers.tensor(1, 5 * width).array
    expectGradient(
      pass(start, rows: 3, width: width, isLayerNorm: isLayerNorm).gradients,
      matches: { pass($0, rows: 3, width: width, isLayerNorm: isLayerNorm).loss }, at: start,
      step: 2e-3, tolerance: 5e-3)
  }

  @Test(arguments: [false, true], [2, 16, 37, 64])
  func `all variants give the same bits`(isLayerNorm: Bool, width: Int) {
    var numbers = Numbers(seed: 81)
    let elements = numbers.tensor(1, 7 * width).array
    func results() -> [UInt32] {
      let both = pass(elements, rows: 5, width: width, isLayerNorm: isLayerNorm)
      return bits([both.loss] + both.gradients)
    }
    let expected = results()
    for instructionSet in availableInstructionSets {
      #expect(Kernels.using(instructionSet) { results() } == expected, "\(instructionSet)")
    }
  }
}
