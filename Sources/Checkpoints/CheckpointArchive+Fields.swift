extension CheckpointArchive {
  /// The numbers of most fields: finite, and so are sums and differences of many like them.
  public static let finite = -1e300...1e300
  /// The numbers of most fields in single precision: all that are finite.
  public static let finiteFloats = -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude
  /// The counts of fields that nothing bounds more narrowly: as many can be added without an overflow.
  public static let counts = 0...(1 << 61)

  // MARK: Lists

  /// Passes whole numbers through the archive.
  ///
  /// - Parameters:
  ///   - name: The name of the field.
  ///   - numbers: The numbers; those of the archive if it reads.
  ///   - range: The range that each number must be in.
  ///   - count: How many there must be; none: any number.
  /// - Throws: If the archive has another field here, another number of elements, or one that is out of range.
  public mutating func pass(
    _ name: String, _ numbers: inout [Int], in range: ClosedRange<Int>, count: Int? = nil
  ) throws(CheckpointProblem) {
    try passList(
      name, .integer, size: 8, &numbers, count: count,
      bits: { UInt64(bitPattern: Int64($0)) },
      element: { Int(truncatingIfNeeded: $0) })
    try check(name, numbers, range)
  }

  /// Passes numbers in double precision through the archive, bit for bit; without a range any number may be there.
  public mutating func pass(
    _ name: String, _ numbers: inout [Double], in range: ClosedRange<Double>? = Self.finite,
    count: Int? = nil
  ) throws(CheckpointProblem) {
    try passList(
      name, .number, size: 8, &numbers, count: count, bits: \.bitPattern,
      element: { Double(bitPattern: $0) })
    if let range { try check(name, numbers, range) }
  }

  /// Passes numbers in single precision through the archive, bit for bit; without a range any number may be there.
  public mutating func pass(
    _ name: String, _ numbers: inout [Float], in range: ClosedRange<Float>? = Self.finiteFloats,
    count: Int? = nil
  ) throws(CheckpointProblem) {
    try passList(
      name, .float, size: 4, &numbers, count: count, bits: { UInt64($0.bitPattern) },
      element: { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) })
    if let range { try check(name, numbers, range) }
  }

  /// Passes tokens through the archive, each of which must be in a range.
  public mutating func pass(
    _ name: String, _ tokens: inout [Int32], in range: ClosedRange<Int32>
  ) throws(CheckpointProblem) {
    try passList(
      name, .token, size: 4, &tokens, count: nil, bits: { UInt64(UInt32(bitPattern: $0)) },
      element: { Int32(truncatingIfNeeded: $0) })
    try check(name, tokens, range)
  }

  /// Passes short digests through the archive.
  public mutating func pass(_ name: String, _ digests: inout [UInt32]) throws(CheckpointProblem) {
    try passList(
      name, .digest, size: 4, &digests, count: nil, bits: { UInt64($0) },
      element: { UInt32(truncatingIfNeeded: $0) })
  }

  /// Passes yes or no through the archive.
  public mutating func pass(_ name: String, _ flags: inout [Bool]) throws(CheckpointProblem) {
    try passList(
      name, .boolean, size: 1, &flags, count: nil, bits: { $0 ? 1 : 0 }, element: { $0 != 0 })
  }

  /// Passes texts through the archive.
  public mutating func pass(_ name: String, _ texts: inout [String]) throws(CheckpointProblem) {
    var count = texts.count
    try pass(name, &count, in: 0...max(texts.count, bytes.count))
    if isReading { texts = [] }
    for index in 0..<count {
      var text = isReading ? "" : texts[index]
      try pass(name, &text)
      if isReading { texts.append(text) }
    }
  }

  // MARK: One element

  /// Passes a whole number through the archive, which must be in a range.
  public mutating func pass(
    _ name: String, _ number: inout Int, in range: ClosedRange<Int>
  ) throws(CheckpointProblem) {
    var list = [number]
    try pass(name, &list, in: range, count: 1)
    number = list[0]
  }

  /// Passes a whole number through the archive that the run knows without it.
  public mutating func pass(_ name: String, known number: Int) throws(CheckpointProblem) {
    var number = number
    try pass(name, &number, in: number...number)
  }

  /// Passes 64 bits through the archive.
  public mutating func pass(_ name: String, bits: inout UInt64) throws(CheckpointProblem) {
    var number = Int(truncatingIfNeeded: bits)
    try pass(name, &number, in: Int.min...Int.max)
    bits = UInt64(truncatingIfNeeded: number)
  }

  /// Passes a number in double precision through the archive, bit for bit, which must be in a range.
  public mutating func pass(
    _ name: String, _ number: inout Double, in range: ClosedRange<Double> = Self.finite
  ) throws(CheckpointProblem) {
    var list = [number]
    try pass(name, &list, in: range, count: 1)
    number = list[0]
  }

  /// Passes yes or no through the archive.
  public mutating func pass(_ name: String, _ flag: inout Bool) throws(CheckpointProblem) {
    var list = [flag]
    try pass(name, &list)
    guard list.count == 1 else { throw CheckpointProblem("its field \(name) is no single flag") }
    flag = list[0]
  }

  /// Passes yes or no through the archive where the run knows which it is.
  public mutating func pass(_ name: String, known flag: Bool) throws(CheckpointProblem) {
    var found = flag
    try pass(name, &found)
    guard found == flag else {
      throw CheckpointProblem("its field \(name) is \(found), expected \(flag)")
    }
  }

  // MARK: None or one

  /// Passes a number that may be missing through the archive.
  public mutating func pass(_ name: String, _ number: inout Double?) throws(CheckpointProblem) {
    var list = [number].compactMap(\.self)
    try pass(name, &list)
    guard list.count <= 1 else {
      throw CheckpointProblem("its field \(name) has \(list.count) elements, expected 1 at most")
    }
    number = list.first
  }

  /// Passes a list that may be missing through the archive.
  public mutating func pass(
    _ name: String, _ numbers: inout [Float]?, in range: ClosedRange<Float>? = Self.finiteFloats,
    count: Int? = nil
  ) throws(CheckpointProblem) {
    var isThere = numbers != nil
    try pass(name, &isThere)
    var list = numbers ?? []
    if isThere { try pass(name, &list, in: range, count: count) }
    numbers = isThere ? list : nil
  }

  // MARK: Names with values

  /// Passes numbers by name through the archive, in the order of their names; without a range any number may be there.
  public mutating func pass(
    _ name: String, _ numbers: inout [String: Double], in range: ClosedRange<Double>? = Self.finite
  ) throws(CheckpointProblem) {
    var names = numbers.keys.sorted()
    var values = names.map { numbers[$0] ?? 0 }
    try pass(name, &names)
    try pass(name, &values, in: range, count: names.count)
    if isReading { numbers = Dictionary(zip(names, values)) { $1 } }
  }

  // MARK: Checks

  /// Throws if the archive reads and one of the elements of a field is out of range.
  private func check<Element: Comparable>(
    _ name: String, _ elements: [Element], _ range: ClosedRange<Element>
  ) throws(CheckpointProblem) {
    guard isReading, let found = elements.first(where: { !range.contains($0) }) else { return }
    throw CheckpointProblem(
      "its field \(name) is \(found), expected \(range.lowerBound) to \(range.upperBound)")
  }

  /// Throws if the archive reads and a condition does not hold.
  ///
  /// - Parameters:
  ///   - condition: The condition.
  ///   - problem: What is wrong otherwise, in words that follow "the checkpoint is not used:".
  /// - Throws: The problem.
  public func require(
    _ condition: @autoclosure () -> Bool, _ problem: @autoclosure () -> String
  ) throws(CheckpointProblem) {
    guard isReading, !condition() else { return }
    throw CheckpointProblem(problem())
  }
}
