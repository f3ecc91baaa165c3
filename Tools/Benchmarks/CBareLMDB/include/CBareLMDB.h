#ifndef CBARELMDB_H
#define CBARELMDB_H

#include <stddef.h>
#include <stdint.h>

/*
 * LMDB with nothing around it: what the log is measured against.
 *
 * One database with integer keys, filled by MDB_APPEND through a cursor, the fastest way LMDB has,
 * or a database that somebody else filled. Every commit is synced. Functions return 0 or LMDB's status.
 */
struct bare_lmdb;

/* Opens the environment in a directory that exists, with a map that is large enough for it all. */
int bare_lmdb_open(const char *directory, size_t map_bytes, struct bare_lmdb **result);

/* Opens one named database of an environment that is there, for reading. The caller must not have
 * the same environment open otherwise: LMDB allows it once a process. */
int bare_lmdb_open_table(const char *directory, const char *table, struct bare_lmdb **result);

void bare_lmdb_close(struct bare_lmdb *bare);

/* Appends `count` values of `value_bytes` each, which lie one after another in `values`, with a
 * commit after every `commit_values`. */
int bare_lmdb_append(struct bare_lmdb *bare, const void *values, size_t value_bytes, size_t count,
                     size_t commit_values);

/* Walks all values and adds up all their bytes, eight at a time. */
int bare_lmdb_scan(struct bare_lmdb *bare, uint64_t *count, uint64_t *sum);

const char *bare_lmdb_message(int status);

#endif
