/* Products of int8 and int4 weights for machines with AVX512-VNNI; see linear.py.

   Weights are panels [outputs / 32][inputs / 4][32][4]: one instruction multiplies four inputs of 16
   outputs. Integer sums are exact, so a row's bits do not depend on the rows beside it, nor on how
   the panels are dealt out to threads. A pass over few rows is bound by reading the weights; more
   rows go through matrix tiles where the caller says that they may be used.

   int4 weights are int8 weights of a special form: in each group of 32 inputs of an output they are
   m (q - 8) with q in 0 ... 15 and m in 1 ... 15. They are expanded in registers, which costs less
   time than reading twice the bytes. Its groups are [half][4][16][4] bytes, whose lower four
   bits are q - 8 of the group's first 16 inputs; behind them stand [inputs / 32][32] bytes m. */

#include <immintrin.h>
#include <stdlib.h>

#ifdef __AMX_INT8__
#include "tiles.h"
#endif
#include "vectors.h"

enum { WIDE = 32, MOST = 32, AHEAD = 4096, GROUP = 32, PACKED = 512 };

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

INLINE long padded(long inputs) { return (inputs + 3) / 4 * 4; }

static Rows rows_of(long rows, long inputs, unsigned char *bytes, float *tops, long tiled) {
    long size = padded(inputs);
    return (Rows){bytes, tops, rows, size, tiled && size % 64 == 0 && rows > 1};
}

/* One row as bytes 1 ... 255 around 128; a row with a NaN gets a NaN for its magnitude. */
static void quantise(const float *x, long inputs, const Rows *to, long row) {
    unsigned char *bytes = to->bytes + row * to->padded;
    __m512 top = _mm512_set1_ps(1e-30f), broken = _mm512_setzero_ps();
    for (long i = 0; i < inputs; i += 16) {
        __mmask16 some = inputs - i < 16 ? (1 << (inputs - i)) - 1 : 0xffff;
        __m512 v = _mm512_maskz_loadu_ps(some, x + i);
        top = _mm512_max_ps(_mm512_abs_ps(v), top);
        broken = _mm512_fmadd_ps(v, _mm512_setzero_ps(), broken);
    }
    float largest = _mm512_reduce_max_ps(top);
    __m512 scale = _mm512_set1_ps(127 / largest);
    for (long i = 0; i < to->padded; i += 16) {
        long left = inputs - i, room = to->padded - i;
        __m512 v = _mm512_maskz_loadu_ps(left < 16 ? (1 << (left > 0 ? left : 0)) - 1 : 0xffff, x + i);
        __m512i whole = _mm512_cvtps_epi32(_mm512_mul_ps(v, scale));
        whole = _mm512_add_epi32(whole, _mm512_set1_epi32(128));
        __mmask16 kept = room < 16 ? (1 << room) - 1 : 0xffff;
        _mm512_mask_cvtepi32_storeu_epi8(bytes + i, kept, whole);
    }
    to->tops[row] = largest + _mm512_reduce_add_ps(broken);
}

typedef union { __m512i vectors[2 * MOST]; int each[MOST][WIDE]; } Sums;

/* 32 outputs of R rows. */
INLINE void block(const int R, const unsigned char *x, long padded, const char *w, __m512i *sums) {
    __m512i acc[8][2];
    for (int r = 0; r < R; r++) acc[r][0] = acc[r][1] = _mm512_setzero_si512();
    for (long k = 0; k < padded; k += 4, w += 4 * WIDE) {
        __builtin_prefetch(w + AHEAD), __builtin_prefetch(w + AHEAD + 64);
        __m512i a = _mm512_loadu_si512(w), b = _mm512_loadu_si512(w + 64);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            __m512i four = _mm512_set1_epi32(*(const int *)(x + r * padded + k));
            acc[r][0] = _mm512_dpbusd_epi32(acc[r][0], four, a);
            acc[r][1] = _mm512_dpbusd_epi32(acc[r][1], four, b);
        }
    }
    for (int r = 0; r < R; r++) sums[2 * r] = acc[r][0], sums[2 * r + 1] = acc[r][1];
}

/* Half a group of int4 weights as int8: steps 0-3 and 4-7 of four inputs. Products of two bytes
   with one m stay below 256, so that one multiplication makes both. */
