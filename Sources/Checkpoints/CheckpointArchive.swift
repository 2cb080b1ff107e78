/// The state of a run as named fields, written or read by one and the same walk.
///
/// Each piece of state passes its fields through the archive. An archive that writes keeps them; one that reads
/// puts its own in their place, and refuses a field that has another name, kind or size than the walk expects. So
/// writing and reading cannot come apart, and a state with a field more or less is refused as a whole.
///
/// A field is its kind (a byte), the length of its name (a byte), the name, the number of its elements (eight bytes)
/// and the elements, all lowest byte first. Numbers are kept by their bits.
///
/// What is read is checked where it is read: each field names the numbers that it may hold, and nothing else gets into
/// a run.
public struct CheckpointArchive {
  /// Whether fields are taken from the archive and not put into it.
  public let isReading: Bool
  /// The fields so far, or all that are read.
  public private(set) var bytes: [UInt8]
  private var position = 0

  /// The kind of the elements of a field.
  enum Kind: UInt8 {
    case boolean, integer, number, float, token, digest, text
  }

  /// Creates an archive of no fields that writes.
  public init() {
    isReading = false
    bytes = []
  }

  /// Creates an archive that reads the fields of another.
  public init(reading bytes: [UInt8]) {
    isReading = true
    self.bytes = bytes
  }

  /// Ends the walk.
  ///
  /// - Throws: If fields are left that nothing has read.
  public func finish() throws(CheckpointProblem) {
    guard isReading, position < bytes.count else { return }
    throw CheckpointProblem("it holds \(bytes.count - position) bytes that nothing reads")
  }

  // MARK: Fields

  /// Passes a list through the archive, each element of `size` bytes.
  ///
  /// - Parameters:
  ///   - name: The name of the field.
  ///   - kind: The kind of its elements.
  ///   - size: The bytes of an element, at most 8.
  ///   - elements: The elements; those of the archive if it reads.
  ///   - expected: How many there must be; none: any number.
  ///   - bits: Returns the bits of an element.
  ///   - element: Makes an element of its bits.
  /// - Throws: If the archive has another field here, or another number of elements.
  mutating func passList<Element>(
    _ name: String, _ kind: Kind, size: Int, _ elements: inout [Element], count expected: Int?,
    bits: (Element) -> UInt64, element: (UInt64) -> Element
  ) throws(CheckpointProblem) {
    guard isReading else {
      writeHeader(name, kind, count: elements.count)
      #if _endian(little)
        precondition(MemoryLayout<Element>.stride == size, "elements of \(name) have other bytes")
        elements.withUnsafeBytes { bytes.append(contentsOf: $0) }
      #else
        for element in elements { write(bits(element), size: size) }
      #endif
      return
    }
    let count = try readHeader(name, kind)
    if let expected, count != expected {
      throw CheckpointProblem("its field \(name) has \(count) elements, expected \(expected)")
    }
    guard count <= (bytes.count - position) / size else { throw Self.tooShort(name) }
    elements.removeAll(keepingCapacity: true)
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(element(read(size: size))) }
  }

  /// Passes a text through the archive, by the bytes of its UTF-8.
  public mutating func pass(_ name: String, _ text: inout String) throws(CheckpointProblem) {
    var units = Array(text.utf8)
    try passList(
      name, .text, size: 1, &units, count: nil, bits: { UInt64($0) },
      element: { UInt8(truncatingIfNeeded: $0) })
    if isReading { text = String(decoding: units, as: UTF8.self) }
  }

  // MARK: Bytes

  private mutating func writeHeader(_ name: String, _ kind: Kind, count: Int) {
    precondition(name.utf8.count <= 255, "a field named \(name)")
    bytes.append(kind.rawValue)
    bytes.append(UInt8(name.utf8.count))
    bytes += name.utf8
    write(UInt64(count), size: 8)
  }

  private mutating func write(_ bits: UInt64, size: Int) {
    for shift in 0..<size {
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * shift)))
    }
  }

  /// Reads the header of the next field, which must be the one that is asked for.
  ///
  /// - Returns: How many elements follow.
  private mutating func readHeader(_ name: String, _ kind: Kind) throws(CheckpointProblem) -> Int {
    guard bytes.count - position >= 2 else { throw Self.tooShort(name) }
    let foundKind = bytes[position]
    let start = position + 2
    let end = start + Int(bytes[position + 1])
    guard bytes.count - end >= 8 else { throw Self.tooShort(name) }
    guard foundKind == kind.rawValue, bytes[start..<end].elementsEqual(name.utf8) else {
      let found = String(decoding: bytes[start..<end], as: UTF8.self)
      throw CheckpointProblem("it holds the field \(found) where \(name) is expected")
    }
    position = end
    guard let count = Int(exactly: read(size: 8)) else { throw Self.tooShort(name) }
    return count
  }

  /// Reads the next bytes, of which there are as many.
  private mutating func read(size: Int) -> UInt64 {
    var bits: UInt64 = 0
    for shift in 0..<size { bits |= UInt64(bytes[position + shift]) << UInt64(8 * shift) }
    position += size
    return bits
  }

  private static func tooShort(_ name: String) -> CheckpointProblem {
    CheckpointProblem("it ends within its field \(name)")
  }
}

/// The reason why a state cannot be read, in words that follow "the checkpoint is not used:".
public struct CheckpointProblem: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  /// Creates a problem.
  public init(_ description: String) { self.description = description }
}
