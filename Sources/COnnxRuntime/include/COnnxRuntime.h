#ifndef C_ONNX_RUNTIME_H
#define C_ONNX_RUNTIME_H

/* The few calls of onnxruntime's C interface that an encoder needs, found at run time: the
   runtime is optional, so nothing here links to it. */

#include <stddef.h>
#include <stdint.h>

/* How a call ended. */
typedef enum {
    ONNX_OK = 0,
    /* There is no such library. */
    ONNX_MISSING,
    /* It is not onnxruntime, or of another version. */
    ONNX_MISMATCH,
    /* The runtime refused or failed at what it was asked. */
    ONNX_FAILED,
} onnx_outcome;

/* Longest message, its end included; a longer one is cut off. */
enum { ONNX_MESSAGE_BYTES = 512 };

/* What went wrong, in one line; empty where nothing did. */
typedef struct {
    char text[ONNX_MESSAGE_BYTES];
} onnx_message;

/* A loaded library. It stays loaded as long as the process: its threads and exit handlers point
   into it. */
typedef struct onnx_runtime onnx_runtime;

/* A model made ready. Several threads may run it at the same time. */
typedef struct onnx_session onnx_session;

/* Loads the library at `path`, which must call itself `version`. */
onnx_outcome onnx_runtime_open(
    const char *path, const char *version, onnx_runtime **runtime, onnx_message *message);

/* Uses a library that is loaded already, by what its OrtGetApiBase gives. */
onnx_outcome onnx_runtime_attach(
    const void *api_base, const char *version, onnx_runtime **runtime, onnx_message *message);

/* Gives back what was opened; its sessions must be closed before. */
void onnx_runtime_close(onnx_runtime *runtime);

/* Makes a model ready from its file's bytes, which are not needed afterwards. One run takes
   `threads` threads, the caller's among them. The runtime must outlive the session. */
onnx_outcome onnx_session_open(
    onnx_runtime *runtime, const void *model, size_t model_bytes, int threads,
    onnx_session **session, onnx_message *message);

void onnx_session_close(onnx_session *session);

/* Runs a model with one input, a matrix of `rows` × `columns` integers, and one output of
   `rows` × `columns` × `width` numbers. A model of another shape is refused by the runtime, which
   never writes beyond them. */
onnx_outcome onnx_session_run(
    onnx_session *session, const char *input_name, const int64_t *input, const char *output_name,
    float *output, int64_t rows, int64_t columns, int64_t width, onnx_message *message);

#endif
