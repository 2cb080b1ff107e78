// Decoding with a cache of keys and values, and products with packed weights: the source of every variant.
//
// The bits are those of the training kernels: a product element is one ascending chain, and attention follows
// the steps of `lb_causal_attention_f32`.

// MARK: Products with packed weights

static void packed_product(
    lb_product_mode mode, size_t m, size_t n, size_t k, const float *a, size_t lda,
    const float *packed, float *c, size_t ldc) {
  for (size_t j = 0; j < n; j += 2 * LB_WIDTH) {
    const size_t left = n - j;
    const panel_shape shape = {
        left < 2 * LB_WIDTH ? left : 2 * LB_WIDTH, 2 * LB_WIDTH, LB_TILE_ROWS, pair_tiles};
    const tile_operands o = {
        .a = a, .a_row = lda, .a_k = 1,
        .b = packed + j / lb_weight_panel * lb_weight_panel * k + j % lb_weight_panel,
        .b_k = lb_weight_panel, .bias = NULL, .c = c + j, .c_row = ldc, .k = k, .mode = mode};
    run_panel(m, &shape, o, 0, 0);
  }
}

// MARK: Attention to a cache

/// The scores of `blocks` blocks of 16 keys: chains over the head's elements, times `scale`.
LB_INLINE void score_key_blocks(
    const int blocks, size_t head_width, size_t block_floats, float scale, const float *q,
    const float *keys, float *scores) {
  f32x16 sums[4];
  LB_UNROLL for (int b = 0; b < blocks; b++) sums[b] = splat(0.0f);
  for (size_t d = 0; d < head_width; d++, keys += 16) {
    const f32x16 element = splat(q[d]);
    LB_UNROLL for (int b = 0; b < blocks; b++) {
      sums[b] = fused(element, load16(keys + (size_t)b * block_floats), sums[b]);
    }
  }
  LB_UNROLL for (int b = 0; b < blocks; b++) store16(scores + 16 * b, sums[b] * scale);
}

/// Attention probabilities of all heads over `count` keys, which lie in blocks of 16, a row of `p` a head.
///
/// A few blocks are scored for every head before the next are: that reads the cache from end to end.
LB_INLINE void attention_probabilities(
    size_t count, size_t heads, size_t head_width, float scale, const float *q, const float *keys,
    float *p, size_t ldp) {
  const size_t blocks = (count + 15) / 16, head_floats = 16 * head_width;
  const size_t block_floats = heads * head_floats;
  size_t b = 0;
#define LB_SCORE(together)                                                                \
  for (; b + together <= blocks; b += together) {                                         \
    for (size_t h = 0; h < heads; h++) {                                                  \
      score_key_blocks(                                                                   \
          together, head_width, block_floats, scale, q + h * head_width,                  \
          keys + b * block_floats + h * head_floats, p + h * ldp + 16 * b);               \
    }                                                                                     \
  }
  LB_SCORE(4)
  LB_SCORE(2)
  LB_SCORE(1)
#undef LB_SCORE
  for (size_t h = 0; h < heads; h++) attention_softmax(count, p + h * ldp);
}

/// The chains over the keys for `heads` heads of `vectors` · 16 elements; both are constants.
LB_INLINE void weighted_values(
    const int heads, const int vectors, size_t count, size_t width, const float *p, size_t ldp,
    const float *values, float *out) {
  f32x16 sums[8];
  LB_UNROLL for (int i = 0; i < heads * vectors; i++) sums[i] = splat(0.0f);
  for (size_t j = 0; j < count; j++, values += width) {
    LB_UNROLL for (int h = 0; h < heads; h++) {
      const f32x16 probability = splat(p[(size_t)h * ldp + j]);
      LB_UNROLL for (int v = 0; v < vectors; v++) {
        const int i = h * vectors + v;
        sums[i] = fused(probability, load16(values + 16 * i), sums[i]);
      }
    }
  }
  LB_UNROLL for (int i = 0; i < heads * vectors; i++) store16(out + 16 * i, sums[i]);
}

/// The same for one head of any width.
LB_INLINE void weighted_values_of_odd_head(
    size_t head_width, size_t count, size_t width, const float *p, const float *values,
    float *out) {
  for (size_t d = 0; d < head_width; d += 16) {
    const size_t n = head_width - d;
    f32x16 sum = splat(0.0f);
    for (size_t j = 0; j < count; j++) {
      sum = fused(splat(p[j]), load_upto(values + j * width + d, n), sum);
    }
    store_upto(out + d, n, sum);
  }
}

#define LB_WEIGHTED_VALUES(together, vectors)                                               \
  for (; h + together <= heads; h += together) {                                            \
    weighted_values(                                                                        \
        together, vectors, count, width, p + h * ldp, ldp, values + h * head_width,         \
        out + h * head_width);                                                              \
  }

static void decode_attention_f32(
    size_t rows, size_t heads, size_t head_width, float scale, const float *q, size_t ldq,
    const int32_t *slots, const int32_t *positions, const float *key_cache,
    const float *value_cache, size_t slot_floats, float *out, size_t ldout, float *p) {
  const size_t width = heads * head_width;
  for (size_t i = 0; i < rows; i++, q += ldq, out += ldout) {
    const size_t count = (size_t)positions[i] + 1, ldp = (count + 15) / 16 * 16;
    const float *keys = key_cache + (size_t)slots[i] * slot_floats;
    const float *values = value_cache + (size_t)slots[i] * slot_floats;
    attention_probabilities(count, heads, head_width, scale, q, keys, p, ldp);
    size_t h = 0;
    if (head_width == 16) {
      LB_WEIGHTED_VALUES(8, 1)
      LB_WEIGHTED_VALUES(4, 1)
      LB_WEIGHTED_VALUES(1, 1)
    } else if (head_width == 32) {
      LB_WEIGHTED_VALUES(4, 2)
      LB_WEIGHTED_VALUES(2, 2)
      LB_WEIGHTED_VALUES(1, 2)
    } else if (head_width == 64) {
      LB_WEIGHTED_VALUES(2, 4)
      LB_WEIGHTED_VALUES(1, 4)
    } else {
      for (; h < heads; h++) {
        weighted_values_of_odd_head(
            head_width, count, width, p + h * ldp, values + h * head_width, out + h * head_width);
      }
    }
  }
}
