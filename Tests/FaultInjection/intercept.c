/* The functions that stand in front of the C library's. */
#include "fault.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Leaves the function with an error where this call is the one to fail. */
#define BEGIN(name, descriptor, path, failure)                                                     \
    do {                                                                                           \
        int error = calls_begin(name, descriptor, path);                                           \
        if (error) return errno = error, failure;                                                  \
    } while (0)

/* The same function under the name that programs with large offsets call it by. */
#define ALSO(type, name, alias_of, ...)                                                            \
    type name(__VA_ARGS__) __attribute__((alias(#alias_of)))

static int opened(int folder, const char *path, int flags, mode_t mode) {
    int was_there = device_opens(folder, path, flags);
    if (was_there < 0) return -1;
    int descriptor = NEXT(openat)(folder, path, flags, mode);
    if (descriptor >= 0) device_opened(descriptor, flags, was_there);
    return descriptor;
}

#define MODE(flags)                                                                                \
    mode_t mode = 0;                                                                               \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                                                       \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        mode = (mode_t)va_arg(list, int);                                                          \
        va_end(list);                                                                              \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    BEGIN("open", -1, path, -1);
    return opened(AT_FDCWD, path, flags, mode);
}
ALSO(int, open64, open, const char *, int, ...);

int openat(int folder, const char *path, int flags, ...) {
    MODE(flags)
    BEGIN("openat", -1, path, -1);
    return opened(folder, path, flags, mode);
}
ALSO(int, openat64, openat, int, const char *, int, ...);

int close(int descriptor) {
    device_closes(descriptor);
    return NEXT(close)(descriptor);
}

ssize_t read(int descriptor, void *buffer, size_t count) {
    BEGIN("read", descriptor, NULL, -1);
    if (device_has(descriptor) == DEVICE_FILE && device_allows(descriptor)) return -1;
    return NEXT(read)(descriptor, buffer, count);
}

ssize_t pread(int descriptor, void *buffer, size_t count, off_t at) {
    BEGIN("pread", descriptor, NULL, -1);
    if (device_has(descriptor) == DEVICE_FILE) return device_read(descriptor, buffer, count, at);
    return NEXT(pread)(descriptor, buffer, count, at);
}
ALSO(ssize_t, pread64, pread, int, void *, size_t, off_t);

ssize_t write(int descriptor, const void *buffer, size_t count) {
    BEGIN("write", descriptor, NULL, -1);
    if (device_has(descriptor) != DEVICE_FILE) return NEXT(write)(descriptor, buffer, count);
    struct iovec part = {(void *)buffer, count};
    return device_write(descriptor, &part, 1, -1);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    BEGIN("writev", descriptor, NULL, -1);
    if (device_has(descriptor) != DEVICE_FILE) return NEXT(writev)(descriptor, parts, count);
    return device_write(descriptor, parts, count, -1);
}

ssize_t pwrite(int descriptor, const void *buffer, size_t count, off_t at) {
    BEGIN("pwrite", descriptor, NULL, -1);
    if (device_has(descriptor) != DEVICE_FILE) return NEXT(pwrite)(descriptor, buffer, count, at);
    struct iovec part = {(void *)buffer, count};
    return device_write(descriptor, &part, 1, at);
}
ALSO(ssize_t, pwrite64, pwrite, int, const void *, size_t, off_t);

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t at) {
    BEGIN("pwritev", descriptor, NULL, -1);
    if (device_has(descriptor) != DEVICE_FILE) return NEXT(pwritev)(descriptor, parts, count, at);
    return device_write(descriptor, parts, count, at);
}
ALSO(ssize_t, pwritev64, pwritev, int, const struct iovec *, int, off_t);

int fsync(int descriptor) {
    BEGIN("fsync", descriptor, NULL, -1);
    return device_has(descriptor) ? device_sync(descriptor) : NEXT(fsync)(descriptor);
}

int fdatasync(int descriptor) {
    BEGIN("fdatasync", descriptor, NULL, -1);
    return device_has(descriptor) ? device_sync(descriptor) : NEXT(fdatasync)(descriptor);
}

int ftruncate(int descriptor, off_t length) {
    BEGIN("ftruncate", descriptor, NULL, -1);
    if (device_has(descriptor) == DEVICE_FILE) return device_truncate(descriptor, length);
    return NEXT(ftruncate)(descriptor, length);
}
ALSO(int, ftruncate64, ftruncate, int, off_t);

int fallocate(int descriptor, int mode, off_t at, off_t length) {
    BEGIN("fallocate", descriptor, NULL, -1);
    if (device_allows(descriptor)) return -1;
    return NEXT(fallocate)(descriptor, mode, at, length);
}
ALSO(int, fallocate64, fallocate, int, int, off_t, off_t);

int posix_fallocate(int descriptor, off_t at, off_t length) {
    /* It answers with the error instead of setting errno. */
    int error = calls_begin("posix_fallocate", descriptor, NULL);
    if (error) return error;
    if (device_allows(descriptor)) return errno;
    return NEXT(posix_fallocate)(descriptor, at, length);
}
ALSO(int, posix_fallocate64, posix_fallocate, int, off_t, off_t);

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t at) {
    BEGIN("mmap", descriptor, NULL, MAP_FAILED);
    if (device_has(descriptor) && device_allows(descriptor)) return MAP_FAILED;
    return NEXT(mmap)(address, length, protection, flags, descriptor, at);
}
ALSO(void *, mmap64, mmap, void *, size_t, int, int, int, off_t);

int fstat(int descriptor, struct stat *status) {
    BEGIN("fstat", descriptor, NULL, -1);
    return NEXT(fstat)(descriptor, status);
}

int stat(const char *path, struct stat *status) {
    BEGIN("stat", -1, path, -1);
    return NEXT(stat)(path, status);
}

int lstat(const char *path, struct stat *status) {
    BEGIN("lstat", -1, path, -1);
    return NEXT(lstat)(path, status);
}

/* What programs built against an older C library call for fstat. */
int __fxstat(int version, int descriptor, struct stat *status);
int __fxstat(int version, int descriptor, struct stat *status) {
    (void)version;
    return fstat(descriptor, status);
}

int mkdir(const char *path, mode_t mode) {
    BEGIN("mkdir", -1, path, -1);
    return device_covers(path) ? device_mkdir(path, mode) : NEXT(mkdir)(path, mode);
}

int rename(const char *from, const char *to) {
    BEGIN("rename", -1, to, -1);
    return device_covers(to) ? device_rename(from, to) : NEXT(rename)(from, to);
}

int unlink(const char *path) {
    BEGIN("unlink", -1, path, -1);
    return device_covers(path) ? device_unlink(path) : NEXT(unlink)(path);
}

int link(const char *from, const char *to) {
    BEGIN("link", -1, to, -1);
    return NEXT(link)(from, to);
}

int flock(int descriptor, int operation) {
    BEGIN("flock", descriptor, NULL, -1);
    return NEXT(flock)(descriptor, operation);
}

int fcntl(int descriptor, int command, ...) {
    va_list list;
    va_start(list, command);
    void *argument = va_arg(list, void *);
    va_end(list);
    if (command == F_SETLK || command == F_SETLKW || command == F_GETLK ||
        command == F_OFD_SETLK || command == F_OFD_SETLKW)
        BEGIN("fcntl", descriptor, NULL, -1);
    return NEXT(fcntl)(descriptor, command, argument);
}
ALSO(int, fcntl64, fcntl, int, int, ...);

int pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
    int error = calls_begin("pthread_create", -1, "");
    return error ? error : NEXT(pthread_create)(thread, attributes, body, argument);
}
