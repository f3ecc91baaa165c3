#include "CBareLMDB.h"

#include <lmdb.h>
#include <stdlib.h>
#include <string.h>

struct bare_lmdb {
    MDB_env *environment;
    MDB_dbi database;
    uint64_t size;
};

static int open_database(struct bare_lmdb *bare) {
    MDB_txn *transaction;
    int status = mdb_txn_begin(bare->environment, NULL, 0, &transaction);
    if (status) return status;
    status = mdb_dbi_open(transaction, NULL, MDB_CREATE | MDB_INTEGERKEY, &bare->database);
    if (status) {
        mdb_txn_abort(transaction);
        return status;
    }
    return mdb_txn_commit(transaction);
}

int bare_lmdb_open(const char *directory, size_t map_bytes, struct bare_lmdb **result) {
    struct bare_lmdb *bare = calloc(1, sizeof *bare);
    if (!bare) return MDB_PANIC;
    int status = mdb_env_create(&bare->environment);
    if (!status) status = mdb_env_set_mapsize(bare->environment, map_bytes);
    if (!status) status = mdb_env_open(bare->environment, directory, 0, 0644);
    if (!status) status = open_database(bare);
    if (status) {
        bare_lmdb_close(bare);
        return status;
    }
    *result = bare;
    return 0;
}

static int open_table(struct bare_lmdb *bare, const char *table) {
    MDB_txn *transaction;
    int status = mdb_txn_begin(bare->environment, NULL, MDB_RDONLY, &transaction);
    if (status) return status;
    status = mdb_dbi_open(transaction, table, 0, &bare->database);
    if (status) {
        mdb_txn_abort(transaction);
        return status;
    }
    /* The handle is kept by a commit, not by an abort. */
    return mdb_txn_commit(transaction);
}

int bare_lmdb_open_table(const char *directory, const char *table, struct bare_lmdb **result) {
    struct bare_lmdb *bare = calloc(1, sizeof *bare);
    if (!bare) return MDB_PANIC;
    int status = mdb_env_create(&bare->environment);
    if (!status) status = mdb_env_set_maxdbs(bare->environment, 1);
    if (!status) status = mdb_env_open(bare->environment, directory, MDB_RDONLY, 0644);
    if (!status) status = open_table(bare, table);
    if (status) {
        bare_lmdb_close(bare);
        return status;
    }
    *result = bare;
    return 0;
}

void bare_lmdb_close(struct bare_lmdb *bare) {
    if (bare->environment) mdb_env_close(bare->environment);
    free(bare);
}

static int append_commit(struct bare_lmdb *bare, const char *values, size_t value_bytes,
                         size_t count) {
    MDB_txn *transaction;
    MDB_cursor *cursor;
    int status = mdb_txn_begin(bare->environment, NULL, 0, &transaction);
    if (status) return status;
    status = mdb_cursor_open(transaction, bare->database, &cursor);
    if (status) {
        mdb_txn_abort(transaction);
        return status;
    }
    uint64_t position = bare->size;
    for (size_t index = 0; index < count && !status; index++, position++) {
        MDB_val key = {sizeof position, &position};
        MDB_val value = {value_bytes, (void *)(values + index * value_bytes)};
        status = mdb_cursor_put(cursor, &key, &value, MDB_APPEND);
    }
    mdb_cursor_close(cursor);
    if (status) {
        mdb_txn_abort(transaction);
        return status;
    }
    status = mdb_txn_commit(transaction);
    if (!status) bare->size = position;
    return status;
}

int bare_lmdb_append(struct bare_lmdb *bare, const void *values, size_t value_bytes, size_t count,
                     size_t commit_values) {
    const char *at = values;
    while (count > 0) {
        size_t part = count < commit_values ? count : commit_values;
        int status = append_commit(bare, at, value_bytes, part);
        if (status) return status;
        at += part * value_bytes;
        count -= part;
    }
    return 0;
}

int bare_lmdb_scan(struct bare_lmdb *bare, uint64_t *count, uint64_t *sum) {
    MDB_txn *transaction;
    MDB_cursor *cursor;
    MDB_val key, value;
    int status = mdb_txn_begin(bare->environment, NULL, MDB_RDONLY, &transaction);
    if (status) return status;
    status = mdb_cursor_open(transaction, bare->database, &cursor);
    if (status) {
        mdb_txn_abort(transaction);
        return status;
    }
    *count = 0;
    *sum = 0;
    while (!(status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT))) {
        const char *bytes = value.mv_data;
        size_t at = 0;
        uint64_t word;
        for (; at + sizeof word <= value.mv_size; at += sizeof word) {
            memcpy(&word, bytes + at, sizeof word);
            *sum += word;
        }
        word = 0;
        memcpy(&word, bytes + at, value.mv_size - at);
        *sum += word;
        *count += 1;
    }
    mdb_cursor_close(cursor);
    mdb_txn_abort(transaction);
    return status == MDB_NOTFOUND ? 0 : status;
}

const char *bare_lmdb_message(int status) { return mdb_strerror(status); }
