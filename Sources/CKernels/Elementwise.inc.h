// Elementwise functions and Adam: the source of every variant.
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
  return (f32x16)((mask & (i32x16)a) | (~mask & (i32x16)b));
}

// MARK: Functions of one lane

/// exp by Cody and Waite's reduction and a polynomial of degree 6; 1 for 0.
LB_INLINE f32x16 exp16(f32x16 x) {
  const float shift = 0x1.8p23f;  // Adding it rounds to an integer, in the low bits.
  x = x > 89.0f ? splat(89.0f) : x;
  x = x < -104.5f ? splat(-104.5f) : x;
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
  const i32x16 exponent = (i32x16)shifted - 0x4b400000;
  const i32x16 half = exponent >> 1;
  const f32x16 scale1 = (f32x16)((half + 127) << 23);
  const f32x16 scale2 = (f32x16)((exponent - half + 127) << 23);
  return p * scale1 * scale2;
}

/// log by x = 2ᵉ (1 + f) with 1 + f in √½…√2.
LB_INLINE f32x16 log16(f32x16 x) {
  const i32x16 is_denormal = x < 0x1p-126f;
  const f32x16 normal = select16(is_denormal, x * 0x1p23f, x);
  const i32x16 bits = (i32x16)normal;
  const i32x16 exponent = (bits - 0x3f3504f3) >> 23;
  const f32x16 f = (f32x16)(bits - (exponent << 23)) - 1.0f;
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
      __builtin_convertvector((i64x16)shifted, i32x16) + quarter_turns;
  const i32x16 magnitude = (i32x16)x & 0x7fffffff;
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
