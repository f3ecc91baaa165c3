/* Mode “device”, directories: names that were made, moved and taken away.
 *
 * A name is on the disk once its directory was synced, and before that it may be. When the power
 * fails any of the changes since then are undone: POSIX promises no more, though most file systems
 * keep them in order.
 */
#include "device.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHANGES_MAX = 512 };
enum change_kind { CREATED, MOVED, REMOVED };

static struct change {
    enum change_kind kind;
    char *path;
    /* Where a moved file was. */
    char *from;
    /* What was at `path` before, kept beside the device; NULL for nothing. */
    char *before;
} changes[CHANGES_MAX];
static int change_count;

/* The path without links and dots, of a file that need not be there; whether there is one. */
static int resolve(const char *path, char *resolved) {
    char folder[PATH_MAX];
    if (strlen(path) >= sizeof folder) return 0;
    strcpy(folder, path);
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/') folder[--length] = 0;
    char *slash = strrchr(folder, '/');
    char name[PATH_MAX];
    strcpy(name, slash ? slash + 1 : folder);
    if (slash) *slash = 0;
    char parent[PATH_MAX];
    if (!realpath(!slash ? "." : slash == folder ? "/" : folder, parent)) return 0;
    int error = errno;
    int count = snprintf(resolved, PATH_MAX, "%s/%s", parent, name);
    errno = error;
    return count > 0 && count < PATH_MAX;
}

int device_covers(const char *path) {
    const char *root = device_root();
    if (!root || !path) return 0;
    int error = errno;
    char resolved[PATH_MAX];
    int covers = 0;
    if (resolve(path, resolved)) {
        size_t length = strlen(root);
        const char *name = strrchr(resolved, '/') + 1;
        /* LMDB writes its lock file through a map, and makes it anew after a power cut. */
        covers = strncmp(resolved, root, length) == 0 &&
                 (resolved[length] == '/' || resolved[length] == 0) &&
                 strcmp(name, "lock.mdb") != 0;
    }
    errno = error;
    return covers;
}

static int is_there(const char *path) {
    struct stat status;
    return NEXT(lstat)(path, &status) == 0;
}

int device_opens(int folder, const char *path, int flags) {
    int creates = (flags & O_CREAT) != 0;
    if (!device_covers(path) || (folder != AT_FDCWD && path[0] != '/')) return 1;
    int error = errno, was_there = !creates || is_there(path);
    device_lock();
    enum device_step step = device_step(!was_there);
    uint64_t kind = device_random(4);
    if (step == STEP_CUT) device_cut();
    device_unlock();
    static const int errors[] = {EIO, EMFILE, EINTR, ENOSPC};
    if (step == STEP_FAIL) return errno = errors[creates ? kind : kind % 3], -1;
    errno = error;
    return was_there;
}

static void add(enum change_kind kind, const char *path, const char *from, char *before) {
    if (change_count == CHANGES_MAX) {
        fprintf(stderr, "fault injection: more than %d names were changed\n", CHANGES_MAX);
        abort();
    }
    changes[change_count++] =
        (struct change){kind, strdup(path), from ? strdup(from) : NULL, before};
}

void names_created(const char *path) { add(CREATED, path, NULL, NULL); }

/* Another name, outside the device, for what is at a path. */
static char *keep(const char *path) {
    static int kept;
    char name[PATH_MAX + 64];
    snprintf(name, sizeof name, "%s.kept-%d-%d", device_root(), getpid(), kept++);
    return NEXT(link)(path, name) == 0 ? strdup(name) : NULL;
}

void names_synced(const char *folder) {
    size_t length = strlen(folder);
    int left = 0;
    for (int index = 0; index < change_count; index++) {
        struct change *change = changes + index;
        int is_within = strncmp(change->path, folder, length) == 0 &&
                        change->path[length] == '/' && !strchr(change->path + length + 1, '/');
        if (!is_within) {
            changes[left++] = *change;
        } else if (change->before) {
            NEXT(unlink)(change->before);
        }
    }
    change_count = left;
}

static int take_away(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status, (void)kind, (void)where;
    return remove(path);
}

void names_cut(void) {
    while (change_count > 0) {
        struct change *change = changes + --change_count;
        int is_undone = device_random(2) == 0;
        if (is_undone) switch (change->kind) {
            case CREATED: nftw(change->path, take_away, 8, FTW_DEPTH | FTW_PHYS); break;
            case MOVED:
                NEXT(rename)(change->path, change->from);
                if (change->before) NEXT(rename)(change->before, change->path);
                break;
            case REMOVED: NEXT(rename)(change->before, change->path); break;
            }
        if (change->before) NEXT(unlink)(change->before);
    }
}

/* Whether a change of a name goes on; -1 with errno where it is to fail. Locks where it does. */
static int begins(void) {
    device_lock();
    enum device_step step = device_step(1);
    if (step == STEP_CUT) device_cut();
    if (step == STEP_GO) return 0;
    int error = device_random(2) ? EIO : ENOSPC;
    device_unlock();
    return errno = error, -1;
}

static int ends(int result) {
    int error = errno;
    device_unlock();
    return errno = error, result;
}

int device_mkdir(const char *path, mode_t mode) {
    if (begins() != 0) return -1;
    char resolved[PATH_MAX];
    int is_known = resolve(path, resolved);
    int result = NEXT(mkdir)(path, mode);
    if (result == 0 && is_known) names_created(resolved);
    return ends(result);
}

int device_rename(const char *from, const char *to) {
    if (begins() != 0) return -1;
    char old[PATH_MAX], new[PATH_MAX];
    int is_known = resolve(from, old) && resolve(to, new);
    char *before = is_known && is_there(to) ? keep(to) : NULL;
    int result = NEXT(rename)(from, to);
    if (result == 0 && is_known) add(MOVED, new, old, before);
    return ends(result);
}

int device_unlink(const char *path) {
    if (begins() != 0) return -1;
    char resolved[PATH_MAX];
    char *before = resolve(path, resolved) && is_there(path) ? keep(path) : NULL;
    int result = NEXT(unlink)(path);
    if (result == 0 && before) add(REMOVED, resolved, NULL, before);
    return ends(result);
}
