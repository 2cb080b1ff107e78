import Tensors

/// The rows of a table for tokens and, where positions are learned, of one for positions.
struct TokenEmbedding {
  /// [vocabulary, width].
  let tokens: ParameterSet.Slice
  /// [context, width].
  let positions: ParameterSet.Slice?
  let parameters: ParameterSet

  init(
    name: String, settings: TransformerSettings, vocabulary: Int, parameters: ParameterSet
  ) {
    self.parameters = parameters
    tokens = parameters.declare(
      name: "\(name).embed_tokens.weight", shape: [vocabulary, settings.width])
    positions =
      settings.position == .learned
      ? parameters.declare(
        name: "\(name).embed_positions.weight", shape: [settings.context, settings.width])
      : nil
  }

  /// Writes the embeddings of tokens at their positions.
  ///
  /// - Parameters:
  ///   - inputs: [rows] tokens.
  ///   - rows: The positions of the rows.
  ///   - x: [rows, width] without gaps.
  ///   - workspace: [rows, width] without gaps; used with learned positions alone.
  func forward(
    _ inputs: ArraySlice<Int32>, positions rows: ArraySlice<Int32>, into x: Matrix,
    workspace: Matrix
  ) {
    gatherRows(of: parameters.values(of: tokens), at: inputs, into: x)
    if let positions {
      gatherRows(of: parameters.values(of: positions), at: rows, into: workspace)
      add(workspace, to: x)
    }
  }

  /// Adds ∂L/∂x to the rows of the tables, in the order of the tokens.
  func backward(_ inputs: ArraySlice<Int32>, positions rows: ArraySlice<Int32>, gradient: Matrix) {
    addRows(gradient, to: parameters.gradients(of: tokens), at: inputs)
    if let positions {
      addRows(gradient, to: parameters.gradients(of: positions), at: rows)
    }
  }
}
