import Foundation
import NeuralNetworks
import Tensors
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  /// What `Goldens/make_safetensors.py` writes, in the order of the data.
  private let tensorsOfGolden = [
    NamedTensor(name: "policy.bias", shape: [1], elements: [1e30]),
    NamedTensor(
      name: "policy.weight", shape: [2, 3],
      elements: [1.5, -2.25, 0, Float(bitPattern: 0x0020_aac8), .infinity, -0.0]),
  ]

  private func golden() throws -> [UInt8] {
    let file = testFolder().appending(components: "Goldens", "safetensors.bin")
    return Array(try Data(contentsOf: file))
  }

  /// The problem that `body` throws.
  private func problem(
    _ body: () throws(SafetensorsProblem) -> Void
  ) -> SafetensorsProblem? {
    do throws(SafetensorsProblem) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  /// A file with the given header and data.
  private func file(_ header: String, data: Int) -> [UInt8] {
    [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  @Test func `a file by the Python package is read bit for bit`() throws {
    let found = try tensors(ofSafetensors: golden())
    #expect(found == tensorsOfGolden)
    #expect(found[1].elements[5].sign == .minus)
  }

  @Test func `the bytes are those of the format`() throws {
    let header =
      #"{"policy.bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
      + #""policy.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[4,28]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.count % 8) % 8)
    // The elements are where the Python package has them: the last 28 bytes.
    let expected =
      [UInt8(padded.count), 0, 0, 0, 0, 0, 0, 0] + Array(padded.utf8) + (try golden().suffix(28))
    #expect(safetensors(of: tensorsOfGolden) == expected)
  }

  @Test func `parameters come back as they were`() throws {
    let written = Fixture(hidden: [7, 5], capacity: 1)
    let read = try tensors(ofSafetensors: safetensors(of: namedTensors(of: written.parameters)))
    #expect(read.map(\.name) == written.parameters.slices.map(\.name))
    #expect(read.map(\.shape) == written.parameters.slices.map(\.shape))
    #expect(bits(read.flatMap(\.elements)) == bits(written.values))
  }

  @Test func `a damaged file is an error that says what is wrong`() {
    #expect(
      problem { () throws(SafetensorsProblem) in _ = try tensors(ofSafetensors: [1, 2, 3]) }
        == .truncated(expectedBytes: 8, bytes: 3))
    #expect(
      problem { () throws(SafetensorsProblem) in
        _ = try tensors(ofSafetensors: [200, 0, 0, 0, 0, 0, 0, 0, 1])
      } == .truncated(expectedBytes: 208, bytes: 9))
    #expect(
      problem { () throws(SafetensorsProblem) in
        _ = try tensors(ofSafetensors: [UInt8](repeating: 255, count: 20))
      } == .truncated(expectedBytes: Int.max, bytes: 20))
    #expect(
      problem { () throws(SafetensorsProblem) in _ = try tensors(ofSafetensors: file("{]", data: 0))
      }
        == .malformedHeader("it is not JSON of the expected form"))
    let whole = safetensors(of: tensorsOfGolden)
    #expect(
      problem { () throws(SafetensorsProblem) in
        _ = try tensors(ofSafetensors: Array(whole.dropLast()))
      } == .truncated(expectedBytes: 28, bytes: 27))
  }

  @Test(arguments: [
    (
      #"{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#,
      SafetensorsProblem.unsupportedType(tensor: "a", type: "F16")
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
      .wrongExtent(tensor: "a", bytes: 4, shape: [2])
    ),
    (
      #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
      .wrongExtent(tensor: "a", bytes: 4, shape: [-1])
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#,
      .wrongExtent(tensor: "a", bytes: 0, shape: [4_294_967_296, 4_294_967_296])
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#,
      .malformedHeader("a has 1 data offsets")
    ),
  ])
  func `a header that lies is an error`(header: String, expected: SafetensorsProblem) {
    let bytes = file(header, data: 4)
    #expect(
      problem { () throws(SafetensorsProblem) in _ = try tensors(ofSafetensors: bytes) } == expected
    )
  }

  @Test(arguments: [
    // Two tensors of the same bytes: with many, a small file would fill the memory.
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      "the data of b begin at 0, and those before it end at 4"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#,
      "the data of a begin at 4, and those before it end at 0"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#,
      "the tensors end at 0, and the data at 4"
    ),
    ("{}", "the tensors end at 0, and the data at 4"),
    (
      String(repeating: #"{"a":"#, count: 20) + "1" + String(repeating: "}", count: 20),
      "it is not JSON of the expected form"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1e400],"data_offsets":[0,4]}}"#,
      "it is not JSON of the expected form"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775808]}}"#,
      "it is not JSON of the expected form"
    ),
  ])
  func `data that overlap, leave gaps or are not told of are an error`(
    header: String, expected: String
  ) {
    let bytes = file(header, data: 4)
    #expect(
      problem { () throws(SafetensorsProblem) in _ = try tensors(ofSafetensors: bytes) }
        == .malformedHeader(expected))
  }

  @Test func `offsets at the ends of numbers are an error`() {
    for offsets in ["[-9223372036854775808,4]", "[0,9223372036854775807]", "[4,0]"] {
      let bytes = file(
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":\#(offsets)}}"#, data: 4)
      let problem = problem { () throws(SafetensorsProblem) in
        _ = try tensors(ofSafetensors: bytes)
      }
      guard case .truncated = problem else {
        Issue.record("\(offsets): \(String(describing: problem))")
        continue
      }
    }
  }

  @Test func `a header of any size is refused before it is read`() {
    let bytes =
      [0, 0, 80, 0, 0, 0, 0, 0] + [UInt8](repeating: UInt8(ascii: "["), count: 80 << 16)
    #expect(
      problem { () throws(SafetensorsProblem) in _ = try tensors(ofSafetensors: bytes) }
        == .malformedHeader("it has more than 4194304 bytes"))
  }
}
