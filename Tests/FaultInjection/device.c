/* Mode “device”, contents: what of a file is on the disk, sector by sector.
 *
 * Writes go to the real file, so that a program sees through its map what it wrote. Beside it
 * stands, for each sector written since the last sync, what it held before. When the power fails
 * each such sector gets one of the contents it had since then, whichever: so writes are dropped,
 * torn within a page and reordered in every combination. Sectors of 512 bytes are whole, as disks
 * promise; LMDB relies on that for its meta page, and this is where it would show if it did more.
 *
 * A sync that fails has written any part of what it was asked to, and the rest is forgotten: it is
 * read back as it was written until the power fails, and no later sync writes it (as Linux does).
 */
#include "device.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTOR = 512, VERSIONS_MAX = 6, FILES_MAX = 64, DESCRIPTORS_MAX = 1024 };

struct sector {
    /* Whether a sync would write it. */
    unsigned char is_dirty;
    /* Contents that may be on the disk beside the one in the file. */
    unsigned char count;
    unsigned char *versions[VERSIONS_MAX];
};

struct file {
    dev_t device;
    ino_t number;
    /* The device's own, at the real file. */
    int descriptor;
    /* The length that is surely on the disk. */
    off_t durable;
    size_t sector_count;
    struct sector *sectors;
};

static struct file files[FILES_MAX];
static int file_count;
static struct {
    enum device_file kind;
    struct file *file;
    /* Whether each write is synced before it returns. */
    int syncs;
} descriptors[DESCRIPTORS_MAX];
/* A sector that was synced, as it was before. */
static struct {
    struct file *file;
    off_t at;
    unsigned char content[SECTOR];
} forgotten;

static struct file *file_of(int descriptor) {
    return descriptor >= 0 && descriptor < DESCRIPTORS_MAX ? descriptors[descriptor].file : NULL;
}

enum device_file device_has(int descriptor) {
    if (!device_root() || descriptor < 0 || descriptor >= DESCRIPTORS_MAX) return DEVICE_NONE;
    return descriptors[descriptor].kind;
}

static off_t length_of(const struct file *file) {
    struct stat status;
    return NEXT(fstat)(file->descriptor, &status) == 0 ? status.st_size : 0;
}

static void load(const struct file *file, off_t at, unsigned char *content) {
    memset(content, 0, SECTOR);
    (void)!NEXT(pread)(file->descriptor, content, SECTOR, at);
}

static void store(const struct file *file, off_t at, const unsigned char *content, off_t length) {
    if (at >= length) return;
    size_t count = length - at < SECTOR ? (size_t)(length - at) : SECTOR;
    (void)!NEXT(pwrite)(file->descriptor, content, count, at);
}

/* Keeps what the sectors hold that are about to be written. */
static void remember(struct file *file, off_t at, size_t count) {
    if (count == 0) return;
    size_t first = (size_t)at / SECTOR, end = ((size_t)at + count - 1) / SECTOR + 1;
    if (end > file->sector_count) {
        file->sectors = realloc(file->sectors, end * sizeof *file->sectors);
        memset(
            file->sectors + file->sector_count, 0,
            (end - file->sector_count) * sizeof *file->sectors);
        file->sector_count = end;
    }
    for (size_t index = first; index < end; index++) {
        struct sector *sector = file->sectors + index;
        int is_lost = sector->count > 0 && !sector->is_dirty;
        sector->is_dirty = 1;
        /* What a failed sync has left in the file alone is not on the disk. */
        if (is_lost) continue;
        if (sector->count == VERSIONS_MAX) {
            size_t middle = 1 + device_random(VERSIONS_MAX - 1);
            free(sector->versions[middle]);
            sector->versions[middle] = sector->versions[--sector->count];
        }
        unsigned char *content = malloc(SECTOR);
        load(file, (off_t)(index * SECTOR), content);
        sector->versions[sector->count++] = content;
    }
}

static void forget(struct sector *sector) {
    for (int index = 0; index < sector->count; index++) free(sector->versions[index]);
    sector->count = sector->is_dirty = 0;
}

/* What was written to some sectors is on the disk. */
static void settle(struct file *file, size_t first, size_t end) {
    for (size_t index = first; index < end && index < file->sector_count; index++) {
        struct sector *sector = file->sectors + index;
        if (!sector->is_dirty) continue;
        if (device_planted() == PLANT_FORGOTTEN && device_random(4) == 0) {
            forgotten.file = file;
            forgotten.at = (off_t)(index * SECTOR);
            memcpy(forgotten.content, sector->versions[0], SECTOR);
        }
        forget(sector);
    }
}

