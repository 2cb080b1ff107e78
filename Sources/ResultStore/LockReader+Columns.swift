internal import CanonicalJSON

// The runs of a lock that is written by arm.
extension LockReader {
  /// Reads the settings that all arms of an experiment share; none where it says nothing of them.
  func sharedSettings(
    of json: JSONValue, in experiment: String
  ) throws(LockError) -> [(name: String, value: String)] {
    json["preimage"] == nil ? [] : try settings(of: json, in: experiment)
  }

  /// Reads the runs of an arm, whose keys are the first digits alone.
  func rows(of json: JSONValue, in place: String) throws(LockError) -> [LockedRun] {
    let metrics = try columns("metrics", of: json, in: place)
    let parts = try columns("parts", of: json, in: place)
    guard parts.names.allSatisfy({ !$0.hasPrefix("metric.") }) else {
      throw malformed("\(place): a part has no valid name")
    }
    var runs: [LockedRun] = []
    for row in try elements("runs", atMost: StoredCount.mostRuns, of: json, in: place) {
      guard let row = row.string else { throw malformed("\(place): a run is no line of columns") }
      runs.append(try run(row, metrics, parts, in: place))
    }
    let decisions = try membersIfPresent("resolutions", of: json, in: place)
    let repetitions = try membersIfPresent("repetitions", of: json, in: place)
    for member in decisions + repetitions
    where !runs.contains(where: { "\($0.seed)" == member.name }) {
      throw malformed(
        "\(place): it says something of a seed '\(member.name.prefix(20))' without a run")
    }
    guard !decisions.isEmpty || !repetitions.isEmpty else { return runs }
    for index in runs.indices {
      let seed = "\(runs[index].seed)"
      runs[index].resolution = try resolution(
        decisions.first { $0.name == seed }?.value, kept: runs[index].digest, in: "\(place)/\(seed)"
      )
      if let repeated = repetitions.first(where: { $0.name == seed })?.value {
        runs[index].repetitions = try self.repetitions(
          of: .object([.init("repetitions", repeated)]), in: "\(place)/\(seed)")
      }
    }
    return runs
  }

  /// Returns runs with the keys that follow from their arm, as far as these begin as the lock says; others keep the
  /// digits that they have, and are told as altered.
  func completed(_ runs: [LockedRun], of identity: ArmPreimage) -> [LockedRun] {
    runs.map { run in
      var run = run
      let key = identity.key(seed: run.seed).hex
      if key.hasPrefix(run.key) { run.key = key }
      return run
    }
  }

  private func run(
    _ row: String, _ metricColumns: LockColumns, _ partColumns: LockColumns, in place: String
  ) throws(LockError) -> LockedRun {
    let bytes = Array(row.utf8)
    let cells = Self.cells(of: bytes)
    let (metricNames, partNames) = (metricColumns.names, partColumns.names)
    guard cells.count == 3 + metricNames.count + partNames.count,
      let seed = Int(String(decoding: bytes[cells[0]], as: UTF8.self)),
      StoredNumber.seeds.contains(seed)
    else {
      throw malformed(
        "\(place): a run is no seed, key, digest and a value for each of \(metricNames.count) metrics and "
          + "\(partNames.count) parts")
    }
    let (key, digest) = (bytes[cells[1]], bytes[cells[2]])
    guard Self.isShortDigest(key), digest.count == 64, digest.allSatisfy(Digest.isHexDigit) else {
      throw malformed("\(place)/\(seed): its key or digest is not one")
    }
    let metrics = try metricColumns.values { column throws(LockError) in
      let cell = bytes[cells[3 + column]]
      if Self.isAbsent(cell) { return nil }
      guard let value = Self.number(cell), StoredNumber.isMetric(value) else {
        throw altered(
          "\(place)/\(seed)", "metric \(metricNames[column])",
          "is not \(StoredNumber.metricWords)")
      }
      return value
    }
    let parts = try partColumns.digests { column throws(LockError) in
      let cell = bytes[cells[3 + metricNames.count + column]]
      if Self.isAbsent(cell) { return nil }
      guard Self.isShortDigest(cell) else {
        throw altered(
          "\(place)/\(seed)", partNames[column],
          "is not \(Lock.Form.digits) hexadecimal digits")
      }
      return String(decoding: cell, as: UTF8.self)
    }
    return LockedRun(
      seed: seed, key: String(decoding: key, as: UTF8.self),
      digest: String(decoding: digest, as: UTF8.self), parts: parts, metrics: metrics)
  }

  /// The cells of a line, between single spaces.
  private static func cells(of bytes: [UInt8]) -> [Range<Int>] {
    var cells: [Range<Int>] = []
    cells.reserveCapacity(32)
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: " ") {
      cells.append(start..<index)
      start = index + 1
    }
    cells.append(start..<bytes.count)
    return cells
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  /// The number of a cell. Most have up to fifteen digits and no exponent: a whole number and a power of ten that are
  /// both exact, so that their quotient is the nearest to the decimal.
  private static func number(_ cell: ArraySlice<UInt8>) -> Double? {
    var (mantissa, digits, decimals) = (0, 0, 0)
    var hasPoint = false
    let isNegative = cell.first == UInt8(ascii: "-")
    for byte in isNegative ? cell.dropFirst() : cell {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9") where digits < 15:
        mantissa = 10 * mantissa + Int(byte - UInt8(ascii: "0"))
        digits += 1
        if hasPoint { decimals += 1 }
      case UInt8(ascii: ".") where !hasPoint && digits > 0:
        hasPoint = true
      default:
        return Double(String(decoding: cell, as: UTF8.self))
      }
    }
    guard digits > 0, decimals > 0 || !hasPoint else {
      return Double(String(decoding: cell, as: UTF8.self))
    }
    let magnitude = Double(mantissa) / powersOfTen[decimals]
    return isNegative ? -magnitude : magnitude
  }

  private static func isShortDigest(_ cell: ArraySlice<UInt8>) -> Bool {
    cell.count == Lock.Form.digits && cell.allSatisfy(Digest.isHexDigit)
  }

  private static func isAbsent(_ cell: ArraySlice<UInt8>) -> Bool {
    cell.elementsEqual(Lock.Form.absent.utf8)
  }

  /// The columns that a line of names stands for; the arms of a lock have few different ones.
  private func columns(
    _ name: String, of json: JSONValue, in place: String
  ) throws(LockError) -> LockColumns {
    let line = try string(name, of: json, in: place)
    if let known = known.columns[line] { return known }
    let columns = LockColumns(try columnNames(name, line, in: place))
    known.columns[line] = columns
    return columns
  }

  private func columnNames(
    _ name: String, _ line: String, in place: String
  ) throws(LockError) -> [String] {
    let names = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    guard names.allSatisfy(StoredText.isName),
      zip(names, names.dropFirst()).allSatisfy(CanonicalText.precedes)
    else { throw malformed("\(place): '\(name)' is not the names of columns in their order") }
    return names
  }

  private func membersIfPresent(
    _ name: String, of json: JSONValue, in place: String
  ) throws(LockError) -> [JSONValue.Member] {
    json[name] == nil ? [] : try members(name, of: json, in: place)
  }
}
