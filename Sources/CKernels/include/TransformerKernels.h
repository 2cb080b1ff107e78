// The innermost loops of a transformer besides its products, in f32, with the same bits in all variants.
//
// Every function works row by row: what a row gives depends on that row, or in attention on that
// sequence's rows up to it, never on how many rows are computed together. `ld…` are the distances
// between rows, in elements. Lanes are those of Kernels.h: index mod 16, then the halving tree.

#ifndef LABBOOK_TRANSFORMER_KERNELS_H
#define LABBOOK_TRANSFORMER_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// MARK: Normalization

/// y = (x · i) · weight with i = 1 / √(Σx² / width + epsilon); `inverse` [rows] gets i and may be null.
void lb_rms_norm_f32(
    size_t rows, size_t width, float epsilon, const float *x, size_t ldx, const float *weight,
    float *y, size_t ldy, float *inverse);

/// Adds ∂L/∂x to `dx`, and one leaf, the chain over the rows, of ∂L/∂weight to `dweight`.
///
/// With g = dy · weight and h = x · i: ∂L/∂x = i · (g − h · Σ(g · h) / width).
void lb_rms_norm_backward_f32(
    size_t rows, size_t width, const float *x, size_t ldx, const float *inverse,
    const float *weight, const float *dy, size_t lddy, float *dx, size_t lddx, float *dweight);

/// y = fma((x − m) · i, weight, bias) with m = Σx / width, i = 1 / √(Σ(x − m)² / width + epsilon).
///
/// `mean` and `inverse` [rows] get m and i; they may be null.
void lb_layer_norm_f32(
    size_t rows, size_t width, float epsilon, const float *x, size_t ldx, const float *weight,
    const float *bias, float *y, size_t ldy, float *mean, float *inverse);

/// Adds ∂L/∂x to `dx`, and one leaf each of ∂L/∂weight and ∂L/∂bias to theirs.
///
/// With g = dy · weight and h = (x − m) · i: ∂L/∂x = i · (g − Σg / width − h · Σ(g · h) / width).
void lb_layer_norm_backward_f32(
    size_t rows, size_t width, const float *x, size_t ldx, const float *mean,
    const float *inverse, const float *weight, const float *dy, size_t lddy, float *dx,
    size_t lddx, float *dweight, float *dbias);

// MARK: Feed-forward activations

/// out = (gate · σ(gate)) · up with σ(x) = 1 / (1 + exp(−x)).
void lb_swiglu_f32(
    size_t rows, size_t width, const float *gate, const float *up, size_t ld, float *out,
    size_t ldout);

/// Writes ∂L/∂gate and ∂L/∂up from ∂L/∂out; `dgate` and `dup` may be `gate` and `up`.
void lb_swiglu_backward_f32(
    size_t rows, size_t width, const float *gate, const float *up, size_t ld, const float *dout,
    size_t lddout, float *dgate, float *dup, size_t lddgate);

/// out = ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))).
void lb_gelu_f32(size_t count, const float *x, float *out);

/// gradient *= the derivative of `lb_gelu_f32` at x.
void lb_gelu_backward_f32(size_t count, const float *x, float *gradient);

// MARK: Rows

/// y += x.
void lb_add_f32(size_t count, const float *x, float *y);

/// out[i] = table[indices[i]], rows of `width` elements.
void lb_gather_rows_f32(
    size_t rows, size_t width, const float *table, size_t ldtable, const int32_t *indices,
    float *out, size_t ldout);

/// table[indices[i]] += x[i], i ascending.
void lb_scatter_add_rows_f32(
    size_t rows, size_t width, const float *x, size_t ldx, const int32_t *indices, float *table,
    size_t ldtable);

// MARK: Rotary positions

/// Cosines and sines [positions, half] of position · theta^(−i / half), computed in Double.
void lb_rotary_table(
    size_t positions, size_t half, double theta, float *cosines, float *sines);

/// Turns the pairs (i, i + half) of each head of each row by the angle of the row's position.
///
///     a' = fma(a, cos, −(b · sin)),   b' = fma(b, cos, a · sin)
///
/// A `direction` of −1 turns back. Each row has `heads` heads of 2 · half elements.
void lb_rotate_f32(
    size_t rows, size_t heads, size_t half, const int32_t *positions, const float *cosines,
    const float *sines, int direction, float *x, size_t ldx);

// MARK: Attention

/// Floats of workspace that attention needs for a sequence; `backward` says which pass.
size_t lb_attention_workspace_floats(size_t length, size_t head_width, int backward);

/// Causal attention of one sequence: q, k, v [length, heads · head_width] → out.
///
/// For each head and row t: s_j = (chain over the head's elements of q_t · k_j) · scale for j ≤ t; the
/// exact maximum; e_j = exp(s_j − max); the sum in 16 lanes by j; P_j = e_j · (1 / sum); out = the chain
/// over j = 0 … t of P_j · v_j.
void lb_causal_attention_f32(
    size_t length, size_t heads, size_t head_width, float scale, const float *q, const float *k,
    const float *v, size_t ld, float *out, size_t ldout, float *workspace);

/// Writes ∂L/∂q, ∂L/∂k, ∂L/∂v from ∂L/∂out; P is computed anew.
///
/// With dP_tj the chain of dout_t · v_j and D_t = Σ dout_t · out_t in 16 lanes: dS = P (dP − D) · scale,
/// dq_t = the chain over j ≤ t of dS_tj · k_j, dk_j and dv_j the chains over t ≥ j of dS_tj · q_t and
/// P_tj · dout_t.
void lb_causal_attention_backward_f32(
    size_t length, size_t heads, size_t head_width, float scale, const float *q, const float *k,
    const float *v, size_t ld, const float *out, const float *dout, size_t ldout, float *dq,
    float *dk, float *dv, size_t ldd, float *workspace);

// MARK: The head

/// ∂L/∂logits from ∂L/∂log π(target) and ∂L/∂H, times `scale`, 1 / temperature.
///
///     scale · (dlog · (δ − p) − dH · p (log p + H))
///
/// All matrices [rows, columns] without gaps; `targets`, `dlog`, `entropies`, `dentropies` [rows].
void lb_logit_gradients_f32(
    size_t rows, size_t columns, float scale, const int32_t *targets, const float *log_probabilities,
    const float *probabilities, const float *entropies, const float *dlog, const float *dentropies,
    float *dlogits);

/// squares[i] = Σ p² of each row in 16 lanes, chains of fused multiply-adds.
void lb_row_squares_f32(size_t rows, size_t columns, const float *p, size_t ldp, float *squares);

#endif
