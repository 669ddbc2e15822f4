/* Products of int8 and int4 weights; see linear.py. The sums themselves are in vnni.h or avx2.h.

   Weights are panels [outputs / 32][inputs / 4][32][4]. Integer sums are exact, so a row's bits do
   not depend on the rows beside it, nor on how the panels are dealt out to threads, nor on the
   machine's instructions. A pass over few rows is bound by reading the weights; more rows go
   through matrix tiles where the caller says that they may be used.

   int4 weights are int8 weights of a special form: in each group of 32 inputs of an output they are
   m (q - 8) with q in 0 ... 15 and m in 1 ... 15. They are expanded in registers, which costs less
   time than reading twice the bytes. Its groups are [half][4][16][4] bytes, whose lower four
   bits are q - 8 of the group's first 16 inputs; behind them stand [inputs / 32][32] bytes m. */

#include <stdlib.h>

#include "vectors.h"

enum { WIDE = 32, PARTS = WIDE / LANES, MOST = 32, GROUP = 32, PACKED = 512 };

#if defined(__AVX512VNNI__) && defined(__AMX_INT8__)
#define TILES 1
#else
#define TILES 0
#endif

typedef struct {
    const char *weights;
    const float *scale, *bias;
    const int *offset; /* 128 times the sum of each output's weights */
    long outputs, four; /* four: int4 weights */
} Product;

/* Rows as int8 products read them: bytes around 128, and the largest magnitude of each row. */
typedef struct {
    unsigned char *bytes;
    float *tops;
    long rows, padded, tiled;
} Rows;

/* Sums of one panel's outputs, for at most MOST rows. */
typedef union { ivec vectors[PARTS * MOST]; int each[MOST][WIDE]; } __attribute__((aligned(64))) Sums;

INLINE long padded(long inputs) { return (inputs + 3) / 4 * 4; }

static Rows rows_of(long rows, long inputs, unsigned char *bytes, float *tops, long tiled) {
    long size = padded(inputs);
    return (Rows){bytes, tops, rows, size, TILES && tiled && size % 64 == 0 && rows > 1};
}

/* Rows that are computed at once: all passes over a panel take this many, the last ones overlap. */
INLINE long height(const Rows *x) {
    long most = x->tiled ? MOST : 8, passes = (x->rows + most - 1) / most;
    return (x->rows + passes - 1) / passes;
}

#if defined(__AVX512VNNI__)
#include "vnni.h"
#elif defined(__AVX2__)
#include "avx2.h"
#else
#error "no sums for this machine"
#endif

/* One row as bytes 1 ... 255 around 128; a row with a NaN gets a NaN for its magnitude. */
static void quantise(const float *x, long inputs, const Rows *to, long row) {
    unsigned char *bytes = to->bytes + row * to->padded;
    vec top = splat(1e-30f), broken = splat(0);
    for (long i = 0; i < inputs; i += LANES) {
        vec v = some(x + i, inputs - i);
        top = larger(magnitude(v), top);
        broken += v * 0.0f;
    }
    float largest = highest(top), scale = 127 / largest;
    for (long i = 0; i < inputs; i++) {
        /* The last bits of a float this large are a whole number. */
        union { float sum; unsigned bits; } whole = {x[i] * scale + (12582912.0f + 128)};
        bytes[i] = whole.bits;
    }
    memset(bytes + inputs, 128, to->padded - inputs);
    to->tops[row] = largest + sum(broken);
}

/* Integer sums of one panel's outputs for `high` rows from `first`. */
INLINE void sums_of(const Product *p, long panel, const Rows *x, long first, long high, Sums *to) {
    long size = p->four ? x->padded / GROUP * (PACKED + GROUP) : x->padded * WIDE;
    const char *w = p->weights + panel * size;
    const unsigned char *from = x->bytes + first * x->padded;
    long inputs = x->padded;
#if TILES
    if (x->tiled) {
        int two = high > 16;
        if (p->four) two ? tiles(1, 1, from, inputs, w, to) : tiles(1, 0, from, inputs, w, to);
        else two ? tiles(0, 1, from, inputs, w, to) : tiles(0, 0, from, inputs, w, to);
        return;
    }
#endif
#define CASE(R) \
    case R: p->four ? block4(R, from, inputs, w, to) : block(R, from, inputs, w, to); break;
    switch (high) { CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) }
#undef CASE
}

/* A vector of outputs of one row as floats, or the `left` of them that exist. */
INLINE vec scaled(const Product *p, long at, long left, ivec sum, float top) {
    if (p->four || EIGHT_HAS_OFFSET) sum -= (ivec)some((const float *)p->offset + at, left);
    return __builtin_convertvector(sum, vec) * (some(p->scale + at, left) * top);
}

/* One panel's outputs of `high` rows from `first`, of which those before `r` are done. */
INLINE void panel_of(const Product *p, long panel, const Rows *x, long first, long high, long r,
                     const float *add, long stride, float *y) {
    Sums sums;
    sums_of(p, panel, x, first, high, &sums);
    for (long i = r - first; i < high; i++)
        for (long part = 0; part < PARTS; part++) {
            long at = panel * WIDE + part * LANES, left = p->outputs - at, row = first + i;
            if (left <= 0) break;
            vec out = scaled(p, at, left, sums.vectors[PARTS * i + part], x->tops[row]);
            if (add) out += some(add + row * stride + at, left);
            memcpy(y + row * p->outputs + at, &out, 4 * (left < LANES ? left : LANES));
        }
}

/* y = x w, plus `add` whose rows are `stride` apart (0: one row, a bias; or null). A team's work,
   four panels at a time, which with their rows stay in the cache; ends without a barrier. */
static void product(const Product *p, const Rows *x, const float *add, long stride, float *y) {
    long panels = (p->outputs + WIDE - 1) / WIDE, high = height(x);
#pragma omp for schedule(dynamic, 1) nowait
    for (long some = 0; some < panels; some += 4)
        for (long r = 0; r < x->rows; r += high) {
            long first = r + high > x->rows ? x->rows - high : r;
            for (long panel = some; panel < some + 4 && panel < panels; panel++)
                panel_of(p, panel, x, first, high, r, add, stride, y);
        }
}

/* x and y hold floats row by row. */
void product8(long rows, long inputs, const Product *p, const float *x, const float *add, long stride,
              float *y, int threads, int tiled) {
    unsigned char *bytes = malloc(rows * padded(inputs));
    float *tops = malloc(rows * sizeof(float));
    Rows of = rows_of(rows, inputs, bytes, tops, tiled);
#pragma omp parallel num_threads(threads)
    {
#pragma omp for
        for (long r = 0; r < rows; r++) quantise(x + r * inputs, inputs, &of, r);
        shape_tiles(&of);
        product(p, &of, add, stride, y);
        release(&of);
    }
    free(bytes), free(tops);
}
