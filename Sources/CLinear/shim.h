// LIBLINEAR (liblinear-dev): trains the linear heads. No pkg-config file comes with it.
#ifndef NPS_CLINEAR_SHIM_H
#define NPS_CLINEAR_SHIM_H
#include <linear.h>
#endif
