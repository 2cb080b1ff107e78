/// The metrics of a run with the digests of its other parts: by name, or as a row of a table that the runs of an arm have
/// in common.
///
/// A lock of ten thousand runs is read in a third of the time, and into half of the memory, where no run has dictionaries
/// of its own.
enum LockedValues: Sendable {
  case named(metrics: [String: Double], parts: [String: String])
  case row(LockTable, Int)

  /// The metrics by name, made anew of a row.
  var metrics: [String: Double] {
    switch self {
    case .named(let metrics, _): metrics
    case .row(let table, let row):
      Dictionary(
        uniqueKeysWithValues: table.metrics.indices.compactMap { column in
          table.number(row, column).map { (table.metrics[column], $0) }
        })
    }
  }

  /// The digests of the parts by name, made anew of a row.
  var parts: [String: String] {
    switch self {
    case .named(_, let parts): parts
    case .row(let table, let row):
      Dictionary(
        uniqueKeysWithValues: table.parts.indices.compactMap { column in
          table.digest(row, column).map { (table.parts[column], $0) }
        })
    }
  }

  /// The value of one metric.
  func metric(_ name: String) -> Double? {
    switch self {
    case .named(let metrics, _): metrics[name]
    case .row(let table, let row):
      table.metrics.firstIndex(of: name).flatMap { table.number(row, $0) }
    }
  }

  /// The digest of one part.
  func part(_ name: String) -> String? {
    switch self {
    case .named(_, let parts): parts[name]
    case .row(let table, let row):
      table.parts.firstIndex(of: name).flatMap { table.digest(row, $0) }
    }
  }

  /// The names of the metrics, in any order.
  var metricNames: [String] {
    switch self {
    case .named(let metrics, _): Array(metrics.keys)
    case .row(let table, let row):
      table.isWhole
        ? table.metrics
        : table.metrics.indices.filter { table.number(row, $0) != nil }.map { table.metrics[$0] }
    }
  }

  /// The names of the parts, in any order.
  var partNames: [String] {
    switch self {
    case .named(_, let parts): Array(parts.keys)
    case .row(let table, let row):
      table.isWhole
        ? table.parts
        : table.parts.indices.filter { table.digest(row, $0) != nil }.map { table.parts[$0] }
    }
  }

  /// Whether the digests of all parts are known with all their digits; a table has the first ones alone.
  var hasWholeDigests: Bool {
    switch self {
    case .named(_, let parts): parts.values.allSatisfy { $0.utf8.count == 64 }
    case .row: partNames.isEmpty
    }
  }
}

extension LockedValues: Equatable {
  static func == (first: Self, second: Self) -> Bool {
    if case .row(let table, let row) = first, case .row(let other, let otherRow) = second,
      table === other, row == otherRow
    {
      return true
    }
    return first.metrics == second.metrics && first.parts == second.parts
  }
}

/// The values of an arm's runs as a lock has them: a row for each run, a column for each name.
final class LockTable: Sendable {
  /// The names of the metrics, ascending.
  let metrics: [String]
  /// The names of the parts, ascending.
  let parts: [String]
  /// Whether every run has every metric and part.
  let isWhole: Bool
  /// The metrics, row after row; a metric is a finite number, and what is none is absent.
  private let numbers: [Double]
  /// The first digits of the digests of parts, row after row; a digest that is absent begins with none.
  private let digits: [UInt8]

  /// Creates a table of rows that were filled one after the other.
  init(metrics: [String], parts: [String], _ cells: Cells) {
    self.metrics = metrics
    self.parts = parts
    numbers = cells.numbers
    digits = cells.digits
    isWhole = cells.isWhole
  }

  /// The cells of a table while it is filled.
  struct Cells {
    fileprivate var numbers: [Double] = []
    fileprivate var digits: [UInt8] = []
    fileprivate var isWhole = true

    mutating func reserve(rows: Int, metrics: Int, parts: Int) {
      numbers.reserveCapacity(rows * metrics)
      digits.reserveCapacity(rows * parts * Lock.Form.digits)
    }

    /// Adds a metric, finite, or nil where the run has none.
    mutating func add(_ number: Double?) {
      numbers.append(number ?? .nan)
      if number == nil { isWhole = false }
    }

    /// Adds the first digits of a part's digest; nil where the run has no such part.
    mutating func add(digest: ArraySlice<UInt8>?) {
      if let digest {
        digits += digest
      } else {
        digits += repeatElement(0, count: Lock.Form.digits)
        isWhole = false
      }
    }
  }

  /// A metric of a run.
  func number(_ row: Int, _ column: Int) -> Double? {
    let number = numbers[row * metrics.count + column]
    return number.isNaN ? nil : number
  }

  /// The first digits of the digest of a run's part.
  func digest(_ row: Int, _ column: Int) -> String? {
    digits(row, column).map { String(decoding: $0, as: UTF8.self) }
  }

  /// As ``digest(_:_:)``, where it stands.
  func digits(_ row: Int, _ column: Int) -> ArraySlice<UInt8>? {
    let start = (row * parts.count + column) * Lock.Form.digits
    return digits[start] == 0 ? nil : digits[start..<(start + Lock.Form.digits)]
  }
}

extension LockedRun {
  /// The value of one metric; nil if the run has none. It costs less than to ask ``metrics``.
  public func metric(_ name: String) -> Double? { values.metric(name) }

  /// The digest of one part, or its first digits; nil if the run has no such part.
  public func part(_ name: String) -> String? { values.part(name) }

  /// The names of the metrics, in any order.
  public var metricNames: [String] { values.metricNames }

  /// The names of the parts that are not scalar metrics, in any order.
  public var partNames: [String] { values.partNames }
}

extension LockedArm {
  /// The value of one metric of each run, in the order of ``runs``; nil where a run has none.
  ///
  /// - Parameter metric: The metric's name.
  /// - Returns: As many values as there are runs.
  public func values(of metric: String) -> [Double?] {
    var known: (table: LockTable, column: Int?)?
    return runs.map { run in
      guard case .row(let table, let row) = run.values else { return run.metric(metric) }
      if known?.table !== table { known = (table, table.metrics.firstIndex(of: metric)) }
      return known?.column.flatMap { table.number(row, $0) }
    }
  }

  /// The metrics that some run has, in any order.
  public var allMetricNames: Set<String> {
    var names: Set<String> = []
    var latest: LockTable?
    for run in runs {
      if case .row(let table, _) = run.values, table.isWhole {
        if latest === table { continue }
        latest = table
      }
      names.formUnion(run.metricNames)
    }
    return names
  }

  /// The metrics that every run has, in any order.
  public var commonMetricNames: [String] { common(\.metricNames) { $0.metric($1) != nil } }

  /// The names of the parts that every run has, in any order.
  public var commonPartNames: [String] { common(\.partNames) { $0.part($1) != nil } }

  /// The names that every run has, of those that the first one has.
  private func common(
    _ names: (LockedRun) -> [String], _ has: (LockedRun, String) -> Bool
  ) -> [String] {
    guard let first = runs.first else { return [] }
    var latest: LockTable?
    return runs.reduce(names(first)) { common, run in
      // Runs of one table without gaps have the same names.
      if case .row(let table, _) = run.values, table.isWhole {
        if latest === table { return common }
        latest = table
      }
      return common.filter { has(run, $0) }
    }
  }
}
