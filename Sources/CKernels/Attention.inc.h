// Causal attention and rotary positions: the source of every variant.
//
// A tile of rows goes through scores, softmax and the sum over values while its scores stay in the
// cache. Only the triangle is computed, in blocks of 16 keys. The last tile of a sequence starts so early
// that it is full: rows that two tiles share are computed twice, with the same bits.

/// Rows of a tile of attention, and its vectors of 16 elements.
#define LB_ATTENTION_ROWS (LB_WIDTH == 16 ? 8 : 4)
#define LB_ATTENTION_VECTORS (LB_WIDTH == 16 ? 2 : 1)

LB_INLINE size_t blocks_of_16(size_t count) { return (count + 15) / 16; }

/// The largest lane; exact, so its order does not matter.
LB_INLINE float tree_max_of_lanes(f32x16 lanes) {
  typedef float f32x8 __attribute__((ext_vector_type(8)));
  typedef float f32x4 __attribute__((ext_vector_type(4)));
  const f32x8 eight = lanes.lo > lanes.hi ? lanes.lo : lanes.hi;
  const f32x4 four = eight.lo > eight.hi ? eight.lo : eight.hi;
  const float a = four.x > four.z ? four.x : four.z, b = four.y > four.w ? four.y : four.w;
  return a > b ? a : b;
}

/// Copies x[j, i] to blocks [j / 16][i][16]; lanes beyond the last row hold +0.
LB_INLINE void pack_blocks_of_rows(
    size_t rows, size_t width, const float *x, size_t ldx, float *blocks) {
  for (size_t j = 0; j < rows; j += 16, blocks += width * 16) {
    const size_t count = rows - j < 16 ? rows - j : 16;
    const panel_shape shape = {count, 16, 0, NULL};
    pack_transposed_panel(x + j * ldx, ldx, width, &shape, blocks);
  }
}

/// out[r][16 v …] = (the chain over i < depth of a[r][i] · blocks[v][i]) · scale.
LB_INLINE void block_products(
    const int rows, const int vectors, size_t depth, const float *a, size_t lda,
    const float *blocks, float scale, float *out, size_t ldout) {
  f32x16 sums[8][2];
  LB_UNROLL for (int r = 0; r < rows; r++) {
    LB_UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = splat(0.0f);
  }
  for (size_t i = 0; i < depth; i++) {
    f32x16 columns[2];
    LB_UNROLL for (int v = 0; v < vectors; v++) {
      columns[v] = load16(blocks + ((size_t)v * depth + i) * 16);
    }
    LB_UNROLL for (int r = 0; r < rows; r++) {
      const f32x16 element = splat(a[(size_t)r * lda + i]);
      LB_UNROLL for (int v = 0; v < vectors; v++) {
        sums[r][v] = fused(element, columns[v], sums[r][v]);
      }
    }
  }
  LB_UNROLL for (int r = 0; r < rows; r++) {
    LB_UNROLL for (int v = 0; v < vectors; v++) {
      store16(out + (size_t)r * ldout + v * 16, sums[r][v] * scale);
    }
  }
}

/// The products of a tile of rows with `blocks` blocks of 16 keys.
LB_INLINE void tile_products(
    const int rows, size_t depth, size_t blocks, const float *a, size_t lda, const float *packed,
    float scale, float *out, size_t ldout) {
  size_t b = 0;
  for (; b + LB_ATTENTION_VECTORS <= blocks; b += LB_ATTENTION_VECTORS) {
    block_products(
        rows, LB_ATTENTION_VECTORS, depth, a, lda, packed + b * depth * 16, scale, out + b * 16,
        ldout);
  }
  for (; b < blocks; b++) {
    block_products(rows, 1, depth, a, lda, packed + b * depth * 16, scale, out + b * 16, ldout);
  }
}

