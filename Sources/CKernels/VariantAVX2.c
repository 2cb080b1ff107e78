// The kernels for processors with AVX2 and FMA.

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define LB_VARIANT lb_variant_avx2
#define LB_TABLE lb_table_avx2
#define LB_WIDTH 8
#define LB_TILE_ROWS 6
#define LB_FLAT_ROWS 3

#include "Variant.inc.h"

#pragma clang attribute pop
