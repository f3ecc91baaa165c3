#ifndef C_EXTERNAL_PROGRAM_H
#define C_EXTERNAL_PROGRAM_H

#include <stddef.h>
#include <sys/types.h>

/// A child process and this side's ends of its three pipes, none of which blocks.
struct external_program {
    pid_t process;
    int input;
    int output;
    int errors;
};

/// Starts a program without a shell, in a directory and in a process group of its own, with exactly
/// the environment given and with no other file of this process open.
///
/// Returns 0, or the error number of what failed.
int external_program_start(
    struct external_program *program, const char *path, const char *directory,
    char *const arguments[], char *const environment[]);

/// Writes without ever raising SIGPIPE: the rest of this process may want that signal.
ssize_t external_program_write(int file, const void *bytes, size_t count);

#endif
