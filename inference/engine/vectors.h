/* Vectors of 16 floats and what decode steps do with them, in the compiler's own vector types, so
   that any machine can run it. Every sum has one fixed order. */

#include <math.h>
#include <string.h>

typedef float v16 __attribute__((vector_size(64), aligned(4)));
typedef float v8 __attribute__((vector_size(32), aligned(4)));
typedef float v4 __attribute__((vector_size(16), aligned(4)));
typedef int i16 __attribute__((vector_size(64), aligned(4)));
typedef unsigned u16 __attribute__((vector_size(64), aligned(4)));
typedef unsigned char b16 __attribute__((vector_size(16), aligned(1)));
typedef unsigned short h16 __attribute__((vector_size(32), aligned(2)));
#define INLINE static inline __attribute__((always_inline))

INLINE v16 splat(float x) { return (v16){} + x; }
INLINE v16 pick(i16 m, v16 a, v16 b) { return (v16)(((i16)a & m) | ((i16)b & ~m)); }
INLINE v16 larger(v16 a, v16 b) { return pick(a > b, a, b); }
INLINE v16 magnitude(v16 x) { return (v16)((u16)x & 0x7fffffff); }

/* 16 floats, or the `left` that are there and zeros. */
INLINE v16 some(const float *x, long left) {
    if (left >= 16) return *(const v16 *)x;
    v16 v = {};
    if (left > 0) memcpy(&v, x, left * sizeof(float));
    return v;
}

INLINE float highest(v16 v) {
    float most = v[0];
    for (int i = 1; i < 16; i++) most = v[i] > most ? v[i] : most;
    return most;
}

INLINE float sum(v16 v) {
    union { v16 whole; v8 half[2]; } a = {v};
    union { v8 whole; v4 half[2]; } b = {a.half[0] + a.half[1]};
    v4 c = b.half[0] + b.half[1];
    return (c[0] + c[2]) + (c[1] + c[3]);
}

/* exp by range reduction and the polynomial of the Cephes library, about 2 ulp; NaN stays NaN. */
INLINE v16 exp16(v16 x) {
    x = pick(x < splat(-87.0f), splat(-87.0f), x);
    x = pick(x > splat(88.0f), splat(88.0f), x);
    v16 n = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
    v16 r = x - n * 0.693359375f + n * 2.12194440e-4f;
    v16 p = r * 1.9875691500e-4f + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    return p * (v16)((__builtin_convertvector(n, i16) + 127) << 23);
}

#define MIX(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

/* Lane i of the result is the sum over v[i]: halves are added until one vector is left. */
INLINE v16 sums(v16 *v) {
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++)
        v[i] = MIX(v[2 * i], v[2 * i + 1], 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30) +
               MIX(v[2 * i], v[2 * i + 1], 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++)
        v[i] = MIX(v[2 * i], v[2 * i + 1], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
               MIX(v[2 * i], v[2 * i + 1], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++)
        v[i] = MIX(v[2 * i], v[2 * i + 1], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27) +
               MIX(v[2 * i], v[2 * i + 1], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
    return MIX(v[0], v[1], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
           MIX(v[0], v[1], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}

INLINE void rotate(float *head, const float *turn, long dim) {
    for (long i = 0; i < dim; i += 2) {
        float a = head[i], b = head[i + 1], c = turn[i], s = turn[i + 1];
        head[i] = a * c - b * s;
        head[i + 1] = a * s + b * c;
    }
}

/* RMSNorm of one row. */
INLINE void normalise(const float *x, const float *gain, long hidden, double eps, float *y) {
    v16 squares = splat(0);
    for (long i = 0; i < hidden; i += 16) {
        v16 v = *(const v16 *)(x + i);
        squares += v * v;
    }
    float scale = (float)(1.0 / sqrt((double)sum(squares) / hidden + eps));
    for (long i = 0; i < hidden; i += 16)
        *(v16 *)(y + i) = *(const v16 *)(x + i) * scale * *(const v16 *)(gain + i);
}

/* exp(score - highest) of scores first ... last, 0 for the others up to `whole`, a multiple of 16;
   returns 1 / their sum. */
INLINE float soften(float *row, long first, long last, long whole) {
    v16 top = splat(-3e38f), total = splat(0);
    for (long t = 0; t < first; t++) row[t] = -3e38f;
    for (long t = last + 1; t < whole; t++) row[t] = -3e38f;
    for (long t = 0; t < whole; t += 16) top = larger(*(v16 *)(row + t), top);
    float most = highest(top);
    for (long t = 0; t < whole; t += 16) *(v16 *)(row + t) = exp16(*(v16 *)(row + t) - most);
    for (long t = 0; t < first; t++) row[t] = 0;
    for (long t = last + 1; t < whole; t++) row[t] = 0;
    for (long t = 0; t < whole; t += 16) total += *(v16 *)(row + t);
    return 1.0f / sum(total);
}

INLINE v16 silu(v16 gate) { return gate / (1.0f + exp16(-gate)); }
