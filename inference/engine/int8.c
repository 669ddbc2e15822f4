/* Products of int8 weights for machines with AVX512-VNNI; see linear.py.

   Weights are panels [outputs / 32][inputs / 4][32][4]: one instruction multiplies four inputs of 16
   outputs. Integer sums are exact, so a row's bits do not depend on the rows beside it, nor on how
   the panels are dealt out to threads. A pass over few rows is bound by reading the weights; many
   rows go through matrix tiles where the caller says that they may be used. */

#include <immintrin.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
enum { WIDE = 32, AHEAD = 4096 };

/* One row as bytes 1 ... 255 around 128, by its own largest magnitude; returns that magnitude. */
static float quantise(const float *x, long inputs, long padded, unsigned char *to) {
    float top = 1e-30f, broken = 0;
    for (long i = 0; i < inputs; i++) top = fabsf(x[i]) > top ? fabsf(x[i]) : top;
    for (long i = 0; i < inputs; i++) broken += x[i] * 0; /* NaN if any is not a number */
    float scale = 127 / top;
    for (long i = 0; i < inputs; i++) to[i] = (unsigned char)((int)nearbyintf(x[i] * scale) + 128);
    memset(to + inputs, 128, padded - inputs);
    return top + broken;
}

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

INLINE void blocks(long rows, const unsigned char *x, long padded, const char *w, __m512i *sums) {
    switch (rows) {
    case 1: block(1, x, padded, w, sums); break;
    case 2: block(2, x, padded, w, sums); break;
    case 3: block(3, x, padded, w, sums); break;
    case 4: block(4, x, padded, w, sums); break;
    case 5: block(5, x, padded, w, sums); break;
    case 6: block(6, x, padded, w, sums); break;
    case 7: block(7, x, padded, w, sums); break;
    default: block(8, x, padded, w, sums);
    }
}

#ifdef __AMX_INT8__
/* The same sums for 16 rows on matrix tiles: 0-1 are sums, 2 is rows, 3-4 are weights. */
INLINE void tiles(const unsigned char *x, long padded, const char *w, int *sums) {
    _tile_zero(0);
    _tile_zero(1);
    for (long k = 0; k < padded; k += 64) {
        _tile_loadd(2, x + k, padded);
        _tile_loadd(3, w + k * WIDE, 4 * WIDE);
        _tile_loadd(4, w + k * WIDE + 64, 4 * WIDE);
        _tile_dpbusd(0, 2, 3);
        _tile_dpbusd(1, 2, 4);
    }
    _tile_stored(0, sums, 4 * WIDE);
    _tile_stored(1, sums + 16, 4 * WIDE);
}
#endif

static void shape_tiles(void) {
#ifdef __AMX_INT8__
    struct {
        unsigned char palette, start, none[14];
        unsigned short bytes[16];
        unsigned char rows[16];
    } shape = {.palette = 1};
    for (int i = 0; i < 5; i++) shape.bytes[i] = 64, shape.rows[i] = 16;
    _tile_loadconfig(&shape);
#endif
}

/* y = x w, scaled, plus `add` whose rows are `stride` apart (0: one row, a bias; or null).
   offset: 128 times the sum of each output's weights; x, y and add hold floats row by row. */
void product8(long rows, long inputs, long outputs, const float *x, const char *w,
              const float *scale, const int *offset, const float *add, long stride, float *y,
              int threads, int tiled) {
    long padded = (inputs + 3) / 4 * 4, panels = (outputs + WIDE - 1) / WIDE;
    unsigned char *bytes = malloc(rows * padded);
    tiled = tiled && padded % 64 == 0 && rows >= 16;
    float *tops = malloc(rows * sizeof(float));
#pragma omp parallel num_threads(threads)
    {
#pragma omp for
        for (long r = 0; r < rows; r++)
            tops[r] = quantise(x + r * inputs, inputs, padded, bytes + r * padded);
        if (tiled) shape_tiles();
#pragma omp for schedule(dynamic, 4)
        for (long p = 0; p < panels; p++) {
            long at = p * WIDE, count = outputs - at < WIDE ? outputs - at : WIDE;
            const char *panel = w + p * padded * WIDE;
            for (long r = 0, step; r < rows; r += step) {
                union { __m512i vectors[16]; int each[16][WIDE]; } sums;
                step = tiled && r + 16 <= rows ? 16 : 8;
#ifdef __AMX_INT8__
                if (step == 16) tiles(bytes + r * padded, padded, panel, sums.each[0]);
                else
#endif
                    blocks(rows - r, bytes + r * padded, padded, panel, sums.vectors);
                for (long i = r; i < rows && i < r + step; i++)
                    for (long o = at; o < at + count; o++) {
                        float sum = (float)(sums.each[i - r][o - at] - offset[o]) * scale[o];
                        y[i * outputs + o] = fmaf(sum, tops[i], add ? add[i * stride + o] : 0);
                    }
            }
        }
#ifdef __AMX_INT8__
        if (tiled) _tile_release();
#endif
    }
    free(bytes), free(tops);
}
