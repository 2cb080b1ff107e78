// The kernels for processors with AVX-512 (F, VL, DQ, BW).

#pragma clang attribute push(                                                       \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"),           \
                   min_vector_width(512))),                                         \
    apply_to = function)

#define LB_VARIANT lb_variant_avx512
#define LB_TABLE lb_table_avx512
#define LB_WIDTH 16
#define LB_TILE_ROWS 8
#define LB_FLAT_ROWS 4

#include "Variant.inc.h"

#pragma clang attribute pop
