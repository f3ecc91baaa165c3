// The weights of the embedded default classifier, as one artefact in memory.
#ifndef NPS_CEMBEDDED_MODEL_H
#define NPS_CEMBEDDED_MODEL_H
#include <stddef.h>

// First byte of the artefact; it lives as long as the process.
const unsigned char *nps_embedded_model_bytes(void);

// Length of the artefact in bytes.
size_t nps_embedded_model_length(void);

#endif
