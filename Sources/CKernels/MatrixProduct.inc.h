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
typedef float ve __attribute__((ext_vector_type(8)));

/// Steps of k per block, so that a panel of B stays in the cache while the rows of A pass by.
enum { block_k = 256 };

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

#define LB_UNROLL _Pragma("clang loop unroll(full)")

// A tile of `rows` by `vectors` registers; both are constants wherever it is inlined.
#define LB_DEFINE_TILE(name, vector, width)                                              \
  LB_INLINE void name(                                                                   \
      const int rows, const int vectors, const size_t a_row, const size_t a_k,           \
      const tile_operands *o) {                                                          \
    vector sums[LB_MAX_ROWS][4];                                                         \
    const float *a = o->a, *b = o->b;                                                    \
    const size_t b_k = o->b_k, c_row = o->c_row;                                         \
    /* The chain leaves time to fetch the lines of C, which it needs at its end. */      \
    LB_UNROLL for (int r = 0; r < rows; r++) {                                           \
      __builtin_prefetch(o->c + (size_t)r * c_row, 1);                                   \
      if (vectors * width > 16) __builtin_prefetch(o->c + (size_t)r * c_row + 16, 1);    \
      if (vectors * width > 32) __builtin_prefetch(o->c + (size_t)r * c_row + 32, 1);    \
      if (vectors * width > 48) __builtin_prefetch(o->c + (size_t)r * c_row + 48, 1);    \
    }                                                                                    \
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

LB_DEFINE_TILE(wide_tile, vf, LB_WIDTH)
LB_DEFINE_TILE(narrow_tile, vq, 4)

// One compiled tile for each count of rows; A is read along its rows (a_k = 1) or down its columns
// (a_row = 1), so one distance is always a constant of the code.
#define LB_TILE_FUNCTIONS(name, tile, rows, vectors)                       \
  static LB_NOINLINE void name##_along_##rows(const tile_operands *o) {    \
    tile(rows, vectors, o->a_row, 1, o);                                   \
  }                                                                        \
  static LB_NOINLINE void name##_down_##rows(const tile_operands *o) {     \
    tile(rows, vectors, 1, o->a_k, o);                                     \
  }

#define LB_TILE_ENTRY(name, tile, rows, vectors) {name##_along_##rows, name##_down_##rows},

#define LB_UP_TO_4_ROWS(apply, name, tile, vectors)                       \
  apply(name, tile, 1, vectors) apply(name, tile, 2, vectors)             \
  apply(name, tile, 3, vectors) apply(name, tile, 4, vectors)
#define LB_UP_TO_8_ROWS(apply, name, tile, vectors)                       \
  LB_UP_TO_4_ROWS(apply, name, tile, vectors)                             \
  apply(name, tile, 5, vectors) apply(name, tile, 6, vectors)             \
  apply(name, tile, 7, vectors) apply(name, tile, 8, vectors)

LB_UP_TO_8_ROWS(LB_TILE_FUNCTIONS, quarter, narrow_tile, 1)
LB_UP_TO_8_ROWS(LB_TILE_FUNCTIONS, single, wide_tile, 1)
LB_UP_TO_8_ROWS(LB_TILE_FUNCTIONS, pair, wide_tile, 2)
LB_UP_TO_4_ROWS(LB_TILE_FUNCTIONS, four, wide_tile, 4)

typedef void (*tile_function)(const tile_operands *);

// By rows − 1, and by whether A is read down its columns.
static const tile_function quarter_tiles[8][2] = {LB_UP_TO_8_ROWS(LB_TILE_ENTRY, quarter, , )};
static const tile_function single_tiles[8][2] = {LB_UP_TO_8_ROWS(LB_TILE_ENTRY, single, , )};
static const tile_function pair_tiles[8][2] = {LB_UP_TO_8_ROWS(LB_TILE_ENTRY, pair, , )};
static const tile_function four_tiles[4][2] = {LB_UP_TO_4_ROWS(LB_TILE_ENTRY, four, , )};