/// The softmax of the first `count` elements in place; the rest of the last block becomes +0.
LB_INLINE void attention_softmax(size_t count, float *row) {
  const size_t whole = count & ~(size_t)15, rest = count - whole;
  const i32x16 rest_lanes = first_lanes(rest);
  f32x16 best = splat(-__builtin_inff());
  for (size_t j = 0; j < whole; j += 16) {
    const f32x16 next = load16(row + j);
    best = next > best ? next : best;
  }
  if (rest > 0) {
    const f32x16 last = select16(rest_lanes, load16(row + whole), splat(-__builtin_inff()));
    best = last > best ? last : best;
  }
  const float maximum = tree_max_of_lanes(best);
  f32x16 lanes = splat(0.0f);
  for (size_t j = 0; j < whole; j += 16) {
    const f32x16 e = exp16(load16(row + j) - maximum);
    lanes += e;
    store16(row + j, e);
  }
  if (rest > 0) {
    const f32x16 e = select16(rest_lanes, exp16(load16(row + whole) - maximum), splat(0.0f));
    lanes += e;
    store16(row + whole, e);
  }
  const float reciprocal = 1.0f / sum_of_lanes(lanes);
  for (size_t j = 0; j < count; j += 16) store16(row + j, load16(row + j) * reciprocal);
}

/// out[r][16 v …] = the chain over j ≤ first + r of a[r][j] · b[j][16 v …].
LB_INLINE void causal_sum(
    const int rows, const int vectors, size_t first, const float *a, size_t lda, const float *b,
    size_t ldb, float *out, size_t ldout) {
  f32x16 sums[8][2];
  LB_UNROLL for (int r = 0; r < rows; r++) {
    LB_UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = splat(0.0f);
  }
  for (size_t j = 0; j <= first; j++) {
    f32x16 columns[2];
    LB_UNROLL for (int v = 0; v < vectors; v++) columns[v] = load16(b + j * ldb + v * 16);
    LB_UNROLL for (int r = 0; r < rows; r++) {
      const f32x16 element = splat(a[(size_t)r * lda + j]);
      LB_UNROLL for (int v = 0; v < vectors; v++) {
        sums[r][v] = fused(element, columns[v], sums[r][v]);
      }
    }
  }
  // A row stops at its own last key: what comes later could be infinite, and 0 · ∞ is NaN.
  LB_UNROLL for (int s = 1; s < rows; s++) {
    const size_t j = first + (size_t)s;
    f32x16 columns[2];
    LB_UNROLL for (int v = 0; v < vectors; v++) columns[v] = load16(b + j * ldb + v * 16);
    LB_UNROLL for (int r = s; r < rows; r++) {
      const f32x16 element = splat(a[(size_t)r * lda + j]);
      LB_UNROLL for (int v = 0; v < vectors; v++) {
        sums[r][v] = fused(element, columns[v], sums[r][v]);
      }
    }
  }
  LB_UNROLL for (int r = 0; r < rows; r++) {
    LB_UNROLL for (int v = 0; v < vectors; v++) {
      store16(out + (size_t)r * ldout + v * 16, sums[r][v]);
    }
  }
}

/// `causal_sum` over all of a head whose width is a multiple of 16.
LB_INLINE void causal_sums(
    const int rows, size_t width, size_t first, const float *a, size_t lda, const float *b,
    size_t ldb, float *out, size_t ldout) {
  size_t c = 0;
  for (; c + 16 * LB_ATTENTION_VECTORS <= width; c += 16 * LB_ATTENTION_VECTORS) {
    causal_sum(rows, LB_ATTENTION_VECTORS, first, a, lda, b + c, ldb, out + c, ldout);
  }
  for (; c < width; c += 16) causal_sum(rows, 1, first, a, lda, b + c, ldb, out + c, ldout);
}

