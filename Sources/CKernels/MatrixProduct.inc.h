// Matrix products: the source of every variant.
//
// A tile of C stays in registers while k runs; operands are packed into panels where their own layout
// would be slow to walk. None of it changes bits: an element of C is always one ascending chain, and
// storing and reloading a partial sum between blocks of k is exact.
//
// A Variant*.c defines, before including this file:
//   LB_WIDTH      floats per register
//   LB_TILE_ROWS  rows of a tile that is two registers wide
//   LB_FLAT_ROWS  rows of a tile that is four registers wide, for batches of a few rows

typedef float vf __attribute__((ext_vector_type(LB_WIDTH)));
typedef float vq __attribute__((ext_vector_type(4)));

enum {
  panel_columns = 2 * LB_WIDTH,
  block_k = 256,   // k per block: a panel of B stays in the first-level cache
};

/// Where a tile finds its operands and how it treats C.
typedef struct {
  const float *a;
  size_t a_row, a_k;  // distances between rows and between steps of k
  const float *b;
  size_t b_k;
  const float *bias;  // as wide as the tile, or null
  float *c;
  size_t c_row;
  size_t k;
  lb_product_mode mode;
} tile_operands;

#define LB_DEFINE_TILE(name, vector, width)                                              \
  LB_INLINE void name(                                                                   \
      const int rows, const int vectors, const size_t a_row, const size_t a_k,           \
      const tile_operands *o) {                                                          \
    vector sums[LB_MAX_ROWS][4];                                                         \
    const float *a = o->a, *b = o->b;                                                    \
    const size_t b_k = o->b_k, c_row = o->c_row;                                         \
    LB_UNROLL for (int r = 0; r < rows; r++) {                                           \
      LB_UNROLL for (int v = 0; v < vectors; v++) {                                      \
        if (o->mode == lb_product_continues) {                                           \
          __builtin_memcpy(&sums[r][v], o->c + (size_t)r * c_row + v * width, sizeof(vector)); \
        } else if (o->bias != NULL) {                                                    \
          __builtin_memcpy(&sums[r][v], o->bias + v * width, sizeof(vector));            \
        } else {                                                                         \
          sums[r][v] = (vector)0.0f;                                                     \
        }                                                                                \
      }                                                                                  \
    }                                                                                    \
    for (size_t k = o->k; k > 0; k--) {                                                  \
      vector columns[4];                                                                 \
      LB_UNROLL for (int v = 0; v < vectors; v++) {                                      \
        __builtin_memcpy(&columns[v], b + v * width, sizeof(vector));                    \
      }                                                                                  \
      LB_UNROLL for (int r = 0; r < rows; r++) {                                         \
        const vector element = (vector)a[(size_t)r * a_row];                             \
        LB_UNROLL for (int v = 0; v < vectors; v++) {                                    \
          sums[r][v] = __builtin_elementwise_fma(element, columns[v], sums[r][v]);       \
        }                                                                                \
      }                                                                                  \
      a += a_k;                                                                          \
      b += b_k;                                                                          \
    }                                                                                    \
    LB_UNROLL for (int r = 0; r < rows; r++) {                                           \
      LB_UNROLL for (int v = 0; v < vectors; v++) {                                      \
        float *target = o->c + (size_t)r * c_row + v * width;                            \
        if (o->mode == lb_product_adds) {                                                \
          vector earlier;                                                                \
          __builtin_memcpy(&earlier, target, sizeof earlier);                            \
          sums[r][v] = earlier + sums[r][v];                                             \
        }                                                                                \
        __builtin_memcpy(target, &sums[r][v], sizeof(vector));                           \
      }                                                                                  \
    }                                                                                    \
  }

#define LB_UNROLL _Pragma("clang loop unroll(full)")

LB_DEFINE_TILE(wide_tile, vf, LB_WIDTH)
LB_DEFINE_TILE(narrow_tile, vq, 4)

