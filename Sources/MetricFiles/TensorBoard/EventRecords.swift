/// The records of a TFRecord file, one after the other, with their checksums compared.
///
/// A record is its length as 64 bits, a checksum of them, the bytes, and a checksum of these; all numbers have the lowest
/// byte first.
///
/// Source: https://www.tensorflow.org/tutorials/load_data/tfrecord ("TFRecords format details").
package struct EventRecords {
  let bytes: [UInt8]
  /// The file, as messages show it.
  let file: String
  /// The byte at which the next record begins.
  package private(set) var position = 0

  package init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// The content of the next record; nil at the end of the file.
  ///
  /// - Throws: The record is cut off, or a checksum differs.
  package mutating func next() throws(MetricFileError) -> ArraySlice<UInt8>? {
    guard position < bytes.count else { return nil }
    let start = position
    let head = 12
    let tail = 4
    guard bytes.count - start >= head else { throw cutOff(start) }
    let length = littleEndian(bytes[start..<start + 8])
    guard
      littleEndian(bytes[start + 8..<start + head]) == maskedChecksum(of: bytes[start..<start + 8])
    else { throw error(start, "the checksum of the record's length differs; the file is damaged") }
    guard length <= UInt64(bytes.count - start - head),
      Int(length) + tail <= bytes.count - start - head
    else { throw cutOff(start) }
    let content = bytes[start + head..<start + head + Int(length)]
    let end = content.endIndex + tail
    guard littleEndian(bytes[content.endIndex..<end]) == maskedChecksum(of: content) else {
      throw error(start, "the checksum of the record differs; the file is damaged")
    }
    position = end
    return content
  }

  private func cutOff(_ byte: Int) -> MetricFileError {
    error(byte, "the last record is cut off; the trainer was stopped while it wrote")
  }

  private func error(_ byte: Int, _ problem: String) -> MetricFileError {
    MetricFileError(file, at: .byte(byte), problem)
  }

  private func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
