/* Instructions that this machine may lack, by their definitions, so that the code for machines that
   have them can be run anywhere; slow. Given to the compiler by `-include`, before the sources. */

#include <immintrin.h>

#define ALONE static __attribute__((noinline, unused)) /* or compiling takes long */

#ifdef STAND_IN_AVX_VNNI
typedef union { __m256i all; unsigned char u[32]; signed char s[32]; int whole[8]; } Half;

ALONE __m256i stand_in_dot(__m256i sums, __m256i inputs, __m256i weights) {
    Half a = {inputs}, b = {weights}, c = {sums};
    for (int i = 0; i < 32; i++) c.whole[i / 4] += a.u[i] * b.s[i];
    return c.all;
}
#define DOT stand_in_dot
#endif

#ifdef STAND_IN_AVX512_AMX
#include <string.h>

typedef long long W8 __attribute__((vector_size(64), may_alias));
typedef int W4 __attribute__((vector_size(64), may_alias));
typedef short W2 __attribute__((vector_size(64), may_alias));
typedef unsigned short U2 __attribute__((vector_size(64), may_alias));
typedef char W1 __attribute__((vector_size(64), may_alias));
#define __m512i W8
#define STAND_IN(name, result, ...) static inline W8 s_##name(__VA_ARGS__) { return (W8)(result); }

STAND_IN(add_epi32, (W4)a + (W4)b, W8 a, W8 b)
STAND_IN(and, a & b, W8 a, W8 b)
STAND_IN(or, a | b, W8 a, W8 b)
STAND_IN(sub_epi8, (W1)a - (W1)b, W8 a, W8 b)
STAND_IN(mullo_epi16, (W2)a * (W2)b, W8 a, W8 b)
STAND_IN(mullo_epi32, (W4)a * (W4)b, W8 a, W8 b)
STAND_IN(set1_epi8, (W1){} + x, char x)
STAND_IN(set1_epi32, (W4){} + x, int x)
STAND_IN(slli_epi16, (U2)a << n, W8 a, int n)
STAND_IN(srli_epi16, (U2)a >> n, W8 a, int n)
STAND_IN(slli_epi32, (W4)a << n, W8 a, int n)
STAND_IN(srai_epi32, (W4)a >> n, W8 a, int n)
STAND_IN(mask, (a & b) ^ c, W8 a, W8 b, W8 c)

static inline W8 s_load(const void *from) {
    W8 to;
    memcpy(&to, from, 64);
    return to;
}

static inline void s_store(void *to, W8 a) { memcpy(to, &a, 64); }

ALONE W8 s_widen(__m128i from) {
    union { __m128i all; unsigned char each[16]; } a = {from};
    W4 to;
    for (int i = 0; i < 16; i++) to[i] = a.each[i];
    return (W8)to;
}

ALONE W8 s_dot(W8 sums, W8 inputs, W8 weights) {
    union { W8 all; unsigned char u[64]; signed char s[64]; int whole[16]; } a = {inputs},
        b = {weights}, c = {sums};
    for (int i = 0; i < 64; i++) c.whole[i / 4] += a.u[i] * b.s[i];
    return c.all;
}

#define _mm512_add_epi32 s_add_epi32
#define _mm512_and_si512 s_and
#define _mm512_or_si512 s_or
#define _mm512_sub_epi8 s_sub_epi8
#define _mm512_mullo_epi16 s_mullo_epi16
#define _mm512_mullo_epi32 s_mullo_epi32
#define _mm512_set1_epi8 s_set1_epi8
#define _mm512_set1_epi32 s_set1_epi32
#define _mm512_setzero_si512() ((W8){})
#define _mm512_slli_epi16 s_slli_epi16
#define _mm512_srli_epi16 s_srli_epi16
#define _mm512_slli_epi32 s_slli_epi32
#define _mm512_srai_epi32 s_srai_epi32
#define _mm512_ternarylogic_epi32(a, b, c, table) s_mask(a, b, (table) == 0x6a ? (c) : ~(W8){})
#define _mm512_loadu_si512 s_load
#define _mm512_store_si512 s_store
#define _mm512_cvtepu8_epi32 s_widen
#define _mm512_dpbusd_epi32 s_dot

/* Tiles: as many rows as the shape says, 64 bytes each. */
typedef union {
    unsigned char u[16][64];
    signed char s[16][64];
    unsigned short half[16][32];
    int whole[16][16];
    float real[16][16];
} Tile;
static _Thread_local Tile s_tile[8];
static _Thread_local unsigned char s_high[8];

ALONE float s_real(unsigned short half) {
    union { unsigned bits; float real; } a = {(unsigned)half << 16};
    return a.real;
}

ALONE void s_dpbusd(int c, int a, int b) {
    for (int r = 0; r < s_high[c]; r++)
        for (int k = 0; k < 64; k++)
            for (int n = 0; n < 16; n++)
                s_tile[c].whole[r][n] += s_tile[a].u[r][k] * s_tile[b].s[k / 4][4 * n + k % 4];
}

ALONE void s_dpbf16ps(int c, int a, int b) {
    for (int r = 0; r < s_high[c]; r++)
        for (int k = 0; k < 32; k++)
            for (int n = 0; n < 16; n++)
                s_tile[c].real[r][n] +=
                    s_real(s_tile[a].half[r][k]) * s_real(s_tile[b].half[k / 2][2 * n + k % 2]);
}

ALONE void s_loadd(int t, const char *from, long stride) {
    for (int r = 0; r < s_high[t]; r++) memcpy(s_tile[t].u[r], from + r * stride, 64);
}

ALONE void s_stored(int t, char *to, long stride) {
    for (int r = 0; r < s_high[t]; r++) memcpy(to + r * stride, s_tile[t].u[r], 64);
}

#undef _tile_loadconfig
#undef _tile_release
#undef _tile_zero
#undef _tile_loadd
#undef _tile_stored
#undef _tile_dpbusd
#undef _tile_dpbf16ps
#define _tile_loadconfig(shape) memcpy(s_high, (const char *)(shape) + 48, 8)
#define _tile_release() memset(s_high, 0, 8)
#define _tile_zero(t) memset(&s_tile[t], 0, sizeof(Tile))
#define _tile_loadd(t, from, stride) s_loadd(t, (const char *)(from), stride)
#define _tile_stored(t, to, stride) s_stored(t, (char *)(to), stride)
#define _tile_dpbusd s_dpbusd
#define _tile_dpbf16ps s_dpbf16ps

#undef __AVX512VNNI__
#undef __AMX_INT8__
#undef __AMX_BF16__
#define __AVX512VNNI__ 1
#define __AMX_INT8__ 1
#define __AMX_BF16__ 1
#endif
