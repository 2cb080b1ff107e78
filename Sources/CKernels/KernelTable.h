// The functions of one variant, as Dispatch.c calls them; the parameters are those of Kernels.h.

#ifndef LABBOOK_KERNEL_TABLE_H
#define LABBOOK_KERNEL_TABLE_H

#include "include/DecodingKernels.h"
#include "include/EnvironmentKernels.h"
#include "include/Kernels.h"
#include "include/TransformerKernels.h"

typedef struct {
  lb_variant variant;
  void (*product)(
      lb_product_form, lb_product_mode, size_t, size_t, size_t, const float *, size_t,
      const float *, size_t, const float *, float *, size_t, float *workspace);
  void (*add_column_sums)(size_t, size_t, const float *, size_t, float *);
  void (*exp)(size_t, const float *, float *);
  void (*log)(size_t, const float *, float *);
  void (*tanh)(size_t, const float *, float *);
  void (*sin)(size_t, const float *, float *);
  void (*cos)(size_t, const float *, float *);
  void (*relu)(size_t, const float *, float *);
  void (*tanh_backward)(size_t, const float *, float *);
  void (*relu_backward)(size_t, const float *, float *);
  void (*scale)(size_t, float, float *);
  float (*sum)(size_t, const float *);
  float (*dot)(size_t, const float *, const float *);
  float (*max)(size_t, const float *);
  double (*sum_of_squares)(size_t, const float *);
  void (*log_softmax)(
      size_t, size_t, const float *, size_t, float *, float *, size_t, float *);
  void (*adam)(
      size_t, float, float, float, float, float, float, float, const float *, float *, float *,
      float *);
  void (*rms_norm)(
      size_t, size_t, float, const float *, size_t, const float *, float *, size_t, float *);
  void (*rms_norm_backward)(
      size_t, size_t, const float *, size_t, const float *, const float *, const float *, size_t,
      float *, size_t, float *);
  void (*layer_norm)(
      size_t, size_t, float, const float *, size_t, const float *, const float *, float *, size_t,
      float *, float *);
  void (*layer_norm_backward)(
      size_t, size_t, const float *, size_t, const float *, const float *, const float *,
      const float *, size_t, float *, size_t, float *, float *);
  void (*swiglu)(size_t, size_t, const float *, const float *, size_t, float *, size_t);
  void (*swiglu_backward)(
      size_t, size_t, const float *, const float *, size_t, const float *, size_t, float *, float *,
      size_t);
  void (*gelu)(size_t, const float *, float *);
  void (*gelu_backward)(size_t, const float *, float *);
  void (*add)(size_t, const float *, float *);
  void (*scatter_add_rows)(size_t, size_t, const float *, size_t, const int32_t *, float *, size_t);
  void (*rotate)(
      size_t, size_t, size_t, const int32_t *, const float *, const float *, int, float *, size_t);
  void (*causal_attention)(
      size_t, size_t, size_t, float, const float *, const float *, const float *, size_t, float *,
      size_t, float *);
  void (*causal_attention_backward)(
      size_t, size_t, size_t, float, const float *, const float *, const float *, size_t,
      const float *, const float *, size_t, float *, float *, float *, size_t, float *);
  void (*logit_gradients)(
      size_t, size_t, float, const int32_t *, const float *, const float *, const float *,
      const float *, const float *, float *);
  void (*packed_product)(
      lb_product_mode, size_t, size_t, size_t, const float *, size_t, const float *, float *,
      size_t);
  void (*decode_attention)(
      size_t, size_t, size_t, float, const float *, size_t, const int32_t *, const int32_t *,
      const float *, const float *, size_t, float *, size_t, float *);
  void (*sin_cos)(size_t, const double *, double *, double *);
  int (*cart_pole_step)(
      size_t, size_t, int32_t, const ptrdiff_t *, double *, double *, double *, double *, int32_t *,
      uint8_t *);
  void (*cart_pole_observations)(
      size_t, size_t, const double *, const double *, const double *, const double *, float *);
} lb_kernel_table;

extern const lb_kernel_table lb_table_scalar;
extern const lb_kernel_table lb_table_avx2;
extern const lb_kernel_table lb_table_avx512;

/// The table of the variant that the calling thread uses.
const lb_kernel_table *lb_current_table(void);

/// Floats of a thread's workspace: a packed panel of the widest tile, one leaf long, and a packed block.
enum {
  lb_packed_panel_floats = lb_leaf_rows * 64,
  lb_packed_block_floats = 64 * 1024,
  lb_workspace_floats = lb_packed_panel_floats + lb_packed_block_floats,
};

/// The remainder of |x| by π/2 in quadrants and −π/4…π/4, for |x| too large for the vector path.
double lb_reduce_large_angle(float magnitude, int *quadrant);

#endif
