#include "DecodingKernels.h"
#include "ExactMath.h"
#include "Kernels.h"
#include "TransformerKernels.h"
