import Foundation
import ResultStore
import Testing

/// Traces beside the records: they come back as they were or not at all.
@Suite struct ExecutionTraceTests {
  let folder: TemporaryFolder
  let store: ResultStore
  private let key = Fixture.preimage().key
  private let digest = Fixture.record.digest.all

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url.appending(path: "store"))
  }

  private static let trace = ExecutionTrace(
    tensors: ["policy.weight", "policy.bias"], steps: [64, 1 << 40],
    digests: [0, 1, .max, 0xDEAD_BEEF])

  private func keep(_ bytes: [UInt8]) throws {
    try folder.write(bytes, to: "trace")
    try store.keepTrace(
      at: folder.url.appending(path: "trace").path, of: key, record: digest)
  }

  @Test(arguments: [
    trace, ExecutionTrace(tensors: [], steps: [1, 2, 3], digests: []),
    ExecutionTrace(tensors: [], steps: [], digests: []),
  ])
  func `a trace comes back as it was`(trace: ExecutionTrace) throws {
    #expect(try store.trace(of: key, record: digest) == nil)
    try keep(trace.bytes(of: key, record: digest))
    #expect(try store.trace(of: key, record: digest) == trace)
    #expect(try store.trace(of: key, record: String(repeating: "0", count: 64)) == nil)
    #expect(try store.keys().isEmpty)
  }

  @Test func `a trace that is not as it was written, or of another execution, is none`() throws {
    let bytes = Self.trace.bytes(of: key, record: digest)
    for index in bytes.indices {
      var altered = bytes
      altered[index] ^= 4
      try keep(altered)
      #expect(try store.trace(of: key, record: digest) == nil, "byte \(index)")
    }
    for count in stride(from: 0, to: bytes.count, by: 7) {
      try keep(Array(bytes.prefix(count)))
      #expect(try store.trace(of: key, record: digest) == nil, "\(count) bytes")
    }
    try keep(Self.trace.bytes(of: Fixture.preimage(seed: 4).key, record: digest))
    #expect(try store.trace(of: key, record: digest) == nil)
  }

  @Test func `the first tensor that differs is told at each update, where both have the same`() {
    var digests: [UInt32] = [0, 1, .max, 0xDEAD_BEEF]
    digests[3] = 5
    let other = ExecutionTrace(
      tensors: Self.trace.tensors, steps: Self.trace.steps, digests: digests)
    #expect(Self.trace.firstTensor(differingFrom: other, atUpdate: 1) == nil)
    #expect(Self.trace.firstTensor(differingFrom: other, atUpdate: 2) == "policy.bias")
    #expect(Self.trace.firstTensor(differingFrom: other, atUpdate: 3) == nil)
  }
}
