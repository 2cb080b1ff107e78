// RMSNorm and LayerNorm: the source of every variant.

/// The next at most 16 elements; the lanes beyond the row hold +0, which leaves every lane's sum as it is.
LB_INLINE f32x16 load_upto(const float *source, size_t count) {
  return count >= 16 ? load16(source) : load_part(source, count);
}

LB_INLINE void store_upto(float *target, size_t count, f32x16 value) {
  if (count >= 16) {
    store16(target, value);
  } else {
    store_part(target, count, value);
  }
}

static void rms_norm_f32(
    size_t rows, size_t width, float epsilon, const float *x, size_t ldx, const float *weight,
    float *y, size_t ldy, float *inverse) {
  for (size_t i = 0; i < rows; i++, x += ldx, y += ldy) {
    f32x16 squares = splat(0.0f);
    for (size_t c = 0; c < width; c += 16) {
      const f32x16 v = load_upto(x + c, width - c);
      squares = fused(v, v, squares);
    }
    const float factor = 1.0f / __builtin_sqrtf(sum_of_lanes(squares) / (float)width + epsilon);
    if (inverse != NULL) inverse[i] = factor;
    for (size_t c = 0; c < width; c += 16) {
      const f32x16 v = load_upto(x + c, width - c) * factor;
      store_upto(y + c, width - c, v * load_upto(weight + c, width - c));
    }
  }
}

/// Adds to `sums` the leaf Σ dy · h over the rows, with h = (x − mean) · inverse; no mean is 0.
LB_INLINE void add_normalized_leaf(
    size_t rows, size_t width, const float *x, size_t ldx, const float *mean,
    const float *inverse, const float *dy, size_t lddy, float *sums) {
  for (size_t c = 0; c < width; c += 16) {
    const size_t n = width - c;
    f32x16 sum = splat(0.0f);
    for (size_t i = 0; i < rows; i++) {
      f32x16 v = load_upto(x + i * ldx + c, n);
      if (mean != NULL) v = v - mean[i];
      sum = fused(load_upto(dy + i * lddy + c, n), v * inverse[i], sum);
    }
    store_upto(sums + c, n, load_upto(sums + c, n) + sum);
  }
}

static void rms_norm_backward_f32(
    size_t rows, size_t width, const float *x, size_t ldx, const float *inverse,
    const float *weight, const float *dy, size_t lddy, float *dx, size_t lddx, float *dweight) {
  for (size_t i = 0; i < rows; i++) {
    const float *xi = x + i * ldx, *dyi = dy + i * lddy;
    float *dxi = dx + i * lddx;
    const float factor = inverse[i];
    f32x16 products = splat(0.0f);
    for (size_t c = 0; c < width; c += 16) {
      const size_t n = width - c;
      const f32x16 g = load_upto(dyi + c, n) * load_upto(weight + c, n);
      products = fused(g, load_upto(xi + c, n) * factor, products);
    }
    const float mean_product = sum_of_lanes(products) / (float)width;
    for (size_t c = 0; c < width; c += 16) {
      const size_t n = width - c;
      const f32x16 g = load_upto(dyi + c, n) * load_upto(weight + c, n);
      const f32x16 h = load_upto(xi + c, n) * factor;
      const f32x16 inner = fused(-h, splat(mean_product), g);
      store_upto(dxi + c, n, fused(splat(factor), inner, load_upto(dxi + c, n)));
    }
  }
  add_normalized_leaf(rows, width, x, ldx, NULL, inverse, dy, lddy, dweight);
}

static void layer_norm_f32(
    size_t rows, size_t width, float epsilon, const float *x, size_t ldx, const float *weight,
    const float *bias, float *y, size_t ldy, float *mean, float *inverse) {
  for (size_t i = 0; i < rows; i++, x += ldx, y += ldy) {
    f32x16 sum = splat(0.0f);
    for (size_t c = 0; c < width; c += 16) sum += load_upto(x + c, width - c);
    const float center = sum_of_lanes(sum) / (float)width;
    f32x16 squares = splat(0.0f);
    for (size_t c = 0; c < width; c += 16) {
      const size_t n = width - c;
      f32x16 v = load_upto(x + c, n) - center;
      if (n < 16) v = select16(first_lanes(n), v, splat(0.0f));
      squares = fused(v, v, squares);
    }
    const float factor = 1.0f / __builtin_sqrtf(sum_of_lanes(squares) / (float)width + epsilon);
    if (mean != NULL) mean[i] = center;
    if (inverse != NULL) inverse[i] = factor;
    for (size_t c = 0; c < width; c += 16) {
      const size_t n = width - c;
      const f32x16 h = (load_upto(x + c, n) - center) * factor;
      store_upto(y + c, n, fused(h, load_upto(weight + c, n), load_upto(bias + c, n)));
    }
  }
}

static void layer_norm_backward_f32(
    size_t rows, size_t width, const float *x, size_t ldx, const float *mean,
    const float *inverse, const float *weight, const float *dy, size_t lddy, float *dx,
    size_t lddx, float *dweight, float *dbias) {
  for (size_t i = 0; i < rows; i++) {
    const float *xi = x + i * ldx, *dyi = dy + i * lddy;
    float *dxi = dx + i * lddx;
    const float factor = inverse[i], center = mean[i];
    f32x16 sums = splat(0.0f), products = splat(0.0f);
    for (size_t c = 0; c < width; c += 16) {
      const size_t n = width - c;
      const f32x16 g = load_upto(dyi + c, n) * load_upto(weight + c, n);
      sums += g;
      products = fused(g, (load_upto(xi + c, n) - center) * factor, products);
    }
    const float mean_gradient = sum_of_lanes(sums) / (float)width;
    const float mean_product = sum_of_lanes(products) / (float)width;
    for (size_t c = 0; c < width; c += 16) {
      const size_t n = width - c;
      const f32x16 g = load_upto(dyi + c, n) * load_upto(weight + c, n) - mean_gradient;
      const f32x16 h = (load_upto(xi + c, n) - center) * factor;
      const f32x16 inner = fused(-h, splat(mean_product), g);
      store_upto(dxi + c, n, fused(splat(factor), inner, load_upto(dxi + c, n)));
    }
  }
  add_normalized_leaf(rows, width, x, ldx, mean, inverse, dy, lddy, dweight);
  for (size_t c = 0; c < width; c += 16) {
    const size_t n = width - c;
    f32x16 sum = splat(0.0f);
    for (size_t i = 0; i < rows; i++) sum += load_upto(dy + i * lddy + c, n);
    store_upto(dbias + c, n, load_upto(dbias + c, n) + sum);
  }
}
