// Calls the kernels of decoding in the variant that the thread uses; the layouts are the same in all.

#include <string.h>

#include "KernelTable.h"

void lb_packed_product_f32(
    lb_product_mode mode, size_t m, size_t n, size_t k, const float *a, size_t lda,
    const float *packed, float *c, size_t ldc) {
  lb_current_table()->packed_product(mode, m, n, k, a, lda, packed, c, ldc);
}

void lb_decode_attention_f32(
    size_t rows, size_t heads, size_t head_width, float scale, const float *q, size_t ldq,
    const int32_t *slots, const int32_t *positions, const float *key_cache,
    const float *value_cache, size_t slot_floats, float *out, size_t ldout, float *workspace) {
  lb_current_table()->decode_attention(
      rows, heads, head_width, scale, q, ldq, slots, positions, key_cache, value_cache,
      slot_floats, out, ldout, workspace);
}

// MARK: The same in every variant

void lb_store_in_cache_f32(
    size_t rows, size_t width, const float *keys, const float *values, size_t ld,
    const int32_t *slots, const int32_t *positions, float *key_cache, float *value_cache,
    size_t slot_floats) {
  for (size_t i = 0; i < rows; i++, keys += ld, values += ld) {
    const size_t position = (size_t)positions[i], slot = (size_t)slots[i] * slot_floats;
    float *const lane = key_cache + slot + position / 16 * 16 * width + position % 16;
    for (size_t c = 0; c < width; c++) lane[16 * c] = keys[c];
    memcpy(value_cache + slot + position * width, values, width * sizeof(float));
  }
}

size_t lb_packed_weight_floats(size_t n, size_t k) {
  return (n + lb_weight_panel - 1) / lb_weight_panel * lb_weight_panel * k;
}

void lb_pack_weight_f32(
    size_t column, size_t columns, size_t k, const float *b, size_t ldb, int is_transposed,
    float *packed) {
  for (size_t c = 0; c < columns; c++) {
    const size_t j = column + c;
    float *target = packed + j / lb_weight_panel * lb_weight_panel * k + j % lb_weight_panel;
    const float *source = is_transposed ? b + c * ldb : b + c;
    const size_t step = is_transposed ? 1 : ldb;
    for (size_t p = 0; p < k; p++) target[p * lb_weight_panel] = source[p * step];
  }
}
