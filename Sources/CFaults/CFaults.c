/* The registers of a signal's context. */
#define _GNU_SOURCE
#include "CFaults.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <ucontext.h>
#include <unistd.h>

/* EX_IOERR of sysexits.h, which the command line uses throughout. */
enum { STATUS_INPUT_OUTPUT = 74 };

static const char *program_name;
static volatile sig_atomic_t reads_without_slot;

/* Only calls that a signal handler may make (signal-safety(7)) are made below. */

static void say(const char *text) {
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t count = write(2, text, length);
        if (count <= 0) return;
        text += count;
        length -= (size_t)count;
    }
}

static int digit(char character) {
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    return -1;
}

static const char *number(const char *text, uintptr_t *value) {
    *value = 0;
    while (digit(*text) >= 0) *value = *value << 4 | (uintptr_t)digit(*text++);
    return text;
}

/* Whether a line of /proc/self/maps, "from-to perms offset device node path", holds an address. */
static const char *path_in_line(const char *line, uintptr_t address) {
    uintptr_t from, to;
    const char *rest = number(line, &from);
    if (*rest != '-') return NULL;
    rest = number(rest + 1, &to);
    if (address < from || address >= to) return NULL;
    const char *path = strchr(rest, '/');
    return path ? path : "";
}

/* The file mapped at an address, in `line`; NULL where none is, or it cannot be told. */
static const char *mapped_file(uintptr_t address, char *line, size_t size) {
    int descriptor = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return NULL;
    char buffer[1024];
    size_t length = 0;
    const char *found = NULL;
    ssize_t count;
    while (!found && (count = read(descriptor, buffer, sizeof buffer)) > 0) {
        for (ssize_t at = 0; at < count && !found; at++) {
            if (buffer[at] != '\n') {
                if (length + 1 < size) line[length++] = buffer[at];
                continue;
            }
            line[length] = 0;
            length = 0;
            found = path_in_line(line, address);
        }
    }
    close(descriptor);
    return found;
}

static bool is_store(const char *path) {
    size_t length = path ? strlen(path) : 0;
    return length >= 4 && memcmp(path + length - 4, ".mdb", 4) == 0;
}

/* Where the thread was when the signal came; 0 where that is not known. */
static uintptr_t place(const void *context) {
#if defined(__x86_64__)
    return (uintptr_t)((const ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (uintptr_t)((const ucontext_t *)context)->uc_mcontext.pc;
#else
    (void)context;
    return 0;
#endif
}

static void end(const char *what, const char *path, const char *advice) {
    say(program_name);
    say(": ");
    say(what);
    if (path && *path) {
        say(" ");
        say(path);
    }
    say(": ");
    say(advice);
    say("\n");
    _exit(STATUS_INPUT_OUTPUT);
}

/* Set by the first thread that faults: others that fault meanwhile wait for it to end the process. */
static volatile char is_handling;

static void handle(int number, siginfo_t *information, void *context) {
    while (__atomic_test_and_set(&is_handling, __ATOMIC_ACQ_REL)) pause();
    char line[4352];
    const char *path = mapped_file((uintptr_t)information->si_addr, line, sizeof line);
    if (number == SIGBUS)
        end("a page could not be read of", path ? path : "a mapped file",
            "it was cut while it was open, or the device failed. What was printed is not the "
            "whole answer. Check the device, then run `npsledger verify`.");
    if (reads_without_slot)
        end("what was being read was written over, or is damaged", NULL,
            "no reader's slot could be taken, because lock.mdb may not be written. Ask again, or "
            "ask a copy; where it stays so, run `npsledger verify` on the copy.");
    if (is_store(path))
        end("a page lies outside", path,
            "the file is damaged. Run `npsledger verify`, and restore a backup.");
    /* LMDB follows what stands in a page wherever that leads. */
    path = mapped_file(place(context), line, sizeof line);
    if (path && strstr(path, "liblmdb"))
        end("the store met a page that leads nowhere", NULL,
            "a file of the ledger is damaged. Run `npsledger verify`, which says which, and restore a "
            "backup.");
    say(program_name);
    say(": this is a fault of the program. What was acknowledged is kept. Where a file may be damaged, "
        "run `npsledger verify`, which trusts none.\n");
    /* It ends as such: the signal waits until this handler has returned. */
    signal(number, SIG_DFL);
    raise(number);
}

/* What a crash leaves behind holds keys and texts: a file of the whole memory, or the registers that
   Swift's runtime prints. Who debugs asks for it by SWIFT_BACKTRACE, and gets both. */
static void leave_nothing_behind(void) {
    if (getenv("SWIFT_BACKTRACE")) return;
    prctl(PR_SET_DUMPABLE, 0);
    const int signals[] = {SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGQUIT};
    for (size_t index = 0; index < sizeof signals / sizeof *signals; index++)
        signal(signals[index], SIG_DFL);
}

void cfaults_install(const char *program) {
    program_name = program;
    leave_nothing_behind();
    /* A write beyond the limit of a file's size fails, as one on a full disk does, and is told. */
    signal(SIGXFSZ, SIG_IGN);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO;
    /* A fault in the handler itself ends the process: the kernel does not let a blocked one wait. */
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGBUS);
    sigaddset(&action.sa_mask, SIGSEGV);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGSEGV, &action, NULL);
}

void cfaults_reads_without_slot(void) { reads_without_slot = 1; }

void cfaults_contradiction(const char *message) {
    if (!program_name) return;
    say(program_name);
    say(": a file of the store contradicts itself (");
    say(message ? message : "no more is known");
    if (reads_without_slot)
        say("), for it was written over while it was read without a reader's slot. Ask again, or "
            "ask a copy.\n");
    else
        say("), or lock.mdb was taken away while it was read. Run `npsledger verify`: where it finds "
            "damage, restore a backup; where it does not, ask again.\n");
    _exit(STATUS_INPUT_OUTPUT);
}
