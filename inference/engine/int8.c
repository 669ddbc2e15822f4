/* Products of int8 weights for machines with AVX512-VNNI; see linear.py.

   Weights are panels [outputs / 32][inputs / 4][32][4]: one instruction multiplies four inputs of 16
   outputs. Integer sums are exact, so a row's bits do not depend on the rows beside it, nor on how
   the panels are dealt out to threads. A pass over few rows is bound by reading the weights. */

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

/* y = x w, scaled, plus `add` whose rows are `stride` apart (0: one row, a bias; or null).
   offset: 128 times the sum of each output's weights; x, y and add hold floats row by row. */
void product8(long rows, long inputs, long outputs, const float *x, const char *w,
              const float *scale, const int *offset, const float *add, long stride, float *y,
              int threads) {
    long padded = (inputs + 3) / 4 * 4, panels = (outputs + WIDE - 1) / WIDE;
    unsigned char *bytes = malloc(rows * padded);
    float *tops = malloc(rows * sizeof(float));
#pragma omp parallel num_threads(threads)
    {
#pragma omp for
        for (long r = 0; r < rows; r++)
            tops[r] = quantise(x + r * inputs, inputs, padded, bytes + r * padded);
#pragma omp for schedule(dynamic, 4)
        for (long p = 0; p < panels; p++) {
            long at = p * WIDE, count = outputs - at < WIDE ? outputs - at : WIDE;
            for (long r = 0; r < rows; r += 8) {
                union { __m512i vectors[16]; int each[8][WIDE]; } sums;
                blocks(rows - r, bytes + r * padded, padded, w + p * padded * WIDE, sums.vectors);
                for (long i = r; i < rows && i < r + 8; i++)
                    for (long o = at; o < at + count; o++) {
                        float sum = (float)(sums.each[i - r][o - at] - offset[o]) * scale[o];
                        y[i * outputs + o] = fmaf(sum, tops[i], add ? add[i * stride + o] : 0);
                    }
            }
        }
    }
    free(bytes), free(tops);
}
