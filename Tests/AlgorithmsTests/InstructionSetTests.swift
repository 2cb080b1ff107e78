import Algorithms
import Settings
import Tensors
import Testing

@Suite struct InstructionSetTests {
  @Test(arguments: algorithmNames)
  func `every instruction set that this processor has gives the same bits`(
    algorithm: String
  ) throws {
    let results = try Kernels.InstructionSet.allCases.filter(\.isAvailable).map {
      try Kernels.using($0) { try train(smallRun(algorithm)) }
    }
    #expect(results.count >= 2)
    #expect(results.allSatisfy { $0 == results[0] })
  }
}
