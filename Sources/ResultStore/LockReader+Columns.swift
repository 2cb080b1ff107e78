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
    let metrics = Columns(try columnNames("metrics", of: json, in: place), empty: 0.0)
    let parts = Columns(try columnNames("parts", of: json, in: place), empty: "")
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
    _ row: String, _ metricColumns: Columns<Double>, _ partColumns: Columns<String>,
    in place: String
  ) throws(LockError) -> LockedRun {
    let cells = row.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      .map(Substring.init)
    let (metricNames, partNames) = (metricColumns.names, partColumns.names)
    guard cells.count == 3 + metricNames.count + partNames.count, let seed = Int(cells[0]),
      StoredNumber.seeds.contains(seed)
    else {
      throw malformed(
        "\(place): a run is no seed, key, digest and a value for each of \(metricNames.count) metrics and "
          + "\(partNames.count) parts")
    }
    let place = "\(place)/\(seed)"
    guard Self.isShortDigest(cells[1]), Digest.isHex(cells[2]) else {
      throw malformed("\(place): its key or digest is not one")
    }
    let metrics = try metricColumns.filled { column throws(LockError) in
      let cell = cells[3 + column]
      if cell == Lock.Form.absent { return nil }
      guard let value = Self.number(cell), StoredNumber.isMetric(value) else {
        throw altered(
          place, "metric \(metricNames[column])", "is not \(StoredNumber.metricWords)")
      }
      return value
    }
    let parts = try partColumns.filled { column throws(LockError) in
      let cell = cells[3 + metricNames.count + column]
      if cell == Lock.Form.absent { return nil }
      guard Self.isShortDigest(cell) else {
        throw altered(
          place, partNames[column], "is not \(Lock.Form.digits) hexadecimal digits")
      }
      return String(cell)
    }
    return LockedRun(
      seed: seed, key: String(cells[1]), digest: String(cells[2]), parts: parts, metrics: metrics)
  }

  /// The number of a cell; most are whole and short.
  private static func number(_ cell: Substring) -> Double? {
    if cell.utf8.count <= 15, let whole = Int(cell), cell.utf8.first != UInt8(ascii: "+") {
      // Negative zero is a number of its own.
      return whole == 0 && cell.utf8.first == UInt8(ascii: "-") ? -0.0 : Double(whole)
    }
    return Double(cell)
  }

  private static func isShortDigest(_ cell: Substring) -> Bool {
    cell.utf8.count == Lock.Form.digits && cell.utf8.allSatisfy(Digest.isHexDigit)
  }

  private func columnNames(
    _ name: String, of json: JSONValue, in place: String
  ) throws(LockError) -> [String] {
    let names = try string(name, of: json, in: place).split(
      separator: " ", omittingEmptySubsequences: true
    ).map(String.init)
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

/// The columns of an arm's runs, from which the values of each run are made without placing its names anew.
private struct Columns<Value> {
  let names: [String]
  private let empty: [String: Value]
  /// The column of each value, in the dictionary's own order.
  private let order: [Int]

  init(_ names: [String], empty value: Value) {
    self.names = names
    empty = Dictionary(uniqueKeysWithValues: names.map { ($0, value) })
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    order = empty.keys.map { places[$0] ?? 0 }
  }

  /// The values by name; a column for which `value` gives none is absent.
  func filled(
    _ value: (_ column: Int) throws(LockError) -> Value?
  ) throws(LockError) -> [String: Value] {
    var filled = empty
    var absent: [String] = []
    var place = filled.values.startIndex
    for column in order {
      if let value = try value(column) {
        filled.values[place] = value
      } else {
        absent.append(names[column])
      }
      filled.values.formIndex(after: &place)
    }
    for name in absent { filled[name] = nil }
    return filled
  }
}
