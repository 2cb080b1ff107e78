public import Tensors

/// The variants of the kernels that this processor can run.
public let availableInstructionSets = Kernels.InstructionSet.allCases.filter(\.isAvailable)

/// The bits of `elements`; equal bits are what the kernels promise, and all NaN count as one.
public func bits(_ elements: [Float]) -> [UInt32] {
  elements.map { $0.isNaN ? 0x7fc0_0000 : $0.bitPattern }
}
