/// The fields of a Protocol Buffers message, one after the other.
///
/// Four messages with a dozen fields are read, so a reader of the wire format is smaller than generated code, and strict:
/// what is cut off or has an unknown form is an error.
///
/// Source: https://protobuf.dev/programming-guides/encoding/.
package struct WireFields {
  /// The value of a field, by its form on the wire.
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(ArraySlice<UInt8>)
  }

  /// A message that is none, with the byte at which it fails.
  package struct Fault: Error {
    package var byte: Int
    package var problem: String
  }

  private var rest: ArraySlice<UInt8>

  init(_ message: ArraySlice<UInt8>) { rest = message }

  /// The next field; nil at the end of the message.
  mutating func next() throws(Fault) -> (number: UInt64, value: Value)? {
    guard !rest.isEmpty else { return nil }
    let start = rest.startIndex
    let key = try varint()
    guard key >> 3 > 0 else { throw Fault(byte: start, problem: "a field has the number 0") }
    switch key & 7 {
    case 0: return (key >> 3, .varint(try varint()))
    case 1: return (key >> 3, .fixed64(try fixed(8)))
    case 2:
      let length = try varint()
      guard length <= UInt64(rest.count) else {
        throw Fault(byte: start, problem: "a field is longer than its message")
      }
      return (key >> 3, .bytes(take(Int(length))))
    case 5: return (key >> 3, .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    default: throw Fault(byte: start, problem: "a field has the unknown form \(key & 7)")
    }
  }

  /// The numbers of a packed field.
  static func packed<Number>(
    _ bytes: ArraySlice<UInt8>, _ read: (inout WireFields) throws(Fault) -> Number
  ) throws(Fault) -> [Number] {
    var fields = WireFields(bytes)
    var numbers: [Number] = []
    while !fields.rest.isEmpty { numbers.append(try read(&fields)) }
    return numbers
  }

  mutating func varint() throws(Fault) -> UInt64 {
    let start = rest.startIndex
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = rest.popFirst() else { break }
      // The tenth byte holds one bit.
      if shift == 63, byte > 1 { break }
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw Fault(byte: start, problem: "a number is cut off or has more than 64 bits")
  }

  mutating func fixed(_ count: Int) throws(Fault) -> UInt64 {
    guard rest.count >= count else {
      throw Fault(byte: rest.startIndex, problem: "a number is cut off")
    }
    return take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    let taken = rest.prefix(count)
    rest = rest.dropFirst(count)
    return taken
  }
}
