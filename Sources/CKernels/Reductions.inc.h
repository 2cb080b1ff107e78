// Reductions in 16 lanes, and sums of columns: the source of every variant.

/// The halving tree over 16 lanes.
LB_INLINE float sum_of_lanes(f32x16 lanes) {
  typedef float f32x8 __attribute__((ext_vector_type(8)));
  typedef float f32x4 __attribute__((ext_vector_type(4)));
  typedef float f32x2 __attribute__((ext_vector_type(2)));
  const f32x8 eight = lanes.lo + lanes.hi;
  const f32x4 four = eight.lo + eight.hi;
  const f32x2 two = four.lo + four.hi;
  return two.lo + two.hi;
}

LB_INLINE float max_of_lanes(f32x16 lanes) {
  float values[16];
  store16(values, lanes);
  float best = values[0];
  for (int i = 1; i < 16; i++) best = values[i] > best ? values[i] : best;
  return best;
}

/// All ones in the first `count` lanes.
LB_INLINE i32x16 first_lanes(size_t count) {
  const i32x16 index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return index < (int32_t)count;
}

static float sum_f32(size_t count, const float *x) {
  f32x16 lanes = splat(0.0f);
  size_t i = 0;
  for (; i + 16 <= count; i += 16) lanes += load16(x + i);
  if (i < count) {
    lanes = select16(first_lanes(count - i), lanes + load_part(x + i, count - i), lanes);
  }
  return sum_of_lanes(lanes);
}

static float dot_f32(size_t count, const float *x, const float *y) {
  f32x16 lanes = splat(0.0f);
  size_t i = 0;
  for (; i + 16 <= count; i += 16) lanes = fused(load16(x + i), load16(y + i), lanes);
  if (i < count) {
    const size_t rest = count - i;
    const f32x16 next = fused(load_part(x + i, rest), load_part(y + i, rest), lanes);
    lanes = select16(first_lanes(rest), next, lanes);
  }
  return sum_of_lanes(lanes);
}

static float max_f32(size_t count, const float *x) {
  f32x16 lanes = splat(-__builtin_inff());
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const f32x16 next = load16(x + i);
    lanes = select16(next > lanes, next, lanes);
  }
  float best = max_of_lanes(lanes);
  for (; i < count; i++) best = x[i] > best ? x[i] : best;
  return best;
}

static double sum_of_squares_f32(size_t count, const float *x) {
  f64x16 lanes = (f64x16)0.0;
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const f64x16 wide = __builtin_convertvector(load16(x + i), f64x16);
    lanes += wide * wide;
  }
  double values[16];
  __builtin_memcpy(values, &lanes, sizeof lanes);
  for (size_t lane = 0; i < count; i++, lane++) values[lane] += (double)x[i] * (double)x[i];
  for (int width = 8; width >= 1; width /= 2) {
    for (int lane = 0; lane < width; lane++) values[lane] += values[lane + width];
  }
  return values[0];
}

LB_INLINE void add_leaf_column_sums(
    size_t rows, size_t columns, const float *a, size_t lda, float *sums) {
  size_t j = 0;
  for (; j + 64 <= columns; j += 64) {
    f32x16 s0 = splat(0.0f), s1 = s0, s2 = s0, s3 = s0;
    for (size_t i = 0; i < rows; i++) {
      const float *row = a + i * lda + j;
      s0 += load16(row);
      s1 += load16(row + 16);
      s2 += load16(row + 32);
      s3 += load16(row + 48);
    }
    store16(sums + j, load16(sums + j) + s0);
    store16(sums + j + 16, load16(sums + j + 16) + s1);
    store16(sums + j + 32, load16(sums + j + 32) + s2);
    store16(sums + j + 48, load16(sums + j + 48) + s3);
  }
  for (; j + 16 <= columns; j += 16) {
    f32x16 s = splat(0.0f);
    for (size_t i = 0; i < rows; i++) s += load16(a + i * lda + j);
    store16(sums + j, load16(sums + j) + s);
  }
  for (; j < columns; j++) {
    float s = 0.0f;
    for (size_t i = 0; i < rows; i++) s += a[i * lda + j];
    sums[j] += s;
  }
}

static void add_column_sums(
    size_t rows, size_t columns, const float *a, size_t lda, float *sums) {
  for (size_t i = 0; i < rows; i += lb_leaf_rows) {
    const size_t count = rows - i < lb_leaf_rows ? rows - i : lb_leaf_rows;
    add_leaf_column_sums(count, columns, a + i * lda, lda, sums);
  }
}
