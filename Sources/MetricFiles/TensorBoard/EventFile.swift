/// The bytes of an event file, which TensorBoard shows: scalars by tag and step.
///
/// Values are in single precision: TensorBoard's data server 0.7 shows no tensors of another. Times are 0: they would be those
/// of a clock, and the same numbers are to give the same file.
///
/// Source: as of ``ScalarEvent`` and ``EventRecords``.
package struct EventFile: Sendable {
  /// The file so far.
  package private(set) var bytes: [UInt8] = []

  /// Creates a file without scalars.
  package init() {
    var event = WireMessage()
    event.add(3, text: "brain.Event:2")
    append(event)
  }

  /// Adds what was measured at one step.
  ///
  /// - Parameters:
  ///   - values: The numbers by tag; NaN and the infinities are numbers, and what is too large for a Float is infinite.
  ///   - step: The step, at least that of what was added before.
  package mutating func append(_ values: [(tag: String, value: Double)], at step: Int) {
    guard !values.isEmpty else { return }
    var summary = WireMessage()
    for (tag, value) in values {
      var entry = WireMessage()
      entry.add(1, text: tag)
      entry.add(2, Float(value))
      summary.add(1, entry)
    }
    var event = WireMessage()
    event.add(2, varint: UInt64(bitPattern: Int64(step)))
    event.add(5, summary)
    append(event)
  }

  /// Adds a record: length, its checksum, content, its checksum.
  private mutating func append(_ event: WireMessage) {
    let length = Self.littleEndian(UInt64(event.bytes.count), count: 8)
    bytes += length
    bytes += Self.littleEndian(UInt64(maskedChecksum(of: length[...])), count: 4)
    bytes += event.bytes
    bytes += Self.littleEndian(UInt64(maskedChecksum(of: event.bytes[...])), count: 4)
  }

  fileprivate static func littleEndian(_ value: UInt64, count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }
}

/// A Protocol Buffers message that is being written, field by field.
///
/// Source: https://protobuf.dev/programming-guides/encoding/.
private struct WireMessage {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ number: UInt64, varint value: UInt64) {
    append(number << 3)
    append(value)
  }

  mutating func add(_ number: UInt64, text: String) { add(number, content: Array(text.utf8)) }

  mutating func add(_ number: UInt64, _ message: WireMessage) {
    add(number, content: message.bytes)
  }

  mutating func add(_ number: UInt64, _ value: Float) {
    append(number << 3 | 5)
    bytes += EventFile.littleEndian(UInt64(value.bitPattern), count: 4)
  }

  private mutating func add(_ number: UInt64, content: [UInt8]) {
    append(number << 3 | 2)
    append(UInt64(content.count))
    bytes += content
  }

  private mutating func append(_ varint: UInt64) {
    var rest = varint
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