/// out[r][16 v …] = the chain over t < count of a[t][r] · b[t][16 v …].
LB_INLINE void transposed_sum(
    const int rows, const int vectors, size_t count, const float *a, size_t lda, const float *b,
    size_t ldb, float *out, size_t ldout) {
  f32x16 sums[8][2];
  LB_UNROLL for (int r = 0; r < rows; r++) {
    LB_UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = splat(0.0f);
  }
  for (size_t t = 0; t < count; t++) {
    f32x16 columns[2];
    LB_UNROLL for (int v = 0; v < vectors; v++) columns[v] = load16(b + t * ldb + v * 16);
    LB_UNROLL for (int r = 0; r < rows; r++) {
      const f32x16 element = splat(a[t * lda + (size_t)r]);
      LB_UNROLL for (int v = 0; v < vectors; v++) {
        sums[r][v] = fused(element, columns[v], sums[r][v]);
      }
    }
  }
  LB_UNROLL for (int r = 0; r < rows; r++) {
    LB_UNROLL for (int v = 0; v < vectors; v++) {
      store16(out + (size_t)r * ldout + v * 16, sums[r][v]);
    }
  }
}

LB_INLINE void transposed_sums(
    const int rows, size_t width, size_t count, const float *a, size_t lda, const float *b,
    size_t ldb, float *out, size_t ldout) {
  size_t c = 0;
  for (; c + 16 * LB_ATTENTION_VECTORS <= width; c += 16 * LB_ATTENTION_VECTORS) {
    transposed_sum(rows, LB_ATTENTION_VECTORS, count, a, lda, b + c, ldb, out + c, ldout);
  }
  for (; c < width; c += 16) transposed_sum(rows, 1, count, a, lda, b + c, ldb, out + c, ldout);
}

/// A matrix whose rows can be read in whole vectors: x itself, or a copy in `copy` padded with +0.
LB_INLINE const float *padded_rows(
    size_t rows, size_t width, const float *x, size_t ldx, float *copy, size_t *ld) {
  if (width % 16 == 0) {
    *ld = ldx;
    return x;
  }
  const size_t padded = blocks_of_16(width) * 16;
  for (size_t i = 0; i < rows; i++) {
    for (size_t c = 0; c < padded; c++) copy[i * padded + c] = c < width ? x[i * ldx + c] : 0.0f;
  }
  *ld = padded;
  return copy;
}

/// Copies a tile of results back where they do not fill whole vectors.
LB_INLINE void store_rows(
    size_t rows, size_t width, const float *x, size_t ldx, float *out, size_t ldout) {
  for (size_t i = 0; i < rows; i++) {
    for (size_t c = 0; c < width; c++) out[i * ldout + c] = x[i * ldx + c];
  }
}

/// The operands of one head, after padding and packing.
typedef struct {
  size_t length, width, padded;
  float scale;
  const float *q;
  size_t ldq;
  const float *key_blocks;
  const float *v;
  size_t ldv;
} head_operands;

/// Softmax probabilities of the rows first … first + rows − 1; `ldp` is at least the last row's blocks.
LB_INLINE void tile_probabilities(
    const int rows, size_t first, const head_operands *o, float *p, size_t ldp) {
  const size_t blocks = blocks_of_16(first + (size_t)rows);
  tile_products(
      rows, o->width, blocks, o->q + first * o->ldq, o->ldq, o->key_blocks, o->scale, p, ldp);
  for (int r = 0; r < rows; r++) {
    const size_t count = first + (size_t)r + 1;
    float *row = p + (size_t)r * ldp;
    attention_softmax(count, row);
    for (size_t j = blocks_of_16(count) * 16; j < blocks * 16; j += 16) {
      store16(row + j, splat(0.0f));
    }
  }
}

LB_INLINE void attention_tile(
    const int rows, size_t first, const head_operands *o, float *p, size_t ldp, float *out,
    size_t ldout) {
  _Alignas(64) float part[8 * 16 * 16];
  tile_probabilities(rows, first, o, p, ldp);
  if (o->padded == o->width) {
    causal_sums(rows, o->width, first, p, ldp, o->v, o->ldv, out + first * ldout, ldout);
  } else {
    causal_sums(rows, o->padded, first, p, ldp, o->v, o->ldv, part, o->padded);
    store_rows((size_t)rows, o->width, part, o->padded, out + first * ldout, ldout);
  }
}

