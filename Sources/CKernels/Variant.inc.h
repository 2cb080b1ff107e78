// Everything that is compiled once for each variant, and the table of it.

#include <stddef.h>
#include <stdint.h>

#include "KernelTable.h"

// Functions that pass vectors are always inlined, so no calling convention is involved.
#pragma clang diagnostic ignored "-Wpsabi"

#define LB_INLINE static inline __attribute__((always_inline))
#define LB_NOINLINE __attribute__((noinline))
#define LB_MAX_ROWS 8

// The order matters: each file builds on those before it.
// clang-format off
#include "Elementwise.inc.h"
#include "Reductions.inc.h"
#include "Softmax.inc.h"
#include "MatrixProduct.inc.h"
// clang-format on

const lb_kernel_table LB_TABLE = {
    .variant = LB_VARIANT,
    .product = product,
    .add_column_sums = add_column_sums,
    .exp = exp_f32,
    .log = log_f32,
    .tanh = tanh_f32,
    .sin = sin_f32,
    .cos = cos_f32,
    .relu = relu_f32,
    .tanh_backward = tanh_backward_f32,
    .relu_backward = relu_backward_f32,
    .scale = scale_f32,
    .sum = sum_f32,
    .dot = dot_f32,
    .max = max_f32,
    .sum_of_squares = sum_of_squares_f32,
    .log_softmax = log_softmax_f32,
    .adam = adam_f32,
};
