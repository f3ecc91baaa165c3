#ifndef CTHREADNAME_SHIM_H
#define CTHREADNAME_SHIM_H

#include <pthread.h>

/* glibc hides these behind _GNU_SOURCE, which a module cannot set for its importers. */
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int pthread_getname_np(pthread_t thread, char *name, size_t size);

/* Names the calling thread; at most 15 bytes, or nothing happens. */
static inline void cthreadname_set(const char *name) { pthread_setname_np(pthread_self(), name); }

/* Copies the calling thread's name. */
static inline void cthreadname_get(char *name, size_t size) {
    if (pthread_getname_np(pthread_self(), name, size) != 0) name[0] = 0;
}

#endif
