import Tensors
import TestSupport
import Testing

@Suite struct ReductionsTests {
  /// The documented order: 16 lanes by index mod 16, ascending from +0, then halves added.
  private func laned<Value: FloatingPoint>(_ terms: [Float], _ add: (Value, Float) -> Value)
    -> Value
  {
    var lanes = [Value](repeating: 0, count: 16)
    for (index, term) in terms.enumerated() { lanes[index % 16] = add(lanes[index % 16], term) }
    for width in [8, 4, 2, 1] {
      for lane in 0..<width { lanes[lane] += lanes[lane + width] }
    }
    return lanes[0]
  }

  @Test func `every count up to 70 follows the model of the lanes`() {
    var numbers = Numbers(seed: 7)
    for count in Array(0...70) + [1000, 4097] {
      let (x, y) = (numbers.tensor(1, count), numbers.tensor(1, count))
      let expectedSum: Float = laned(x.array) { $0 + $1 }
      let expectedSquares: Double = laned(x.array) { $0 + Double($1) * Double($1) }
      var lanes = [Float](repeating: 0, count: 16)
      for index in 0..<count {
        lanes[index % 16] = lanes[index % 16].addingProduct(x[index], y[index])
      }
      let expectedDot: Float = laned(lanes) { $0 + $1 }
      for instructionSet in availableInstructionSets {
        Kernels.using(instructionSet) {
          #expect(sum(of: x.matrix).bitPattern == expectedSum.bitPattern, "\(count)")
          #expect(sumOfSquares(of: x.matrix).bitPattern == expectedSquares.bitPattern, "\(count)")
          #expect(dotProduct(x.matrix, y.matrix).bitPattern == expectedDot.bitPattern, "\(count)")
          #expect(maximum(of: x.matrix) == x.array.max() ?? -.infinity, "\(count)")
        }
      }
    }
  }

  @Test func `the order is visible in the bits`() {
    // 1 and 2²⁵ share lane 0; −2²⁵ is in lane 8 and meets them only in the tree.
    var elements = [Float](repeating: 0, count: 25)
    elements[0] = 1
    elements[16] = 0x1p25
    elements[8] = -0x1p25
    let tensor = Tensor(rows: 1, columns: 25, elements: elements)
    #expect(sum(of: tensor.matrix) == 0)
    elements.swapAt(8, 16)
    tensor.copy(from: elements)
    #expect(sum(of: tensor.matrix) == 0)
    elements = [1, 0x1p25] + [Float](repeating: 0, count: 7) + [-0x1p25]
    let spread = Tensor(rows: 1, columns: 10, elements: elements)
    #expect(sum(of: spread.matrix) == 1)
  }

  @Test func `an empty sum is plus zero`() {
    let empty = Tensor(rows: 1, columns: 0)
    #expect(sum(of: empty.matrix).bitPattern == 0)
    #expect(sumOfSquares(of: empty.matrix) == 0)
    #expect(maximum(of: empty.matrix) == -.infinity)
  }

  @Test func `squares do not overflow in Double`() {
    let tensor = Tensor(rows: 1, columns: 2, elements: [3e30, 4e30])
    expectClose(sumOfSquares(of: tensor.matrix).squareRoot(), 5e30, tolerance: 1e24)
  }

  @Test func `NaN reaches every sum`() {
    var elements = [Float](repeating: 1, count: 20)
    elements[18] = .nan
    let tensor = Tensor(rows: 1, columns: 20, elements: elements)
    #expect(sum(of: tensor.matrix).isNaN)
    #expect(dotProduct(tensor.matrix, tensor.matrix).isNaN)
    #expect(sumOfSquares(of: tensor.matrix).isNaN)
  }
}
