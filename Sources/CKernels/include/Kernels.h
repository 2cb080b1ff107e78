// The innermost loops of the engine, in f32, with the same bits on every x86-64 processor.
//
// Each function exists in three variants, compiled from one source: AVX-512, AVX2 with FMA, and a
// scalar fallback that calls fmaf. The best one the processor has is chosen when the program starts.
// All variants give identical bits because every rounding is prescribed here:
//
// - A product element is one chain of fused multiply-adds, k strictly ascending.
// - A reduction has 16 lanes (lane = index mod 16, ascending), then the halving tree 8, 4, 2, 1.
// - exp, log, tanh, sin, cos are our own polynomials; only IEEE square root, division and fma besides.
//
// Nothing allocates in a steady state: each thread keeps one workspace, made at its first product.

#ifndef LABBOOK_KERNELS_H
#define LABBOOK_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// A variant of the kernels, in ascending order of what it asks of the processor.
typedef enum {
  lb_variant_scalar = 0,
  lb_variant_avx2 = 1,
  lb_variant_avx512 = 2,
} lb_variant;

/// Whether this processor, under this operating system, can run `variant`.
int lb_has_variant(lb_variant variant);

/// The variant that the calling thread uses.
lb_variant lb_current_variant(void);

/// Makes the calling thread use `variant`, or the best one again when `variant` is negative.
///
/// Returns 0, or -1 without any effect where the processor lacks the variant.
int lb_force_variant(int variant);

/// The forced variant of the calling thread, or -1.
int lb_forced_variant(void);

/// Sets the calling thread to round to nearest even, with denormals, exceptions masked.
///
/// Call it where a thread of the engine starts: libraries are known to change the mode.
void lb_set_floating_point_mode(void);

/// Whether the calling thread is in the mode that `lb_set_floating_point_mode` sets.
int lb_has_floating_point_mode(void);

/// Which operand of a product is transposed as it is stored.
typedef enum {
  lb_product_plain = 0,         ///< C[m,n] = A[m,k] · B[k,n]
  lb_product_a_transposed = 1,  ///< C[m,n] = A[k,m]ᵀ · B[k,n]
  lb_product_b_transposed = 2,  ///< C[m,n] = A[m,k] · B[n,k]ᵀ
} lb_product_form;

/// What a product does with the earlier content of C.
typedef enum {
  lb_product_overwrites = 0,  ///< Each chain starts from +0, or from the bias.
  lb_product_continues = 1,   ///< Each chain starts from the element of C.
  lb_product_adds = 2,        ///< In leaves of `lb_leaf_rows` steps of k: see below.
} lb_product_mode;

/// The length of a leaf: with `lb_product_adds`, k is cut into leaves of 1024 from its start; in each, the
/// chain starts from +0, and the leaves are added to C in ascending order.
///
/// It keeps the error of a sum over a large batch small, and a batch that is fed in chunks whose sizes
/// are multiples of a leaf gives the same bits as the whole.
enum { lb_leaf_rows = 1024 };

/// A matrix product; each element of C is one ascending chain of fused multiply-adds.
///
/// `lda`, `ldb`, `ldc` are the distances between stored rows, in elements. `bias` has n elements, or is
/// null; it is allowed only with `lb_product_overwrites`. C must not overlap A, B or the bias.
void lb_product(
    lb_product_form form, lb_product_mode mode, size_t m, size_t n, size_t k, const float *a,
    size_t lda, const float *b, size_t ldb, const float *bias, float *c, size_t ldc);

/// Adds to `columns` sums the columns of `a`, in leaves of `lb_leaf_rows` rows as `lb_product_adds` does.
void lb_add_column_sums(size_t rows, size_t columns, const float *a, size_t lda, float *sums);

// Elementwise functions; `out` may be `x`. Bounds in units in the last place, over all floats, by test.

void lb_exp_f32(size_t count, const float *x, float *out);   ///< below 1.1 ulp; exp(0) = 1
void lb_log_f32(size_t count, const float *x, float *out);   ///< below 1.0 ulp; log(1) = +0
void lb_tanh_f32(size_t count, const float *x, float *out);  ///< below 6.0 ulp, at its worst where the result is close to 1
void lb_sin_f32(size_t count, const float *x, float *out);   ///< below 1.0 ulp
void lb_cos_f32(size_t count, const float *x, float *out);   ///< below 1.0 ulp

/// out = max(x, 0); NaN stays NaN.
void lb_relu_f32(size_t count, const float *x, float *out);
/// gradient *= 1 − y², with y = tanh(x).
void lb_tanh_backward_f32(size_t count, const float *y, float *gradient);
/// gradient is kept where y > 0 and +0 elsewhere, with y = relu(x).
void lb_relu_backward_f32(size_t count, const float *y, float *gradient);
/// x *= factor.
void lb_scale_f32(size_t count, float factor, float *x);

// Reductions in 16 lanes.

float lb_sum_f32(size_t count, const float *x);
/// Lanes are chains of fused multiply-adds.
float lb_dot_f32(size_t count, const float *x, const float *y);
/// −∞ for an empty input; NaN elements are passed over.
float lb_max_f32(size_t count, const float *x);
/// The sum of squares in Double lanes; each square is exact.
double lb_sum_of_squares_f32(size_t count, const float *x);

/// Softmax of each row: exact maximum, e = exp(x − max), the sum of e in 16 lanes, P = e · (1/sum).
void lb_softmax_f32(
    size_t rows, size_t columns, const float *logits, size_t logits_stride, float *probabilities,
    size_t probabilities_stride);

/// Log-softmax of each row, log P = (x − max) − log(sum), with P and the entropy −Σ P log P.
///
/// `probabilities` and `entropies` may be null. P = e · (1/sum) as in `lb_softmax_f32`. A term of the
/// entropy with P = 0 is 0.
void lb_log_softmax_f32(
    size_t rows, size_t columns, const float *logits, size_t logits_stride,
    float *log_probabilities, float *probabilities, size_t stride, float *entropies);

/// One step of Adam for `count` parameters.
///
///     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
///     p ← p − step · m / (√v · root_scale + epsilon)
///
/// The caller folds the bias corrections into `step` and `root_scale`.
void lb_adam_f32(
    size_t count, float beta1, float beta2, float one_minus_beta1, float one_minus_beta2,
    float step, float root_scale, float epsilon, const float *gradients, float *m, float *v,
    float *parameters);

#endif