// One compiled tile for each count of rows; A is read along its rows (a_k = 1) or down its columns
// (a_row = 1), so one distance is always a constant of the code.
#define LB_TILE_FUNCTION(name, tile, rows, vectors)                        \
  static LB_NOINLINE void name##_along_##rows(const tile_operands *o) {    \
    tile(rows, vectors, o->a_row, 1, o);                                   \
  }                                                                        \
  static LB_NOINLINE void name##_down_##rows(const tile_operands *o) {     \
    tile(rows, vectors, 1, o->a_k, o);                                     \
  }

#define LB_TILE_ENTRY(name, rows) {name##_along_##rows, name##_down_##rows}

typedef void (*tile_function)(const tile_operands *);

#define LB_EACH_ROWS(apply, name, tile, vectors) \
  apply(name, tile, 1, vectors) apply(name, tile, 2, vectors) apply(name, tile, 3, vectors) \
  apply(name, tile, 4, vectors) apply(name, tile, 5, vectors) apply(name, tile, 6, vectors) \
  apply(name, tile, 7, vectors) apply(name, tile, 8, vectors)

#define LB_TABLE_ROW(name, tile, rows, vectors) LB_TILE_ENTRY(name, rows),

LB_EACH_ROWS(LB_TILE_FUNCTION, quarter, narrow_tile, 1)
LB_EACH_ROWS(LB_TILE_FUNCTION, single, wide_tile, 1)
LB_EACH_ROWS(LB_TILE_FUNCTION, pair, wide_tile, 2)
LB_EACH_ROWS(LB_TILE_FUNCTION, four, wide_tile, 4)

static const tile_function quarter_tiles[8][2] = {LB_EACH_ROWS(LB_TABLE_ROW, quarter, , )};
static const tile_function single_tiles[8][2] = {LB_EACH_ROWS(LB_TABLE_ROW, single, , )};
static const tile_function pair_tiles[8][2] = {LB_EACH_ROWS(LB_TABLE_ROW, pair, , )};
static const tile_function four_tiles[8][2] = {LB_EACH_ROWS(LB_TABLE_ROW, four, , )};

/// A panel of columns: which tiles compute it.
typedef struct {
  size_t columns;  // that exist
  size_t width;    // that the tile computes
  size_t tile_rows;
  const tile_function (*tiles)[2];
} panel_shape;

LB_INLINE panel_shape shape_of_panel(size_t rows, size_t remaining) {
  if (rows <= LB_FLAT_ROWS && remaining >= 4 * LB_WIDTH) {
    return (panel_shape){4 * LB_WIDTH, 4 * LB_WIDTH, LB_FLAT_ROWS, four_tiles};
  }
  if (remaining > LB_WIDTH) {
    const size_t columns = remaining < 2 * LB_WIDTH ? remaining : 2 * LB_WIDTH;
    return (panel_shape){columns, 2 * LB_WIDTH, LB_TILE_ROWS, pair_tiles};
  }
  if (remaining > 4) return (panel_shape){remaining, LB_WIDTH, 8, single_tiles};
  return (panel_shape){remaining, 4, 8, quarter_tiles};
}

