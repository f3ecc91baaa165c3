#ifndef CLMDB_SHIM_H
#define CLMDB_SHIM_H

#include <linux/falloc.h>
#include <lmdb.h>
#include <sys/types.h>

/* glibc hides this behind _GNU_SOURCE, which a module cannot set for its importers. */
extern int fallocate(int descriptor, int mode, off_t offset, off_t length);

/* Gives a file its blocks and leaves its size alone; 0, or -1 with errno. */
static inline int clmdb_reserve_blocks(int descriptor, off_t length) {
    return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, length);
}

/* Asks for the first half kilobyte of a value ahead of its use, line by line. */
static inline void clmdb_prefetch(MDB_val value) {
    const char *bytes = (const char *)value.mv_data;
    size_t count = value.mv_size < 512 ? value.mv_size : 512;
    for (size_t at = 0; at < count; at += 64) __builtin_prefetch(bytes + at);
}

#endif
