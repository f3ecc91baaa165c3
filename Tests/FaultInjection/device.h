/* What the parts of the simulated device share; see fault.h. */
#ifndef DEVICE_H
#define DEVICE_H

#include "fault.h"

/* Faults planted in the device itself, to see that the tests notice. */
enum device_plant {
    PLANT_NONE,
    /* A sync is answered and does nothing, so what a program acknowledges is not there. */
    PLANT_UNSYNCED,
    /* A sector that was synced is as it was before. */
    PLANT_FORGOTTEN,
};

enum device_step { STEP_GO, STEP_FAIL, STEP_CUT };

/* Held by whoever touches the device. */
void device_lock(void);
void device_unlock(void);
/* The directory that it lies under; NULL where there is no device. */
const char *device_root(void);
enum device_plant device_planted(void);
/* A number below `bound` that follows from the seed and the calls so far. */
uint64_t device_random(uint64_t bound);
/* What happens in this call; the power fails only where something is written. */
enum device_step device_step(int writes);
/* The power fails: what is on the device is decided, and the process is gone. */
__attribute__((noreturn)) void device_cut(void);

/* Says what happens to FAULT_TRACE, as printf does. */
__attribute__((format(printf, 1, 2))) void device_tell(const char *format, ...);

/* device.c: what is left of the files' contents. */
void sectors_cut(void);
/* names.c: what is left of the directories. */
void names_cut(void);
void names_synced(const char *folder);
void names_created(const char *path);

#endif
