// Elementwise functions, reductions, softmax and Adam: the source of every variant.
//
// Vectors are 16 wide in all variants; the compiler splits them into the registers it has. Included
// once by each Variant*.c.

typedef float f32x16 __attribute__((ext_vector_type(16)));
typedef int32_t i32x16 __attribute__((ext_vector_type(16)));
typedef double f64x16 __attribute__((ext_vector_type(16)));
typedef int64_t i64x16 __attribute__((ext_vector_type(16)));

LB_INLINE f32x16 load16(const float *source) {
  f32x16 value;
  __builtin_memcpy(&value, source, sizeof value);
  return value;
}

LB_INLINE void store16(float *target, f32x16 value) {
  __builtin_memcpy(target, &value, sizeof value);
}

/// The first `count` elements; the lanes beyond hold +0.
LB_INLINE f32x16 load_part(const float *source, size_t count) {
  float lanes[16] = {0};
  for (size_t i = 0; i < count; i++) lanes[i] = source[i];
  return load16(lanes);
}

LB_INLINE void store_part(float *target, size_t count, f32x16 value) {
  float lanes[16];
  store16(lanes, value);
  for (size_t i = 0; i < count; i++) target[i] = lanes[i];
}

LB_INLINE f32x16 splat(float value) { return (f32x16)value; }

LB_INLINE f32x16 fused(f32x16 a, f32x16 b, f32x16 c) { return __builtin_elementwise_fma(a, b, c); }

/// `a` where the lane of `mask` is all ones, `b` where it is zero.
LB_INLINE f32x16 select16(i32x16 mask, f32x16 a, f32x16 b) {
  return ((f32x16)((mask & ((i32x16)(a))) | (~mask & ((i32x16)(b)))));
}

// MARK: Functions of one lane

/// exp by Cody and Waite's reduction and a polynomial of degree 6; 1 for 0.
LB_INLINE f32x16 exp16(f32x16 x) {
  const float shift = 0x1.8p23f;  // Adding it rounds to an integer, in the low bits.
  x = select16(x > 89.0f, splat(89.0f), x);
  x = select16(x < -104.5f, splat(-104.5f), x);
  const f32x16 shifted = fused(x, splat(0x1.715476p0f), splat(shift));
  const f32x16 n = shifted - shift;
  f32x16 r = fused(n, splat(-0x1.62e4p-1f), x);  // 16 bits, so that n · it is exact
  r = fused(n, splat(-0x1.7f7d1cp-20f), r);
  f32x16 q = splat(0x1.6a23d0p-10f);
  q = fused(q, r, splat(0x1.123a20p-7f));
  q = fused(q, r, splat(0x1.5558f2p-5f));
  q = fused(q, r, splat(0x1.555492p-3f));
  q = fused(q, r, splat(0x1.fffffcp-2f));
  const f32x16 p = fused(r * r, q, r) + 1.0f;
  // 2ⁿ in two factors: the first product is exact, the second rounds denormals and overflows once.
  const i32x16 exponent = ((i32x16)(shifted)) - 0x4b400000;
  const i32x16 half = exponent >> 1;
  const f32x16 scale1 = ((f32x16)((half + 127) << 23));
  const f32x16 scale2 = ((f32x16)((exponent - half + 127) << 23));
  return p * scale1 * scale2;
}

