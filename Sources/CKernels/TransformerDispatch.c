// Calls the kernels of a transformer in the variant that the thread uses.

#include <string.h>

#include "ExactMath.h"
#include "KernelTable.h"

void lb_rms_norm_f32(
    size_t rows, size_t width, float epsilon, const float *x, size_t ldx, const float *weight,
    float *y, size_t ldy, float *inverse) {
  lb_current_table()->rms_norm(rows, width, epsilon, x, ldx, weight, y, ldy, inverse);
}

void lb_rms_norm_backward_f32(
    size_t rows, size_t width, const float *x, size_t ldx, const float *inverse,
    const float *weight, const float *dy, size_t lddy, float *dx, size_t lddx, float *dweight) {
  lb_current_table()->rms_norm_backward(
      rows, width, x, ldx, inverse, weight, dy, lddy, dx, lddx, dweight);
}

void lb_layer_norm_f32(
    size_t rows, size_t width, float epsilon, const float *x, size_t ldx, const float *weight,
    const float *bias, float *y, size_t ldy, float *mean, float *inverse) {
  lb_current_table()->layer_norm(rows, width, epsilon, x, ldx, weight, bias, y, ldy, mean, inverse);
}

void lb_layer_norm_backward_f32(
    size_t rows, size_t width, const float *x, size_t ldx, const float *mean, const float *inverse,
    const float *weight, const float *dy, size_t lddy, float *dx, size_t lddx, float *dweight,
    float *dbias) {
  lb_current_table()->layer_norm_backward(
      rows, width, x, ldx, mean, inverse, weight, dy, lddy, dx, lddx, dweight, dbias);
}

void lb_swiglu_f32(
    size_t rows, size_t width, const float *gate, const float *up, size_t ld, float *out,
    size_t ldout) {
  lb_current_table()->swiglu(rows, width, gate, up, ld, out, ldout);
}

void lb_swiglu_backward_f32(
    size_t rows, size_t width, const float *gate, const float *up, size_t ld, const float *dout,
    size_t lddout, float *dgate, float *dup, size_t lddgate) {
  lb_current_table()->swiglu_backward(rows, width, gate, up, ld, dout, lddout, dgate, dup, lddgate);
}

void lb_gelu_f32(
    size_t count, const float *x, float *out) {
  lb_current_table()->gelu(count, x, out);
}

void lb_gelu_backward_f32(
    size_t count, const float *x, float *gradient) {
  lb_current_table()->gelu_backward(count, x, gradient);
}

void lb_add_f32(
    size_t count, const float *x, float *y) {
  lb_current_table()->add(count, x, y);
}

void lb_scatter_add_rows_f32(
    size_t rows, size_t width, const float *x, size_t ldx, const int32_t *indices, float *table,
    size_t ldtable) {
  lb_current_table()->scatter_add_rows(rows, width, x, ldx, indices, table, ldtable);
}

void lb_rotate_f32(
    size_t rows, size_t heads, size_t half, const int32_t *positions, const float *cosines,
    const float *sines, int direction, float *x, size_t ldx) {
  lb_current_table()->rotate(rows, heads, half, positions, cosines, sines, direction, x, ldx);
}

void lb_causal_attention_f32(
    size_t length, size_t heads, size_t head_width, float scale, const float *q, const float *k,
    const float *v, size_t ld, float *out, size_t ldout, float *workspace) {
  lb_current_table()->causal_attention(
      length, heads, head_width, scale, q, k, v, ld, out, ldout, workspace);
}

void lb_causal_attention_backward_f32(
    size_t length, size_t heads, size_t head_width, float scale, const float *q, const float *k,
    const float *v, size_t ld, const float *out, const float *dout, size_t ldout, float *dq,
    float *dk, float *dv, size_t ldd, float *workspace) {
  lb_current_table()->causal_attention_backward(
      length, heads, head_width, scale, q, k, v, ld, out, dout, ldout, dq, dk, dv, ldd, workspace);
}

void lb_logit_gradients_f32(
    size_t rows, size_t columns, float scale, const int32_t *targets,
    const float *log_probabilities, const float *probabilities, const float *entropies,
    const float *dlog, const float *dentropies, float *dlogits) {
  lb_current_table()->logit_gradients(
      rows, columns, scale, targets, log_probabilities, probabilities, entropies, dlog, dentropies,
      dlogits);
}

// MARK: The same in every variant

void lb_gather_rows_f32(
    size_t rows, size_t width, const float *table, size_t ldtable, const int32_t *indices,
    float *out, size_t ldout) {
  for (size_t i = 0; i < rows; i++) {
    memcpy(out + i * ldout, table + (size_t)indices[i] * ldtable, width * sizeof(float));
  }
}

void lb_row_squares_f32(size_t rows, size_t columns, const float *p, size_t ldp, float *squares) {
  for (size_t i = 0; i < rows; i++) {
    squares[i] = lb_current_table()->dot(columns, p + i * ldp, p + i * ldp);
  }
}

void lb_rotary_table(
    size_t positions, size_t half, double theta, float *cosines, float *sines) {
  for (size_t i = 0; i < half; i++) {
    const double frequency = lb_exp(-((double)i / (double)half) * lb_log(theta));
    for (size_t position = 0; position < positions; position++) {
      const double angle = (double)position * frequency;
      cosines[position * half + i] = (float)lb_cos(angle);
      sines[position * half + i] = (float)lb_sin(angle);
    }
  }
}

size_t lb_attention_workspace_floats(size_t length, size_t head_width, int backward) {
  const size_t keys = (length + 15) / 16 * 16, padded = (head_width + 15) / 16 * 16;
  // A tile has at most 8 rows of scores; the backward pass keeps two squares.
  return backward ? keys * (2 * head_width + 3 * padded + 2 * keys)
                  : keys * (head_width + padded + 8);
}