INLINE void expand(const char *group, const char *m_of, int half, __m512i *to) {
    const __m512i low = _mm512_set1_epi8(15), flip = _mm512_set1_epi8(8);
    __m512i m = _mm512_cvtepu8_epi32(_mm_loadu_si128((const void *)(m_of + 16 * half)));
    __m512i words = _mm512_or_si512(m, _mm512_slli_epi32(m, 16));
    __m512i eight = _mm512_slli_epi16(_mm512_or_si512(words, _mm512_slli_epi16(words, 8)), 3);
#pragma GCC unroll 4
    for (int t = 0; t < 4; t++) {
        __m512i both = _mm512_loadu_si512(group + 256 * half + 64 * t);
        __m512i first = _mm512_ternarylogic_epi32(both, low, flip, 0x6a); /* (a & b) ^ c */
        __m512i second = _mm512_ternarylogic_epi32(_mm512_srli_epi16(both, 4), low, flip, 0x6a);
        to[t] = _mm512_sub_epi8(_mm512_mullo_epi16(first, words), eight);
        to[t + 4] = _mm512_sub_epi8(_mm512_mullo_epi16(second, words), eight);
    }
}

/* Four bits at the top of a byte are 16 (q - 8); sums of those, and only then times m, are fewer
   operations than expanding the weights, where only few rows share them. */
INLINE void block4(const int R, const unsigned char *x, long padded, const char *w, __m512i *sums) {
    const __m512i top = _mm512_set1_epi8((char)0xf0);
    __m512i acc[8][2];
    for (int r = 0; r < R; r++) acc[r][0] = acc[r][1] = _mm512_setzero_si512();
    const char *m_of = w + padded / GROUP * PACKED;
    for (long k = 0; k < padded; k += GROUP, w += PACKED, m_of += GROUP) {
        for (int line = 0; line < PACKED; line += 64) __builtin_prefetch(w + AHEAD + line);
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            __m128i some = _mm_loadu_si128((const void *)(m_of + 16 * half));
            __m512i m = _mm512_cvtepu8_epi32(some), q[8];
#pragma GCC unroll 4
            for (int t = 0; t < 4; t++) {
                __m512i both = _mm512_loadu_si512(w + 256 * half + 64 * t);
                q[t] = _mm512_and_si512(_mm512_slli_epi16(both, 4), top);
                q[t + 4] = _mm512_and_si512(both, top);
            }
#pragma GCC unroll 8
            for (int r = 0; r < R; r++) {
                const int *fours = (const int *)(x + r * padded + k);
                __m512i even = _mm512_setzero_si512(), odd = even;
#pragma GCC unroll 4
                for (int t = 0; t < 8; t += 2) {
                    even = _mm512_dpbusd_epi32(even, _mm512_set1_epi32(fours[t]), q[t]);
                    odd = _mm512_dpbusd_epi32(odd, _mm512_set1_epi32(fours[t + 1]), q[t + 1]);
                }
                even = _mm512_srai_epi32(_mm512_add_epi32(even, odd), 4);
                acc[r][half] = _mm512_add_epi32(acc[r][half], _mm512_mullo_epi32(even, m));
            }
        }
    }
    for (int r = 0; r < R; r++) sums[2 * r] = acc[r][0], sums[2 * r + 1] = acc[r][1];
}

INLINE void blocks(long rows, int four, const unsigned char *x, long padded, const char *w,
                   __m512i *sums) {
#define CASE(R) case R: four ? block4(R, x, padded, w, sums) : block(R, x, padded, w, sums); break;
    switch (rows) { CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) }
#undef CASE
}

/* Rows that are computed at once: all passes over a panel take this many, the last ones overlap. */
INLINE long height(const Rows *x) {
    long most = x->tiled ? MOST : 8, passes = (x->rows + most - 1) / most;
    return (x->rows + passes - 1) / passes;
}

#ifdef __AMX_INT8__
/* 64 inputs of a panel as int8. */
INLINE const char *chunk(int four, const char *w, long padded, long k, char *own) {
    if (!four) return w + k * WIDE;
    const char *m_of = w + padded / GROUP * PACKED + k;
    for (int group = 0; group < 2; group++)
        for (int half = 0; half < 2; half++) {
            __m512i made[8];
            expand(w + (k / GROUP + group) * PACKED, m_of + group * GROUP, half, made);
            for (int t = 0; t < 8; t++)
                _mm512_store_si512(own + 1024 * group + 128 * t + 64 * half, made[t]);
        }
    return own;
}