/// log by x = 2ᵉ (1 + f) with 1 + f in √½…√2.
LB_INLINE f32x16 log16(f32x16 x) {
  const i32x16 is_denormal = x < 0x1p-126f;
  const f32x16 normal = select16(is_denormal, x * 0x1p23f, x);
  const i32x16 bits = ((i32x16)(normal));
  const i32x16 exponent = (bits - 0x3f3504f3) >> 23;
  const f32x16 f = ((f32x16)(bits - (exponent << 23))) - 1.0f;
  const i32x16 unscaled = exponent - (is_denormal & 23);
  const f32x16 e = __builtin_convertvector(unscaled, f32x16);
  f32x16 p = splat(-0x1.38b54cp-4f);
  p = fused(p, f, splat(0x1.055f76p-3f));
  p = fused(p, f, splat(-0x1.0d872ap-3f));
  p = fused(p, f, splat(0x1.22d9b4p-3f));
  p = fused(p, f, splat(-0x1.54720cp-3f));
  p = fused(p, f, splat(0x1.99a00ap-3f));
  p = fused(p, f, splat(-0x1.000228p-2f));
  p = fused(p, f, splat(0x1.555554p-2f));
  const f32x16 square = f * f;
  f32x16 small = f * p * square;
  small = fused(e, splat(0x1.7f7d1cp-20f), small);
  small = fused(splat(-0.5f), square, small);
  f32x16 result = fused(e, splat(0x1.62e4p-1f), f + small);
  result = select16(x < 0.0f, splat(__builtin_nanf("")), result);
  result = select16(x == 0.0f, splat(-__builtin_inff()), result);
  // Infinity and NaN are their own logarithms.
  return select16(~(x < __builtin_inff()), x, result);
}

// Minimax coefficients of tanh(x) / x = P(x²) / Q(x²) on 0…9.1, both starting with 1.
#define LB_TANH_P1 0x1.1a475cp-3f
#define LB_TANH_P2 0x1.0683a4p-8f
#define LB_TANH_P3 0x1.08738cp-15f
#define LB_TANH_P4 0x1.b20572p-25f
#define LB_TANH_Q1 0x1.e27902p-2f
#define LB_TANH_Q2 0x1.c6487ep-6f
#define LB_TANH_Q3 0x1.b8a148p-12f
#define LB_TANH_Q4 0x1.b0d45ep-20f
#define LB_TANH_Q5 0x1.92bdp-31f

/// tanh as x · P(x²) / Q(x²), minimax in relative error up to the point where tanh rounds to 1.
LB_INLINE f32x16 tanh16(f32x16 x) {
  x = select16(x > 9.1f, splat(9.1f), x);
  x = select16(x < -9.1f, splat(-9.1f), x);
  const f32x16 u = x * x;
  f32x16 p = splat(LB_TANH_P4);
  p = fused(p, u, splat(LB_TANH_P3));
  p = fused(p, u, splat(LB_TANH_P2));
  p = fused(p, u, splat(LB_TANH_P1));
  p = fused(p, u, splat(1.0f));
  f32x16 q = splat(LB_TANH_Q5);
  q = fused(q, u, splat(LB_TANH_Q4));
  q = fused(q, u, splat(LB_TANH_Q3));
  q = fused(q, u, splat(LB_TANH_Q2));
  q = fused(q, u, splat(LB_TANH_Q1));
  q = fused(q, u, splat(1.0f));
  f32x16 y = x * p / q;
  y = select16(y > 1.0f, splat(1.0f), y);
  return select16(y < -1.0f, splat(-1.0f), y);
}

