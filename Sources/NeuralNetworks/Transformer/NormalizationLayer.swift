import Tensors

/// A normalization of rows with its parameters.
struct NormalizationLayer {
  let kind: Normalization
  let weight: ParameterSet.Slice
  let bias: ParameterSet.Slice?
  let parameters: ParameterSet

  /// Declares `name`.weight and, for LayerNorm, `name`.bias.
  init(kind: Normalization, name: String, width: Int, parameters: ParameterSet) {
    self.kind = kind
    self.parameters = parameters
    weight = parameters.declare(name: "\(name).weight", shape: [width])
    bias =
      kind == .layerNorm ? parameters.declare(name: "\(name).bias", shape: [width]) : nil
  }

  private var epsilon: Float { kind == .rmsNorm ? 1e-6 : 1e-5 }

  /// Sets the weight to 1 and the bias to 0.
  func initialize() {
    parameters.values.copy(from: [Float](repeating: 1, count: weight.count), at: weight.offset)
    if let bias {
      parameters.values.copy(from: [Float](repeating: 0, count: bias.count), at: bias.offset)
    }
  }

  /// Normalizes rows.
  ///
  /// - Parameters:
  ///   - x: [rows, width].
  ///   - y: [rows, width].
  ///   - statistics: [2, at least rows] gets what the backward pass needs from `firstRow` on, or `nil`.
  ///   - firstRow: Where the statistics of the first row go.
  func forward(_ x: Matrix, into y: Matrix, statistics: Tensor? = nil, firstRow: Int = 0) {
    let inverses = statistics.map { row(0, of: $0, from: firstRow, count: x.rows) }
    if let bias {
      layerNorm(
        of: x, weight: parameters.values(of: weight), bias: parameters.values(of: bias),
        epsilon: epsilon, into: y,
        means: statistics.map { row(1, of: $0, from: firstRow, count: x.rows) },
        inverses: inverses)
    } else {
      rmsNorm(
        of: x, weight: parameters.values(of: weight), epsilon: epsilon, into: y,
        inverses: inverses)
    }
  }

  /// Adds ∂L/∂x to `dx` and one leaf of the parameters' gradients: the rows are those of one sequence.
  func backward(
    _ x: Matrix, statistics: Tensor, firstRow: Int, gradient dy: Matrix, into dx: Matrix
  ) {
    let inverses = row(0, of: statistics, from: firstRow, count: x.rows)
    if let bias {
      addLayerNormGradients(
        x: x, means: row(1, of: statistics, from: firstRow, count: x.rows), inverses: inverses,
        weight: parameters.values(of: weight), gradient: dy, inputGradient: dx,
        weightGradient: parameters.gradients(of: weight),
        biasGradient: parameters.gradients(of: bias))
    } else {
      addRMSNormGradients(
        x: x, inverses: inverses, weight: parameters.values(of: weight), gradient: dy,
        inputGradient: dx, weightGradient: parameters.gradients(of: weight))
    }
  }

  private func row(_ index: Int, of statistics: Tensor, from first: Int, count: Int) -> Matrix {
    Matrix(
      statistics, offset: index * statistics.columns + first, rows: 1, columns: count)
  }
}
