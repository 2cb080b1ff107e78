// Rows of tables and the gradient of logits: the source of every variant.

static void add_f32(size_t count, const float *x, float *y) {
  for (size_t i = 0; i < count; i++) y[i] += x[i];
}

static void scatter_add_rows_f32(
    size_t rows, size_t width, const float *x, size_t ldx, const int32_t *indices, float *table,
    size_t ldtable) {
  for (size_t i = 0; i < rows; i++) {
    add_f32(width, x + i * ldx, table + (size_t)indices[i] * ldtable);
  }
}

static void logit_gradients_f32(
    size_t rows, size_t columns, float scale, const int32_t *targets,
    const float *log_probabilities, const float *probabilities, const float *entropies,
    const float *dlog, const float *dentropies, float *dlogits) {
  const i32x16 index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (size_t i = 0; i < rows; i++) {
    const size_t row = i * columns;
    for (size_t c = 0; c < columns; c += 16) {
      const size_t n = columns - c;
      const f32x16 p = load_upto(probabilities + row + c, n);
      const f32x16 log_p = load_upto(log_probabilities + row + c, n);
      const i32x16 is_target = index + (int32_t)c == targets[i];
      const f32x16 indicator = select16(is_target, splat(1.0f), splat(0.0f));
      f32x16 gradient = dlog[i] * (indicator - p);
      // log p may be −∞ where p is 0; its part of the entropy is 0 there.
      const f32x16 spread = dentropies[i] * (p * (log_p + entropies[i]));
      gradient = gradient - select16(p > 0.0f, spread, splat(0.0f));
      store_upto(dlogits + row + c, n, gradient * scale);
    }
  }
}