/// Copies B[k, j] for a panel to [k][width]; lanes beyond the last column hold +0.
LB_INLINE void pack_panel(
    const float *b, size_t ldb, int is_transposed, size_t k, const panel_shape *shape,
    float *panel) {
  const size_t columns = shape->columns, width = shape->width;
  if (!is_transposed) {
    for (size_t p = 0; p < k; p++) {
      float *row = panel + p * width;
      const float *source = b + p * ldb;
      if (columns == width) {
        __builtin_memcpy(row, source, width * sizeof(float));
      } else {
        for (size_t j = 0; j < columns; j++) row[j] = source[j];
        for (size_t j = columns; j < width; j++) row[j] = 0.0f;
      }
    }
    return;
  }
  size_t j = 0;
  for (; j + 4 <= columns; j += 4) {
    const float *b0 = b + j * ldb, *b1 = b0 + ldb, *b2 = b1 + ldb, *b3 = b2 + ldb;
    size_t p = 0;
    for (; p + 4 <= k; p += 4) {
      vq r0, r1, r2, r3;
      __builtin_memcpy(&r0, b0 + p, 16);
      __builtin_memcpy(&r1, b1 + p, 16);
      __builtin_memcpy(&r2, b2 + p, 16);
      __builtin_memcpy(&r3, b3 + p, 16);
      const vq low01 = __builtin_shufflevector(r0, r1, 0, 4, 1, 5);
      const vq low23 = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
      const vq high01 = __builtin_shufflevector(r0, r1, 2, 6, 3, 7);
      const vq high23 = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
      const vq c0 = __builtin_shufflevector(low01, low23, 0, 1, 4, 5);
      const vq c1 = __builtin_shufflevector(low01, low23, 2, 3, 6, 7);
      const vq c2 = __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
      const vq c3 = __builtin_shufflevector(high01, high23, 2, 3, 6, 7);
      float *target = panel + p * width + j;
      __builtin_memcpy(target, &c0, 16);
      __builtin_memcpy(target + width, &c1, 16);
      __builtin_memcpy(target + 2 * width, &c2, 16);
      __builtin_memcpy(target + 3 * width, &c3, 16);
    }
    for (; p < k; p++) {
      float *target = panel + p * width + j;
      target[0] = b0[p];
      target[1] = b1[p];
      target[2] = b2[p];
      target[3] = b3[p];
    }
  }
  for (; j < columns; j++) {
    for (size_t p = 0; p < k; p++) panel[p * width + j] = b[j * ldb + p];
  }
  if (columns < width) {
    for (size_t p = 0; p < k; p++) {
      for (size_t c = columns; c < width; c++) panel[p * width + c] = 0.0f;
    }
  }
}

/// How many rows the next tile takes: the last two tiles share what is left evenly.
LB_INLINE size_t rows_of_next_tile(size_t remaining, size_t tile_rows) {
  if (remaining <= tile_rows) return remaining;
  if (remaining < 2 * tile_rows) return (remaining + 1) / 2;
  return tile_rows;
}

/// Runs the tiles of one panel over `rows` rows.
LB_INLINE void run_panel(
    size_t rows, const panel_shape *shape, tile_operands o, int is_down) {
  float bias[4 * LB_WIDTH], part[LB_MAX_ROWS * 4 * LB_WIDTH];
  const int is_whole = shape->columns == shape->width;
  if (!is_whole && o.bias != NULL) {
    for (size_t j = 0; j < shape->width; j++) bias[j] = j < shape->columns ? o.bias[j] : 0.0f;
    o.bias = bias;
  }
  const float *a = o.a;
  float *const c = o.c;
  const size_t c_row = o.c_row;
  for (size_t i = 0; i < rows;) {
    const size_t count = rows_of_next_tile(rows - i, shape->tile_rows);
    o.a = is_down ? a + i : a + i * o.a_row;
    const tile_function run = shape->tiles[count - 1][is_down];
    if (is_whole) {
      o.c = c + i * c_row;
      run(&o);
    } else {
      // The columns that do not exist are computed beside and dropped.
      o.c = part;
      o.c_row = shape->width;
      if (o.mode != lb_product_overwrites) {
        for (size_t r = 0; r < count; r++) {
          for (size_t j = 0; j < shape->width; j++) {
            part[r * shape->width + j] = j < shape->columns ? c[(i + r) * c_row + j] : 0.0f;
          }
        }
      }
      run(&o);
      for (size_t r = 0; r < count; r++) {
        for (size_t j = 0; j < shape->columns; j++) {
          c[(i + r) * c_row + j] = part[r * shape->width + j];
        }
      }
    }
    i += count;
  }
}