/// A panel of columns, and the tiles that compute it.
typedef struct {
  size_t columns;    // columns that exist
  size_t width;      // columns that a tile computes
  size_t tile_rows;  // rows that a tile computes, at most
  const tile_function (*tiles)[2];
} panel_shape;

/// The next panel of a result with `rows` rows and `remaining` columns still to compute.
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
LB_INLINE void pack_plain_panel(
    const float *b, size_t ldb, size_t k, const panel_shape *shape, float *panel) {
  const size_t columns = shape->columns, width = shape->width;
  if (width == 4 && columns <= 2) {  // The heads of small policies and values
    const vq zero = (vq)0.0f;
    for (size_t p = 0; p < k; p++, panel += 4, b += ldb) {
      __builtin_memcpy(panel, &zero, sizeof zero);
      panel[0] = b[0];
      if (columns == 2) panel[1] = b[1];
    }
    return;
  }
  if (columns == 2 * LB_WIDTH && width == columns) {  // A constant size needs no call of memcpy.
    for (size_t p = 0; p < k; p++) {
      __builtin_memcpy(panel + p * 2 * LB_WIDTH, b + p * ldb, 2 * LB_WIDTH * sizeof(float));
    }
    return;
  }
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
}

/// Copies B[j, k] for a panel to [k][width], so transposed; lanes beyond the last column hold +0.
LB_INLINE void pack_transposed_panel(
    const float *b, size_t ldb, size_t k, const panel_shape *shape, float *panel) {
  const size_t columns = shape->columns, width = shape->width;
  size_t j = 0;
  for (; j + 8 <= columns; j += 8) {
    const float *source = b + j * ldb;
    size_t p = 0;
    for (; p + 4 <= k; p += 4) {
      // Rows j and j + 4 share a register; 4×4 blocks are transposed in both halves at once.
      ve r[4];
      LB_UNROLL for (size_t i = 0; i < 4; i++) {
        vq low, high;
        __builtin_memcpy(&low, source + i * ldb + p, sizeof low);
        __builtin_memcpy(&high, source + (i + 4) * ldb + p, sizeof high);
        r[i] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
      }
      const ve low01 = __builtin_shufflevector(r[0], r[1], 0, 8, 1, 9, 4, 12, 5, 13);
      const ve low23 = __builtin_shufflevector(r[2], r[3], 0, 8, 1, 9, 4, 12, 5, 13);
      const ve high01 = __builtin_shufflevector(r[0], r[1], 2, 10, 3, 11, 6, 14, 7, 15);
      const ve high23 = __builtin_shufflevector(r[2], r[3], 2, 10, 3, 11, 6, 14, 7, 15);
      const ve c[4] = {
          __builtin_shufflevector(low01, low23, 0, 1, 8, 9, 4, 5, 12, 13),
          __builtin_shufflevector(low01, low23, 2, 3, 10, 11, 6, 7, 14, 15),
          __builtin_shufflevector(high01, high23, 0, 1, 8, 9, 4, 5, 12, 13),
          __builtin_shufflevector(high01, high23, 2, 3, 10, 11, 6, 7, 14, 15),
      };
      LB_UNROLL for (size_t i = 0; i < 4; i++) {
        __builtin_memcpy(panel + (p + i) * width + j, &c[i], sizeof(ve));
      }
    }
    for (; p < k; p++) {
      LB_UNROLL for (size_t i = 0; i < 8; i++) panel[p * width + j + i] = source[i * ldb + p];
    }
  }
  for (; j < columns; j++) {
    for (size_t p = 0; p < k; p++) panel[p * width + j] = b[j * ldb + p];
  }
  for (; j < width; j++) {
    for (size_t p = 0; p < k; p++) panel[p * width + j] = 0.0f;
  }
}

/// How many rows the next tile takes: the last two tiles share what is left evenly.
LB_INLINE size_t rows_of_next_tile(size_t remaining, size_t tile_rows) {
  if (remaining <= tile_rows) return remaining;
  if (remaining < 2 * tile_rows) return (remaining + 1) / 2;
  return tile_rows;
}

