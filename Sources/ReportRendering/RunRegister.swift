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

  private static func length(_ values: [String]) -> Int {
    values.reduce(0) { $0 + $1.utf8.count }
  }

  /// The name on the page of the arm at `place`; no label or heading has a dot in its own.
  static func anchor(_ place: Int) -> String { "runs.\(place + 1)" }
}
