import Tensors

/// One pre-norm block: x + attention(norm(x)), then x + feed-forward(norm(x)).
struct TransformerBlock {
  let attentionNorm: NormalizationLayer
  let attention: SelfAttention
  let feedForwardNorm: NormalizationLayer
  let feedForward: FeedForward

  init(
    name: String, settings: TransformerSettings, rotary: RotaryPositions?,
    parameters: ParameterSet, profile: NumericsProfile
  ) {
    attentionNorm = NormalizationLayer(
      kind: settings.normalization, name: "\(name).input_layernorm", width: settings.width,
      parameters: parameters)
    attention = SelfAttention(
      name: "\(name).self_attn", settings: settings, rotary: rotary, parameters: parameters,
      profile: profile)
    feedForwardNorm = NormalizationLayer(
      kind: settings.normalization, name: "\(name).post_attention_layernorm",
      width: settings.width, parameters: parameters)
    feedForward = FeedForward(
      name: "\(name).mlp", settings: settings, parameters: parameters, profile: profile)
  }

  /// Computes the block for the rows of some sequences.
  ///
  /// - Parameters:
  ///   - x: [rows, width].
  ///   - middle: [rows, width] gets x + attention.
  ///   - out: [rows, width] gets the block's result.
  ///   - kept: Gets what the backward pass needs.
  ///   - shared: Storage that nothing is kept in.
  ///   - positions: [rows].
  ///   - sequences: The rows of each sequence.
  ///   - workspace: For the attention.
  func forward(
    _ x: Matrix, middle: Matrix, out: Matrix, kept: BlockActivations,
    shared: SharedActivations, positions: ArraySlice<Int32>, sequences: ArraySlice<Range<Int>>,
    workspace: Tensor
  ) {
    let rows = x.rows
    let normalized = shared.normalized.firstRows(rows)
    let projected = kept.projected.firstRows(rows)
    let attended = kept.attended.firstRows(rows)
    attentionNorm.forward(x, into: normalized, statistics: kept.attentionStatistics)
    attention.writeQueriesKeysValues(normalized, positions: positions, into: projected)
    attention.attend(projected, sequences: sequences, into: attended, workspace: workspace)
    copy(x, to: middle)
    attention.output.forward(attended, into: middle, mode: .continues)
    feedForwardNorm.forward(middle, into: normalized, statistics: kept.feedForwardStatistics)
    copy(middle, to: out)
    feedForward.forward(
      normalized, expanded: kept.expanded.firstRows(rows),
      activated: shared.activated.firstRows(rows), addingTo: out)
  }

  /// Turns ∂L/∂out into ∂L/∂x in place, and adds the gradients of the parameters.
  ///
  /// - Parameters:
  ///   - x: As in the forward pass.
  ///   - middle: As in the forward pass.
  ///   - kept: As in the forward pass.
  ///   - shared: Storage; what it held in the forward pass is computed anew, for less than its traffic costs.
  ///   - positions: As in the forward pass.
  ///   - sequences: As in the forward pass.
  ///   - gradient: [rows, width].
  ///   - scratch: Storage for gradients inside the block.
  ///   - workspace: For the attention.
  func backward(
    _ x: Matrix, middle: Matrix, kept: BlockActivations, shared: SharedActivations,
    positions: ArraySlice<Int32>, sequences: ArraySlice<Range<Int>>, gradient: Matrix,
    scratch: BlockGradients, workspace: Tensor
  ) {
    let rows = x.rows
    let branch = scratch.branch.firstRows(rows)
    let normalized = shared.normalized.firstRows(rows)
    feedForwardNorm.forward(middle, into: normalized)
    feedForward.backward(
      normalized, expanded: kept.expanded.firstRows(rows),
      activated: shared.activated.firstRows(rows), gradient: gradient, sequences: sequences,
      activatedGradient: scratch.activated.firstRows(rows),
      expandedGradient: scratch.expanded.firstRows(rows), into: branch)
    for sequence in sequences {
      feedForwardNorm.backward(
        middle.rows(sequence), statistics: kept.feedForwardStatistics,
        firstRow: sequence.lowerBound, gradient: branch.rows(sequence),
        into: gradient.rows(sequence))
    }
    let attended = kept.attended.firstRows(rows)
    attention.output.addWeightGradient(attended, gradient, sequences: sequences)
    attention.output.writeInputGradient(gradient, into: branch)
    attentionNorm.forward(x, into: normalized)
    attention.backward(
      normalized, positions: positions, sequences: sequences,
      projected: kept.projected.firstRows(rows), attended: attended, attendedGradient: branch,
      projectedGradient: scratch.projected.firstRows(rows), into: branch, workspace: workspace)
    for sequence in sequences {
      attentionNorm.backward(
        x.rows(sequence), statistics: kept.attentionStatistics, firstRow: sequence.lowerBound,
        gradient: branch.rows(sequence), into: gradient.rows(sequence))
    }
  }
}

/// The activations of a block that its backward pass reads, [capacity, …] each.
struct BlockActivations {
  let attentionStatistics: Tensor
  let projected: Tensor
  let attended: Tensor
  let feedForwardStatistics: Tensor
  let expanded: Tensor

  init(block: TransformerBlock, capacity: Int) {
    let width = block.attention.width
    attentionStatistics = Tensor(rows: 2, columns: capacity)
    projected = Tensor(rows: capacity, columns: 3 * width)
    attended = Tensor(rows: capacity, columns: width)
    feedForwardStatistics = Tensor(rows: 2, columns: capacity)
    expanded = Tensor(rows: capacity, columns: block.feedForward.expandedWidth)
  }
}

/// Rows that the passes of all blocks write and read at once, [capacity, …] each.
struct SharedActivations {
  /// The input of attention or of the feed-forward layer.
  let normalized: Tensor
  /// The input of the down projection.
  let activated: Tensor

  init(block: TransformerBlock, capacity: Int) {
    normalized = Tensor(rows: capacity, columns: block.attention.width)
    activated = Tensor(rows: capacity, columns: block.feedForward.inner)
  }
}

/// Gradients inside a block, [capacity, …] each; the blocks share them.
struct BlockGradients {
  let branch: Tensor
  let projected: Tensor
  let activated: Tensor
  let expanded: Tensor

  init(block: TransformerBlock, capacity: Int) {
    let width = block.attention.width
    branch = Tensor(rows: capacity, columns: width)
    projected = Tensor(rows: capacity, columns: 3 * width)
    activated = Tensor(rows: capacity, columns: block.feedForward.inner)
    // Without a gate the gradient after the nonlinearity becomes the one before it in place.
    expanded =
      block.feedForward.gate == nil
      ? activated : Tensor(rows: capacity, columns: block.feedForward.expandedWidth)
  }
}