/// Copies a block of A that is read down its columns to [tile][k][rows of the tile].
LB_INLINE void pack_block_down(
    const float *a, size_t lda, size_t rows, size_t k, float *block) {
  for (size_t i = 0; i < rows;) {
    const size_t count = rows_of_next_tile(rows - i, LB_TILE_ROWS);
    const float *source = a + i;
    float *target = block + i * k;
    if (count == LB_TILE_ROWS) {
      for (size_t p = 0; p < k; p++, source += lda, target += LB_TILE_ROWS) {
        __builtin_memcpy(target, source, LB_TILE_ROWS * sizeof(float));
      }
    } else {
      for (size_t p = 0; p < k; p++, source += lda, target += count) {
        for (size_t r = 0; r < count; r++) target[r] = source[r];
      }
    }
    i += count;
  }
}

/// Runs the tiles of one panel over `rows` rows; `is_packed` says that A comes from `pack_block_down`.
LB_INLINE void run_panel(
    size_t rows, const panel_shape *shape, tile_operands o, int is_down, int is_packed) {
  float bias[4 * LB_WIDTH], part[LB_MAX_ROWS * 4 * LB_WIDTH];
  const int is_whole = shape->columns == shape->width;
  if (!is_whole && o.bias != NULL) {
    for (size_t j = 0; j < shape->width; j++) bias[j] = j < shape->columns ? o.bias[j] : 0.0f;
    o.bias = bias;
  }
  const float *a = o.a;
  float *const c = o.c;
  const size_t c_row = o.c_row;
  const size_t tile_rows = is_packed ? LB_TILE_ROWS : shape->tile_rows;
  for (size_t i = 0; i < rows;) {
    const size_t count = rows_of_next_tile(rows - i, tile_rows);
    if (is_packed) {
      o.a = a + i * o.k;
      o.a_k = count;
    } else {
      o.a = is_down ? a + i : a + i * o.a_row;
    }
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

/// A product with few columns, as Cᵀ = op(B)ᵀ · op(A)ᵀ, so that the long side of C fills the registers.
///
/// The factors of each multiplication change places; the chain and its bits do not.
static void product_swapped(
    lb_product_form form, lb_product_mode mode, size_t m, size_t n, size_t k, const float *a,
    size_t lda, const float *b, size_t ldb, const float *bias, float *c, size_t ldc) {
  enum { depth = 64 };
  _Alignas(64) float tile[LB_MAX_ROWS * 4 * LB_WIDTH];
  _Alignas(64) float panel[4 * LB_WIDTH * depth];
  const int b_is_down = form != lb_product_b_transposed;
  const int a_is_down = form == lb_product_a_transposed;
  for (size_t j = 0; j < m;) {
    const panel_shape shape = shape_of_panel(n, m - j);
    const int is_direct = a_is_down && shape.columns == shape.width;
    for (size_t i = 0; i < n; i += shape.tile_rows) {
      const size_t count = n - i < shape.tile_rows ? n - i : shape.tile_rows;
      for (size_t r = 0; r < count; r++) {
        float *row = tile + r * shape.width;
        const float start = bias != NULL ? bias[i + r] : 0.0f;
        for (size_t s = 0; s < shape.width; s++) row[s] = start;
        if (mode == lb_product_continues) {
          for (size_t s = 0; s < shape.columns; s++) row[s] = c[(j + s) * ldc + i + r];
        }
      }
      tile_operands o = {
          .a_row = b_is_down ? 1 : ldb, .a_k = b_is_down ? ldb : 1, .c = tile,
          .c_row = shape.width, .mode = lb_product_continues};
      for (size_t p = 0; p < k; p += o.k) {
        o.k = is_direct || k - p < depth ? k - p : depth;
        o.a = b_is_down ? b + p * ldb + i : b + i * ldb + p;
        if (is_direct) {
          o.b = a + p * lda + j;
          o.b_k = lda;
        } else {
          if (a_is_down) {
            pack_plain_panel(a + p * lda + j, lda, o.k, &shape, panel);
          } else {
            pack_transposed_panel(a + j * lda + p, lda, o.k, &shape, panel);
          }
          o.b = panel;
          o.b_k = shape.width;
        }
        shape.tiles[count - 1][b_is_down](&o);
      }
      for (size_t r = 0; r < count; r++) {
        const float *row = tile + r * shape.width;
        for (size_t s = 0; s < shape.columns; s++) {
          float *target = c + (j + s) * ldc + i + r;
          *target = mode == lb_product_adds ? *target + row[s] : row[s];
        }
      }
    }
    j += shape.columns;
  }
}

/// Every product; the parameters are those of `lb_product`.
static void product(
    lb_product_form form, lb_product_mode mode, size_t m, size_t n, size_t k, const float *a,
    size_t lda, const float *b, size_t ldb, const float *bias, float *c, size_t ldc,
    float *workspace) {
  const int is_down = form == lb_product_a_transposed;
  const int is_transposed = form == lb_product_b_transposed;
  // Down the columns of A nothing has to be transposed for it, so it pays sooner.
  if (is_down ? n < 8 && m > n : n < 8 && 2 * n <= LB_WIDTH && m >= 16) {
    const size_t limit = mode == lb_product_adds && k > lb_leaf_rows ? lb_leaf_rows : k;
    size_t p = 0;
    do {
      const size_t kc = k - p < limit ? k - p : limit;
      product_swapped(
          form, mode, m, n, kc, a + (is_down ? p * lda : p), lda,
          b + (is_transposed ? p : p * ldb), ldb, bias, c, ldc);
      p += kc;
    } while (p < k);
    return;
  }
  // A leaf is added to C when its chain has ended, so a leaf is not cut into blocks.
  const size_t k_limit = mode == lb_product_adds ? lb_leaf_rows : block_k;
  float *const packed_panel = workspace;
  float *const packed_block = workspace + lb_packed_panel_floats;
  size_t p = 0;
  do {
    const size_t kc = k - p < k_limit ? k - p : k_limit;
    // Down long columns every step of k is a new page; a packed block pays if many panels use it.
    const int packs_a = is_down && lda >= 256 && n >= 256 && m > LB_FLAT_ROWS && kc >= 32;
    // As many rows at a time as stay in the second-level cache.
    const size_t row_limit =
        (packs_a ? lb_packed_block_floats : 4 * lb_packed_block_floats) / (kc > 0 ? kc : 1);
    for (size_t i = 0; i < m; i += row_limit) {
      const size_t rows = m - i < row_limit ? m - i : row_limit;
      const float *block = is_down ? a + p * lda + i : a + i * lda + p;
      if (packs_a) {
        pack_block_down(block, lda, rows, kc, packed_block);
        block = packed_block;
      }
      for (size_t j = 0; j < n;) {
        const panel_shape shape = shape_of_panel(rows, n - j);
        tile_operands o = {
            .a = block, .a_row = is_down ? 1 : lda, .a_k = is_down ? lda : 1,
            .b = b + p * ldb + j, .b_k = ldb, .bias = bias != NULL && p == 0 ? bias + j : NULL,
            .c = c + i * ldc + j, .c_row = ldc, .k = kc,
            .mode = p == 0 || mode == lb_product_adds ? mode : lb_product_continues};
        const int packs_b = is_transposed || shape.columns < shape.width ||
                            (ldb > 128 && rows >= 4 * LB_TILE_ROWS);
        if (packs_b) {
          if (is_transposed) {
            pack_transposed_panel(b + j * ldb + p, ldb, kc, &shape, packed_panel);
          } else {
            pack_plain_panel(b + p * ldb + j, ldb, kc, &shape, packed_panel);
          }
          o.b = packed_panel;
          o.b_k = shape.width;
        }
        run_panel(rows, &shape, o, is_down, packs_a);
        j += shape.columns;
      }
    }
    p += kc;
  } while (p < k);
}
