/* A library that tests load in front of the C library into a real program (LD_PRELOAD).
 *
 * It has two modes, chosen by environment variables; without them it changes nothing:
 *
 *   device   FAULT_DEVICE=DIR lays a simulated disk under the files of a directory: what was not
 *            synced when the power fails is dropped, torn or reordered (device.c).
 *   nth call FAULT_CALL=N makes the N-th of the calls below fail once; 0 only counts (calls.c).
 *
 * FAULT_PROGRAM names the program that is meant; those that it is started through, and those that
 * it starts, are left alone.
 */
#ifndef FAULT_H
#define FAULT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/* The function of the library behind this one. */
#define NEXT(name)                                                                                 \
    ({                                                                                             \
        static __typeof__(&name) next;                                                             \
        if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                              \
        next;                                                                                      \
    })

/* Whether this process is the one that is meant. */
int fault_is_meant(void);
/* A number from the environment, or what stands in for it. */
uint64_t fault_number(const char *name, uint64_t otherwise);

/* Mode “nth call”: counts a call; the errno that it is to fail with, or 0. */
int calls_begin(const char *name, int descriptor, const char *path);

/* Mode “device”. A call on a file of the device goes through these, with the errors of the call
 * that it stands for; everything else goes to the system. */
enum device_file { DEVICE_NONE, DEVICE_FILE, DEVICE_FOLDER };
enum device_file device_has(int descriptor);
/* Before a file is opened: -1 with errno where that is to fail; else whether it is there. */
int device_opens(int folder, const char *path, int flags);
/* After it was. */
void device_opened(int descriptor, int flags, int was_there);
void device_closes(int descriptor);
ssize_t device_write(int descriptor, const struct iovec *parts, int count, off_t at);
ssize_t device_read(int descriptor, void *buffer, size_t count, off_t at);
int device_sync(int descriptor);
int device_truncate(int descriptor, off_t length);
/* Whether a call without a model of its own is to fail: -1 with errno, or 0. */
int device_allows(int descriptor);
/* Names: 0 done, -1 failed; they do what the calls do. */
int device_mkdir(const char *path, mode_t mode);
int device_rename(const char *from, const char *to);
int device_unlink(const char *path);
int device_covers(const char *path);

#endif
