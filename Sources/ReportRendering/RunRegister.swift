/// The runs that the numbers of a page stand on: each arm once, however many numbers come from it.
struct RunRegister {
  /// The runs of one arm, with their values of each metric that the page shows.
  struct Arm {
    var name: String
    var command: String
    var promise: String
    var seeds: [String]
    var keys: [String]
    var columns: [(metric: String, values: [String])] = []

    /// The name of the experiment that it is of.
    var experiment: Substring { name.prefix { $0 != "/" } }

    fileprivate func isAlike(_ other: Arm) -> Bool {
      experiment == other.experiment && promise == other.promise && seeds == other.seeds
        && columns.map(\.metric) == other.columns.map(\.metric)
    }
  }

  private(set) var arms: [Arm] = []
  private var places: [Identity: Int] = [:]
  private var columns: [Int: [String: Int]] = [:]

  private struct Identity: Hashable {
    var name: String
    var command: String
    var keys: [String]
  }

  /// Takes in the runs of a number.
  ///
  /// - Returns: The places among ``arms`` of those that the number comes from, from 0.
  mutating func add(_ provenance: ReportProvenance) -> [Int] {
    provenance.arms.map { arm in
      let keys = arm.runs.map(\.key)
      let identity = Identity(name: arm.name, command: arm.command, keys: keys)
      let place = places[identity] ?? arms.count
      if place == arms.count {
        arms.append(
          Arm(
            name: arm.name, command: arm.command, promise: arm.promise,
            seeds: arm.runs.map(\.seed), keys: keys))
        places[identity] = place
      }
      let values = arm.runs.map(\.value)
      guard let column = columns[place]?[arm.metric] else {
        columns[place, default: [:]][arm.metric] = arms[place].columns.count
        arms[place].columns.append((arm.metric, values))
        return place
      }
      // A metric that is shown with different digits stands here with the most of them.
      if Self.length(arms[place].columns[column].values) < Self.length(values) {
        arms[place].columns[column].values = values
      }
      return place
    }
  }

  /// The number of runs that the numbers of a report stand on.
  static func runCount(of report: ReportDocument) -> Int {
    var register = RunRegister()
    func add(_ blocks: [ReportBlock]) {
      for block in blocks {
        switch block {
        case .table(let table):
          for cell in table.rows.lazy.flatMap(\.self) {
            if let provenance = cell.provenance { _ = register.add(provenance) }
          }
        case .figure(let figure):
          if let provenance = figure.provenance { _ = register.add(provenance) }
        case .details(_, let content): add(content)
        default: break
        }
      }
    }
    for blocks in report.directives { add(blocks) }
    for provenance in report.values.compactMap(\.provenance) { _ = register.add(provenance) }
    return register.arms.reduce(0) { $0 + $1.keys.count }
  }

  /// The arms one after the other, those together that a line can stand for: of one experiment, with the same seeds and
  /// metrics.
  var groups: [Range<Int>] {
    var groups: [Range<Int>] = []
    for place in arms.indices {
      if let last = groups.last, arms[last.lowerBound].isAlike(arms[place]) {
        groups[groups.count - 1] = last.lowerBound..<(place + 1)
      } else {
        groups.append(place..<(place + 1))
      }
    }
    return groups
  }

  private static func length(_ values: [String]) -> Int {
    values.reduce(0) { $0 + $1.utf8.count }
  }

  /// The name on the page of the arm at `place`; no label or heading has a dot in its own.
  static func anchor(_ place: Int) -> String { "runs.\(place + 1)" }
}
