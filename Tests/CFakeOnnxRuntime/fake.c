#include "CFakeOnnxRuntime.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int calls, objects, failing = -1;
static char version[32];

/* Everything that is made is one of these; a tensor points to its data. */
typedef struct {
    void *data;
    int64_t shape[3];
    size_t dimensions;
    char message[64];
} object;

static object *make(void) {
    objects++;
    return calloc(1, sizeof(object));
}

static void release(void *made) {
    objects--;
    free(made);
}

/* A status if it is this call's turn to fail. */
static void *ended(void) {
    int number = calls++;
    if (number != failing) return NULL;
    object *status = make();
    snprintf(status->message, sizeof status->message, "call %d\nfails", number);
    return status;
}

static const char *message_of(const void *status) { return ((const object *)status)->message; }

static void *create(void **made) {
    void *status = ended();
    if (!status) *made = make();
    return status;
}

static void *create_env(int level, const char *name, void **env) {
    (void)level, (void)name;
    return create(env);
}

static void *create_session(
    void *env, const void *model, size_t bytes, const void *options, void **session) {
    (void)env, (void)model, (void)bytes, (void)options;
    return create(session);
}

static void *set_plainly(void *options) {
    (void)options;
    return ended();
}

static void *set(void *options, int value) {
    (void)options, (void)value;
    return ended();
}

static void *create_memory_info(int allocator, int memory, void **info) {
    (void)allocator, (void)memory;
    return create(info);
}

static void *create_tensor(
    const void *info, void *data, size_t bytes, const int64_t *shape, size_t dimensions, int kind,
    void **value) {
    (void)info, (void)bytes, (void)kind;
    void *status = create(value);
    if (status) return status;
    object *tensor = *value;
    tensor->data = data;
    tensor->dimensions = dimensions;
    memcpy(tensor->shape, shape, dimensions * sizeof *shape);
    return NULL;
}

static void *run(
    void *session, const void *options, const char *const *input_names, const void *const *inputs,
    size_t input_count, const char *const *output_names, size_t output_count, void **outputs) {
    (void)session, (void)options, (void)input_names, (void)output_names;
    void *status = ended();
    if (status || input_count != 1 || output_count != 1) return status;
    const object *input = inputs[0], *output = outputs[0];
    const int64_t *from = input->data;
    float *to = output->data;
    int64_t width = output->shape[2];
    for (int64_t i = 0; i < input->shape[0] * input->shape[1]; i++)
        for (int64_t k = 0; k < width; k++) to[i * width + k] = (float)(from[i] + k);
    return NULL;
}

static const void *table[128];

static const void *get_api(uint32_t api_version) {
    if (api_version != 17) return NULL;
    table[2] = (void *)message_of;
    table[3] = (void *)create_env;
    table[8] = (void *)create_session;
    table[9] = (void *)run;
    table[10] = (void *)create;
    table[17] = (void *)set_plainly;
    table[23] = table[24] = table[25] = (void *)set;
    table[49] = (void *)create_tensor;
    table[69] = (void *)create_memory_info;
    for (int slot = 92; slot <= 96; slot++) table[slot] = (void *)release;
    table[100] = (void *)release;
    return table;
}

static const char *get_version(void) { return version; }

const void *fake_onnx_api_base(void) {
    static const struct {
        const void *(*get_api)(uint32_t);
        const char *(*get_version)(void);
    } base = {get_api, get_version};
    return &base;
}

void fake_onnx_reset(const char *name, int call) {
    calls = objects = 0;
    failing = call;
    snprintf(version, sizeof version, "%s", name);
}

int fake_onnx_calls(void) { return calls; }
int fake_onnx_objects(void) { return objects; }
