import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct KernelsTests {
  @Test func `the best variant of the processor is in use`() {
    #expect(Kernels.current == availableInstructionSets.last)
    #expect(Kernels.instructionSet == Kernels.current.rawValue)
  }

  @Test func `the scalar variant runs everywhere`() {
    #expect(Kernels.InstructionSet.scalar.isAvailable)
  }

  @Test func `a forced variant holds for the closure and nests`() {
    let best = Kernels.current
    for outer in availableInstructionSets {
      for inner in availableInstructionSets {
        Kernels.using(outer) {
          #expect(Kernels.current == outer)
          Kernels.using(inner) { #expect(Kernels.current == inner) }
          #expect(Kernels.current == outer)
        }
      }
    }
    #expect(Kernels.current == best)
  }

  @Test func `a forced variant holds for its thread alone`() async {
    let best = Kernels.current
    await withCheckedContinuation { continuation in
      Kernels.using(.scalar) {
        let thread = Thread {
          #expect(Kernels.current == best)
          continuation.resume()
        }
        thread.start()
      }
    }
  }

  @Test func `the names are those of provenance`() {
    #expect(Kernels.InstructionSet.allCases.map(\.rawValue) == ["scalar", "AVX2", "AVX-512"])
  }

  @Test func `the floating-point mode is restored`() {
    let earlier = fegetround()
    defer {
      fesetround(earlier)
      Kernels.setFloatingPointMode()
    }
    fesetround(FE_UPWARD)
    #expect(!Kernels.hasFloatingPointMode)
    Kernels.setFloatingPointMode()
    #expect(Kernels.hasFloatingPointMode)
    #expect(fegetround() == FE_TONEAREST)
  }

  @Test func `denormals survive`() {
    Kernels.setFloatingPointMode()
    let tensor = Tensor(rows: 1, columns: 1, elements: [.leastNormalMagnitude])
    scale(tensor.matrix, by: 0.25)
    #expect(tensor[0] == .leastNormalMagnitude / 4)
    #expect(tensor[0].isSubnormal)
  }
}
