/// The scalars of one record of an event file.
///
/// Source: `tensorboard/compat/proto/event.proto`, `summary.proto`, `tensor.proto` and `tensor_shape.proto` of
/// TensorBoard 2.21, whose field numbers stand here.
package struct ScalarEvent {
  /// The trainer's step.
  package var step: Int64 = 0
  /// The values that are logged, by tag; NaN is a number.
  package var values: [(tag: String, cell: MetricHistoryBuilder.Cell)] = []

  /// Reads an `Event`.
  package init(_ message: ArraySlice<UInt8>) throws(WireFields.Fault) {
    var fields = WireFields(message)
    while let field = try fields.next() {
      switch (field.number, field.value) {
      case (2, .varint(let step)): self.step = Int64(bitPattern: step)
      case (5, .bytes(let summary)): try readSummary(summary)
      default: break
      }
    }
  }

  private mutating func readSummary(_ message: ArraySlice<UInt8>) throws(WireFields.Fault) {
    var fields = WireFields(message)
    while let field = try fields.next() {
      guard case (1, .bytes(let value)) = (field.number, field.value) else { continue }
      if let value = try Self.value(value) { values.append(value) }
    }
  }

  /// Reads a `Summary.Value`; nil for images, histograms and the like.
  private static func value(
    _ message: ArraySlice<UInt8>
  ) throws(WireFields.Fault) -> (tag: String, cell: MetricHistoryBuilder.Cell)? {
    var tag = ""
    var cell: MetricHistoryBuilder.Cell?
    var fields = WireFields(message)
    while let field = try fields.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let name)):
        guard let text = String(validating: name, as: UTF8.self) else {
          throw WireFields.Fault(byte: name.startIndex, problem: "a tag is not UTF-8")
        }
        tag = text
      case (2, .fixed32(let bits)): cell = .number(Double(Float(bitPattern: bits)))
      case (8, .bytes(let tensor)): cell = try Self.tensor(tensor)
      default: break
      }
    }
    guard let cell else { return nil }
    return (tag, cell)
  }

  /// Reads a `TensorProto`: a number if it has one element of a numeric type.
  private static func tensor(
    _ message: ArraySlice<UInt8>
  ) throws(WireFields.Fault) -> MetricHistoryBuilder.Cell {
    var type: UInt64 = 0
    var content: ArraySlice<UInt8> = []
    var numbers: [Double] = []
    var fields = WireFields(message)
    while let field = try fields.next() {
      switch (field.number, field.value) {
      case (1, .varint(let value)): type = value
      case (4, .bytes(let value)): content = value
      case (5, .fixed32(let bits)): numbers.append(Double(Float(bitPattern: bits)))
      case (5, .bytes(let packed)):
        numbers += try WireFields.packed(packed) { (fields) throws(WireFields.Fault) in
          Double(Float(bitPattern: UInt32(truncatingIfNeeded: try fields.fixed(4))))
        }
      case (6, .fixed64(let bits)): numbers.append(Double(bitPattern: bits))
      case (6, .bytes(let packed)):
        numbers += try WireFields.packed(packed) { (fields) throws(WireFields.Fault) in
          Double(bitPattern: try fields.fixed(8))
        }
      case (7, .varint(let value)), (10, .varint(let value)):
        numbers.append(Double(Int64(bitPattern: value)))
      case (7, .bytes(let packed)), (10, .bytes(let packed)):
        numbers += try WireFields.packed(packed) { (fields) throws(WireFields.Fault) in
          Double(Int64(bitPattern: try fields.varint()))
        }
      default: break
      }
    }
    if numbers.isEmpty, let number = element(content, type) { numbers = [number] }
    guard numbers.count == 1, elementBytes[type] != nil else {
      return .stranger("no single number")
    }
    return .number(numbers[0])
  }

  /// The sizes of an element of the types that are numbers: DT_FLOAT, DT_DOUBLE, DT_INT32, DT_INT64.
  private static let elementBytes: [UInt64: Int] = [1: 4, 2: 8, 3: 4, 9: 8]

  /// The one element of `tensor_content`; nil if there are none or several.
  private static func element(_ content: ArraySlice<UInt8>, _ type: UInt64) -> Double? {
    guard let size = elementBytes[type], content.count == size else { return nil }
    let bits = content.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch type {
    case 1: return Double(Float(bitPattern: UInt32(bits)))
    case 2: return Double(bitPattern: bits)
    case 3: return Double(Int32(bitPattern: UInt32(bits)))
    default: return Double(Int64(bitPattern: bits))
    }
  }
}
