public import SeededRandom

/// Returns a random matrix with orthonormal columns, or orthonormal rows if it is wider than tall.
///
/// The longer vectors are drawn one after the other from a normal distribution and made orthonormal by
/// Gram and Schmidt's method, each projected twice against cancellation. With that sign convention (the
/// triangular factor has a positive diagonal) the matrix is uniform over all such matrices.
///
/// - Parameters:
///   - rows: At least 1.
///   - columns: At least 1.
///   - generator: Where the normals come from.
/// - Returns: `rows · columns` elements, row after row.
///
/// Source: Saxe, McClelland & Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep
/// linear neural networks", ICLR 2014, https://arxiv.org/abs/1312.6120.
public func orthogonalMatrix(
  rows: Int, columns: Int, using generator: inout SeededGenerator
) -> [Double] {
  precondition(rows >= 1 && columns >= 1, "an orthogonal matrix of [\(rows), \(columns)]")
  let length = max(rows, columns)
  var basis: [[Double]] = []
  while basis.count < min(rows, columns) {
    var vector = (0..<length).map { _ in generator.nextNormal() }
    let drawnLength = dot(vector, vector).squareRoot()
    for _ in 0..<2 {
      for earlier in basis {
        let projection = dot(vector, earlier)
        for i in vector.indices { vector[i] -= projection * earlier[i] }
      }
    }
    let remainingLength = dot(vector, vector).squareRoot()
    // A vector that nearly lies in the span of the others is drawn again; its direction is noise.
    guard remainingLength > 1e-6 * drawnLength else { continue }
    basis.append(vector.map { $0 / remainingLength })
  }
  var elements = [Double](repeating: 0, count: rows * columns)
  for row in 0..<rows {
    for column in 0..<columns {
      elements[row * columns + column] = rows >= columns ? basis[column][row] : basis[row][column]
    }
  }
  return elements
}

/// The sum of products in ascending order.
private func dot(_ first: [Double], _ second: [Double]) -> Double {
  var sum = 0.0
  for i in first.indices { sum += first[i] * second[i] }
  return sum
}
