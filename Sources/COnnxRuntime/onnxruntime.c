#include "COnnxRuntime.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The library exports one function. It gives two: the version, and a table of all others by
   number. The table is only ever appended to, so a number means the same in every version that
   knows it; these are known since the first. */
typedef struct {
    const void *(*get_api)(uint32_t api_version);
    const char *(*get_version)(void);
} api_base;

enum { API_VERSION = 17 };

enum {
    GET_ERROR_MESSAGE = 2,
    CREATE_ENV = 3,
    CREATE_SESSION_FROM_ARRAY = 8,
    RUN = 9,
    CREATE_SESSION_OPTIONS = 10,
    DISABLE_MEM_PATTERN = 17,
    SET_OPTIMIZATION_LEVEL = 23,
    SET_INTRA_OP_THREADS = 24,
    SET_INTER_OP_THREADS = 25,
    CREATE_TENSOR_WITH_DATA = 49,
    CREATE_CPU_MEMORY_INFO = 69,
    RELEASE_ENV = 92,
    RELEASE_STATUS = 93,
    RELEASE_MEMORY_INFO = 94,
    RELEASE_SESSION = 95,
    RELEASE_VALUE = 96,
    RELEASE_SESSION_OPTIONS = 100,
};

/* Values of the interface's enumerations. */
enum {
    LOG_FATAL_ONLY = 4, /* What fails is returned; the runtime need not print it as well. */
    OPTIMIZE_ALL = 99,
    ARENA_ALLOCATOR = 1,
    DEFAULT_MEMORY = 0,
    TENSOR_OF_FLOAT = 1,
    TENSOR_OF_INT64 = 7,
};

/* A call that can fail gives NULL, or a status to be asked for its message and released. */
typedef void *status;
typedef const char *(*get_error_message)(const void *);
typedef status (*create_env)(int level, const char *name, void **env);
typedef status (*create_session_from_array)(
    void *env, const void *model, size_t bytes, const void *options, void **session);
typedef status (*run)(
    void *session, const void *run_options, const char *const *input_names,
    const void *const *inputs, size_t input_count, const char *const *output_names,
    size_t output_count, void **outputs);
typedef status (*create_session_options)(void **options);
typedef status (*disable_mem_pattern)(void *options);
typedef status (*set_option)(void *options, int value);
typedef status (*create_tensor_with_data)(
    const void *memory_info, void *data, size_t bytes, const int64_t *shape, size_t dimensions,
    int kind, void **value);
typedef status (*create_cpu_memory_info)(int allocator, int memory, void **memory_info);
typedef void (*release)(void *);

/* A function of the table, as what it is. */
#define CALL(table, type, slot) ((type)(table)[slot])

struct onnx_runtime {
    void *const *api;
    void *env;
    void *memory_info;
};

struct onnx_session {
    const onnx_runtime *runtime;
    void *session;
};

static onnx_outcome tell(
    onnx_message *message, onnx_outcome outcome, const char *what, const char *why) {
    snprintf(message->text, sizeof message->text, "%s: %s", what, why ? why : "no reason given");
    /* The runtime's messages may have several lines. */
    for (char *c = message->text; *c; c++)
        if ((unsigned char)*c < ' ') *c = ' ';
    return outcome;
}

/* Ends a status: whether the call failed, and then what it said. */
static int failed(
    void *const *api, status ended, const char *what, onnx_outcome *outcome,
    onnx_message *message) {
    if (!ended) return 0;
    const char *why = CALL(api, get_error_message, GET_ERROR_MESSAGE)(ended);
    *outcome = tell(message, ONNX_FAILED, what, why);
    CALL(api, release, RELEASE_STATUS)(ended);
    return 1;
}

static void give_back(void *const *api, int slot, void *object) {
    if (object) CALL(api, release, slot)(object);
}

onnx_outcome onnx_runtime_open(
    const char *path, const char *version, onnx_runtime **runtime, onnx_message *message) {
    *runtime = NULL;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) return tell(message, ONNX_MISSING, "cannot be loaded", dlerror());
    const void *(*get_api_base)(void) = (const void *(*)(void))dlsym(library, "OrtGetApiBase");
    onnx_outcome outcome =
        get_api_base
            ? onnx_runtime_attach(get_api_base(), version, runtime, message)
            : tell(message, ONNX_MISMATCH, "is not onnxruntime", "it has no OrtGetApiBase");
    /* A library that is used stays; one of another version has not started anything yet. */
    if (outcome == ONNX_MISMATCH) dlclose(library);
    return outcome;
}