/// C[m,n] = Aᵀ B for a narrow B, as Cᵀ = Bᵀ A, so that the long side of C fills the registers.
///
/// The factors of each product change places; the chain and its bits do not.
static void product_transposed(
    lb_product_mode mode, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
    size_t ldb, float *c, size_t ldc) {
  float tile[LB_MAX_ROWS * 4 * LB_WIDTH], panel[4 * LB_WIDTH * 64];
  for (size_t j = 0; j < m;) {
    const panel_shape shape = shape_of_panel(n < LB_FLAT_ROWS ? n : LB_FLAT_ROWS, m - j);
    for (size_t i = 0; i < n; i += LB_FLAT_ROWS) {
      const size_t count = n - i < LB_FLAT_ROWS ? n - i : LB_FLAT_ROWS;
      for (size_t r = 0; r < count; r++) {
        for (size_t s = 0; s < shape.width; s++) {
          tile[r * shape.width + s] = mode == lb_product_continues && s < shape.columns
                                          ? c[(j + s) * ldc + i + r]
                                          : 0.0f;
        }
      }
      tile_operands o = {
          .a_row = 1, .a_k = ldb, .c = tile, .c_row = shape.width,
          .mode = lb_product_continues};
      if (shape.columns == shape.width) {
        o.a = b + i;
        o.b = a + j;
        o.b_k = lda;
        o.k = k;
        shape.tiles[count - 1][1](&o);
      } else {
        for (size_t p = 0; p < k; p += 64) {
          o.k = k - p < 64 ? k - p : 64;
          pack_panel(a + p * lda + j, lda, 0, o.k, &shape, panel);
          o.a = b + p * ldb + i;
          o.b = panel;
          o.b_k = shape.width;
          shape.tiles[count - 1][1](&o);
        }
      }
      for (size_t r = 0; r < count; r++) {
        for (size_t s = 0; s < shape.columns; s++) {
          float *target = c + (j + s) * ldc + i + r;
          const float sum = tile[r * shape.width + s];
          *target = mode == lb_product_adds ? *target + sum : sum;
        }
      }
    }
    j += shape.columns;
  }
}

static void product(
    lb_product_form form, lb_product_mode mode, size_t m, size_t n, size_t k, const float *a,
    size_t lda, const float *b, size_t ldb, const float *bias, float *c, size_t ldc,
    float *workspace) {
  const int is_down = form == lb_product_a_transposed;
  const int is_transposed = form == lb_product_b_transposed;
  if (is_down && n < 8 && m > n && bias == NULL) {
    const size_t limit = mode == lb_product_adds && k > lb_leaf_rows ? lb_leaf_rows : k;
    size_t p = 0;
    do {
      const size_t kc = k - p < limit ? k - p : limit;
      product_transposed(mode, m, n, kc, a + p * lda, lda, b + p * ldb, ldb, c, ldc);
      p += kc;
    } while (p < k);
    return;
  }
  // A leaf is added to C when its chain has ended, so a leaf is not cut into blocks.
  const size_t k_limit = mode == lb_product_adds ? lb_leaf_rows : block_k;
  float *const packed_b = workspace;
  size_t p = 0;
  do {
    const size_t kc = k - p < k_limit ? k - p : k_limit;
    for (size_t j = 0; j < n;) {
      const panel_shape shape = shape_of_panel(m, n - j);
      tile_operands o = {
          .bias = bias != NULL && p == 0 ? bias + j : NULL, .c = c + j, .c_row = ldc, .k = kc,
          .mode = p == 0 || mode == lb_product_adds ? mode : lb_product_continues};
      const int packs_b = is_transposed || shape.columns < shape.width ||
                          (ldb > 128 && m >= 4 * LB_TILE_ROWS);
      if (packs_b) {
        pack_panel(
            is_transposed ? b + j * ldb + p : b + p * ldb + j, ldb, is_transposed, kc, &shape,
            packed_b);
        o.b = packed_b;
        o.b_k = shape.width;
      } else {
        o.b = b + p * ldb + j;
        o.b_k = ldb;
      }
      o.a = is_down ? a + p * lda : a + p;
      o.a_row = is_down ? 1 : lda;
      o.a_k = is_down ? lda : 1;
      run_panel(m, &shape, o, is_down);
      j += shape.columns;
    }
    p += kc;
  } while (p < k);
}
