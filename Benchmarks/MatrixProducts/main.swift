// The speed of the exact kernels against OpenBLAS, and of the functions and networks made of them.
//
// The two rivals take turns, and medians are compared, so that a busy machine slows both.

import Foundation
import Tensors

/// Ends the program with a sentence.
func refuse(_ reason: String) -> Never {
  FileHandle.standardError.write(Data("MatrixProductsBenchmark: \(reason)\n".utf8))
  exit(1)
}

// A processor newer than the library takes its oldest kernels, unless others are asked for.
let pinned = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
if Kernels.current == .avx512 && !openBLASCoresWithAVX512.contains(OpenBLAS.core) {
  refuse("OpenBLAS uses its \(OpenBLAS.core) kernels on a processor with AVX-512; no fair rival.")
} else if Kernels.current != .avx512, let pinned {
  refuse(
    "OPENBLAS_CORETYPE is set to \(pinned); unset it, so that OpenBLAS uses its best kernels.")
}
OpenBLAS.useOneThread()
Kernels.setFloatingPointMode()

print("Exact kernels: \(Kernels.instructionSet), revision \(Kernels.revision)")
print("Rival: OpenBLAS \(OpenBLAS.version), \(OpenBLAS.core) kernels, 1 thread")
print()
printProducts()
print()
printFunctions()
print()
printNetworks()
