#define _GNU_SOURCE
#include "CExternalProgram.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <time.h>
#include <unistd.h>

static void close_all(int files[6]) {
    for (int index = 0; index < 6; index++) {
        if (files[index] >= 0) close(files[index]);
    }
}

// A file that stood at 0, 1 or 2 here would be overwritten by the one put there for the child.
static int above_standard(int file) {
    if (file > 2) return file;
    int copy = fcntl(file, F_DUPFD_CLOEXEC, 3);
    int error = errno;
    close(file);
    errno = error;
    return copy;
}

static int make_pipes(int files[6]) {
    for (int index = 0; index < 6; index++) files[index] = -1;
    for (int index = 0; index < 6; index += 2) {
        if (pipe2(&files[index], O_CLOEXEC) != 0) return errno;
        for (int end = index; end < index + 2; end++) {
            files[end] = above_standard(files[end]);
            if (files[end] < 0) return errno;
        }
    }
    return 0;
}

static int spawn(
    pid_t *process, const char *path, const char *directory, char *const arguments[],
    char *const environment[], const int files[6]) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return error;
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    // Signals that this process blocks or ignores are the child's to have as they are by default.
    error = posix_spawnattr_setsigmask(&attributes, &none);
    if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (error == 0) error = posix_spawnattr_setpgroup(&attributes, 0);
    if (error == 0) {
        error = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, files[0], 0);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, files[3], 1);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, files[5], 2);
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (error == 0) error = posix_spawn_file_actions_addchdir_np(&actions, directory);
    if (error == 0) {
        error = posix_spawn(process, path, &actions, &attributes, arguments, environment);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

// Where the end of children is ignored, as a parent may have left it, they vanish when they end: there
// would be nothing to wait for, and their number could be another's before it is signalled.
static void mind_children(void) {
    struct sigaction action;
    if (sigaction(SIGCHLD, NULL, &action) != 0) return;
    if (action.sa_handler != SIG_IGN && !(action.sa_flags & SA_NOCLDWAIT)) return;
    action.sa_handler = SIG_DFL;
    action.sa_flags &= ~SA_NOCLDWAIT;
    sigaction(SIGCHLD, &action, NULL);
}

int external_program_start(
    struct external_program *program, const char *path, const char *directory,
    char *const arguments[], char *const environment[]) {
    int files[6];
    mind_children();
    int error = make_pipes(files);
    const int ours[3] = {files[1], files[2], files[4]};
    for (int index = 0; error == 0 && index < 3; index++) {
        // The child's ends are other files: this leaves them blocking.
        if (fcntl(ours[index], F_SETFL, O_NONBLOCK) != 0) error = errno;
    }
    if (error == 0) {
        error = spawn(&program->process, path, directory, arguments, environment, files);
    }
    if (error != 0) {
        close_all(files);
        return error;
    }
    close(files[0]);
    close(files[3]);
    close(files[5]);
    program->input = files[1];
    program->output = files[2];
    program->errors = files[4];
    return 0;
}

ssize_t external_program_write(int file, const void *bytes, size_t count) {
    sigset_t pipes, pending, before;
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipes, &before);
    ssize_t written = write(file, bytes, count);
    int error = errno;
    if (written < 0 && error == EPIPE && !sigismember(&pending, SIGPIPE)) {
        const struct timespec now = {0, 0};
        while (sigtimedwait(&pipes, NULL, &now) < 0 && errno == EINTR) {
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return written;
}
