#ifndef C_FAKE_ONNX_RUNTIME_H
#define C_FAKE_ONNX_RUNTIME_H

/* A runtime for tests: it counts what it was asked and what was given back, and fails on demand.
   Its model adds a third dimension to the input: output[row][column][k] = input + k.
   One test at a time may use it. */

/* What OrtGetApiBase of a real one gives. */
const void *fake_onnx_api_base(void);

/* Forgets what was counted. From then on the call numbered `call` from 0 fails; none for -1. */
void fake_onnx_reset(const char *version, int call);

/* Calls that could have failed, since the reset. */
int fake_onnx_calls(void);

/* Objects that were made and not given back. */
int fake_onnx_objects(void);

#endif
