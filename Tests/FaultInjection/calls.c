/* Mode “nth call”: counts the calls of a program and fails one of them. */
#include "fault.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_ullong calls;
static uint64_t failing;
static int failing_with;
static int is_counting;
static int record = -1;

uint64_t fault_number(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

int fault_is_meant(void) {
    static int answer = -1;
    if (answer >= 0) return answer;
    const char *wanted = getenv("FAULT_PROGRAM");
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (!wanted || length < 0) return answer = 0;
    path[length] = 0;
    const char *name = strrchr(path, '/');
    return answer = strcmp(name ? name + 1 : path, wanted) == 0;
}

__attribute__((constructor)) static void begin(void) {
    if (!fault_is_meant() || !getenv("FAULT_CALL")) return;
    failing = fault_number("FAULT_CALL", 0);
    failing_with = (int)fault_number("FAULT_ERRNO", EIO);
    const char *path = getenv("FAULT_RECORD");
    if (path) {
        record = NEXT(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        /* Out of the way of programs that expect to be given the lowest descriptors. */
        int high = record < 0 ? -1 : fcntl(record, F_DUPFD_CLOEXEC, 900);
        if (high >= 0) close(record), record = high;
    }
    is_counting = 1;
}

/* Says which call it was: all of them while they are only counted, else the one that fails. */
static void say(uint64_t number, const char *name, int descriptor, const char *path) {
    char link[64], target[2048] = "", line[2304];
    if (!path && descriptor >= 0) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
        ssize_t length = readlink(link, target, sizeof target - 1);
        target[length > 0 ? length : 0] = 0;
    }
    int length = snprintf(
        line, sizeof line, "%llu %s %s\n", (unsigned long long)number, name, path ? path : target);
    if (length > 0) (void)!NEXT(write)(record, line, (size_t)length);
}

int calls_begin(const char *name, int descriptor, const char *path) {
    if (!is_counting || (descriptor >= 0 && descriptor == record)) return 0;
    uint64_t number = atomic_fetch_add(&calls, 1) + 1;
    if (failing != 0 && number != failing) return 0;
    int error = errno;
    if (record >= 0) say(number, name, descriptor, path);
    errno = error;
    if (failing == 0) return 0;
    /* The one error that the system gives where it cannot make a thread. */
    return strcmp(name, "pthread_create") == 0 ? EAGAIN : failing_with;
}
