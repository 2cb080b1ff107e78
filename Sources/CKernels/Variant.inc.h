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
#include "Normalization.inc.h"
#include "FeedForward.inc.h"
#include "Attention.inc.h"
#include "Rows.inc.h"
#include "Decoding.inc.h"
#include "SineCosine.inc.h"
#include "CartPoleStep.inc.h"
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
    .rms_norm = rms_norm_f32,
    .rms_norm_backward = rms_norm_backward_f32,
    .layer_norm = layer_norm_f32,
    .layer_norm_backward = layer_norm_backward_f32,
    .swiglu = swiglu_f32,
    .swiglu_backward = swiglu_backward_f32,
    .gelu = gelu_f32,
    .gelu_backward = gelu_backward_f32,
    .add = add_f32,
    .scatter_add_rows = scatter_add_rows_f32,
    .rotate = rotate_f32,
    .causal_attention = causal_attention_f32,
    .causal_attention_backward = causal_attention_backward_f32,
    .logit_gradients = logit_gradients_f32,
    .packed_product = packed_product,
    .decode_attention = decode_attention_f32,
    .sin_cos = sin_cos_f64,
    .cart_pole_step = cart_pole_step_f64,
    .cart_pole_observations = cart_pole_observations_f64,
};
