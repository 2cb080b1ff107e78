extension CheckpointArchive {
  /// Passes whole numbers through the archive.
  ///
  /// - Parameters:
  ///   - name: The name of the field.
  ///   - numbers: The numbers; those of the archive if it reads.
  ///   - count: How many there must be; none: any number.
  /// - Throws: If the archive has another field here, or another number of elements.
  public mutating func pass(
    _ name: String, _ numbers: inout [Int], count: Int? = nil
  ) throws(CheckpointProblem) {
    try passList(
      name, .integer, size: 8, &numbers, count: count,
      bits: { UInt64(bitPattern: Int64($0)) },
      element: { Int(truncatingIfNeeded: $0) })
  }

  /// Passes numbers in double precision through the archive, bit for bit.
  public mutating func pass(
    _ name: String, _ numbers: inout [Double], count: Int? = nil
  ) throws(CheckpointProblem) {
    try passList(
      name, .number, size: 8, &numbers, count: count, bits: \.bitPattern,
      element: { Double(bitPattern: $0) })
  }

  /// Passes numbers in single precision through the archive, bit for bit.
  public mutating func pass(
    _ name: String, _ numbers: inout [Float], count: Int? = nil
  ) throws(CheckpointProblem) {
    try passList(
      name, .float, size: 4, &numbers, count: count, bits: { UInt64($0.bitPattern) },
      element: { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) })
  }

  /// Passes tokens through the archive.
  public mutating func pass(_ name: String, _ tokens: inout [Int32]) throws(CheckpointProblem) {
    try passList(
      name, .token, size: 4, &tokens, count: nil, bits: { UInt64(UInt32(bitPattern: $0)) },
      element: { Int32(truncatingIfNeeded: $0) })
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
    try pass(name, &count)
    guard count >= 0, count <= max(texts.count, bytes.count) else {
      throw CheckpointProblem("its field \(name) has \(count) elements")
    }
    if isReading { texts = [] }
    for index in 0..<count {
      var text = isReading ? "" : texts[index]
      try pass(name, &text)
      if isReading { texts.append(text) }
    }
  }

  // MARK: One element

  /// Passes a whole number through the archive.
  public mutating func pass(_ name: String, _ number: inout Int) throws(CheckpointProblem) {
    var list = [number]
    try pass(name, &list, count: 1)
    number = list[0]
  }

  /// Passes 64 bits through the archive.
  public mutating func pass(_ name: String, _ bits: inout UInt64) throws(CheckpointProblem) {
    var number = Int(truncatingIfNeeded: bits)
    try pass(name, &number)
    bits = UInt64(truncatingIfNeeded: number)
  }

  /// Passes a number in double precision through the archive, bit for bit.
  public mutating func pass(_ name: String, _ number: inout Double) throws(CheckpointProblem) {
    var list = [number]
    try pass(name, &list, count: 1)
    number = list[0]
  }

  /// Passes yes or no through the archive.
  public mutating func pass(_ name: String, _ flag: inout Bool) throws(CheckpointProblem) {
    var list = [flag]
    try pass(name, &list)
    guard list.count == 1 else { throw CheckpointProblem("its field \(name) is no single flag") }
    flag = list[0]
  }

  // MARK: None or one

  /// Passes a number that may be missing through the archive.
  public mutating func pass(_ name: String, _ number: inout Double?) throws(CheckpointProblem) {
    var list = [number].compactMap(\.self)
    try pass(name, &list)
    number = list.first
  }

  /// Passes a list that may be missing through the archive.
  public mutating func pass(
    _ name: String, _ numbers: inout [Float]?, count: Int? = nil
  ) throws(CheckpointProblem) {
    var isThere = numbers != nil
    try pass(name, &isThere)
    var list = numbers ?? []
    if isThere { try pass(name, &list, count: count) }
    numbers = isThere ? list : nil
  }

  // MARK: Names with values

  /// Passes numbers by name through the archive, in the order of their names.
  public mutating func pass(
    _ name: String, _ numbers: inout [String: Double]
  ) throws(CheckpointProblem) {
    var names = numbers.keys.sorted()
    var values = names.map { numbers[$0] ?? 0 }
    try pass(name, &names)
    try pass(name, &values, count: names.count)
    if isReading { numbers = Dictionary(zip(names, values)) { $1 } }
  }
}
