/* Sums of int8.c on machines with AVX512-VNNI, and with matrix tiles (AMX) where there are any. One
   instruction multiplies four inputs of 16 outputs. */

#include <immintrin.h>

#ifdef __AMX_INT8__
#include "tiles.h"
#endif

enum { EIGHT_HAS_OFFSET = 1, AHEAD = 4096 };

/* 32 outputs of R rows. */
INLINE void block(const int R, const unsigned char *x, long padded, const char *w, Sums *to) {
    __m512i *sums = (void *)to;
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
INLINE void block4(const int R, const unsigned char *x, long padded, const char *w, Sums *to) {
    __m512i *sums = (void *)to;
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
