#include "CEmbeddedModel.h"

// #embed is C23; clang offers it to earlier dialects as an extension. The model must travel inside
// the binary: a resource bundle would be lost when an executable is copied alone.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char model[] = {
#embed "embedded.npsmodel"
};

static const unsigned char texts[] = {
#embed "embedded.texts"
};

static const unsigned char languages[] = {
#embed "embedded.languages"
};

const unsigned char *nps_embedded_model_bytes(void) { return model; }

size_t nps_embedded_model_length(void) { return sizeof model; }

const unsigned char *nps_embedded_texts_bytes(void) { return texts; }

size_t nps_embedded_texts_length(void) { return sizeof texts; }

const unsigned char *nps_embedded_languages_bytes(void) { return languages; }

size_t nps_embedded_languages_length(void) { return sizeof languages; }
