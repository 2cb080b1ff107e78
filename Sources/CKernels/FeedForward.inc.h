// SwiGLU and GELU: the source of every variant.

LB_INLINE f32x16 sigmoid16(f32x16 x) { return 1.0f / (1.0f + exp16(-x)); }

static void swiglu_f32(
    size_t rows, size_t width, const float *gate, const float *up, size_t ld, float *out,
    size_t ldout) {
  for (size_t i = 0; i < rows; i++, gate += ld, up += ld, out += ldout) {
    for (size_t c = 0; c < width; c += 16) {
      const size_t n = width - c;
      const f32x16 g = load_upto(gate + c, n);
      store_upto(out + c, n, g * sigmoid16(g) * load_upto(up + c, n));
    }
  }
}

static void swiglu_backward_f32(
    size_t rows, size_t width, const float *gate, const float *up, size_t ld, const float *dout,
    size_t lddout, float *dgate, float *dup, size_t lddgate) {
  for (size_t i = 0; i < rows; i++) {
    for (size_t c = 0; c < width; c += 16) {
      const size_t n = width - c;
      const f32x16 g = load_upto(gate + i * ld + c, n), u = load_upto(up + i * ld + c, n);
      const f32x16 d = load_upto(dout + i * lddout + c, n);
      const f32x16 s = sigmoid16(g);
      // The derivative of g σ(g) is σ (1 + g (1 − σ)).
      const f32x16 slope = s * fused(g, 1.0f - s, splat(1.0f));
      store_upto(dgate + i * lddgate + c, n, d * u * slope);
      store_upto(dup + i * lddgate + c, n, d * (g * s));
    }
  }
}

// √(2/π), 0.044715 √(2/π) and three times that.
#define LB_GELU_LINEAR 0x1.988454p-1f
#define LB_GELU_CUBIC 0x1.2444f2p-5f
#define LB_GELU_3_CUBIC 0x1.b6676cp-4f

/// tanh(√(2/π) (x + 0.044715 x³)).
LB_INLINE f32x16 gelu_tanh16(f32x16 x) {
  return tanh16(x * fused(x * x, splat(LB_GELU_CUBIC), splat(LB_GELU_LINEAR)));
}

LB_INLINE f32x16 gelu16(f32x16 x) {
  const f32x16 half = 0.5f * x;
  return fused(half, gelu_tanh16(x), half);
}

LB_INLINE f32x16 gelu_backward16(f32x16 x, f32x16 gradient) {
  const f32x16 t = gelu_tanh16(x);
  const f32x16 slope = fused(x * x, splat(LB_GELU_3_CUBIC), splat(LB_GELU_LINEAR));
  const f32x16 sech2 = fused(-t, t, splat(1.0f));
  const f32x16 half = fused(splat(0.5f), t, splat(0.5f));
  return gradient * fused(0.5f * x * sech2, slope, half);
}

LB_ELEMENTWISE(gelu_f32, gelu16)
LB_ELEMENTWISE_BACKWARD(gelu_backward_f32, gelu_backward16)
