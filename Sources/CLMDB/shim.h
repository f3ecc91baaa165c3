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

/* <fcntl.h> would bring `struct stat`, which Swift then takes to be this module's: what is needed of
   it, as every 64-bit Linux has it. */
extern int fcntl(int descriptor, int command, ...);
struct clmdb_flock {
    short type, whence;
    off_t start, length;
    int process;
};
enum { CLMDB_OFD_SETLK = 37, CLMDB_WRITE_LOCK = 1, CLMDB_UNLOCK = 2 };

/* Locks the data file for one writer, or unlocks it, without waiting; 0, or -1 with errno. The lock
   belongs to the open file: it goes with its last descriptor, however the process ends. The byte is
   beyond every one that a data file can have. */
static inline int clmdb_writers_lock(int descriptor, int locks) {
    struct clmdb_flock range = {
        .type = locks ? CLMDB_WRITE_LOCK : CLMDB_UNLOCK,
        .start = (off_t)1 << 62,
        .length = 1,
    };
    return fcntl(descriptor, CLMDB_OFD_SETLK, &range);
}

/* Asks for the first half kilobyte of a value ahead of its use, line by line. */
static inline void clmdb_prefetch(MDB_val value) {
    const char *bytes = (const char *)value.mv_data;
    size_t count = value.mv_size < 512 ? value.mv_size : 512;
    for (size_t at = 0; at < count; at += 64) __builtin_prefetch(bytes + at);
}

#endif