onnx_outcome onnx_runtime_attach(
    const void *api_base_given, const char *version, onnx_runtime **runtime,
    onnx_message *message) {
    *runtime = NULL;
    message->text[0] = 0;
    const api_base *base = api_base_given;
    if (!base) return tell(message, ONNX_MISMATCH, "is not onnxruntime", "it has no interface");
    /* Before anything of the table is called: another version is not trusted with it. */
    const char *found = base->get_version();
    if (!found || strcmp(found, version) != 0)
        return tell(message, ONNX_MISMATCH, "is onnxruntime of another version", found ? found : "unknown");
    void *const *api = base->get_api(API_VERSION);
    if (!api) return tell(message, ONNX_MISMATCH, "lacks the interface", "version 17 of it");

    onnx_runtime *made = calloc(1, sizeof *made);
    if (!made) return tell(message, ONNX_FAILED, "cannot be started", "no memory");
    made->api = api;
    onnx_outcome outcome = ONNX_OK;
    if (failed(
            api, CALL(api, create_env, CREATE_ENV)(LOG_FATAL_ONLY, "npsledger", &made->env),
            "cannot be started", &outcome, message) ||
        failed(
            api,
            CALL(api, create_cpu_memory_info, CREATE_CPU_MEMORY_INFO)(
                ARENA_ALLOCATOR, DEFAULT_MEMORY, &made->memory_info),
            "cannot describe memory", &outcome, message)) {
        onnx_runtime_close(made);
        return outcome;
    }
    *runtime = made;
    return ONNX_OK;
}

void onnx_runtime_close(onnx_runtime *runtime) {
    if (!runtime) return;
    give_back(runtime->api, RELEASE_MEMORY_INFO, runtime->memory_info);
    give_back(runtime->api, RELEASE_ENV, runtime->env);
    free(runtime);
}

onnx_outcome onnx_session_open(
    onnx_runtime *runtime, const void *model, size_t model_bytes, int threads,
    onnx_session **session, onnx_message *message) {
    *session = NULL;
    message->text[0] = 0;
    onnx_session *made = calloc(1, sizeof *made);
    if (!made) return tell(message, ONNX_FAILED, "cannot take a model", "no memory");
    made->runtime = runtime;
    void *const *api = runtime->api;
    void *options = NULL;
    onnx_outcome outcome = ONNX_OK;
    /* The runtime would keep a plan of its memory for every shape it ever saw. */
    if (failed(
            api, CALL(api, create_session_options, CREATE_SESSION_OPTIONS)(&options),
            "has no options", &outcome, message) ||
        failed(
            api, CALL(api, disable_mem_pattern, DISABLE_MEM_PATTERN)(options),
            "cannot do without memory plans", &outcome, message) ||
        failed(
            api, CALL(api, set_option, SET_OPTIMIZATION_LEVEL)(options, OPTIMIZE_ALL),
            "cannot optimise", &outcome, message) ||
        failed(
            api, CALL(api, set_option, SET_INTRA_OP_THREADS)(options, threads),
            "cannot set threads", &outcome, message) ||
        failed(
            api, CALL(api, set_option, SET_INTER_OP_THREADS)(options, 1), "cannot set threads",
            &outcome, message) ||
        failed(
            api,
            CALL(api, create_session_from_array, CREATE_SESSION_FROM_ARRAY)(
                runtime->env, model, model_bytes, options, &made->session),
            "cannot take the model", &outcome, message)) {
        onnx_session_close(made);
        made = NULL;
    }
    give_back(api, RELEASE_SESSION_OPTIONS, options);
    *session = made;
    return outcome;
}

void onnx_session_close(onnx_session *session) {
    if (!session) return;
    give_back(session->runtime->api, RELEASE_SESSION, session->session);
    free(session);
}

onnx_outcome onnx_session_run(
    onnx_session *session, const char *input_name, const int64_t *input, const char *output_name,
    float *output, int64_t rows, int64_t columns, int64_t width, onnx_message *message) {
    message->text[0] = 0;
    void *const *api = session->runtime->api;
    const void *memory_info = session->runtime->memory_info;
    const int64_t shape[3] = {rows, columns, width};
    const size_t count = (size_t)rows * (size_t)columns;
    void *input_value = NULL, *output_value = NULL;
    onnx_outcome outcome = ONNX_OK;
    create_tensor_with_data tensor = CALL(api, create_tensor_with_data, CREATE_TENSOR_WITH_DATA);
    /* The runtime writes into the caller's memory, and holds its size against the shape. Input
       is only read; the interface just does not say so. */
    if (!failed(
            api,
            tensor(
                memory_info, (void *)input, count * sizeof *input, shape, 2, TENSOR_OF_INT64,
                &input_value),
            "cannot take the input", &outcome, message) &&
        !failed(
            api,
            tensor(
                memory_info, output, count * (size_t)width * sizeof *output, shape, 3,
                TENSOR_OF_FLOAT, &output_value),
            "cannot take the output", &outcome, message)) {
        const void *inputs[1] = {input_value};
        failed(
            api,
            CALL(api, run, RUN)(
                session->session, NULL, &input_name, inputs, 1, &output_name, 1, &output_value),
            "cannot run the model", &outcome, message);
    }
    give_back(api, RELEASE_VALUE, input_value);
    give_back(api, RELEASE_VALUE, output_value);
    return outcome;
}
