// Sine and cosine in double precision, eight lanes at once: the bits of lb_sin and lb_cos.
//
// The operations of ExactMath.h in the same order, without any fused multiply-add. Vectors are 8 wide in all
// variants; the compiler splits them into the registers it has.

#include "ExactMath.h"

typedef double f64x8 __attribute__((ext_vector_type(8)));
typedef int64_t i64x8 __attribute__((ext_vector_type(8)));

LB_INLINE f64x8 load8(const double *source) {
  f64x8 value;
  __builtin_memcpy(&value, source, sizeof value);
  return value;
}

LB_INLINE void store8(double *target, f64x8 value) {
  __builtin_memcpy(target, &value, sizeof value);
}

/// `a` where the lane of `mask` is all ones, `b` where it is zero.
LB_INLINE f64x8 select8(i64x8 mask, f64x8 a, f64x8 b) {
  return (f64x8)((mask & (i64x8)a) | (~mask & (i64x8)b));
}

/// The factor z² of the tail of sin's series, z = x².
LB_INLINE f64x8 sin_tail8(f64x8 z) {
  const f64x8 z2 = z * z;
  const f64x8 a = (1.0 / 120 - z * (1.0 / 5040)) + z2 * (1.0 / 362880 - z * (1.0 / 39916800));
  const f64x8 b =
      (1.0 / 6227020800 - z * (1.0 / 1307674368000)) + z2 * (1.0 / 355687428096000);
  return a + z2 * z2 * b;
}

/// The factor z² of the tail of cos's series, z = x².
LB_INLINE f64x8 cos_tail8(f64x8 z) {
  const f64x8 z2 = z * z;
  const f64x8 a = (1.0 / 24 - z * (1.0 / 720)) + z2 * (1.0 / 40320 - z * (1.0 / 3628800));
  const f64x8 b = (1.0 / 479001600 - z * (1.0 / 87178291200)) +
                  z2 * (1.0 / 20922789888000 - z * (1.0 / 6402373705728000));
  return a + z2 * z2 * b;
}

/// For |x| ≤ π/4: where nothing was taken out, the correction of lb_sin_kernel and lb_cos_kernel is 0 and
/// its terms change no bit but the sign of sin(−0).
LB_INLINE void sin_cos_near_zero8(f64x8 x, f64x8 *sine, f64x8 *cosine) {
  const f64x8 z = x * x;
  *sine = select8(x == 0.0, x, x + x * z * (z * sin_tail8(z) - 1.0 / 6));
  const f64x8 half_square = 0.5 * z;
  const f64x8 head = 1.0 - half_square;
  *cosine = head + (((1.0 - head) - half_square) + z * z * cos_tail8(z));
}

/// For |x| < 2²⁰, by Cody and Waite's reduction.
LB_INLINE void sin_cos_reduced8(f64x8 x, f64x8 *sine, f64x8 *cosine) {
  const f64x8 pushed = x * 0x1.45f306dc9c883p-1 + 0x1.8p52;
  const f64x8 k = pushed - 0x1.8p52;
  const i64x8 quadrant = (i64x8)pushed;  // its low bits are those of k
  const f64x8 first = x - k * 0x1.921fb544p+0;
  const f64x8 second = k * 0x1.0b4611a6p-34;
  const f64x8 difference = first - second;
  f64x8 back = difference - first;
  f64x8 error = (first - (difference - back)) - (second + back);
  const f64x8 third = k * 0x1.3198a2ep-69;
  const f64x8 rest = difference - third;
  back = rest - difference;
  error += (difference - (rest - back)) - (third + back);
  error -= k * 0x1.b839a252049c1p-104;
  const f64x8 high = rest + error;
  const f64x8 low = (rest - high) + error;

  const f64x8 z = high * high;
  const f64x8 half_square = 0.5 * z;
  const f64x8 head = 1.0 - half_square;
  const f64x8 sine_kernel =
      high + (high * z * (z * sin_tail8(z) - 1.0 / 6) + low * (1.0 - half_square));
  const f64x8 cosine_kernel =
      head + (((1.0 - head) - half_square) + (z * z * cos_tail8(z) - high * low));
  const i64x8 is_odd = (quadrant & 1) != 0;
  const i64x8 sine_sign = (quadrant & 2) << 62;
  const i64x8 cosine_sign = ((quadrant + 1) & 2) << 62;
  const f64x8 s = (f64x8)((i64x8)select8(is_odd, cosine_kernel, sine_kernel) ^ sine_sign);
  *sine = select8(x == 0.0, x, s);
  *cosine = (f64x8)((i64x8)select8(is_odd, sine_kernel, cosine_kernel) ^ cosine_sign);
}

/// sin(x) and cos(x), x in radians.
LB_INLINE void sin_cos8(f64x8 x, f64x8 *sine, f64x8 *cosine) {
  const f64x8 magnitude = (f64x8)((i64x8)x & 0x7fffffffffffffff);
  if (__builtin_reduce_and(magnitude <= 0x1.921fb54442d18p-1)) {
    sin_cos_near_zero8(x, sine, cosine);
  } else if (__builtin_reduce_and(magnitude < 0x1p20)) {
    sin_cos_reduced8(x, sine, cosine);
  } else {  // huge angles, infinities and NaN are rare
    for (int lane = 0; lane < 8; lane++) {
      (*sine)[lane] = lb_sin(x[lane]);
      (*cosine)[lane] = lb_cos(x[lane]);
    }
  }
}

LB_NOINLINE static void sin_cos_f64(size_t count, const double *x, double *sine, double *cosine) {
  f64x8 s, c;
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    sin_cos8(load8(x + i), &s, &c);
    store8(sine + i, s);
    store8(cosine + i, c);
  }
  for (; i < count; i++) {
    sin_cos8((f64x8)x[i], &s, &c);
    sine[i] = s[0];
    cosine[i] = c[0];
  }
}
