/* Preloaded, it makes Intel's MKL take its AVX-512 kernels on processors of other makers too, where it takes
   AVX2 by itself. PyTorch asks this function of MKL once. */
int mkl_serv_intel_cpu_true(void) { return 1; }
int mkl_serv_intel_cpu(void) { return 1; }
