/* One decode step of a small Qwen2 model, all layers in one call; see fused.py.

   A model of a few million parameters spends its time between operations, not in them. Every sum
   here runs in one fixed order for each row, so a row's bits never depend on the rows beside it.
   Float weights are panels [outputs / 64][inputs][64]; bfloat16 ones [outputs / 16][inputs / 2][16][2],
   which is what matrix tiles read and what other machines unpack by one operation. */

#include <math.h>
#include <string.h>
#ifdef __AMX_BF16__
#include <immintrin.h>
#endif

typedef float v16 __attribute__((vector_size(64), aligned(4)));
typedef float v8 __attribute__((vector_size(32), aligned(4)));
typedef float v4 __attribute__((vector_size(16), aligned(4)));
typedef int i16 __attribute__((vector_size(64), aligned(4)));
typedef unsigned u16 __attribute__((vector_size(64), aligned(4)));
typedef unsigned short h16 __attribute__((vector_size(32), aligned(2)));
enum { AHEAD = 3072 }; /* bytes of weights fetched before they are needed */
#define INLINE static inline __attribute__((always_inline))

typedef struct {
    const void *qkv, *out, *gate_up, *down;
    const float *bias, *before_attention, *before_mlp;
    long window;
} Layer;

typedef struct {
    long hidden, inner, heads, kv, dim, layers, vocab, context, bf16, layer_stride;
    const float *embed, *rotations, *norm;
    const void *head;
    const Layer *layer;
    float *cache, *scratch, *logits;
    unsigned short *parts;
    double eps;
} Model;

INLINE v16 splat(float x) { return (v16){} + x; }
INLINE v16 pick(i16 m, v16 a, v16 b) { return (v16)(((i16)a & m) | ((i16)b & ~m)); }
INLINE v16 larger(v16 a, v16 b) { return pick(a > b, a, b); }

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

