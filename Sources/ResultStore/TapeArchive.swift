internal import CanonicalJSON

/// An archive of files in the pax interchange format of POSIX.1-2001, as `tar` reads it, of which labbook writes one
/// form alone: ordinary files, with no times, owners or rights, and after the last of them two blocks of zeros.
///
/// A header is a function of a name and a size. So a reader need not trust one: it takes name and size from the
/// block, makes the header of these, and refuses the block if a byte differs.
package enum TapeArchive {
  /// Headers and contents begin at multiples of so many bytes.
  package static let block = 512
  /// The longest name, in bytes, that a header holds itself; a longer one stands in a header of its own before it.
  private static let longestPlainName = 100
  /// The longest name at all.
  package static let longestName = 2048

  /// The header of a file, with that of its long name before it where it has one.
  package static func header(of name: String, size: Int) -> [UInt8] {
    let bytes = Array(name.utf8)
    guard bytes.count > longestPlainName else {
      return header(bytes, size: size, kind: UInt8(ascii: "0"))
    }
    let record = longNameRecord(name)
    return header(longNameHeader, size: record.count, kind: UInt8(ascii: "x"))
      + record + padding(after: record.count)
      + header(Array(bytes.prefix(longestPlainName)), size: size, kind: UInt8(ascii: "0"))
  }

  /// The zeros between a content of `size` bytes and the next header.
  package static func padding(after size: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: (block - size % block) % block)
  }

  /// The end of an archive.
  package static let end = [UInt8](repeating: 0, count: 2 * block)

  private static let longNameHeader = Array("path".utf8)

  /// `<length> path=<name>` and a line end, the length being that of the whole.
  private static func longNameRecord(_ name: String) -> [UInt8] {
    let rest = " path=\(name)\n"
    var length = rest.utf8.count
    while "\(length)\(rest)".utf8.count != length { length = "\(length)\(rest)".utf8.count }
    return Array("\(length)\(rest)".utf8)
  }

  private static func header(_ name: [UInt8], size: Int, kind: UInt8) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: block)
    func put(_ bytes: some Collection<UInt8>, at offset: Int) {
      header.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }
    func octal(_ value: Int, digits: Int) -> [UInt8] {
      let text = String(value, radix: 8)
      return Array((String(repeating: "0", count: digits - text.utf8.count) + text).utf8)
    }
    put(name, at: 0)
    for (value, digits, offset) in [
      (0o644, 7, 100), (0, 7, 108), (0, 7, 116), (size, 11, 124), (0, 11, 136), (0, 7, 329),
      (0, 7, 337),
    ] {
      put(octal(value, digits: digits), at: offset)
    }
    header[156] = kind
    put("ustar\u{0}00".utf8, at: 257)
    // The sum counts its own field as blanks.
    put(repeatElement(UInt8(ascii: " "), count: 8), at: 148)
    put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + [0], at: 148)
    return header
  }
}

extension TapeArchive {
  /// The head of a content, or the end.
  package enum Entry: Equatable, Sendable {
    case file(name: String, size: Int)
    case end
  }

  /// Reads what stands at the beginning of the next entry.
  ///
  /// - Parameter next: Returns the next so many bytes; fewer only at the end of the archive.
  /// - Returns: The name and size of a file, whose content and padding follow.
  /// - Throws: That the bytes are not as ``header(of:size:)`` writes them.
  package static func entry(
    next: (Int) throws(RecordObjectError) -> [UInt8]
  ) throws(RecordObjectError) -> Entry {
    let first = try block(next)
    if first.allSatisfy({ $0 == 0 }) {
      guard try block(next).allSatisfy({ $0 == 0 }), try next(1).isEmpty else {
        throw RecordObjectError.unsound("goes on after its end")
      }
      return .end
    }
    guard first[156] == UInt8(ascii: "x") else {
      let (name, size) = try file(first)
      guard header(of: name, size: size) == first else { throw notOurs }
      return .file(name: name, size: size)
    }
    guard let length = octal(first), (1...(longestName + 20)).contains(length) else {
      throw notOurs
    }
    let record = try next(length)
    let padding = try next(padding(after: length).count)
    let second = try block(next)
    let parts = record.split(separator: UInt8(ascii: "="), maxSplits: 1)
    guard parts.count == 2, parts[1].last == UInt8(ascii: "\n"), let size = octal(second),
      let name = String(validating: parts[1].dropLast(), as: UTF8.self),
      header(of: name, size: size) == first + record + padding + second
    else { throw notOurs }
    return .file(name: name, size: size)
  }

  private static let notOurs = RecordObjectError.unsound(
    "is not an archive as labbook writes it")

  private static func block(
    _ next: (Int) throws(RecordObjectError) -> [UInt8]
  ) throws(RecordObjectError) -> [UInt8] {
    let bytes = try next(block)
    guard bytes.count == block else { throw RecordObjectError.unsound("ends before its end") }
    return bytes
  }

  private static func file(
    _ header: [UInt8]
  ) throws(RecordObjectError) -> (name: String, size: Int) {
    let name = header.prefix(longestPlainName).prefix { $0 != 0 }
    guard let name = String(validating: name, as: UTF8.self), let size = octal(header) else {
      throw notOurs
    }
    return (name, size)
  }

  /// The size that a header states; nil if it is none.
  private static func octal(_ header: [UInt8]) -> Int? {
    let digits = header[124..<135]
    guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else {
      return nil
    }
    return digits.reduce(0) { $0 * 8 + Int($1 - UInt8(ascii: "0")) }
  }
}
