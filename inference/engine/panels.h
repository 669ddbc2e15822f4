/* Exact products of float rows with float or bfloat16 panels, for a team of threads.

   Float panels are [outputs / 64][inputs][64]; bfloat16 ones [outputs / 16][inputs / 2][16][2], which
   is what matrix tiles read and what other machines unpack by one operation. */

#ifdef __AMX_BF16__
#include "tiles.h"
#endif

#include "team.h"
#include "vectors.h"

/* J vectors of one input's weights, from output `at` of 64. A word of a bfloat16 panel holds an even
   input and the odd one after. */
INLINE void weights(const int J, const char *w, long inputs, long input, int bf16, long at, vec *to) {
#pragma GCC unroll 8
    for (int j = 0; j < J; j++) {
        long one = at + j * LANES;
        if (bf16) {
            uvec both = *(const uvec *)(w + one / 16 * inputs * 32 + input / 2 * 64 + one % 16 * 4);
            to[j] = (vec)(input % 2 ? both & 0xffff0000u : both << 16);
        } else to[j] = *(const vec *)(w + input * 256 + one * 4);
    }
}

/* 64 outputs of R rows, as many at once as the machine's registers hold. */
INLINE void block(const int R, const int bf16, const float *x, long inputs, const char *w,
                  const float *bias, float *y, long outputs, int add) {
    enum { MANY = LANES == 16 ? 4 : 8 };
    const int J = LANES == 16 ? MANY : MANY / R;
    for (long at = 0; at < 64; at += J * LANES) {
        vec acc[4][MANY];
        for (int r = 0; r < R; r++)
            for (int j = 0; j < J; j++) acc[r][j] = splat(0);
#pragma GCC unroll 2
        for (long k = 0; k < inputs; k++) {
            vec part[MANY];
            weights(J, w, inputs, k, bf16, at, part);
#pragma GCC unroll 4
            for (int r = 0; r < R; r++)
#pragma GCC unroll 8
                for (int j = 0; j < J; j++) acc[r][j] += x[r * inputs + k] * part[j];
        }
        for (int r = 0; r < R; r++)
            for (int j = 0; j < J; j++) {
                long one = at + j * LANES;
                vec *to = (vec *)(y + r * outputs + one);
                vec more = add ? *to : bias ? *(const vec *)(bias + one) : splat(0);
                *to = acc[r][j] + more;
            }
    }
}

/* Blocks of outputs are dealt out to the threads once and for all, so that each finds the weights
   of its own blocks in its own cache again at the next step. */
INLINE long share_of(long blocks, long thread) { return blocks * thread / omp_get_num_threads(); }

INLINE void product_of(const int bf16, long rows, const float *x, long inputs, const char *weights,
                       const float *bias, float *y, long outputs, int add) {
    long me = omp_get_thread_num(), last = 64 * share_of(outputs / 64, me + 1);
    for (long at = 64 * share_of(outputs / 64, me); at < last; at += 64) {
        const char *w = weights + at * inputs * (bf16 ? 2 : 4);
        const float *b = bias ? bias + at : 0;
        long r = 0;
        for (; r + 4 <= rows; r += 4)
            block(4, bf16, x + r * inputs, inputs, w, b, y + r * outputs + at, outputs, add);
        for (; r + 2 <= rows; r += 2)
            block(2, bf16, x + r * inputs, inputs, w, b, y + r * outputs + at, outputs, add);
        for (; r < rows; r++)
            block(1, bf16, x + r * inputs, inputs, w, b, y + r * outputs + at, outputs, add);
    }
}

#ifdef __AMX_BF16__
/* Matrix tiles multiply bfloat16, so every float is cut into three, which together are exactly that
   float. Tiles 0-2 are sums, 3-5 parts of rows, 7 weights. */
enum { AHEAD = 3072 };

INLINE long height(long rows) { return rows < 16 ? rows : 16; }

/* Bytes between the three parts of `rows` rows, as many as whole tiles hold. */
INLINE long part_size(long rows, long inputs) {
    long high = height(rows);
    return (rows + high - 1) / high * high * inputs;
}

static void cut(const float *x, long inputs, long r, long rows, unsigned short *parts) {
    long size = part_size(rows, inputs);
    for (long i = 0; i < inputs; i += 16) {
        vec left = *(const vec *)(x + i);
        for (int part = 0; part < 3; part++) {
            uvec top = (uvec)left & 0xffff0000u;
            *(hvec *)(parts + part * size + r * inputs + i) = __builtin_convertvector(top >> 16, hvec);
            left -= (vec)top;
        }
    }
}

/* Each thread must do this before its first product. */
static void shape_tiles(long rows) {
    unsigned char high = height(rows);
    load_shape((unsigned char[]){high, high, high, high, high, high, high, 16});
}

static void tiled(long rows, long inputs, const char *weights, const float *bias, float *y,
                  long outputs, int add, const unsigned short *parts) {
    long high = height(rows), size = part_size(rows, inputs);
    long me = omp_get_thread_num(), last = 16 * share_of(outputs / 16, me + 1);
    float out[3][16][16];
    for (long at = 16 * share_of(outputs / 16, me); at < last; at += 16)
        for (long first = 0; first < rows; first += high) {
            const unsigned short *from = parts + first * inputs;
            const char *w = weights + at * 2 * inputs;
            _tile_zero(0);
            _tile_zero(1);
            _tile_zero(2);
            for (long k = 0; k < inputs; k += 32) {
                /* Tile loads wake no prefetcher, and the weights do not fit the nearest caches. */
                for (int line = 0; line < 16; line++)
                    __builtin_prefetch(w + k * 32 + AHEAD + 64 * line);
                _tile_loadd(7, w + k * 32, 64);
                _tile_loadd(3, from + k, 2 * inputs);
                _tile_loadd(4, from + k + size, 2 * inputs);
                _tile_loadd(5, from + k + 2 * size, 2 * inputs);
                _tile_dpbf16ps(0, 3, 7);
                _tile_dpbf16ps(1, 4, 7);
                _tile_dpbf16ps(2, 5, 7);
            }
            _tile_stored(0, out[0], 64);
            _tile_stored(1, out[1], 64);
            _tile_stored(2, out[2], 64);
            for (long r = 0; r < high && first + r < rows; r++) {
                vec *to = (vec *)(y + (first + r) * outputs + at);
                vec more = add ? *to : bias ? *(const vec *)(bias + at) : splat(0);
                *to = (*(vec *)out[0][r] + *(vec *)out[1][r]) + *(vec *)out[2][r] + more;
            }
        }
}
#endif

typedef struct {
    long bf16;             /* of the weights; else they are floats */
    unsigned short *parts; /* room for rows cut into bfloat16, or null where there are no tiles */
} Panels;

/* What a product reads of one row, once the row is there. */
static void ready(const Panels *of, const float *x, long inputs, long r, long rows) {
#ifdef __AMX_BF16__
    if (of->parts) cut(x, inputs, r, rows, of->parts);
#endif
}

/* y = x w + bias, or y += x w; `outputs` is padded to a multiple of 64. A team's work. */
static void product(const Panels *of, long rows, const float *x, long inputs, const void *w,
                    const float *bias, float *y, long outputs, int add) {
#ifdef __AMX_BF16__
    if (of->parts) {
        tiled(rows, inputs, w, bias, y, outputs, add, of->parts);
        return;
    }
#endif
    if (of->bf16) product_of(1, rows, x, inputs, w, bias, y, outputs, add);
    else product_of(0, rows, x, inputs, w, bias, y, outputs, add);
}
