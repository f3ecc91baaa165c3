#define _GNU_SOURCE
#include "CProcessStart.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

static char *const *arguments = NULL;
static int argument_count = 0;
static long long started_microseconds = 0;

// A descriptor that is closed at the start is the next that `open` gives away: the data file of a
// store becomes standard output, and a table is printed over its first page. So each of the three is
// opened on something, the wrong way round: reading 0 and writing 1 or 2 goes on failing with EBADF,
// as it would have, and a program that cannot say its result still knows it.
static int fill(int descriptor) {
    if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) return 0;
    int opened = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    // A bare root (a container, a chroot) may have no /dev. What O_PATH opens can be neither read
    // nor written, and asks for no permission.
    if (opened < 0) opened = open("/", O_PATH | O_DIRECTORY);
    if (opened < 0) return -1;
    if (opened == descriptor) return 0;
    // Those below are filled, so this is another thread's work meanwhile.
    int status = dup2(opened, descriptor);
    close(opened);
    return status < 0 ? -1 : 0;
}

int process_start_fill_standard_descriptors(void) {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fill(descriptor) != 0) return -1;
    }
    return 0;
}

char *const *process_start_arguments(void) { return arguments; }

int process_start_argument_count(void) { return argument_count; }

long long process_start_microseconds(void) { return started_microseconds; }

// 101 is the first priority that is not the C library's own: nothing of this program has run yet.
// glibc hands the arguments to every constructor, as the x86-64 and AArch64 ABIs allow and musl and
// others do not.
__attribute__((constructor(101))) static void start(
    int count, char *const values[], char *const environment[]) {
    (void)environment;
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) == 0)
        started_microseconds = now.tv_sec * 1000000LL + now.tv_nsec / 1000;
#ifdef __GLIBC__
    arguments = values;
    argument_count = count;
#else
    (void)count;
    (void)values;
#endif
    // Nobody could be told, and to go on would put data at risk.
    if (process_start_fill_standard_descriptors() != 0) _exit(EX_IOERR);
}
