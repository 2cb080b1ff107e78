internal import CanonicalJSON

/// The columns that a reader of one lock has met, by their line.
final class KnownColumns {
  var names: [String: [String]] = [:]
}

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
    guard parts.allSatisfy({ !$0.hasPrefix("metric.") }) else {
      throw malformed("\(place): a part has no valid name")
    }
    let rows = try elements("runs", atMost: StoredCount.mostRuns, of: json, in: place)
    var cells = LockTable.Cells()
    cells.reserve(rows: rows.count, metrics: metrics.count, parts: parts.count)
    var heads: [(seed: Int, key: String, digest: String)] = []
    for row in rows {
      guard let row = row.string else { throw malformed("\(place): a run is no line of columns") }
      heads.append(try head(of: row, metrics, parts, into: &cells, in: place))
    }
    let table = LockTable(metrics: metrics, parts: parts, cells)
    var runs = heads.enumerated().map { row, head in
      LockedRun(seed: head.seed, key: head.key, digest: head.digest, values: .row(table, row))
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

  /// Reads the seed, key and digest of a run, and adds the rest of its line to a table.
  private func head(
    of row: String, _ metrics: [String], _ parts: [String], into table: inout LockTable.Cells,
    in place: String
  ) throws(LockError) -> (seed: Int, key: String, digest: String) {
    let bytes = Array(row.utf8)
    var position = 0
    func nextCell() -> ArraySlice<UInt8> {
      let start = position
      while position < bytes.count, bytes[position] != UInt8(ascii: " ") { position += 1 }
      defer { position += 1 }
      return bytes[start..<position]
    }
    let count = bytes.count { $0 == UInt8(ascii: " ") } + 1
    guard count == 3 + metrics.count + parts.count,
      let seed = Int(String(decoding: nextCell(), as: UTF8.self)),
      StoredNumber.seeds.contains(seed)
    else {
      throw malformed(
        "\(place): a run is no seed, key, digest and a value for each of \(metrics.count) metrics and "
          + "\(parts.count) parts")
    }
    let (key, digest) = (nextCell(), nextCell())
    guard Self.isShortDigest(key), digest.count == 64, digest.allSatisfy(Digest.isHexDigit) else {
      throw malformed("\(place)/\(seed): its key or digest is not one")
    }
    for metric in metrics {
      let cell = nextCell()
      guard !Self.isAbsent(cell) else {
        table.add(nil)
        continue
      }
      guard let value = Self.number(cell), StoredNumber.isMetric(value) else {
        throw altered("\(place)/\(seed)", "metric \(metric)", "is not \(StoredNumber.metricWords)")
      }
      table.add(value)
    }
    for part in parts {
      let cell = nextCell()
      guard !Self.isAbsent(cell) else {
        table.add(digest: nil)
        continue
      }
      guard Self.isShortDigest(cell) else {
        throw altered("\(place)/\(seed)", part, "is not \(Lock.Form.digits) hexadecimal digits")
      }
      table.add(digest: cell)
    }
    return (
      seed, String(decoding: key, as: UTF8.self), String(decoding: digest, as: UTF8.self)
    )
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

  /// The names that a line of columns holds; the arms of a lock have few different lines.
  private func columns(
    _ name: String, of json: JSONValue, in place: String
  ) throws(LockError) -> [String] {
    let line = try string(name, of: json, in: place)
    if let known = known.names[line] { return known }
    let names = try columnNames(name, line, in: place)
    known.names[line] = names
    return names
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