static void causal_attention_f32(
    size_t length, size_t heads, size_t head_width, float scale, const float *q, const float *k,
    const float *v, size_t ld, float *out, size_t ldout, float *workspace) {
  const size_t key_count = blocks_of_16(length) * 16;
  const size_t padded = blocks_of_16(head_width) * 16;
  float *key_blocks = workspace;
  float *values = key_blocks + key_count * head_width;
  float *p = values + key_count * padded;
  for (size_t h = 0; h < heads; h++) {
    const size_t c = h * head_width;
    head_operands o = {
        .length = length, .width = head_width, .padded = padded, .scale = scale, .q = q + c,
        .ldq = ld, .key_blocks = key_blocks};
    pack_blocks_of_rows(length, head_width, k + c, ld, key_blocks);
    o.v = padded_rows(length, head_width, v + c, ld, values, &o.ldv);
    if (length < LB_ATTENTION_ROWS) {
      for (size_t t = 0; t < length; t++) {
        attention_tile(1, t, &o, p, key_count, out + c, ldout);
      }
      continue;
    }
    for (size_t t = 0; t < length; t += LB_ATTENTION_ROWS) {
      const size_t latest = length - LB_ATTENTION_ROWS;
      attention_tile(
          LB_ATTENTION_ROWS, t < latest ? t : latest, &o, p, key_count, out + c, ldout);
    }
  }
}

/// P and dS of a tile, and its part of ∂L/∂q.
LB_INLINE void attention_backward_tile(
    const int rows, size_t first, const head_operands *o, const float *value_blocks,
    const float *k, size_t ldk, const float *out, const float *dout, size_t ldout, float *p,
    float *ds, size_t ldp, float *dq, size_t ldd) {
  _Alignas(64) float part[8 * 16 * 16];
  const size_t blocks = blocks_of_16(first + (size_t)rows);
  p += first * ldp;
  ds += first * ldp;
  tile_probabilities(rows, first, o, p, ldp);
  tile_products(
      rows, o->width, blocks, dout + first * ldout, ldout, value_blocks, 1.0f, ds, ldp);
  for (int r = 0; r < rows; r++) {
    const size_t row = first + (size_t)r, count = row + 1;
    f32x16 lanes = splat(0.0f);
    for (size_t c = 0; c < o->width; c += 16) {
      const size_t n = o->width - c;
      lanes = fused(
          load_upto(dout + row * ldout + c, n), load_upto(out + row * ldout + c, n), lanes);
    }
    const float common = sum_of_lanes(lanes);
    float *ds_row = ds + (size_t)r * ldp;
    const float *p_row = p + (size_t)r * ldp;
    for (size_t j = 0; j < blocks * 16; j += 16) {
      const f32x16 gradient = load16(p_row + j) * (load16(ds_row + j) - common) * o->scale;
      const i32x16 exists = first_lanes(j < count ? count - j : 0);
      store16(ds_row + j, select16(exists, gradient, splat(0.0f)));
    }
  }
  if (o->padded == o->width) {
    causal_sums(rows, o->width, first, ds, ldp, k, ldk, dq + first * ldd, ldd);
  } else {
    causal_sums(rows, o->padded, first, ds, ldp, k, ldk, part, o->padded);
    store_rows((size_t)rows, o->width, part, o->padded, dq + first * ldd, ldd);
  }
}

/// ∂L/∂k or ∂L/∂v of a tile of keys: the chain over the rows from the first key's on.
LB_INLINE void attention_keys_tile(
    const int rows, size_t first, size_t length, size_t width, size_t padded, const float *a,
    size_t lda, const float *b, size_t ldb, float *out, size_t ldout) {
  _Alignas(64) float part[8 * 16 * 16];
  a += first * lda + first;
  b += first * ldb;
  if (padded == width) {
    transposed_sums(rows, width, length - first, a, lda, b, ldb, out + first * ldout, ldout);
  } else {
    transposed_sums(rows, padded, length - first, a, lda, b, ldb, part, padded);
    store_rows((size_t)rows, width, part, padded, out + first * ldout, ldout);
  }
}