/// sin (`quarter_turns` 0) or cos (1) by reduction in Double.
LB_INLINE f32x16 sin_or_cos16(f32x16 x, int32_t quarter_turns) {
  const double shift = 0x1.8p52;
  const f64x16 wide = __builtin_convertvector(x, f64x16);
  const f64x16 shifted = wide * 0x1.45f306dc9c883p-1 + shift;
  const f64x16 n = shifted - shift;
  // π/2 in two parts; the first has 30 bits, so that n · it is exact.
  f64x16 r = (wide - n * 0x1.921fb54p0) - n * 0x1.10b4611a62633p-30;
  i32x16 quadrant =
      __builtin_convertvector(((i64x16)(shifted)), i32x16) + quarter_turns;
  const i32x16 magnitude = ((i32x16)(x)) & 0x7fffffff;
  const i32x16 is_large = magnitude > 0x49800000;  // 2²⁰
  if (__builtin_reduce_or(is_large)) {
    double r_lanes[16];
    int32_t quadrant_lanes[16];
    float x_lanes[16];
    __builtin_memcpy(r_lanes, &r, sizeof r);
    __builtin_memcpy(quadrant_lanes, &quadrant, sizeof quadrant);
    __builtin_memcpy(x_lanes, &x, sizeof x);
    for (int lane = 0; lane < 16; lane++) {
      if (!(__builtin_fabsf(x_lanes[lane]) > 0x1p20f)) continue;
      int turns;
      const double remainder = lb_reduce_large_angle(__builtin_fabsf(x_lanes[lane]), &turns);
      r_lanes[lane] = x_lanes[lane] < 0 ? -remainder : remainder;
      quadrant_lanes[lane] = quarter_turns + (x_lanes[lane] < 0 ? -turns : turns);
    }
    __builtin_memcpy(&r, r_lanes, sizeof r);
    __builtin_memcpy(&quadrant, quadrant_lanes, sizeof quadrant);
  }
  const f32x16 high = __builtin_convertvector(r, f32x16);
  const f32x16 low = __builtin_convertvector(r - __builtin_convertvector(high, f64x16), f32x16);
  const f32x16 u = high * high;
  f32x16 s = splat(0x1.6cd0a8p-19f);
  s = fused(s, u, splat(-0x1.a00f7ap-13f));
  s = fused(s, u, splat(0x1.111108p-7f));
  s = fused(s, u, splat(-0x1.555556p-3f));
  const f32x16 sine = fused(high * u, s, low) + high;
  f32x16 c = splat(0x1.99ea04p-16f);
  c = fused(c, u, splat(-0x1.6c0c2ep-10f));
  c = fused(c, u, splat(0x1.55554ap-5f));
  // 1 − u/2 loses the low bits of u/2; they come back with the small terms.
  const f32x16 half_square = u * 0.5f;
  const f32x16 leading = 1.0f - half_square;
  const f32x16 lost = (1.0f - leading) - half_square;
  // u itself is rounded; its error is found exactly by the fused product.
  const f32x16 square_error = fused(high, high, -u);
  f32x16 correction = fused(square_error, splat(-0.5f), lost);
  correction = fused(-high, low, correction);
  const f32x16 cosine = leading + fused(u * u, c, correction);
  f32x16 result = select16((quadrant & 1) != 0, cosine, sine);
  result = select16((quadrant & 2) != 0, -result, result);
  return result;
}

LB_INLINE f32x16 sin16(f32x16 x) { return select16(x == 0.0f, x, sin_or_cos16(x, 0)); }

LB_INLINE f32x16 cos16(f32x16 x) { return sin_or_cos16(x, 1); }

LB_INLINE f32x16 relu16(f32x16 x) { return select16(x < 0.0f, splat(0.0f), x); }

LB_INLINE f32x16 tanh_backward16(f32x16 y, f32x16 gradient) {
  return fused(-y, y, splat(1.0f)) * gradient;
}

LB_INLINE f32x16 relu_backward16(f32x16 y, f32x16 gradient) {
  return select16(y > 0.0f, gradient, splat(0.0f));
}

#define LB_ELEMENTWISE(name, function)                                     \
  static void name(size_t count, const float *x, float *out) {             \
    size_t i = 0;                                                          \
    for (; i + 16 <= count; i += 16) store16(out + i, function(load16(x + i))); \
    if (i < count) {                                                       \
      store_part(out + i, count - i, function(load_part(x + i, count - i)));    \
    }                                                                      \
  }

LB_ELEMENTWISE(exp_f32, exp16)
LB_ELEMENTWISE(log_f32, log16)
LB_ELEMENTWISE(tanh_f32, tanh16)
LB_ELEMENTWISE(sin_f32, sin16)
LB_ELEMENTWISE(cos_f32, cos16)
LB_ELEMENTWISE(relu_f32, relu16)