/* The same sums on matrix tiles: 0-3 are sums, 4-5 rows (5 only where there are two), 6-7 weights. */
INLINE void tiles(int four, int two, const unsigned char *x, long padded, const char *w, Sums *to) {
    char own[2][2048] __attribute__((aligned(64)));
    long step = four ? 2 * PACKED : 64 * WIDE;
    _tile_zero(0);
    _tile_zero(1);
    if (two) {
        _tile_zero(2);
        _tile_zero(3);
    }
    for (long k = 0; k < padded; k += 64) {
        for (long line = 0; line < step; line += 64)
            __builtin_prefetch(w + k / 64 * step + AHEAD + line);
        const char *from = chunk(four, w, padded, k, own[k / 64 % 2]);
        _tile_loadd(6, from, 4 * WIDE);
        _tile_loadd(7, from + 64, 4 * WIDE);
        _tile_loadd(4, x + k, padded);
        _tile_dpbusd(0, 4, 6);
        _tile_dpbusd(1, 4, 7);
        if (two) {
            _tile_loadd(5, x + 16 * padded + k, padded);
            _tile_dpbusd(2, 5, 6);
            _tile_dpbusd(3, 5, 7);
        }
    }
    _tile_stored(0, to->each[0], 4 * WIDE);
    _tile_stored(1, to->each[0] + 16, 4 * WIDE);
    if (two) {
        _tile_stored(2, to->each[16], 4 * WIDE);
        _tile_stored(3, to->each[16] + 16, 4 * WIDE);
    }
}
#endif

/* Each thread must do this before its first product and `release` after its last. */
static void shape_tiles(const Rows *x) {
#ifdef __AMX_INT8__
    long high = height(x);
    unsigned char first = high < 16 ? high : 16, second = high > 16 ? high - 16 : 16;
    if (x->tiled) load_shape((unsigned char[]){first, first, second, second, first, second, 16, 16});
#endif
}

static void release(const Rows *x) {
#ifdef __AMX_INT8__
    if (x->tiled) _tile_release();
#endif
}

/* Integer sums of one panel's outputs for `high` rows from `first`. */
INLINE void sums_of(const Product *p, long panel, const Rows *x, long first, long high, Sums *to) {
    long size = p->four ? x->padded / GROUP * (PACKED + GROUP) : x->padded * WIDE;
    const char *w = p->weights + panel * size;
    const unsigned char *from = x->bytes + first * x->padded;
#ifdef __AMX_INT8__
    if (x->tiled) {
        int two = high > 16;
        if (p->four) two ? tiles(1, 1, from, x->padded, w, to) : tiles(1, 0, from, x->padded, w, to);
        else two ? tiles(0, 1, from, x->padded, w, to) : tiles(0, 0, from, x->padded, w, to);
        return;
    }
#endif
    if (p->four) blocks(high, 1, from, x->padded, w, to->vectors);
    else blocks(high, 0, from, x->padded, w, to->vectors);
}

/* 16 outputs of one row as floats; `half` is 0 or 1, `some` the lanes that exist. */
INLINE __m512 scaled(const Product *p, long at, __mmask16 some, __m512i sum, float top) {
    __m512i less = _mm512_sub_epi32(sum, _mm512_maskz_loadu_epi32(some, p->offset + at));
    __m512 unit = _mm512_mul_ps(_mm512_maskz_loadu_ps(some, p->scale + at), _mm512_set1_ps(top));
    return _mm512_mul_ps(_mm512_cvtepi32_ps(less), unit);
}

/* One panel's outputs of `high` rows from `first`, of which those before `r` are done. */
INLINE void panel_of(const Product *p, long panel, const Rows *x, long first, long high, long r,
                     const float *add, long stride, float *y) {
    Sums sums;
    sums_of(p, panel, x, first, high, &sums);
    for (long i = r - first; i < high; i++)
        for (long half = 0; half < 2; half++) {
            long at = panel * WIDE + 16 * half, left = p->outputs - at, row = first + i;
            if (left <= 0) break;
            __mmask16 some = left < 16 ? (1 << left) - 1 : 0xffff;
            __m512 out = scaled(p, at, some, sums.vectors[2 * i + half], x->tops[row]);
            if (add)
                out = _mm512_add_ps(out, _mm512_maskz_loadu_ps(some, add + row * stride + at));
            _mm512_mask_storeu_ps(y + row * p->outputs + at, some, out);
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
