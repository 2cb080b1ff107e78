internal import CanonicalJSON

/// Reads comma-separated values: a line of names, then a line for each row.
///
/// An empty field is no number, which is how Lightning's `CSVLogger` writes rows that hold some of the keys. NaN and
/// infinities may be written as Python and C do. Spaces around a field without quotes are passed over, and so is a column
/// without a name, as pandas writes its index.
///
/// Source: RFC 4180.
package func readCommaSeparated(
  _ bytes: [UInt8], file: String, _ reading: MetricReading = MetricReading()
) throws(MetricFileError) -> MetricHistory {
  var fields = CommaSeparatedFields(bytes: bytes, file: file)
  guard let header = try fields.record() else { throw MetricFileError(file, "the file is empty") }
  try checkSeparators(of: header.fields, file: file)
  var names: Set<String> = []
  for name in header.fields where !name.text.isEmpty {
    guard names.insert(name.text).inserted else {
      throw MetricFileError(
        file, at: name.place, "two columns are named '\(CanonicalText.shown(name.text))'")
    }
  }
  var builder = MetricHistoryBuilder(file: file, reading)
  while let record = try fields.record() {
    guard record.fields.count == header.fields.count else {
      let isCut = !record.isEnded && record.fields.count < header.fields.count
      throw MetricFileError(
        file, at: .line(record.line, column: nil),
        "the line has \(record.fields.count) of the header's \(header.fields.count) fields"
          + (isCut ? "; it is cut off, as where the trainer was stopped while it wrote" : ""))
    }
    var cells: [(key: String, cell: MetricHistoryBuilder.Cell)] = []
    // The last number may be the beginning of a longer one, where a full disk or a buffer that was lost ends the file.
    guard record.isEnded || !bytes.count.isMultiple(of: blockSize) else {
      throw MetricFileError(
        file, at: .line(record.line, column: nil),
        "the last line has no line break, and the file ends with a block of \(blockSize) bytes: it is cut off, as where the "
          + "trainer was stopped while it wrote, or the disk was full")
    }
    for (name, field) in zip(header.fields, record.fields)
    where !field.text.isEmpty && !name.text.isEmpty {
      cells.append((name.text, cell(of: field.text)))
    }
    try builder.add(cells, at: .line(record.line, column: nil))
  }
  return try builder.finished()
}

/// The size of the blocks that buffers and disks are written in.
private let blockSize = 4096

private func cell(of text: String) -> MetricHistoryBuilder.Cell {
  guard let number = pythonNumber(text) else {
    return .stranger("the text '\(CanonicalText.shown(text))'")
  }
  return number.isInfinite && text.contains(where: \.isNumber)
    ? .tooLarge(text) : .number(number)
}

/// Refuses a header that others would take for several fields, or for several lines.
private func checkSeparators(
  of header: [CommaSeparatedFields.Field], file: String
) throws(MetricFileError) {
  if let name = header.first(where: { $0.text.contains("\r") }) {
    throw MetricFileError(
      file, at: name.place, "the lines end with carriage returns alone, and line feeds are expected"
    )
  }
  guard let name = header.first, header.count == 1 else { return }
  for (separator, words) in [(";", "semicolons"), ("\t", "tabulators")]
  where name.text.contains(separator) {
    throw MetricFileError(
      file, at: name.place, "the fields are separated by \(words), and commas are expected")
  }
}

/// The number that a text spells as Python writes floats: decimal, `nan`, `inf` or `Infinity`, in any case.
package func pythonNumber(_ text: String) -> Double? {
  let body = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
  switch body.lowercased() {
  case "nan": return .nan
  case "inf", "infinity": return text.first == "-" ? -.infinity : .infinity
  default: break
  }
  // Double reads hexadecimal and `nan(0x1)` too, which nobody writes as a metric.
  let isDecimal = body.utf8.allSatisfy { byte in
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
  }
  return isDecimal ? Double(text) : nil
}

/// The records of a CSV text, one after the other.
private struct CommaSeparatedFields {
  struct Field {
    var text: String
    var place: MetricFileError.Place
  }

  struct Record {
    var fields: [Field]
    var line: Int
    /// Whether a line break follows.
    var isEnded: Bool
  }

  let bytes: [UInt8]
  let file: String
  private var position: Int
  private var line = 1
  private var lineStart: Int

  init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    position = lengthOfByteOrderMark(in: bytes)
    lineStart = position
  }

  /// The next record; nil at the end. Lines without anything but spaces are passed over.
  mutating func record() throws(MetricFileError) -> Record? {
    while takeEmptyLine() {}
    guard position < bytes.count else { return nil }
    var record = Record(fields: [], line: line, isEnded: false)
    while true {
      // One more for a column without a name.
      guard record.fields.count <= MetricHistoryBuilder.mostKeys else {
        throw MetricFileError(
          file, at: .line(line, column: nil),
          "there are more than \(MetricHistoryBuilder.mostKeys) columns")
      }
      record.fields.append(try field())
      if position < bytes.count, bytes[position] == UInt8(ascii: ",") {
        position += 1
        continue
      }
      record.isEnded = takeLineBreak()
      return record
    }
  }

  private mutating func field() throws(MetricFileError) -> Field {
    let place = here
    var content: [UInt8] = []
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
      content = try quoted()
      guard isAtEndOfField else {
        throw MetricFileError(file, at: here, "expected a comma or a line break after the quote")
      }
    } else {
      while !isAtEndOfField {
        if bytes[position] == UInt8(ascii: "\"") {
          throw MetricFileError(
            file, at: here, "a quote within a field that does not begin with one")
        }
        content.append(bytes[position])
        position += 1
      }
      while content.last == Self.space { content.removeLast() }
      content.removeFirst(content.prefix { $0 == Self.space }.count)
    }
    guard let text = String(validating: content, as: UTF8.self) else {
      throw MetricFileError(file, at: place, "the field is not UTF-8")
    }
    return Field(text: text, place: place)
  }

  private mutating func quoted() throws(MetricFileError) -> [UInt8] {
    let start = here
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        guard position < bytes.count, bytes[position] == byte else { return content }
      } else if byte == UInt8(ascii: "\n") {
        line += 1
        lineStart = position + 1
      }
      content.append(byte)
      position += 1
    }
    throw MetricFileError(file, at: start, "the quote is not closed")
  }

  private var isAtEndOfField: Bool {
    guard position < bytes.count else { return true }
    switch bytes[position] {
    case UInt8(ascii: ","), UInt8(ascii: "\n"): return true
    case UInt8(ascii: "\r"):
      return position + 1 == bytes.count || bytes[position + 1] == UInt8(ascii: "\n")
    default: return false
    }
  }

  private static let space = UInt8(ascii: " ")

  /// Passes over a line that has spaces and tabulators alone, or nothing.
  private mutating func takeEmptyLine() -> Bool {
    let end = bytes[position...].firstIndex { $0 != Self.space && $0 != UInt8(ascii: "\t") }
    let start = position
    position = end ?? bytes.count
    if takeLineBreak() || position == bytes.count && position > start { return true }
    position = start
    return false
  }

  private mutating func takeLineBreak() -> Bool {
    if position < bytes.count, bytes[position] == UInt8(ascii: "\r"), isAtEndOfField {
      position += 1
    }
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\n") else { return false }
    position += 1
    line += 1
    lineStart = position
    return true
  }

  private var here: MetricFileError.Place { .line(line, column: position - lineStart + 1) }
}
