import Algorithms
import Settings
import Tensors
import TestSupport
import Testing

@Suite struct InstructionSetTests {
  @Test(arguments: algorithmNames)
  func `every instruction set that this processor has gives the same bits`(
    algorithm: String
  ) throws {
    let results = try availableInstructionSets.map {
      try Kernels.using($0) { try train(smallRun(algorithm)) }
    }
    #expect(results.count >= 2)
    #expect(results.allSatisfy { $0 == results[0] })
  }
}
