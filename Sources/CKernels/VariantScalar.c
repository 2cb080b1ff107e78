// The kernels for any x86-64 processor: fused multiply-adds are calls of fmaf. Slow, same bits.

#define LB_VARIANT lb_variant_scalar
#define LB_TABLE lb_table_scalar
#define LB_WIDTH 4
#define LB_TILE_ROWS 6
#define LB_FLAT_ROWS 2

#include "Variant.inc.h"
