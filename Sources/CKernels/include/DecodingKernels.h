// The innermost loops of sampling from a transformer: weights packed once, keys and values cached.
//
// Bits are those of Kernels.h and TransformerKernels.h: each product element is one ascending chain, and a row
// of cached attention gives what the same row of `lb_causal_attention_f32` gives.

#ifndef LABBOOK_DECODING_KERNELS_H
#define LABBOOK_DECODING_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "Kernels.h"

/// Columns of a panel of packed weights.
enum { lb_weight_panel = 32 };

/// Floats of a packed matrix [k, n].
size_t lb_packed_weight_floats(size_t n, size_t k);

/// Packs the columns `column`… of a matrix of n columns: panels [k][32], lanes beyond the last column +0.
///
/// `b` is [k, columns], or with `is_transposed` [columns, k]; `ldb` is the distance between its stored rows.
/// The columns before and after are left alone, so that several matrices can be packed side by side.
void lb_pack_weight_f32(
    size_t column, size_t columns, size_t k, const float *b, size_t ldb, int is_transposed,
    float *packed);

/// `lb_product` in its plain form with B packed by `lb_pack_weight_f32`; `mode` overwrites or continues.
void lb_packed_product_f32(
    lb_product_mode mode, size_t m, size_t n, size_t k, const float *a, size_t lda,
    const float *packed, float *c, size_t ldc);

/// Puts the key and value of each row into the caches at its slot and position.
///
/// A slot is `slot_floats` floats of each cache: keys in blocks [positions / 16][width][16], values
/// [positions, width].
void lb_store_in_cache_f32(
    size_t rows, size_t width, const float *keys, const float *values, size_t ld,
    const int32_t *slots, const int32_t *positions, float *key_cache, float *value_cache,
    size_t slot_floats);

/// Attention of each row to the positions 0 … its own of its slot, with the steps of `lb_causal_attention_f32`.
///
/// `workspace` has heads · positions floats, positions rounded up to a multiple of 16.
void lb_decode_attention_f32(
    size_t rows, size_t heads, size_t head_width, float scale, const float *q, size_t ldq,
    const int32_t *slots, const int32_t *positions, const float *key_cache,
    const float *value_cache, size_t slot_floats, float *out, size_t ldout, float *workspace);

#endif
