#include "ExactMath.h"

/// The first 1280 binary digits of 2/π after the point.
static const uint64_t two_over_pi[20] = {
    0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041, 0xFE5163ABDEBBC561,
    0xB7246E3A424DD2E0, 0x06492EEA09D1921C, 0xFE1DEB1CB129A73E, 0xE88235F52EBB4484,
    0xE99C7026B45F7E41, 0x3991D639835339F4, 0x9C845F8BBDF9283B, 0x1FF897FFDE05980F,
    0xEF2F118B5A0A6D1F, 0x6D367ECF27CB09B7, 0x4F463F669E5FEA2D, 0x7527BAC7EBE5F17B,
    0x3D0739F78A5292EA, 0x6BFB5FB11F8D5D08, 0x56033046FC7B6BAB, 0xF0CFBC209AF4361D,
};

/// 64 digits of 2/π from digit `position` on; digits in front of the point are 0.
static uint64_t digits_of_two_over_pi(int position) {
  if (position <= -64) {
    return 0;
  }
  if (position < 0) {
    return two_over_pi[0] >> -position;
  }
  int word = position / 64;
  int shift = position % 64;
  return shift == 0 ? two_over_pi[word]
                    : two_over_pi[word] << shift | two_over_pi[word + 1] >> (64 - shift);
}

lb_reduced_angle lb_reduce_huge_angle(double x) {
  // |x| = m 2^e with m an integer. Digits of 2/π that make multiples of 4 with m 2^e are left out;
  // the next 192 leave an error below 2^-137 quarter turns, and no double comes within 2^-63 of a
  // multiple of π/2.
  uint64_t bits = lb_bits(x);
  uint64_t m = (bits & 0x000fffffffffffff) | 0x0010000000000000;
  int e = (int)(bits >> 52 & 0x7ff) - 1075;
  int first = e - 2;
  unsigned __int128 low = (unsigned __int128)m * digits_of_two_over_pi(first + 128);
  unsigned __int128 middle = (unsigned __int128)m * digits_of_two_over_pi(first + 64) + (low >> 64);
  uint64_t words[3] = {
      m * digits_of_two_over_pi(first) + (uint64_t)(middle >> 64), (uint64_t)middle, (uint64_t)low};
  int quadrant = (int)(words[0] >> 62);

  // The 190 digits of the fraction of a quarter turn, as a signed number in −½ ..< ½.
  words[0] = words[0] << 2 | words[1] >> 62;
  words[1] = words[1] << 2 | words[2] >> 62;
  words[2] = words[2] << 2;
  int negative = (int)(words[0] >> 63);
  if (negative) {
    quadrant += 1;
    unsigned __int128 tail = -((unsigned __int128)words[1] << 64 | words[2]);
    words[0] = ~words[0] + (tail == 0);
    words[1] = (uint64_t)(tail >> 64);
    words[2] = (uint64_t)tail;
  }

  // Its 128 leading digits times π/2, again to 128 digits.
  int zeros = 0;
  if (words[0] == 0) {
    words[0] = words[1];
    words[1] = words[2];
    words[2] = 0;
    zeros = 64;
  }
  int shift = __builtin_clzll(words[0]);
  if (shift > 0) {
    words[0] = words[0] << shift | words[1] >> (64 - shift);
    words[1] = words[1] << shift | words[2] >> (64 - shift);
  }
  zeros += shift;
  const uint64_t pi_high = 0xC90FDAA22168C234, pi_low = 0xC4C6628B80DC1CD1;  // π/2 · 2^127
  unsigned __int128 product =
      (unsigned __int128)words[0] * pi_high
      + ((unsigned __int128)words[0] * pi_low >> 64) + ((unsigned __int128)words[1] * pi_high >> 64);

  // The product is r · 2^(127 + zeros): 53 digits exactly, then the rest.
  uint64_t head = (uint64_t)(product >> 64) & ~(uint64_t)0x7ff;
  uint64_t rest = (uint64_t)(product >> 11);
  double scale = lb_power_of_two(-63 - zeros);
  double high = (double)head * scale;
  double low_part = (double)rest * (scale * 0x1p-53);
  double sum = high + low_part;
  lb_reduced_angle result = {sum, (high - sum) + low_part, quadrant & 3};
  if (negative) {
    result.high = -result.high;
    result.low = -result.low;
  }
  if (bits >> 63) {
    result.high = -result.high;
    result.low = -result.low;
    result.quadrant = -result.quadrant & 3;
  }
  return result;
}