#define LB_ELEMENTWISE_BACKWARD(name, function)                                        \
  static void name(size_t count, const float *y, float *gradient) {                    \
    size_t i = 0;                                                                      \
    for (; i + 16 <= count; i += 16) {                                                 \
      store16(gradient + i, function(load16(y + i), load16(gradient + i)));            \
    }                                                                                  \
    if (i < count) {                                                                   \
      const size_t rest = count - i;                                                   \
      store_part(                                                                      \
          gradient + i, rest, function(load_part(y + i, rest), load_part(gradient + i, rest))); \
    }                                                                                  \
  }

LB_ELEMENTWISE_BACKWARD(tanh_backward_f32, tanh_backward16)
LB_ELEMENTWISE_BACKWARD(relu_backward_f32, relu_backward16)

static void scale_f32(size_t count, float factor, float *x) {
  for (size_t i = 0; i < count; i++) x[i] *= factor;
}

// MARK: Reductions

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

// MARK: Softmax

/// Up to 16 columns: a lane holds a row, so that rows of 2 actions fill the registers.
LB_INLINE void log_softmax_narrow(
    size_t rows, size_t columns, const float *logits, size_t logits_stride,
    float *log_probabilities, float *probabilities, size_t stride, float *entropies) {
  for (size_t i = 0; i < rows; i += 16) {
    const size_t count = rows - i < 16 ? rows - i : 16;
    float tile[16][16];  // [column][row]
    f32x16 e[16], shifted[16], terms[16];
    for (size_t c = 0; c < columns; c++) {
      for (size_t r = 0; r < count; r++) tile[c][r] = logits[(i + r) * logits_stride + c];
      for (size_t r = count; r < 16; r++) tile[c][r] = 0.0f;
    }
    f32x16 maximum = load16(tile[0]);
    for (size_t c = 1; c < columns; c++) {
      const f32x16 next = load16(tile[c]);
      maximum = select16(next > maximum, next, maximum);
    }
    for (size_t c = 0; c < columns; c++) {
      shifted[c] = load16(tile[c]) - maximum;
      e[c] = exp16(shifted[c]);
      terms[c] = e[c];
    }
    for (size_t c = columns; c < 16; c++) terms[c] = splat(0.0f);
    for (size_t width = 8; width >= 1; width /= 2) {
      for (size_t c = 0; c < width && c + width < 16; c++) terms[c] = terms[c] + terms[c + width];
    }
    const f32x16 sum = terms[0];
    const f32x16 reciprocal = 1.0f / sum;
    const f32x16 log_sum =
        log_probabilities != NULL || entropies != NULL ? log16(sum) : splat(0.0f);
    for (size_t c = 0; c < columns; c++) {
      const f32x16 p = e[c] * reciprocal;
      const f32x16 log_p = shifted[c] - log_sum;
      terms[c] = select16(p > 0.0f, p * log_p, splat(0.0f));
      terms[c] = select16(p == p, terms[c], p);
      if (probabilities != NULL) {
        store16(tile[c], p);
        for (size_t r = 0; r < count; r++) probabilities[(i + r) * stride + c] = tile[c][r];
      }
      if (log_probabilities != NULL) {
        store16(tile[c], log_p);
        for (size_t r = 0; r < count; r++) log_probabilities[(i + r) * stride + c] = tile[c][r];
      }
    }
    if (entropies != NULL) {
      for (size_t c = columns; c < 16; c++) terms[c] = splat(0.0f);
      for (size_t width = 8; width >= 1; width /= 2) {
        for (size_t c = 0; c < width; c++) terms[c] = terms[c] + terms[c + width];
      }
      store_part(entropies + i, count, 0.0f - terms[0]);
    }
  }
}

