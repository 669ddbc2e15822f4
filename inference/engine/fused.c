/* One decode step of a small Qwen2 model, all layers in one call; see fused.py.

   A model of a few million parameters spends its time between operations, not in them. Every sum
   here runs in one fixed order for each row, so a row's bits never depend on the rows beside it. */

#include "panels.h"

typedef struct {
    const void *qkv, *out, *gate_up, *down;
    const float *bias, *before_attention, *before_mlp;
    long window;
} Layer;

typedef struct {
    long hidden, inner, heads, kv, dim, layers, vocab, context, layer_stride, threads;
    const float *embed, *rotations, *norm;
    const void *head;
    const Layer *layer;
    float *cache, *scratch, *logits;
    double eps;
    Panels panels;
} Model;

enum { FAR = 16 }; /* positions ahead at which the cache is fetched */

/* G (1 or 3) query heads that share keys and values, against one slot's positions first … last;
   chances has room for G times the context, rounded up to 16. */
INLINE void attend_together(const int G, const Model *m, const float *q, const float *keys,
                            const float *values, long stride, long first, long last,
                            float *chances, float *out) {
    long count = last - first + 1, whole = (count + 15) / 16 * 16;
    float scale = 1.0f / sqrtf((float)m->dim), share[3];
    keys += first * stride, values += first * stride;
    for (long t = 0; t < whole; t += LANES) { /* what lies behind `last` is read and thrown away */
        for (int g = 0; g < G; g++) {
            vec dots[LANES];
            const float *mine = q + g * m->dim;
#pragma GCC unroll 16
            for (int i = 0; i < LANES; i++) {
                const float *key = keys + (t + i) * stride;
                if (!g)
                    for (long d = 0; d < m->dim; d += 16) __builtin_prefetch(key + FAR * stride + d);
                dots[i] = *(const vec *)mine * *(const vec *)key;
                for (long d = LANES; d < m->dim; d += LANES)
                    dots[i] += *(const vec *)(mine + d) * *(const vec *)(key + d);
            }
            *(vec *)(chances + g * whole + t) = sums(dots) * scale;
        }
    }
    for (int g = 0; g < G; g++) share[g] = soften(chances + g * whole, 0, count - 1, whole);
    for (long d = 0; d < m->dim; d += 16) { /* a line of the cache: V vectors of U positions */
        enum { V = 16 / LANES, U = 4 / V };
        vec acc[3][4];
        for (int g = 0; g < G; g++)
            for (int i = 0; i < 4; i++) acc[g][i] = splat(0);
        for (long t = 0; t < count; t += U)
#pragma GCC unroll 4
            for (int i = 0; i < U; i++) {
                long at = t + i < count ? t + i : count - 1; /* behind it chances are 0 */
                const float *value = values + at * stride + d;
                __builtin_prefetch(value + FAR * stride);
#pragma GCC unroll 4
                for (int v = 0; v < V; v++)
#pragma GCC unroll 4
                    for (int g = 0; g < G; g++)
                        acc[g][i * V + v] += chances[g * whole + t + i] * ((const vec *)value)[v];
            }
        for (int g = 0; g < G; g++)
            for (int v = 0; v < V; v++) {
                vec both = acc[g][v];
                if (U == 2) both += acc[g][V + v];
                if (U == 4) both = (both + acc[g][1]) + (acc[g][2] + acc[g][3]);
                *(vec *)(out + g * m->dim + d + v * LANES) = both * share[g];
            }
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

INLINE long up64(long n) { return (n + 63) / 64 * 64; }

/* Every row before a product, normalised to h and made ready. A team's work, without a barrier. */
static void normalised(const Model *m, long n, const float *x, const float *gain, float *h) {
#pragma omp for nowait
    for (long r = 0; r < n; r++) {
        normalise(x + r * up64(m->hidden), gain, m->hidden, m->eps, h + r * m->hidden);
        ready(&m->panels, h + r * m->hidden, m->hidden, r, n);
    }
}

void decode(const Model *m, long n, const long *tokens, const long *positions, const long *slots) {
    long width = m->heads * m->dim, some = 2 * m->kv * m->dim, hidden = up64(m->hidden);
    long fused = up64(width + some), wide = up64(2 * m->inner), group = m->heads / m->kv;
    float *x = m->scratch, *h = x + n * hidden, *qkv = h + n * m->hidden;
    float *mixed = qkv + n * fused, *both = mixed + n * width, *act = both + n * wide;
    float *spare = act + n * m->inner;
    Barrier all = {0};
    /* Waking another thread for a few rows takes as long as it saves. */
#pragma omp parallel num_threads(n < 4 ? 1 : m->threads)
    {
        float *chances = spare + omp_get_thread_num() * 3 * (m->context + 64);
#ifdef __AMX_BF16__
        if (m->panels.parts) shape_tiles(n);
#endif
#pragma omp for nowait
        for (long r = 0; r < n; r++) {
            memset(x + r * hidden, 0, hidden * sizeof(float));
            memcpy(x + r * hidden, m->embed + tokens[r] * m->hidden, m->hidden * sizeof(float));
        }
        for (long l = 0; l < m->layers; l++) {
            const Layer *layer = m->layer + l;
            float *cache = m->cache + l * m->layer_stride;
            normalised(m, n, x, layer->before_attention, h);
            meet(&all);
            product(&m->panels, n, h, m->hidden, layer->qkv, layer->bias, qkv, fused, 0);
            meet(&all);
#pragma omp for nowait
            for (long r = 0; r < n; r++) {
                for (long head = 0; head < m->heads + m->kv; head++)
                    rotate(qkv + r * fused + head * m->dim, m->rotations + positions[r] * m->dim,
                           m->dim);
                memcpy(cache + (slots[r] * m->context + positions[r]) * some, qkv + r * fused + width,
                       some * sizeof(float));
            }
            meet(&all);
#pragma omp for nowait
            for (long item = 0; item < n * m->kv; item++) {
                long r = item / m->kv, head = item % m->kv, at = head * group * m->dim;
                long first = layer->window ? positions[r] - layer->window + 1 : 0;
                const float *keys = cache + slots[r] * m->context * some + head * m->dim;
                attend(m, group, qkv + r * fused + at, keys, keys + m->kv * m->dim, some,
                       first > 0 ? first : 0, positions[r], chances, mixed + r * width + at);
            }
            meet(&all);
#pragma omp for nowait
            for (long r = 0; r < n; r++) ready(&m->panels, mixed + r * width, width, r, n);
            meet(&all);
            product(&m->panels, n, mixed, width, layer->out, 0, x, hidden, 1);
            meet(&all);
            normalised(m, n, x, layer->before_mlp, h);
            meet(&all);
            product(&m->panels, n, h, m->hidden, layer->gate_up, 0, both, wide, 0);
            meet(&all);
#pragma omp for nowait
            for (long r = 0; r < n; r++) {
                for (long i = 0; i < m->inner; i += LANES) {
                    vec gate = *(vec *)(both + r * wide + i);
                    vec up = *(vec *)(both + r * wide + m->inner + i);
                    *(vec *)(act + r * m->inner + i) = silu(gate) * up;
                }
                ready(&m->panels, act + r * m->inner, m->inner, r, n);
            }
            meet(&all);
            product(&m->panels, n, act, m->inner, layer->down, 0, x, hidden, 1);
            meet(&all);
        }
        normalised(m, n, x, m->norm, h);
        meet(&all);
        product(&m->panels, n, h, m->hidden, m->head, 0, m->logits, up64(m->vocab), 0);
#ifdef __AMX_BF16__
        if (m->panels.parts) _tile_release();
#endif
    }
}
