/* One decode step of a Qwen2 model with int8 weights, all layers in one call by a team of threads;
   see team.py. The weights stream through once; what lies between the products is divided by rows
   and heads. Every float sum has one fixed order, so a row's bits depend on nothing beside it. */

#include "int8.c"
#include "team.h"

typedef unsigned short bf16;
enum { MANY = 64 / LANES };

typedef struct {
    Product qkv, out, gate_up, down;
    const float *before_attention, *before_mlp;
    long window;
} Layer;

typedef struct {
    long hidden, inner, heads, kv, dim, layers, context, layer_stride, threads, tiled;
    double eps;
    const bf16 *embed;
    const float *rotations, *norm;
    Product head;
    const Layer *layer;
    bf16 *cache;
    char *scratch;
    float *logits;
} Model;

INLINE vec widened(const bf16 *from) {
    return (vec)(__builtin_convertvector(*(const hvec *)from, uvec) << 16);
}

INLINE bf16 narrowed(float x) { /* to nearest, ties to even; NaN stays NaN */
    union { float f; unsigned u; } bits = {x};
    if (x != x) return 0x7fc0;
    return (bf16)((bits.u + 0x7fff + (bits.u >> 16 & 1)) >> 16);
}

/* 16 positions of one kv head from the cache, in float32. */
INLINE void fetch(const Model *m, const bf16 *from, long stride, float *to) {
    for (int t = 0; t < 16; t++)
        for (long d = 0; d < m->dim; d += LANES) {
            __builtin_prefetch(from + (t + 32) * stride + d);
            *(vec *)(to + t * m->dim + d) = widened(from + t * stride + d);
        }
}

/* The query heads of one kv head against one slot's positions first … last.
   own: [16][dim] floats, then [group][positions, padded] floats. */
static void attend(const Model *m, const float *q, const bf16 *keys, long first, long last, float *own,
                   float *out) {
    long group = m->heads / m->kv, stride = 2 * m->kv * m->dim, dim = m->dim;
    long start = first / 16 * 16, whole = (last - start + 16) / 16 * 16;
    float *part = own, *chances = own + 16 * dim, scale = 1.0f / sqrtf((float)dim);
    for (long t = 0; t < whole; t += 16) {
        fetch(m, keys + (start + t) * stride, stride, part);
        for (long h = 0; h < group; h++)
            for (long s = 0; s < 16; s += LANES) {
                vec dots[LANES];
#pragma GCC unroll 16
                for (int i = 0; i < LANES; i++) dots[i] = splat(0);
                for (long d = 0; d < dim; d += LANES) {
                    vec one = *(const vec *)(q + h * dim + d);
#pragma GCC unroll 16
                    for (int i = 0; i < LANES; i++)
                        dots[i] += one * *(const vec *)(part + (s + i) * dim + d);
                }
                *(vec *)(chances + h * whole + t + s) = sums(dots) * scale;
            }
    }
    for (long h = 0; h < group; h++) {
        float *row = chances + h * whole;
        float share = soften(row, first - start, last - start, whole);
        for (long t = 0; t < whole; t += LANES) *(vec *)(row + t) *= share;
    }
    memset(out, 0, group * dim * sizeof(float));
    for (long t = 0; t < whole; t += 16) {
        fetch(m, keys + m->kv * dim + (start + t) * stride, stride, part);
        for (long h = 0; h < group; h++)
            for (long d = 0; d < dim; d += 64) {
                vec acc[MANY];
                for (int i = 0; i < MANY; i++) acc[i] = *(vec *)(out + h * dim + d + LANES * i);
#pragma GCC unroll 4
                for (int s = 0; s < 16; s++)
#pragma GCC unroll 8
                    for (int i = 0; i < MANY; i++)
                        acc[i] += chances[h * whole + t + s] *
                                  *(vec *)(part + s * dim + d + LANES * i);
                for (int i = 0; i < MANY; i++) *(vec *)(out + h * dim + d + LANES * i) = acc[i];
            }
    }
}

/* silu(gate) · up; a panel of gates and the panel of the same numbers of ups at once. */
static void gated(const Model *m, const Product *p, const Rows *x, float *y) {
    long panels = m->inner / WIDE, high = height(x);
#pragma omp for schedule(dynamic, 8) nowait
    for (long panel = 0; panel < panels; panel++)
        for (long r = 0; r < x->rows; r += high) {
            Sums gates, ups;
            long first = r + high > x->rows ? x->rows - high : r, at = panel * WIDE;
            sums_of(p, panel, x, first, high, &gates);
            sums_of(p, panel + panels, x, first, high, &ups);
            for (long i = PARTS * (r - first); i < PARTS * high; i++) {
                long row = first + i / PARTS, lane = at + i % PARTS * LANES;
                vec gate = scaled(p, lane, LANES, gates.vectors[i], x->tops[row]);
                vec up = scaled(p, lane + m->inner, LANES, ups.vectors[i], x->tops[row]);
                *(vec *)(y + row * m->inner + lane) = silu(gate) * up;
            }
        }
}

