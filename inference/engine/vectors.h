/* Vectors of floats as wide as the machine's, in the compiler's own types, and what decode steps do
   with them. Every sum has one fixed order. */

#include <math.h>
#include <string.h>

#ifdef LANES
#elif defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX__)
#define LANES 8
#else
#define LANES 4
#endif

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4)));
typedef int ivec __attribute__((vector_size(4 * LANES), aligned(4)));
typedef unsigned uvec __attribute__((vector_size(4 * LANES), aligned(4)));
typedef unsigned short hvec __attribute__((vector_size(2 * LANES), aligned(2)));
#define INLINE static inline __attribute__((always_inline))

INLINE vec splat(float x) { return (vec){} + x; }
INLINE vec pick(ivec m, vec a, vec b) { return (vec)(((ivec)a & m) | ((ivec)b & ~m)); }
INLINE vec larger(vec a, vec b) { return pick(a > b, a, b); }
INLINE vec magnitude(vec x) { return (vec)((uvec)x & 0x7fffffff); }

/* The floats at x, or the `left` that are there and zeros. */
INLINE vec some(const float *x, long left) {
    if (left >= LANES) return *(const vec *)x;
    vec v = {};
    if (left > 0) memcpy(&v, x, left * sizeof(float));
    return v;
}

INLINE float sum(vec v) {
    float part[LANES];
    memcpy(part, &v, sizeof v);
    for (int half = LANES / 2; half; half /= 2)
        for (int i = 0; i < half; i++) part[i] += part[i + half];
    return part[0];
}

INLINE float highest(vec v) {
    float most = v[0];
    for (int i = 1; i < LANES; i++) most = v[i] > most ? v[i] : most;
    return most;
}

/* exp by range reduction and the polynomial of the Cephes library, about 2 ulp; NaN stays NaN. */
INLINE vec exps(vec x) {
    x = pick(x < splat(-87.0f), splat(-87.0f), x);
    x = pick(x > splat(88.0f), splat(88.0f), x);
    vec n = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
    vec r = x - n * 0.693359375f + n * 2.12194440e-4f;
    vec p = r * 1.9875691500e-4f + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    return p * (vec)((__builtin_convertvector(n, ivec) + 127) << 23);
}

INLINE vec silu(vec gate) { return gate / (1.0f + exps(-gate)); }

/* v[i] = some lanes of v[2i] and v[2i + 1] plus their other lanes. */
#define MIX(...) __builtin_shufflevector(v[2 * i], v[2 * i + 1], __VA_ARGS__)
#define ONE(...) __VA_ARGS__
#define FOLD(count, these, those) \
    _Pragma("GCC unroll 8") for (int i = 0; i < count; i++) v[i] = MIX(ONE these) + MIX(ONE those)

/* Lane i of the result is the sum over v[i]. */
INLINE vec sums(vec *v) {
#if LANES == 16
    FOLD(8, (0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
         (1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31));
    FOLD(4, (0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
         (2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31));
    FOLD(2, (0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
         (4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31));
    FOLD(1, (0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
         (8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31));
#elif LANES == 8
    FOLD(4, (0, 8, 2, 10, 4, 12, 6, 14), (1, 9, 3, 11, 5, 13, 7, 15));
    FOLD(2, (0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15));
    FOLD(1, (0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15));
#else
    FOLD(2, (0, 4, 2, 6), (1, 5, 3, 7));
    FOLD(1, (0, 1, 4, 5), (2, 3, 6, 7));
#endif
    return v[0];
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
    vec squares = splat(0);
    for (long i = 0; i < hidden; i += LANES) {
        vec v = *(const vec *)(x + i);
        squares += v * v;
    }
    float scale = (float)(1.0 / sqrt((double)sum(squares) / hidden + eps));
    for (long i = 0; i < hidden; i += LANES)
        *(vec *)(y + i) = *(const vec *)(x + i) * scale * *(const vec *)(gain + i);
}

/* exp(score - highest) of scores first ... last, 0 for the others up to `whole`, a multiple of 16;
   returns 1 / their sum. */
INLINE float soften(float *row, long first, long last, long whole) {
    vec top = splat(-3e38f), total = splat(0);
    for (long t = 0; t < first; t++) row[t] = -3e38f;
    for (long t = last + 1; t < whole; t++) row[t] = -3e38f;
    for (long t = 0; t < whole; t += LANES) top = larger(*(vec *)(row + t), top);
    float most = highest(top);
    for (long t = 0; t < whole; t += LANES) *(vec *)(row + t) = exps(*(vec *)(row + t) - most);
    for (long t = 0; t < first; t++) row[t] = 0;
    for (long t = last + 1; t < whole; t++) row[t] = 0;
    for (long t = 0; t < whole; t += LANES) total += *(vec *)(row + t);
    return 1.0f / sum(total);
}
