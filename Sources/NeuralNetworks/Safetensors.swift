import Foundation
import Tensors

/// A tensor as a safetensors file holds it.
public struct NamedTensor: Equatable, Sendable {
  /// The name of the tensor.
  public var name: String
  /// The extents; the elements are row after row.
  public var shape: [Int]
  /// The elements, in row-major order.
  public var elements: [Float]

  /// Creates a named tensor.
  public init(name: String, shape: [Int], elements: [Float]) {
    self.name = name
    self.shape = shape
    self.elements = elements
  }
}

/// The reason why bytes are not a safetensors file that this project can read.
public enum SafetensorsProblem: Error, Equatable, Sendable {
  case truncated(expectedBytes: Int, bytes: Int)
  case malformedHeader(String)
  case unsupportedType(tensor: String, type: String)
  case wrongExtent(tensor: String, bytes: Int, shape: [Int])
  case missing(tensor: String)
  case wrongShape(tensor: String, expected: [Int], found: [Int])
  case unexpected(tensor: String)
}

extension SafetensorsProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .truncated(let expected, let bytes):
      "the safetensors file or its data has \(bytes) bytes, expected \(expected)"
    case .malformedHeader(let reason): "the safetensors header is malformed: \(reason)"
    case .unsupportedType(let tensor, let type): "\(tensor) has type \(type), expected F32"
    case .wrongExtent(let tensor, let bytes, let shape):
      "\(tensor) has \(bytes) bytes, which does not fit the shape \(shape)"
    case .missing(let tensor): "there is no tensor named \(tensor)"
    case .wrongShape(let tensor, let expected, let found):
      "\(tensor) has the shape \(found), expected \(expected)"
    case .unexpected(let tensor): "the network has no parameter named \(tensor)"
    }
  }
}

/// Returns `tensors` as a safetensors file, in their order.
///
/// Eight bytes with the length of the header, little-endian; the header, JSON padded with spaces to a multiple
/// of 8; the elements, f32 little-endian. The bytes are a function of the arguments alone.
///
/// - Parameters:
///   - tensors: The tensors of the file.
///   - metadata: Texts for the header's `__metadata__`, which need no escaping.
/// - Returns: The bytes of the file.
///
/// Source: https://github.com/huggingface/safetensors (README, "Format").
public func safetensors(
  of tensors: [NamedTensor], metadata: [(key: String, text: String)] = []
) -> [UInt8] {
  var entries: [String] = []
  if !metadata.isEmpty {
    let texts = metadata.map { "\"\($0.key)\":\"\($0.text)\"" }.joined(separator: ",")
    entries.append("\"__metadata__\":{\(texts)}")
  }
  var offset = 0
  for tensor in tensors {
    precondition(
      tensor.elements.count == tensor.shape.reduce(1, *),
      "\(tensor.name): \(tensor.elements.count) elements of shape \(tensor.shape)")
    let end = offset + 4 * tensor.elements.count
    let shape = tensor.shape.map(String.init).joined(separator: ",")
    entries.append(
      "\"\(tensor.name)\":{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
    )
    offset = end
  }
  var header = Array("{\(entries.joined(separator: ","))}".utf8)
  while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(8 + header.count + offset)
  for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: header.count >> (8 * shift))) }
  bytes += header
  for tensor in tensors {
    for element in tensor.elements {
      let pattern = element.bitPattern
      bytes.append(UInt8(truncatingIfNeeded: pattern))
      bytes.append(UInt8(truncatingIfNeeded: pattern >> 8))
      bytes.append(UInt8(truncatingIfNeeded: pattern >> 16))
      bytes.append(UInt8(truncatingIfNeeded: pattern >> 24))
    }
  }
  return bytes
}

/// Returns the values of `parameters` by name, in the order of their declaration.
public func namedTensors(of parameters: ParameterSet) -> [NamedTensor] {
  parameters.slices.map { slice in
    NamedTensor(
      name: slice.name, shape: slice.shape, elements: parameters.values(of: slice).array)
  }
}

