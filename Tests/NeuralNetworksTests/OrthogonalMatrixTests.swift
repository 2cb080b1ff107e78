import NeuralNetworks
import SeededRandom
import Testing

@Suite struct OrthogonalMatrixTests {
  @Test(arguments: [(1, 1), (4, 64), (64, 64), (64, 2), (7, 5)])
  func `the shorter side is orthonormal in double precision`(rows: Int, columns: Int) {
    var generator = SeededGenerator(key: 1)
    let elements = orthogonalMatrix(rows: rows, columns: columns, using: &generator)
    #expect(elements.count == rows * columns)
    let isTall = rows >= columns
    func vector(_ index: Int) -> [Double] {
      isTall
        ? (0..<rows).map { elements[$0 * columns + index] }
        : (0..<columns).map { elements[index * columns + $0] }
    }
    for first in 0..<min(rows, columns) {
      for second in 0...first {
        let product = zip(vector(first), vector(second)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (first == second ? 1 : 0)) < 1e-14)
      }
    }
  }

  @Test func `the same generator gives the same matrix and another one does not`() {
    func matrix(_ key: UInt64) -> [Double] {
      var generator = SeededGenerator(key: key)
      return orthogonalMatrix(rows: 3, columns: 3, using: &generator)
    }
    #expect(matrix(5) == matrix(5))
    #expect(matrix(5) != matrix(6))
  }

  @Test func `directions are uniform`() {
    // For a uniform orthogonal 2×2 matrix, the mean of each element is 0 and of its square 1/2.
    var generator = SeededGenerator(key: 7)
    var sums = [Double](repeating: 0, count: 4)
    var squares = sums
    for _ in 0..<4000 {
      for (i, x) in orthogonalMatrix(rows: 2, columns: 2, using: &generator).enumerated() {
        sums[i] += x / 4000
        squares[i] += x * x / 4000
      }
    }
    // Standard errors are 0.011 and 0.006.
    #expect(sums.allSatisfy { abs($0) < 0.05 })
    #expect(squares.allSatisfy { abs($0 - 0.5) < 0.03 })
  }
}
