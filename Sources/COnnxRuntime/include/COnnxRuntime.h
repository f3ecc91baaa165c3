#ifndef C_ONNX_RUNTIME_H
#define C_ONNX_RUNTIME_H

/* The few calls of onnxruntime's C interface that an encoder needs, found at run time: the
   runtime is optional, so nothing here links to it. */

#endif