/* Writing failed: any part of it is on the disk, and the rest never will be. */
static void lose(struct file *file, size_t first, size_t end) {
    for (size_t index = first; index < end && index < file->sector_count; index++) {
        struct sector *sector = file->sectors + index;
        if (!sector->is_dirty) continue;
        size_t chosen = device_random((uint64_t)sector->count + 1);
        if (chosen == sector->count) {
            forget(sector);
            continue;
        }
        unsigned char *content = sector->versions[chosen];
        sector->versions[chosen] = NULL;
        forget(sector);
        sector->versions[0] = content;
        sector->count = 1;
    }
}

void sectors_cut(void) {
    for (struct file *file = files; file < files + file_count; file++) {
        off_t length = length_of(file), left = length;
        if (device_random(3) > 0) {
            off_t low = file->durable < length ? file->durable : length;
            left = device_random(2) == 0
                ? file->durable
                : low + (off_t)device_random((uint64_t)(length - low) / SECTOR + 1) * SECTOR;
        }
        device_tell("  file %d: %ld of %ld bytes\n", (int)(file - files), (long)left, (long)length);
        if (left != length) (void)!NEXT(ftruncate)(file->descriptor, left);
        for (size_t index = 0; index < file->sector_count; index++) {
            struct sector *sector = file->sectors + index;
            if (sector->count == 0) continue;
            size_t chosen = device_random((uint64_t)sector->count + sector->is_dirty);
            device_tell(
                "  file %d sector %zu: %s%zu of %d\n", (int)(file - files), index,
                sector->is_dirty ? "" : "lost, ", chosen, sector->count);
            if (chosen < sector->count)
                store(file, (off_t)(index * SECTOR), sector->versions[chosen], left);
        }
        if (forgotten.file == file) store(file, forgotten.at, forgotten.content, left);
    }
}

void device_opened(int descriptor, int flags, int was_there) {
    if (!device_root() || descriptor >= DESCRIPTORS_MAX) return;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return;
    path[length] = 0;
    struct stat status;
    if (!device_covers(path) || NEXT(fstat)(descriptor, &status) != 0) return;
    device_lock();
    if (!was_there) names_created(path);
    descriptors[descriptor].syncs = (flags & O_DSYNC) != 0;
    descriptors[descriptor].kind = S_ISDIR(status.st_mode) ? DEVICE_FOLDER : DEVICE_NONE;
    if (S_ISREG(status.st_mode)) {
        struct file *file = files;
        while (file < files + file_count &&
               (file->device != status.st_dev || file->number != status.st_ino))
            file++;
        if (file == files + file_count && file_count < FILES_MAX) {
            file->descriptor = NEXT(open)(link, O_RDWR | O_CLOEXEC);
            int high = fcntl(file->descriptor, F_DUPFD_CLOEXEC, 800);
            NEXT(close)(file->descriptor);
            file->descriptor = high;
            file->device = status.st_dev;
            file->number = status.st_ino;
            file->durable = was_there ? status.st_size : 0;
            file_count++;
            device_tell("file %d is %s\n", (int)(file - files), path);
        }
        if (file < files + file_count && file->descriptor >= 0) {
            descriptors[descriptor].kind = DEVICE_FILE;
            descriptors[descriptor].file = file;
        }
    }
    device_unlock();
}

void device_closes(int descriptor) {
    if (!device_root() || descriptor < 0 || descriptor >= DESCRIPTORS_MAX) return;
    device_lock();
    memset(descriptors + descriptor, 0, sizeof *descriptors);
    device_unlock();
}

/* Puts bytes into the real file, remembering what was there. */
static int put(struct file *file, const unsigned char *bytes, size_t count, off_t at) {
    remember(file, at, count);
    for (size_t done = 0; done < count;) {
        ssize_t now = NEXT(pwrite)(file->descriptor, bytes + done, count - done, at + (off_t)done);
        if (now < 0 && errno == EINTR) continue;
        if (now < 0) return -1;
        done += (size_t)now;
    }
    return 0;
}

/* How much of a write is done when it is cut short: whole sectors, for less is what disks never do
 * to a sector that was there before. */
static size_t part_of(size_t count, off_t at) {
    size_t end = ((size_t)at + device_random(count + 1)) / SECTOR * SECTOR;
    return end > (size_t)at ? end - (size_t)at : 0;
}

