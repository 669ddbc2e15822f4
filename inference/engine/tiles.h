/* The shape of matrix tiles, for machines that have them. */

#include <immintrin.h>

/* Eight tiles of 64 bytes a row and so many rows each. */
static inline void load_shape(const unsigned char *rows) {
    struct {
        unsigned char palette, start, none[14];
        unsigned short bytes[16];
        unsigned char rows[16];
    } shape = {.palette = 1};
    for (int i = 0; i < 8; i++) shape.bytes[i] = 64, shape.rows[i] = rows[i];
    __asm__ volatile("" : : "r"(&shape) : "memory"); /* the compiler thinks that one word is read */
    _tile_loadconfig(&shape);
}
