// The weights of the embedded default classifier, as one artefact in memory.
#ifndef NPS_CEMBEDDED_MODEL_H
#define NPS_CEMBEDDED_MODEL_H
#include <stddef.h>

// First byte of the artefact; it lives as long as the process.
const unsigned char *nps_embedded_model_bytes(void);

// Length of the artefact in bytes.
size_t nps_embedded_model_length(void);

// Which texts it has learnt from: the first 5 bytes of the digest of each text that a person
// wrote, in ascending order, each once.
const unsigned char *nps_embedded_texts_bytes(void);

// Length of the table in bytes.
size_t nps_embedded_texts_length(void);

// What trigrams say of the language of a text, as Tools/LanguageProfiles writes it.
const unsigned char *nps_embedded_languages_bytes(void);

// Length of that in bytes.
size_t nps_embedded_languages_length(void);

#endif