/* Rotates queries and keys of one row and puts keys and values into its slot. */
static void place(const Model *m, float *qkv, long position, bf16 *to) {
    long width = m->heads * m->dim, some = 2 * m->kv * m->dim;
    for (long head = 0; head < m->heads + m->kv; head++)
        rotate(qkv + head * m->dim, m->rotations + position * m->dim, m->dim);
    for (long i = 0; i < some; i++) to[i] = narrowed(qkv[width + i]);
}

/* Every row before a product, normalised to h and quantised. A team's work, without a barrier. */
static void normalised(const Model *m, const float *x, const float *gain, float *h, const Rows *to) {
#pragma omp for nowait
    for (long r = 0; r < to->rows; r++) {
        normalise(x + r * m->hidden, gain, m->hidden, m->eps, h + r * m->hidden);
        quantise(h + r * m->hidden, m->hidden, to, r);
    }
}

void decode8(const Model *m, long n, const long *tokens, const long *positions, const long *slots) {
    long width = m->heads * m->dim, some = 2 * m->kv * m->dim, group = m->heads / m->kv * m->dim;
    long fused = width + some;
    float *x = (float *)m->scratch, *h = x + n * m->hidden, *qkv = h + n * m->hidden;
    float *mixed = qkv + n * fused, *act = mixed + n * width, *tops = act + n * m->inner;
    float *spare = tops + n + -n % 16;
    long own = 16 * m->dim + m->heads / m->kv * (m->context + 16);
    unsigned char *bytes = (unsigned char *)(spare + m->threads * own);
    Rows narrow = rows_of(n, m->hidden, bytes, tops, m->tiled);
    Rows middle = rows_of(n, width, bytes, tops, m->tiled);
    Rows wide = rows_of(n, m->inner, bytes, tops, m->tiled);
    Barrier all = {0};
#pragma omp parallel num_threads(m->threads)
    {
        float *mine = spare + omp_get_thread_num() * own;
        shape_tiles(&narrow);
#pragma omp for nowait
        for (long r = 0; r < n; r++)
            for (long i = 0; i < m->hidden; i += LANES)
                *(vec *)(x + r * m->hidden + i) = widened(m->embed + tokens[r] * m->hidden + i);
        meet(&all);
        for (long l = 0; l < m->layers; l++) {
            const Layer *layer = m->layer + l;
            bf16 *cache = m->cache + l * m->layer_stride;
            normalised(m, x, layer->before_attention, h, &narrow);
            meet(&all);
            product(&layer->qkv, &narrow, layer->qkv.bias, 0, qkv);
            meet(&all);
#pragma omp for nowait
            for (long r = 0; r < n; r++)
                place(m, qkv + r * fused, positions[r],
                      cache + (slots[r] * m->context + positions[r]) * some);
            meet(&all);
#pragma omp for schedule(dynamic, 1) nowait
            for (long item = 0; item < n * m->kv; item++) {
                long r = item / m->kv, g = item % m->kv, last = positions[r];
                long first = layer->window && last >= layer->window ? last - layer->window + 1 : 0;
                const bf16 *keys = cache + slots[r] * m->context * some + g * m->dim;
                attend(m, qkv + r * fused + g * group, keys, first, last, mine,
                       mixed + r * width + g * group);
            }
            meet(&all);
#pragma omp for nowait
            for (long r = 0; r < n; r++) quantise(mixed + r * width, width, &middle, r);
            meet(&all);
            product(&layer->out, &middle, x, m->hidden, x);
            meet(&all);
            normalised(m, x, layer->before_mlp, h, &narrow);
            meet(&all);
            gated(m, &layer->gate_up, &narrow, act);
            meet(&all);
#pragma omp for nowait
            for (long r = 0; r < n; r++) quantise(act + r * m->inner, m->inner, &wide, r);
            meet(&all);
            product(&layer->down, &wide, x, m->hidden, x);
            meet(&all);
        }
        normalised(m, x, m->norm, h, &narrow);
        meet(&all);
        product(&m->head, &narrow, 0, 0, m->logits);
        release(&narrow);
    }
}
