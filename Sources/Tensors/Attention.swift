import CKernels

/// Returns how many floats the workspace of causal attention needs.
///
/// - Parameters:
///   - length: The longest sequence.
///   - headWidth: The width of a head.
///   - backward: Whether the gradients are computed in it too.
/// - Returns: The floats.
public func attentionWorkspace(length: Int, headWidth: Int, backward: Bool) -> Int {
  lb_attention_workspace_floats(length, headWidth, backward ? 1 : 0)
}

/// Writes causal attention of one sequence.
///
/// For each head and row t, with keys j ≤ t:
///
///     s_j = q_t · k_j · scale,   e_j = exp(s_j − max s),   P_j = e_j · (1 / Σe),   out_t = Σ P_j v_j
///
/// Products are ascending chains and Σe has 16 lanes by j, so the bits of row t depend on the rows up to t
/// alone, and attention to cached keys and values gives the same.
///
/// - Parameters:
///   - queries: [length, heads · head width].
///   - keys: As `queries`, with the same stride.
///   - values: As `queries`, with the same stride.
///   - heads: How many heads there are.
///   - scale: 1 / √(head width) by convention.
///   - out: [length, heads · head width].
///   - workspace: See ``attentionWorkspace(length:headWidth:backward:)``.
///
/// Source: Vaswani et al., "Attention Is All You Need", NeurIPS 2017, https://arxiv.org/abs/1706.03762.
public func causalAttention(
  queries: Matrix, keys: Matrix, values: Matrix, heads: Int, scale: Float, into out: Matrix,
  workspace: Tensor
) {
  let headWidth = queries.columns / heads
  expectAttentionShapes(queries, keys, values, out, heads: heads)
  precondition(
    workspace.count
      >= attentionWorkspace(length: queries.rows, headWidth: headWidth, backward: false),
    "a workspace of \(workspace.count)")
  lb_causal_attention_f32(
    queries.rows, heads, headWidth, scale, queries.base, keys.base, values.base, queries.stride,
    out.base, out.stride, workspace.base)
}

/// Writes the gradients of causal attention of one sequence; P is computed anew.
///
/// - Parameters:
///   - queries: As in the forward pass.
///   - keys: As in the forward pass.
///   - values: As in the forward pass.
///   - heads: As in the forward pass.
///   - scale: As in the forward pass.
///   - out: What the forward pass gave.
///   - outGradient: ∂L/∂out, with the stride of `out`.
///   - queryGradients: [length, heads · head width].
///   - keyGradients: As `queryGradients`, with the same stride.
///   - valueGradients: As `queryGradients`, with the same stride.
///   - workspace: See ``attentionWorkspace(length:headWidth:backward:)``.
public func writeCausalAttentionGradients(
  queries: Matrix, keys: Matrix, values: Matrix, heads: Int, scale: Float, out: Matrix,
  outGradient: Matrix, queryGradients: Matrix, keyGradients: Matrix, valueGradients: Matrix,
  workspace: Tensor
) {
  let headWidth = queries.columns / heads
  expectAttentionShapes(queries, keys, values, out, heads: heads)
  expectAttentionShapes(queryGradients, keyGradients, valueGradients, outGradient, heads: heads)
  precondition(
    queryGradients.rows == queries.rows && outGradient.stride == out.stride
      && queryGradients.columns == queries.columns
      && workspace.count
        >= attentionWorkspace(length: queries.rows, headWidth: headWidth, backward: true),
    "a workspace of \(workspace.count)")
  lb_causal_attention_backward_f32(
    queries.rows, heads, headWidth, scale, queries.base, keys.base, values.base, queries.stride,
    out.base, outGradient.base, out.stride, queryGradients.base, keyGradients.base,
    valueGradients.base, queryGradients.stride, workspace.base)
}

private func expectAttentionShapes(
  _ queries: Matrix, _ keys: Matrix, _ values: Matrix, _ out: Matrix, heads: Int
) {
  precondition(
    queries.rows > 0 && heads > 0 && queries.columns.isMultiple(of: heads)
      && queries.columns / heads <= 256 && keys.rows == queries.rows
      && values.rows == queries.rows && out.rows == queries.rows
      && keys.columns == queries.columns && values.columns == queries.columns
      && out.columns == queries.columns && keys.stride == queries.stride
      && values.stride == queries.stride,
    "attention of [\(queries.rows), \(queries.columns)] with \(heads) heads")
}
