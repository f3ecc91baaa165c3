#ifndef CFAULTS_H
#define CFAULTS_H

#include <stdbool.h>

/* How a program ends when a file that it has mapped fails under it: with a sentence on standard
   error and status 74, instead of a signal that says nothing.

   A page of a mapped file that cannot be read (the file was cut, the device failed) is a SIGBUS in
   whoever touches it. To be called once by a program, before it opens a ledger; libraries leave it
   to their programs. `program` must outlive the process. */
void cfaults_install(const char *program);

/* Says that files are read without a reader's slot from here on: a writer may put other bytes where
   a page is being read, and what follows from that is told as well. */
void cfaults_reads_without_slot(void);

/* LMDB found its pages contradictory. Ends the process where `cfaults_install` was called; else
   returns, and LMDB aborts. */
void cfaults_contradiction(const char *message);

#endif
