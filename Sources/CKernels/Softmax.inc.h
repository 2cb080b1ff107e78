// Softmax, log-softmax and entropy of rows: the source of every variant.

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
