#include "ExactMath.h"
#include "Kernels.h"