static void causal_attention_backward_f32(
    size_t length, size_t heads, size_t head_width, float scale, const float *q, const float *k,
    const float *v, size_t ld, const float *out, const float *dout, size_t ldout, float *dq,
    float *dk, float *dv, size_t ldd, float *workspace) {
  const size_t key_count = blocks_of_16(length) * 16;
  const size_t padded = blocks_of_16(head_width) * 16;
  float *key_blocks = workspace;
  float *value_blocks = key_blocks + key_count * head_width;
  float *keys = value_blocks + key_count * head_width;
  float *queries = keys + key_count * padded;
  float *gradients = queries + key_count * padded;
  float *p = gradients + key_count * padded;
  float *ds = p + key_count * key_count;
  for (size_t h = 0; h < heads; h++) {
    const size_t c = h * head_width;
    head_operands o = {
        .length = length, .width = head_width, .padded = padded, .scale = scale, .q = q + c,
        .ldq = ld, .key_blocks = key_blocks};
    pack_blocks_of_rows(length, head_width, k + c, ld, key_blocks);
    pack_blocks_of_rows(length, head_width, v + c, ld, value_blocks);
    size_t ldk, ldq, lddo;
    const float *padded_k = padded_rows(length, head_width, k + c, ld, keys, &ldk);
    const float *padded_q = padded_rows(length, head_width, q + c, ld, queries, &ldq);
    const float *padded_dout =
        padded_rows(length, head_width, dout + c, ldout, gradients, &lddo);
    if (length < LB_ATTENTION_ROWS) {
      for (size_t t = 0; t < length; t++) {
        attention_backward_tile(
            1, t, &o, value_blocks, padded_k, ldk, out + c, dout + c, ldout, p, ds, key_count,
            dq + c, ldd);
      }
      for (size_t j = 0; j < length; j++) {
        attention_keys_tile(
            1, j, length, head_width, padded, ds, key_count, padded_q, ldq, dk + c, ldd);
        attention_keys_tile(
            1, j, length, head_width, padded, p, key_count, padded_dout, lddo, dv + c, ldd);
      }
      continue;
    }
    const size_t latest = length - LB_ATTENTION_ROWS;
    for (size_t t = 0; t < length; t += LB_ATTENTION_ROWS) {
      attention_backward_tile(
          LB_ATTENTION_ROWS, t < latest ? t : latest, &o, value_blocks, padded_k, ldk, out + c,
          dout + c, ldout, p, ds, key_count, dq + c, ldd);
    }
    for (size_t j = 0; j < length; j += LB_ATTENTION_ROWS) {
      attention_keys_tile(
          LB_ATTENTION_ROWS, j < latest ? j : latest, length, head_width, padded, ds, key_count,
          padded_q, ldq, dk + c, ldd);
      attention_keys_tile(
          LB_ATTENTION_ROWS, j < latest ? j : latest, length, head_width, padded, p, key_count,
          padded_dout, lddo, dv + c, ldd);
    }
  }
}

static void rotate_f32(
    size_t rows, size_t heads, size_t half, const int32_t *positions, const float *cosines,
    const float *sines, int direction, float *x, size_t ldx) {
  const float sign = direction < 0 ? -1.0f : 1.0f;
  for (size_t i = 0; i < rows; i++, x += ldx) {
    const float *cosine = cosines + (size_t)positions[i] * half;
    const float *sine = sines + (size_t)positions[i] * half;
    for (size_t h = 0; h < heads; h++) {
      float *first = x + 2 * h * half, *second = first + half;
      for (size_t c = 0; c < half; c += 16) {
        const size_t n = half - c;
        const f32x16 a = load_upto(first + c, n), b = load_upto(second + c, n);
        const f32x16 cos16th = load_upto(cosine + c, n), sin16th = load_upto(sine + c, n) * sign;
        store_upto(first + c, n, fused(a, cos16th, -(b * sin16th)));
        store_upto(second + c, n, fused(b, cos16th, a * sin16th));
      }
    }
  }
}