INLINE void product_of(const int bf16, long rows, const float *x, long inputs, const char *w,
                       const float *bias, float *y, long outputs, int add) {
    for (long at = 0; at < outputs; at += 64, w += 64 * inputs * (bf16 ? 2 : 4)) {
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
/* The same on matrix tiles, 16 outputs at a time. Tiles multiply bfloat16, so every float is cut
   into three, which together are exactly that float. Tiles 0-2 are sums, 3-5 parts of rows, 7 weights. */
static void tiled(long rows, const float *x, long inputs, const char *w, const float *bias, float *y,
                  long outputs, int add, unsigned short *parts) {
    long high = rows < 16 ? rows : 16, size = (rows + high - 1) / high * high * inputs;
    for (long i = 0; i < rows * inputs; i += 16) {
        v16 left = *(const v16 *)(x + i);
        for (int part = 0; part < 3; part++) {
            u16 top = (u16)left & 0xffff0000u;
            *(h16 *)(parts + part * size + i) = __builtin_convertvector(top >> 16, h16);
            left -= (v16)top;
        }
    }
    struct {
        unsigned char palette, start, none[14];
        unsigned short bytes[16];
        unsigned char rows[16];
    } shape = {.palette = 1};
    for (int i = 0; i < 8; i++) shape.bytes[i] = 64, shape.rows[i] = i < 7 ? high : 16;
    __asm__ volatile("" : : "r"(&shape) : "memory"); /* the compiler thinks one word is read */
    _tile_loadconfig(&shape);
    float out[3][16][16];
    for (long at = 0; at < outputs; at += 16, w += 32 * inputs)
        for (long first = 0; first < rows; first += high) {
            const unsigned short *from = parts + first * inputs;
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
    _tile_release();
}
#endif

/* y = x w + bias, or y += x w; `outputs` is padded to a multiple of 64. */
static void product(const Model *m, long rows, const float *x, long inputs, const void *w,
                    const float *bias, float *y, long outputs, int add) {
#ifdef __AMX_BF16__
    if (m->bf16 && m->parts && inputs % 32 == 0) {
        tiled(rows, x, inputs, w, bias, y, outputs, add, m->parts);
        return;
    }
#endif
    if (m->bf16) product_of(1, rows, x, inputs, w, bias, y, outputs, add);
    else product_of(0, rows, x, inputs, w, bias, y, outputs, add);
}

static void normalise(const Model *m, long rows, const float *x, long stride, const float *gain,
                      float *y) {
    for (long r = 0; r < rows; r++, x += stride, y += m->hidden) {
        v16 squares = splat(0);
        for (long i = 0; i < m->hidden; i += 16) {
            v16 v = *(const v16 *)(x + i);
            squares += v * v;
        }
        float scale = (float)(1.0 / sqrt((double)sum(squares) / m->hidden + m->eps));
        for (long i = 0; i < m->hidden; i += 16)
            *(v16 *)(y + i) = *(const v16 *)(x + i) * scale * *(const v16 *)(gain + i);
    }
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

/* G (1 or 3) query heads that share keys and values, against one slot's positions first … last;
   chances has room for G times the context, rounded up to 16. */
INLINE void attend_together(const int G, const Model *m, const float *q, const float *keys,
                            const float *values, long stride, long first, long last,
                            float *chances, float *out) {
    long count = last - first + 1, whole = (count + 15) / 16 * 16;
    float scale = 1.0f / sqrtf((float)m->dim), share[3];
    keys += first * stride, values += first * stride;
    for (long t = 0; t < whole; t += 16) { /* what lies behind `last` is read and thrown away */
        for (int g = 0; g < G; g++) {
            v16 dots[16];
            const float *mine = q + g * m->dim;
#pragma GCC unroll 16
            for (int i = 0; i < 16; i++) {
                const float *key = keys + (t + i) * stride;
                dots[i] = *(const v16 *)mine * *(const v16 *)key;
                for (long d = 16; d < m->dim; d += 16)
                    dots[i] += *(const v16 *)(mine + d) * *(const v16 *)(key + d);
            }
            *(v16 *)(chances + g * whole + t) = sums(dots) * scale;
        }
    }
    for (int g = 0; g < G; g++) {
        float *row = chances + g * whole;
        v16 top = splat(-3e38f), total = splat(0);
        for (long t = count; t < whole; t++) row[t] = -3e38f;
        for (long t = 0; t < whole; t += 16) top = larger(*(v16 *)(row + t), top);
        float highest = top[0];
        for (int i = 1; i < 16; i++) highest = top[i] > highest ? top[i] : highest;
        for (long t = 0; t < whole; t += 16) *(v16 *)(row + t) = exp16(*(v16 *)(row + t) - highest);
        for (long t = count; t < whole; t++) row[t] = 0;
        for (long t = 0; t < whole; t += 16) total += *(v16 *)(row + t);
        share[g] = 1.0f / sum(total);
    }
    for (long d = 0; d < m->dim; d += 16) {
        v16 acc[3][4];
        for (int g = 0; g < G; g++)
            for (int i = 0; i < 4; i++) acc[g][i] = splat(0);
        long t = 0;
        for (; t + 4 <= count; t += 4)
#pragma GCC unroll 4
            for (int i = 0; i < 4; i++) {
                const float *value = values + (t + i) * stride + d;
#pragma GCC unroll 4
                for (int g = 0; g < G; g++)
                    acc[g][i] += chances[g * whole + t + i] * *(const v16 *)value;
            }
        for (; t < count; t++)
            for (int g = 0; g < G; g++)
                acc[g][0] += chances[g * whole + t] * *(const v16 *)(values + t * stride + d);
        for (int g = 0; g < G; g++)
            *(v16 *)(out + g * m->dim + d) =
                ((acc[g][0] + acc[g][1]) + (acc[g][2] + acc[g][3])) * share[g];
    }
}

/* One row's queries of one kv head: three at a time read its keys and values once. */
static void attend(const Model *m, long group, const float *q, const float *keys,
                   const float *values, long stride, long first, long last, float *chances,
                   float *out) {
    for (long g = 0; g < group;) {
        const float *mine = q + g * m->dim;
        float *to = out + g * m->dim;
        int some = g + 3 <= group ? 3 : 1;
        if (some == 3)
            attend_together(3, m, mine, keys, values, stride, first, last, chances, to);
        else attend_together(1, m, mine, keys, values, stride, first, last, chances, to);
        g += some;
    }
}

static void rotate(float *head, const float *turn, long dim) {
    for (long i = 0; i < dim; i += 2) {
        float a = head[i], b = head[i + 1], c = turn[i], s = turn[i + 1];
        head[i] = a * c - b * s;
        head[i + 1] = a * s + b * c;
    }
}

INLINE long up64(long n) { return (n + 63) / 64 * 64; }

void decode(const Model *m, long n, const long *tokens, const long *positions, const long *slots) {
    long width = m->heads * m->dim, some = 2 * m->kv * m->dim, hidden = up64(m->hidden);
    long fused = up64(width + some), wide = up64(2 * m->inner), group = m->heads / m->kv;
    float *x = m->scratch, *h = x + n * hidden, *qkv = h + n * m->hidden;
    float *mixed = qkv + n * fused, *both = mixed + n * width, *act = both + n * wide;
    float *chances = act + n * m->inner;
    for (long r = 0; r < n; r++) {
        memset(x + r * hidden, 0, hidden * sizeof(float));
        memcpy(x + r * hidden, m->embed + tokens[r] * m->hidden, m->hidden * sizeof(float));
    }
    for (long l = 0; l < m->layers; l++) {
        const Layer *layer = m->layer + l;
        float *cache = m->cache + l * m->layer_stride;
        normalise(m, n, x, hidden, layer->before_attention, h);
        product(m, n, h, m->hidden, layer->qkv, layer->bias, qkv, fused, 0);
        for (long r = 0; r < n; r++) {
            for (long head = 0; head < m->heads + m->kv; head++)
                rotate(qkv + r * fused + head * m->dim, m->rotations + positions[r] * m->dim, m->dim);
            memcpy(cache + (slots[r] * m->context + positions[r]) * some, qkv + r * fused + width,
                   some * sizeof(float));
        }
        for (long r = 0; r < n; r++) {
            const float *held = cache + slots[r] * m->context * some;
            long first = layer->window ? positions[r] - layer->window + 1 : 0;
            for (long head = 0; head < m->kv; head++) {
                const float *keys = held + head * m->dim;
                long at = head * group * m->dim;
                attend(m, group, qkv + r * fused + at, keys, keys + m->kv * m->dim, some,
                       first > 0 ? first : 0, positions[r], chances, mixed + r * width + at);
            }
        }
        product(m, n, mixed, width, layer->out, 0, x, hidden, 1);
        normalise(m, n, x, hidden, layer->before_mlp, h);
        product(m, n, h, m->hidden, layer->gate_up, 0, both, wide, 0);
        for (long r = 0; r < n; r++)
            for (long i = 0; i < m->inner; i += 16) {
                v16 gate = *(v16 *)(both + r * wide + i);
                v16 up = *(v16 *)(both + r * wide + m->inner + i);
                *(v16 *)(act + r * m->inner + i) = gate / (1.0f + exp16(-gate)) * up;
            }
        product(m, n, act, m->inner, layer->down, 0, x, hidden, 1);
    }
    normalise(m, n, x, hidden, m->norm, h);
    product(m, n, h, m->hidden, m->head, 0, m->logits, up64(m->vocab), 0);
}
