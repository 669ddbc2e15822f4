/* Sums of int8.c on machines with AVX2 but not AVX512. */

#include <immintrin.h>

#ifdef __AVXVNNI__
#define DOT _mm256_dpbusd_avx_epi32
#endif

#ifdef DOT
enum { EIGHT_HAS_OFFSET = 1, MIDDLE = 0 };
#else
/* AVX2 multiplies bytes into 16 bits, where two products fit if neither factor is below -127. So
   weights give their size and inputs, which are put around 0, take their sign. */
enum { EIGHT_HAS_OFFSET = 0, MIDDLE = 128 };

INLINE __m256i DOT(__m256i sums, __m256i inputs, __m256i weights) {
    __m256i pairs = _mm256_sign_epi8(inputs, weights);
    pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(weights), pairs);
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}
#endif

enum { CHUNK = 256, AHEAD = 4096 };

INLINE __m256i load(const void *from) { return _mm256_loadu_si256(from); }

/* The same four inputs for eight outputs. */
INLINE __m256i spread(const void *four) { return _mm256_set1_epi32(*(const int *)four); }

/* R rows and 8 W outputs, `count` inputs on; 4 / W passes make a panel, whose lines are fetched for
   the next chunk meanwhile. */
INLINE void strip(const int R, const int W, const char (*x)[CHUNK], long count, const char *w,
                  const char *next, __m256i (*sums)[4]) {
    __m256i acc[8][4];
    for (int r = 0; r < R; r++)
        for (int v = 0; v < W; v++) acc[r][v] = sums[r][v];
    for (long k = 0; k < count; k += 4, w += 4 * WIDE, next += 32 * W) {
        for (int line = 0; line < 32 * W; line += 64) __builtin_prefetch(next + line);
#pragma GCC unroll 4
        for (int v = 0; v < W; v++) {
            __m256i weights = load(w + 32 * v);
#pragma GCC unroll 8
            for (int r = 0; r < R; r++) acc[r][v] = DOT(acc[r][v], spread(x[r] + k), weights);
        }
    }
    for (int r = 0; r < R; r++)
        for (int v = 0; v < W; v++) sums[r][v] = acc[r][v];
}

/* 32 outputs of one or two rows, from S parts of the inputs at once: a core's prefetchers bring four
   streams sooner than one (arXiv 2412.16001), here by a tenth to a fifth. */
INLINE void few(const int R, const int S, const unsigned char *x, long padded, const char *w, Sums *to) {
    const __m256i middle = _mm256_set1_epi8((char)MIDDLE);
    __m256i acc[2][4] = {};
    long part = padded / S;
    for (long k = 0; k < part; k += 4)
#pragma GCC unroll 4
        for (int s = 0; s < S; s++) {
            __m256i fours[2];
            long at = s * part + k;
            for (int r = 0; r < R; r++)
                fours[r] = _mm256_xor_si256(spread(x + r * padded + at), middle);
#pragma GCC unroll 4
            for (int v = 0; v < 4; v++) {
                __m256i weights = load(w + at * WIDE + 32 * v);
#pragma GCC unroll 2
                for (int r = 0; r < R; r++) acc[r][v] = DOT(acc[r][v], fours[r], weights);
            }
        }
    memcpy(to, acc, R * sizeof acc[0]);
}

/* 32 outputs of R rows. */
INLINE void block(const int R, const unsigned char *x, long padded, const char *w, Sums *to) {
    if (R < 3) {
        padded % 16 ? few(R, 1, x, padded, w, to) : few(R, 4, x, padded, w, to);
        return;
    }
    __m256i(*sums)[4] = (void *)memset(to, 0, R * WIDE * sizeof(int));
    const int W = R < 5 ? 2 : 1;
    char own[8][CHUNK] __attribute__((aligned(32)));
    for (long k = 0; k < padded; k += CHUNK, w += CHUNK * WIDE) {
        long count = padded - k < CHUNK ? padded - k : CHUNK;
        for (int r = 0; r < R; r++) {
            memcpy(own[r], x + r * padded + k, count);
            for (long i = 0; i < CHUNK; i++) own[r][i] ^= MIDDLE;
        }
        for (int v = 0; v < 4; v += W)
            strip(R, W, own, count, w + 32 * v, w + CHUNK * (WIDE + 8 * v), (void *)&sums[0][v]);
    }
}

/* Bytes between -8 and 7 times bytes around 128: sixteen products fit into 16 bits, which is a group
   before its multiplication by m. */
INLINE void block4(const int R, const unsigned char *x, long padded, const char *w, Sums *to) {
    __m256i(*sums)[4] = (void *)memset(to, 0, R * WIDE * sizeof(int));
    const __m256i low = _mm256_set1_epi8(15);
    const __m256i signs = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1));
    const char *m_of = w + padded / GROUP * PACKED;
    for (long k = 0; k < padded; k += GROUP, w += PACKED, m_of += GROUP) {
        for (int line = 0; line < PACKED; line += 64) __builtin_prefetch(w + AHEAD + line);
        for (int v = 0; v < 4; v++) {
            __m256i part[8];
            for (int r = 0; r < R; r++) part[r] = _mm256_setzero_si256();
#pragma GCC unroll 4
            for (int t = 0; t < 4; t++) {
                __m256i both = load(w + 256 * (v / 2) + 32 * (v % 2) + 64 * t);
                __m256i high = _mm256_and_si256(_mm256_srli_epi16(both, 4), low);
                __m256i first = _mm256_shuffle_epi8(signs, _mm256_and_si256(both, low));
                __m256i second = _mm256_shuffle_epi8(signs, high);
#pragma GCC unroll 8
                for (int r = 0; r < R; r++) {
                    const unsigned char *four = x + r * padded + k + 4 * t;
                    __m256i one = _mm256_maddubs_epi16(spread(four), first);
                    part[r] = _mm256_add_epi16(part[r], one);
                    one = _mm256_maddubs_epi16(spread(four + 16), second);
                    part[r] = _mm256_add_epi16(part[r], one);
                }
            }
            __m256i m = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)(m_of + 8 * v)));
            m = _mm256_or_si256(m, _mm256_slli_epi32(m, 16));
            for (int r = 0; r < R; r++)
                sums[r][v] = _mm256_add_epi32(sums[r][v], _mm256_madd_epi16(part[r], m));
        }
    }
}

static void shape_tiles(const Rows *x) {}

static void release(const Rows *x) {}