/// Returns the tensors of a safetensors file, in the order of their data.
///
/// The tensors' data lie one behind the other without a gap, as the format has it, so a file cannot make more elements
/// than it has bytes.
///
/// - Throws: ``SafetensorsProblem``, if the file is damaged or holds other types than f32.
public func tensors(ofSafetensors bytes: [UInt8]) throws(SafetensorsProblem) -> [NamedTensor] {
  guard bytes.count >= 8 else { throw .truncated(expectedBytes: 8, bytes: bytes.count) }
  var length: UInt64 = 0
  for index in (0..<8).reversed() { length = length << 8 | UInt64(bytes[index]) }
  guard length <= UInt64(bytes.count - 8) else {
    throw .truncated(
      expectedBytes: Int(clamping: length + min(8, .max - length)), bytes: bytes.count)
  }
  let dataStart = 8 + Int(length)
  let data = bytes[dataStart...]
  guard length <= mostHeaderBytes else {
    throw .malformedHeader("it has more than \(mostHeaderBytes) bytes")
  }
  var end = 0
  let tensors = try entries(ofHeader: bytes[8..<dataStart]).map {
    entry throws(SafetensorsProblem) in
    guard entry.type == "F32" else {
      throw .unsupportedType(tensor: entry.name, type: entry.type)
    }
    guard entry.start >= 0, entry.end >= entry.start, entry.end <= data.count else {
      throw .truncated(expectedBytes: entry.end, bytes: data.count)
    }
    guard entry.start == end else {
      throw .malformedHeader(
        "the data of \(entry.name) begin at \(entry.start), and those before it end at \(end)")
    }
    end = entry.end
    let count = (entry.end - entry.start) / 4
    guard (entry.end - entry.start).isMultiple(of: 4), elementCount(of: entry.shape) == count
    else {
      throw .wrongExtent(
        tensor: entry.name, bytes: entry.end - entry.start, shape: entry.shape)
    }
    let elements = (0..<count).map { index in
      let at = dataStart + entry.start + 4 * index
      return Float(
        bitPattern: UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
          | UInt32(bytes[at + 3]) << 24)
    }
    return NamedTensor(name: entry.name, shape: entry.shape, elements: elements)
  }
  guard end == data.count else {
    throw .malformedHeader("the tensors end at \(end), and the data at \(data.count)")
  }
  return tensors
}

/// The most bytes of a header; those of this project's networks have thousands.
private let mostHeaderBytes = 4 << 20

/// The header's entry of one tensor.
private struct HeaderEntry {
  var name: String
  var type: String
  var shape: [Int]
  var start: Int
  var end: Int
}

/// The product of the extents, or `nil` if it is not a number of elements.
private func elementCount(of shape: [Int]) -> Int? {
  var count = 1
  for extent in shape {
    let (product, overflows) = count.multipliedReportingOverflow(by: extent)
    guard extent >= 0 && !overflows else { return nil }
    count = product
  }
  return count
}

/// Reads the header; the entries are sorted by the place of their data.
private func entries(
  ofHeader header: ArraySlice<UInt8>
) throws(SafetensorsProblem) -> [HeaderEntry] {
  struct Entry: Decodable {
    var dtype: String
    var shape: [Int]
    var data_offsets: [Int]
  }
  /// A tensor, or the optional map of texts named `__metadata__`.
  enum Value: Decodable {
    case tensor(Entry)
    case metadata

    init(from decoder: any Decoder) throws {
      if decoder.codingPath.last?.stringValue == "__metadata__" {
        _ = try [String: String](from: decoder)
        self = .metadata
      } else {
        self = .tensor(try Entry(from: decoder))
      }
    }
  }
  let values: [String: Value]
  do {
    values = try JSONDecoder().decode([String: Value].self, from: Data(header))
  } catch {
    throw .malformedHeader("it is not JSON of the expected form")
  }
  var entries: [HeaderEntry] = []
  for (name, value) in values.sorted(by: { $0.key < $1.key }) {
    guard case .tensor(let entry) = value else { continue }
    guard entry.data_offsets.count == 2 else {
      throw .malformedHeader("\(name) has \(entry.data_offsets.count) data offsets")
    }
    entries.append(
      HeaderEntry(
        name: name, type: entry.dtype, shape: entry.shape, start: entry.data_offsets[0],
        end: entry.data_offsets[1]))
  }
  // A tensor without elements begins where the next one does.
  return entries.sorted { ($0.start, $0.end, $0.name) < ($1.start, $1.end, $1.name) }
}
