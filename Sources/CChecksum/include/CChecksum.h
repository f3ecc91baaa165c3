#ifndef CCHECKSUM_H
#define CCHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `count` bytes, going on from the checksum of what
   stands before them; 0 to begin. "123456789" gives 0xE3069283.

   It tells every change of up to 32 bits in a row, and any other but one in four thousand million:
   what a disk does, not what a forger does. It uses the processor's instruction where there is one
   (SSE 4.2, ARMv8). */
uint32_t cchecksum_crc32c(uint32_t before, const void *bytes, size_t count);

/* The same without the instruction, for processors that lack it and for the test that compares. */
uint32_t cchecksum_crc32c_plain(uint32_t before, const void *bytes, size_t count);

/* What an item with this checksum adds to a sum over items that come in any order, modulo 2^64. It
   is mixed (the finalizer of SplitMix64), so that the sum does not stay the same where the checksums
   of two items change by amounts that cancel out. */
static inline uint64_t cchecksum_summand(uint32_t crc) {
    uint64_t mixed = (crc | UINT64_C(1) << 32) * UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ mixed >> 31;
}

#endif
