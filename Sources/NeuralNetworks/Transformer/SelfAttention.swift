import Tensors

/// Multi-head causal attention with its projections.
struct SelfAttention {
  let query: LinearMap
  let key: LinearMap
  let value: LinearMap
  let output: LinearMap
  let heads: Int
  let width: Int
  let rotary: RotaryPositions?

  init(
    name: String, settings: TransformerSettings, rotary: RotaryPositions?,
    parameters: ParameterSet, profile: NumericsProfile
  ) {
    let width = settings.width
    func projection(_ part: String) -> LinearMap {
      LinearMap(
        name: "\(name).\(part)_proj.weight", inputs: width, outputs: width,
        parameters: parameters, profile: profile)
    }
    query = projection("q")
    key = projection("k")
    value = projection("v")
    output = projection("o")
    heads = settings.heads
    self.width = width
    self.rotary = rotary
  }

  /// 1 / √(head width).
  var scale: Float { 1 / Float(width / heads).squareRoot() }

  /// Writes queries, keys and values side by side, queries and keys turned by their positions.
  ///
  /// - Parameters:
  ///   - x: [rows, width], normalized.
  ///   - positions: [rows].
  ///   - projected: [rows, 3 · width].
  func writeQueriesKeysValues(
    _ x: Matrix, positions: ArraySlice<Int32>, into projected: Matrix
  ) {
    query.forward(x, into: projected.columns(0..<width))
    key.forward(x, into: projected.columns(width..<2 * width))
    value.forward(x, into: projected.columns(2 * width..<3 * width))
    rotary?.rotate(projected.columns(0..<2 * width), positions: positions)
  }

  /// Attends within each sequence.
  ///
  /// - Parameters:
  ///   - projected: [rows, 3 · width].
  ///   - sequences: The rows of each sequence.
  ///   - attended: [rows, width].
  ///   - workspace: For the longest sequence.
  func attend(
    _ projected: Matrix, sequences: ArraySlice<Range<Int>>, into attended: Matrix,
    workspace: Tensor
  ) {
    for rows in sequences {
      let part = projected.rows(rows)
      causalAttention(
        queries: part.columns(0..<width), keys: part.columns(width..<2 * width),
        values: part.columns(2 * width..<3 * width), heads: heads, scale: scale,
        into: attended.rows(rows), workspace: workspace)
    }
  }

  /// Turns ∂L/∂attended into ∂L/∂x, and adds the gradients of the three input projections.
  ///
  /// - Parameters:
  ///   - x: As in the forward pass.
  ///   - positions: As in the forward pass.
  ///   - sequences: As in the forward pass.
  ///   - projected: As in the forward pass.
  ///   - attended: As in the forward pass.
  ///   - attendedGradient: [rows, width].
  ///   - projectedGradient: [rows, 3 · width], overwritten.
  ///   - dx: [rows, width], overwritten; it may be `attendedGradient`.
  ///   - workspace: For the longest sequence.
  func backward(
    _ x: Matrix, positions: ArraySlice<Int32>, sequences: ArraySlice<Range<Int>>,
    projected: Matrix, attended: Matrix, attendedGradient: Matrix, projectedGradient: Matrix,
    into dx: Matrix, workspace: Tensor
  ) {
    for rows in sequences {
      let (part, gradient) = (projected.rows(rows), projectedGradient.rows(rows))
      writeCausalAttentionGradients(
        queries: part.columns(0..<width), keys: part.columns(width..<2 * width),
        values: part.columns(2 * width..<3 * width), heads: heads, scale: scale,
        out: attended.rows(rows), outGradient: attendedGradient.rows(rows),
        queryGradients: gradient.columns(0..<width),
        keyGradients: gradient.columns(width..<2 * width),
        valueGradients: gradient.columns(2 * width..<3 * width), workspace: workspace)
    }
    rotary?.rotate(
      projectedGradient.columns(0..<2 * width), positions: positions, backwards: true)
    pass(projectedGradient.columns(0..<width), query, .overwrites)
    pass(projectedGradient.columns(width..<2 * width), key, .continues)
    pass(projectedGradient.columns(2 * width..<3 * width), value, .continues)
    func pass(_ gradient: Matrix, _ map: LinearMap, _ mode: ProductMode) {
      map.addWeightGradient(x, gradient, sequences: sequences)
      map.writeInputGradient(gradient, into: dx, mode: mode)
    }
  }
}
