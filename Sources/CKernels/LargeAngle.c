// The remainder by π/2 of numbers beyond the reach of the vector path, by Payne and Hanek's method.
//
// Source: Payne & Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter, 1983.

#include <stdint.h>

#include "KernelTable.h"

/// The first 320 bits of 2/π.
static const uint32_t two_over_pi[10] = {
    0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599,
    0x3c439041, 0xfe5163ab, 0xdebbc561, 0xb7246e3a, 0x424dd2e0,
};

double lb_reduce_large_angle(float magnitude, int *quadrant) {
  uint32_t bits;
  __builtin_memcpy(&bits, &magnitude, sizeof bits);
  *quadrant = 0;
  if (bits >= 0x7f800000) return __builtin_nan("");
  const uint64_t significand = (bits & 0x7fffff) | 0x800000;
  const int exponent = (int)(bits >> 23) - 150;  // magnitude = significand · 2^exponent
  // Bits of 2/π whose product is a multiple of 4 turns are left out: the window starts behind them.
  const int start = exponent > 2 ? exponent - 2 : 0;
  const int word = start / 32, offset = start % 32;
  unsigned __int128 window = 0;  // 96 bits of 2/π from bit `start`
  for (int i = 0; i < 4; i++) window = (window << 32) | two_over_pi[word + i];
  window = (window << offset) >> 32;
  const unsigned __int128 product = window * significand;
  const int fraction_bits = 96 + start - exponent;
  const unsigned __int128 one = (unsigned __int128)1 << fraction_bits;
  int turns = (int)((uint64_t)(product >> fraction_bits) & 3);
  __int128 fraction = (__int128)(product & (one - 1));
  if (fraction > (__int128)(one >> 1)) {
    fraction -= (__int128)one;
    turns++;
  }
  *quadrant = turns & 3;
  double scale = 1.0;
  for (int i = 0; i < fraction_bits; i++) scale *= 0.5;
  return (double)fraction * scale * 0x1.921fb54442d18p0;
}
