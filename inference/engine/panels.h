/* Exact products of float rows with float or bfloat16 panels, for a team of threads.

   Float panels are [outputs / 64][inputs][64]; bfloat16 ones [outputs / 16][inputs / 2][16][2], which
   is what matrix tiles read and what other machines unpack by one operation. */

#ifdef __AMX_BF16__
#include "tiles.h"
#endif

#include "team.h"
#include "vectors.h"

/* 64 weights of one input. A word of a bfloat16 panel holds an even input and the odd one after. */
INLINE void weights(const char *w, long inputs, long input, int bf16, v16 *to) {
    for (int j = 0; j < 4; j++)
        if (bf16) {
            u16 both = *(const u16 *)(w + (j * inputs + input / 2 * 2) * 32);
            to[j] = (v16)(input % 2 ? both & 0xffff0000u : both << 16);
        } else to[j] = *(const v16 *)(w + input * 256 + j * 64);
}

/* 64 outputs of R rows. */
INLINE void block(const int R, const int bf16, const float *x, long inputs, const char *w,
                  const float *bias, float *y, long outputs, int add) {
    v16 acc[4][4];
    for (int r = 0; r < R; r++)
        for (int j = 0; j < 4; j++) acc[r][j] = splat(0);
#pragma GCC unroll 2
    for (long k = 0; k < inputs; k++) {
        v16 part[4];
        weights(w, inputs, k, bf16, part);
#pragma GCC unroll 4
        for (int r = 0; r < R; r++)
#pragma GCC unroll 4
            for (int j = 0; j < 4; j++) acc[r][j] += x[r * inputs + k] * part[j];
    }
    for (int r = 0; r < R; r++)
        for (int j = 0; j < 4; j++) {
            v16 *to = (v16 *)(y + r * outputs + 16 * j);
            v16 more = add ? *to : bias ? *(const v16 *)(bias + 16 * j) : splat(0);
            *to = acc[r][j] + more;
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
        v16 left = *(const v16 *)(x + i);
        for (int part = 0; part < 3; part++) {
            u16 top = (u16)left & 0xffff0000u;
            *(h16 *)(parts + part * size + r * inputs + i) = __builtin_convertvector(top >> 16, h16);
            left -= (v16)top;
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
                v16 *to = (v16 *)(y + (first + r) * outputs + at);
                v16 more = add ? *to : bias ? *(const v16 *)(bias + at) : splat(0);
                *to = (*(v16 *)out[0][r] + *(v16 *)out[1][r]) + *(v16 *)out[2][r] + more;
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
