// Chooses the variant of the kernels for this processor and calls it.

#include <immintrin.h>
#include <pthread.h>
#include <stdlib.h>

#include "KernelTable.h"

/// The variant forced on this thread, or null.
static _Thread_local const lb_kernel_table *forced_table;

/// The best variant of this processor; written before `main`.
static const lb_kernel_table *best_table = &lb_table_scalar;

int lb_has_variant(lb_variant variant) {
  // __builtin_cpu_supports also asks the operating system whether it saves the registers.
  switch (variant) {
    case lb_variant_scalar:
      return 1;
    case lb_variant_avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case lb_variant_avx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  }
  return 0;
}

static const lb_kernel_table *table_of(lb_variant variant) {
  switch (variant) {
    case lb_variant_scalar:
      return &lb_table_scalar;
    case lb_variant_avx2:
      return &lb_table_avx2;
    case lb_variant_avx512:
      return &lb_table_avx512;
  }
  return &lb_table_scalar;
}

__attribute__((constructor)) static void choose_best_table(void) {
  __builtin_cpu_init();
  for (int variant = lb_variant_avx512; variant >= lb_variant_scalar; variant--) {
    if (lb_has_variant((lb_variant)variant)) {
      best_table = table_of((lb_variant)variant);
      return;
    }
  }
}

static inline const lb_kernel_table *table(void) {
  const lb_kernel_table *forced = forced_table;
  return __builtin_expect(forced != NULL, 0) ? forced : best_table;
}

const lb_kernel_table *lb_current_table(void) { return table(); }

lb_variant lb_current_variant(void) { return table()->variant; }

int lb_forced_variant(void) { return forced_table ? (int)forced_table->variant : -1; }

int lb_force_variant(int variant) {
  if (variant < 0) {
    forced_table = NULL;
    return 0;
  }
  if (variant > lb_variant_avx512 || !lb_has_variant((lb_variant)variant)) return -1;
  forced_table = table_of((lb_variant)variant);
  return 0;
}

// All exceptions masked, round to nearest even, neither flush-to-zero nor denormals-are-zero.
static const uint32_t default_sse_mode = 0x1f80;
// The same for the x87 unit, which the C library asks for the rounding mode; extended precision.
static const uint16_t default_x87_mode = 0x037f;

void lb_set_floating_point_mode(void) {
  _mm_setcsr(default_sse_mode);
  __asm__ volatile("fldcw %0" : : "m"(default_x87_mode));
}

int lb_has_floating_point_mode(void) {
  uint16_t x87_mode;
  __asm__ volatile("fnstcw %0" : "=m"(x87_mode));
  // The low six bits of MXCSR only record which exceptions have happened.
  return (_mm_getcsr() & ~0x3fu) == default_sse_mode && x87_mode == default_x87_mode;
}

// MARK: The workspace for packed operands

static pthread_key_t workspace_key;
static pthread_once_t workspace_once = PTHREAD_ONCE_INIT;
static _Thread_local float *workspace;

static void make_workspace_key(void) { pthread_key_create(&workspace_key, free); }

static float *thread_workspace(void) {
  if (__builtin_expect(workspace == NULL, 0)) {
    pthread_once(&workspace_once, make_workspace_key);
    workspace = aligned_alloc(64, lb_workspace_floats * sizeof(float));
    if (workspace == NULL) abort();
    pthread_setspecific(workspace_key, workspace);
  }
  return workspace;
}

// MARK: Calls

void lb_product(
    lb_product_form form, lb_product_mode mode, size_t m, size_t n, size_t k, const float *a,
    size_t lda, const float *b, size_t ldb, const float *bias, float *c, size_t ldc) {
  if (m == 0 || n == 0) return;
  table()->product(form, mode, m, n, k, a, lda, b, ldb, bias, c, ldc, thread_workspace());
}

void lb_add_column_sums(size_t rows, size_t columns, const float *a, size_t lda, float *sums) {
  table()->add_column_sums(rows, columns, a, lda, sums);
}

void lb_exp_f32(size_t count, const float *x, float *out) { table()->exp(count, x, out); }
void lb_log_f32(size_t count, const float *x, float *out) { table()->log(count, x, out); }
void lb_tanh_f32(size_t count, const float *x, float *out) { table()->tanh(count, x, out); }
void lb_sin_f32(size_t count, const float *x, float *out) { table()->sin(count, x, out); }
void lb_cos_f32(size_t count, const float *x, float *out) { table()->cos(count, x, out); }
void lb_relu_f32(size_t count, const float *x, float *out) { table()->relu(count, x, out); }

void lb_tanh_backward_f32(size_t count, const float *y, float *gradient) {
  table()->tanh_backward(count, y, gradient);
}

void lb_relu_backward_f32(size_t count, const float *y, float *gradient) {
  table()->relu_backward(count, y, gradient);
}

void lb_scale_f32(size_t count, float factor, float *x) { table()->scale(count, factor, x); }

float lb_sum_f32(size_t count, const float *x) { return table()->sum(count, x); }

float lb_dot_f32(size_t count, const float *x, const float *y) { return table()->dot(count, x, y); }

float lb_max_f32(size_t count, const float *x) { return table()->max(count, x); }

double lb_sum_of_squares_f32(size_t count, const float *x) {
  return table()->sum_of_squares(count, x);
}

void lb_softmax_f32(
    size_t rows, size_t columns, const float *logits, size_t logits_stride, float *probabilities,
    size_t probabilities_stride) {
  table()->log_softmax(
      rows, columns, logits, logits_stride, NULL, probabilities, probabilities_stride, NULL);
}

void lb_log_softmax_f32(
    size_t rows, size_t columns, const float *logits, size_t logits_stride,
    float *log_probabilities, float *probabilities, size_t stride, float *entropies) {
  table()->log_softmax(
      rows, columns, logits, logits_stride, log_probabilities, probabilities, stride, entropies);
}

void lb_adam_f32(
    size_t count, float beta1, float beta2, float one_minus_beta1, float one_minus_beta2,
    float step, float root_scale, float epsilon, const float *gradients, float *m, float *v,
    float *parameters) {
  table()->adam(
      count, beta1, beta2, one_minus_beta1, one_minus_beta2, step, root_scale, epsilon, gradients,
      m, v, parameters);
}
