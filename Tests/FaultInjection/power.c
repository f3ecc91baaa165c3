/* Mode “device”: when calls fail, and when the power does. */
#include "device.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The status of a process that was killed: nothing of the program runs after it. */
enum { POWER_STATUS = 137, PERMILLE = 1000 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char root[4096];
static int is_on;
static uint64_t state, steps, cut_step, failing_permille;
static int cuts_at_exit;
static enum device_plant plant;

void device_lock(void) { pthread_mutex_lock(&mutex); }
void device_unlock(void) { pthread_mutex_unlock(&mutex); }
const char *device_root(void) { return is_on ? root : NULL; }
enum device_plant device_planted(void) { return plant; }

/* Where each call is told, for whoever looks into a failure; -1 for nowhere. */
static int trace = -1;

void device_tell(const char *format, ...) {
    if (trace < 0) return;
    int error = errno;
    char line[1024];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(line, sizeof line, format, list);
    va_end(list);
    (void)!NEXT(write)(trace, line, length < (int)sizeof line ? (size_t)length : sizeof line);
    errno = error;
}

/* SplitMix64, as the tests' own numbers. */
uint64_t device_random(uint64_t bound) {
    state += 0x9E3779B97F4A7C15u;
    uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    mixed ^= mixed >> 31;
    return bound ? (uint64_t)(((__uint128_t)mixed * bound) >> 64) : 0;
}

enum device_step device_step(int writes) {
    if (writes && ++steps == cut_step) return STEP_CUT;
    return device_random(PERMILLE) < failing_permille ? STEP_FAIL : STEP_GO;
}

void device_cut(void) {
    device_tell("the power fails\n");
    sectors_cut();
    names_cut();
    _exit(POWER_STATUS);
}

int device_allows(int descriptor) {
    if (!device_has(descriptor)) return 0;
    device_lock();
    static const int errors[] = {EIO, ENOMEM, ENOSPC, EINTR};
    int fails = device_step(0) == STEP_FAIL;
    int error = errors[device_random(4)];
    device_unlock();
    return fails ? (errno = error, -1) : 0;
}

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("FAULT_DEVICE");
    if (!fault_is_meant() || !folder || !realpath(folder, root)) return;
    state = fault_number("FAULT_SEED", 1);
    cut_step = fault_number("FAULT_CUT", 0);
    failing_permille = fault_number("FAULT_PERMILLE", 0);
    cuts_at_exit = fault_number("FAULT_CUT_AT_EXIT", 0) != 0;
    const char *wanted = getenv("FAULT_PLANT");
    if (wanted && strcmp(wanted, "unsynced") == 0) plant = PLANT_UNSYNCED;
    if (wanted && strcmp(wanted, "forgotten") == 0) plant = PLANT_FORGOTTEN;
    const char *told = getenv("FAULT_TRACE");
    if (told) {
        int low = NEXT(open)(told, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        trace = fcntl(low, F_DUPFD_CLOEXEC, 900);
        NEXT(close)(low);
        device_tell("== a start\n");
    }
    is_on = 1;
}

/* A process that ends by itself may be followed by a power cut as well. */
__attribute__((destructor)) static void end(void) {
    if (!is_on || !cuts_at_exit) return;
    device_lock();
    device_tell("the power fails after the end\n");
    sectors_cut();
    names_cut();
    is_on = 0;
    device_unlock();
}
