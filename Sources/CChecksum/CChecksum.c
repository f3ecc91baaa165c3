#include "CChecksum.h"

#include <string.h>

/* The polynomial 0x1EDC6F41, bits reversed. */
static const uint32_t polynomial = 0x82F63B78;

uint32_t cchecksum_crc32c_plain(uint32_t before, const void *bytes, size_t count) {
    const uint8_t *at = bytes;
    uint32_t crc = ~before;
    while (count-- > 0) {
        crc ^= *at++;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (polynomial & -(crc & 1));
    }
    return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t
with_instruction(uint32_t before, const void *bytes, size_t count) {
    const uint8_t *at = bytes;
    uint64_t crc = ~before;
    for (; count >= 8; count -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        crc = _mm_crc32_u64(crc, word);
    }
    for (; count > 0; count--) crc = _mm_crc32_u8((uint32_t)crc, *at++);
    return ~(uint32_t)crc;
}

static int has_instruction(void) { return __builtin_cpu_supports("sse4.2") != 0; }

#elif defined(__aarch64__)
#include <arm_acle.h>
#include <sys/auxv.h>

__attribute__((target("crc"))) static uint32_t
with_instruction(uint32_t before, const void *bytes, size_t count) {
    const uint8_t *at = bytes;
    uint32_t crc = ~before;
    for (; count >= 8; count -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        crc = __crc32cd(crc, word);
    }
    for (; count > 0; count--) crc = __crc32cb(crc, *at++);
    return ~crc;
}

/* HWCAP_CRC32 of asm/hwcap.h. */
static int has_instruction(void) { return (getauxval(AT_HWCAP) & (1 << 7)) != 0; }

#else

static uint32_t with_instruction(uint32_t before, const void *bytes, size_t count) {
    return cchecksum_crc32c_plain(before, bytes, count);
}

static int has_instruction(void) { return 0; }

#endif

uint32_t cchecksum_crc32c(uint32_t before, const void *bytes, size_t count) {
    return has_instruction() ? with_instruction(before, bytes, count)
                             : cchecksum_crc32c_plain(before, bytes, count);
}