static ssize_t write_failing(
    int descriptor, const unsigned char *bytes, size_t count, off_t at) {
    struct file *file = file_of(descriptor);
    switch (device_random(5)) {
    case 0: return errno = EINTR, -1;
    case 1: return errno = ENOSPC, -1;
    case 2: return errno = EIO, -1;
    case 3: break;
    default:
        if (!descriptors[descriptor].syncs) break;
        /* It reached the file, and the disk or not. */
        if (put(file, bytes, count, at) == 0)
            lose(file, (size_t)at / SECTOR, ((size_t)at + count) / SECTOR + 1);
        return errno = EIO, -1;
    }
    size_t some = part_of(count, at);
    if (some == 0) return errno = EIO, -1;
    return put(file, bytes, some, at) == 0 ? (ssize_t)some : -1;
}

ssize_t device_write(int descriptor, const struct iovec *parts, int part_count, off_t at) {
    size_t count = 0;
    for (int index = 0; index < part_count; index++) count += parts[index].iov_len;
    unsigned char *bytes = malloc(count + 1);
    size_t filled = 0;
    for (int index = 0; index < part_count; index++) {
        memcpy(bytes + filled, parts[index].iov_base, parts[index].iov_len);
        filled += parts[index].iov_len;
    }
    device_lock();
    struct file *file = file_of(descriptor);
    int moves = at < 0;
    if (moves) at = lseek(descriptor, 0, SEEK_CUR);
    ssize_t written = (ssize_t)count;
    switch (device_step(1)) {
    case STEP_CUT:
        put(file, bytes, device_random(2) ? count : part_of(count, at), at);
        device_cut();
    case STEP_FAIL: written = write_failing(descriptor, bytes, count, at); break;
    case STEP_GO:
        if (put(file, bytes, count, at) != 0) written = -1;
    }
    if (written > 0 && descriptors[descriptor].syncs) {
        size_t end = (size_t)(at + written);
        settle(file, (size_t)at / SECTOR, (end + SECTOR - 1) / SECTOR);
        if (file->durable < (off_t)end) file->durable = (off_t)end;
    }
    if (written > 0 && moves) lseek(descriptor, at + written, SEEK_SET);
    int error = errno;
    device_tell(
        "file %d: write of %zu at %ld%s: %zd (%d)\n", (int)(file - files), count, (long)at,
        descriptors[descriptor].syncs ? " synced" : "", written, written < 0 ? error : 0);
    device_unlock();
    free(bytes);
    errno = error;
    return written;
}

ssize_t device_read(int descriptor, void *buffer, size_t count, off_t at) {
    device_lock();
    if (device_step(0) == STEP_FAIL) {
        uint64_t kind = device_random(3);
        if (kind == 2 && count > 1) count = 1 + device_random(count - 1);
        device_unlock();
        if (kind < 2) return errno = kind ? EINTR : EIO, -1;
    } else {
        device_unlock();
    }
    return NEXT(pread)(descriptor, buffer, count, at);
}

static int sync_file(struct file *file) {
    switch (device_step(1)) {
    case STEP_CUT: device_cut();
    case STEP_FAIL:
        if (device_random(4) == 0) return errno = EINTR, -1;
        lose(file, 0, file->sector_count);
        return errno = device_random(2) ? EIO : ENOSPC, -1;
    case STEP_GO: break;
    }
    if (device_planted() == PLANT_UNSYNCED) return 0;
    settle(file, 0, file->sector_count);
    file->durable = length_of(file);
    return 0;
}

static int sync_folder(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    switch (device_step(1)) {
    case STEP_CUT: device_cut();
    case STEP_FAIL: return errno = EIO, -1;
    case STEP_GO: break;
    }
    if (device_planted() != PLANT_UNSYNCED) names_synced(path);
    return 0;
}

int device_sync(int descriptor) {
    device_lock();
    struct file *file = file_of(descriptor);
    int result = file ? sync_file(file) : sync_folder(descriptor);
    int error = errno;
    device_tell("file %d: sync: %d (%d)\n", file ? (int)(file - files) : -1, result, error);
    device_unlock();
    return errno = error, result;
}

int device_truncate(int descriptor, off_t length) {
    device_lock();
    struct file *file = file_of(descriptor);
    off_t before = length_of(file);
    enum device_step step = device_step(1);
    if (step == STEP_CUT) device_cut();
    int result = -1;
    if (step == STEP_FAIL) {
        errno = device_random(2) ? EIO : ENOSPC;
    } else {
        if (length < before) remember(file, length, (size_t)(before - length));
        result = NEXT(ftruncate)(descriptor, length);
    }
    int error = errno;
    device_unlock();
    return errno = error, result;
}
