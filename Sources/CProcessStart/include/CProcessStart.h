#ifndef C_PROCESS_START_H
#define C_PROCESS_START_H

/// What this process was started with: the arguments as the system put them on its stack, the
/// program's own name first, with a null pointer behind the last.
///
/// They need no /proc, and nothing that a preloaded library does to the environment moves them.
/// Null where the C library told no constructor of them, which glibc always does.
char *const *process_start_arguments(void);

/// How many there are; 0 where there are none to be had.
int process_start_argument_count(void);

/// When it was started, in microseconds since 1970 by the wall clock; 0 where there is none.
long long process_start_microseconds(void);

/// Makes descriptors 0, 1 and 2 valid: see `start.c`. It has run before `main`; a second call
/// finds nothing to do.
///
/// Returns 0, or -1 where one of them is closed and nothing could be opened in its place.
int process_start_fill_standard_descriptors(void);

#endif