/// More than 16 columns: a lane holds every 16th column of one row.
LB_INLINE void log_softmax_wide(
    size_t columns, const float *logits, float *log_probabilities, float *probabilities,
    float *entropy) {
  const size_t whole = columns & ~(size_t)15, rest = columns - whole;
  const i32x16 rest_lanes = first_lanes(rest);
  float maximum = logits[0];
  for (size_t c = 1; c < columns; c++) maximum = logits[c] > maximum ? logits[c] : maximum;
  f32x16 lanes = splat(0.0f);
  for (size_t c = 0; c < whole; c += 16) lanes += exp16(load16(logits + c) - maximum);
  const f32x16 rest_shifted = load_part(logits + whole, rest) - maximum;
  const f32x16 rest_e = exp16(rest_shifted);
  if (rest > 0) lanes = select16(rest_lanes, lanes + rest_e, lanes);
  const float sum = sum_of_lanes(lanes);
  const float reciprocal = 1.0f / sum;
  const float log_sum = log16(splat(sum))[0];
  f32x16 terms = splat(0.0f);
  for (size_t c = 0; c < whole; c += 16) {
    const f32x16 shifted = load16(logits + c) - maximum;
    const f32x16 p = exp16(shifted) * reciprocal;
    const f32x16 log_p = shifted - log_sum;
    terms = select16(p == 0.0f, terms, fused(p, log_p, terms));
    if (probabilities != NULL) store16(probabilities + c, p);
    if (log_probabilities != NULL) store16(log_probabilities + c, log_p);
  }
  if (rest > 0) {
    const f32x16 p = rest_e * reciprocal;
    const f32x16 log_p = rest_shifted - log_sum;
    terms = select16(rest_lanes & (p != 0.0f), fused(p, log_p, terms), terms);
    if (probabilities != NULL) store_part(probabilities + whole, rest, p);
    if (log_probabilities != NULL) store_part(log_probabilities + whole, rest, log_p);
  }
  if (entropy != NULL) *entropy = 0.0f - sum_of_lanes(terms);
}

static void log_softmax_f32(
    size_t rows, size_t columns, const float *logits, size_t logits_stride,
    float *log_probabilities, float *probabilities, size_t stride, float *entropies) {
  if (columns == 2) {  // A constant count lets the compiler unroll the classic two-action case.
    log_softmax_narrow(
        rows, 2, logits, logits_stride, log_probabilities, probabilities, stride, entropies);
  } else if (columns <= 16) {
    log_softmax_narrow(
        rows, columns, logits, logits_stride, log_probabilities, probabilities, stride, entropies);
  } else {
    for (size_t i = 0; i < rows; i++) {
      log_softmax_wide(
          columns, logits + i * logits_stride,
          log_probabilities != NULL ? log_probabilities + i * stride : NULL,
          probabilities != NULL ? probabilities + i * stride : NULL,
          entropies != NULL ? entropies + i : NULL);
    }
  }
}

// MARK: Adam

static void adam_f32(
    size_t count, float beta1, float beta2, float one_minus_beta1, float one_minus_beta2,
    float step, float root_scale, float epsilon, const float *gradients, float *m, float *v,
    float *parameters) {
  for (size_t i = 0; i < count; i += 16) {
    const size_t n = count - i < 16 ? count - i : 16;
    const int whole = n == 16;
    const f32x16 g = whole ? load16(gradients + i) : load_part(gradients + i, n);
    f32x16 m16 = whole ? load16(m + i) : load_part(m + i, n);
    f32x16 v16 = whole ? load16(v + i) : load_part(v + i, n);
    f32x16 p = whole ? load16(parameters + i) : load_part(parameters + i, n);
    m16 = fused(splat(beta1), m16, one_minus_beta1 * g);
    v16 = fused(splat(beta2), v16, one_minus_beta2 * (g * g));
    const f32x16 denominator =
        fused(__builtin_elementwise_sqrt(v16), splat(root_scale), splat(epsilon));
    p = fused(splat(-step), m16 / denominator, p);
    if (whole) {
      store16(m + i, m16);
      store16(v + i, v16);
      store16(parameters + i, p);
    } else {
      store_part(m + i, n, m16);
      store_part(v + i, n, v16);
      store_part(parameters + i, n, p);
    }
  }
}
