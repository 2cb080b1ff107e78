public import ExperimentRunner
public import ExperimentSpec
internal import ResultStore

/// Runs that are given to a cluster at once, cut into parts; it never changes.
///
/// A part is executed by one task of a job array. Stages stand in parts before those of the runs that start from them,
/// but no task depends on another: it executes the stages that it needs, or waits for whoever has claimed them.
public struct Submission: Equatable, Sendable {
  /// A UUID, which is in the names of its jobs: a cluster gives the numbers of jobs again.
  public var id: String
  /// The name of the profile that it was submitted with; nil if it was written for another scheduler.
  public var profile: String?
  /// The number of the user who submitted it.
  public var user: Int
  /// The runs, none of which had a record.
  public var runs: [PlannedRun]
  /// The parts, by their numbers.
  public var parts: [Part]
  /// The arrays, one for each kind of resources at least.
  public var arrays: [JobArray]

  /// The runs of a task.
  public struct Part: Equatable, Sendable {
    /// Positions in ``Submission/runs``.
    public var runs: Range<Int>
    /// The estimated seconds of processor time.
    public var seconds: Double

    package init(runs: Range<Int>, seconds: Double) {
      self.runs = runs
      self.seconds = seconds
    }
  }

  /// Parts that are submitted by one call.
  public struct JobArray: Equatable, Sendable {
    /// The numbers of its parts; the number within the array begins at 0.
    public var parts: Range<Int>
    /// The resources of each run in it.
    public var resources: JobResources

    package init(parts: Range<Int>, resources: JobResources) {
      self.parts = parts
      self.resources = resources
    }
  }

  /// The most tasks of an array: clusters take no number above 1,000 unless they are told otherwise.
  static let mostTasks = 1000

  /// Cuts runs into parts.
  ///
  /// - Parameters:
  ///   - runs: The runs, each key once, with the missing stages that they stand on among them.
  ///   - estimates: How long they take.
  ///   - settings: How long a part is to take on how many processors.
  ///   - id: A UUID.
  ///   - profile: The name of the profile.
  ///   - user: The number of the user.
  public init(
    of runs: [PlannedRun], _ estimates: RunEstimates, _ settings: ClusterSettings, id: String,
    profile: String?, user: Int
  ) {
    self.id = id
    self.profile = profile
    self.user = user
    self.runs = []
    parts = []
    arrays = []
    let levels = Self.levels(of: runs)
    var kinds: [JobResources] = []
    var groups: [JobResources: [Int: [PlannedRun]]] = [:]
    for run in runs {
      let kind = JobResources(of: run)
      if groups[kind] == nil { kinds.append(kind) }
      groups[kind, default: [:]][levels[run.key] ?? 0, default: []].append(run)
    }
    // An array that others' stages stand in is submitted first.
    kinds = kinds.enumerated().sorted {
      let first = groups[$0.element]?.keys.min() ?? 0
      let second = groups[$1.element]?.keys.min() ?? 0
      return (first, $0.offset) < (second, $1.offset)
    }.map(\.element)
    for kind in kinds {
      let start = parts.count
      let workers = kind.isExternal ? 1 : settings.cpus
      for (_, runs) in (groups[kind] ?? [:]).sorted(by: { $0.key < $1.key }) {
        let seconds = runs.map(estimates.seconds(of:))
        for share in shares(of: seconds, target: Double(settings.share * workers)) {
          let first = self.runs.count
          self.runs += runs[share]
          parts.append(
            Part(
              runs: first..<self.runs.count, seconds: seconds[share].reduce(0, +)))
        }
      }
      for first in stride(from: start, to: parts.count, by: Self.mostTasks) {
        arrays.append(
          JobArray(
            parts: first..<min(first + Self.mostTasks, parts.count), resources: kind))
      }
    }
  }

  package init(
    id: String, profile: String?, user: Int, runs: [PlannedRun], parts: [Part], arrays: [JobArray]
  ) {
    self.id = id
    self.profile = profile
    self.user = user
    self.runs = runs
    self.parts = parts
    self.arrays = arrays
  }

  /// The first digits of its id, for people.
  public var short: String { String(id.prefix(8)) }

  /// The name of the jobs of an array.
  public func jobName(ofArray array: Int) -> String { "labbook-\(id)-\(array)" }

  /// The names of the jobs of all arrays.
  public var jobNames: [String] { arrays.indices.map(jobName(ofArray:)) }

  /// The array that holds a part.
  public func array(ofPart part: Int) -> Int? {
    arrays.firstIndex { $0.parts.contains(part) }
  }

  /// The runs of a part, and the stages in other parts that they stand on.
  public func work(ofPart part: Int) -> (runs: [PlannedRun], stages: [PlannedRun]) {
    let runs = Array(self.runs[parts[part].runs])
    return (runs, stagesNeeded(by: runs, among: self.runs))
  }

  /// The number of stages in the longest chain below each run, among these runs.
  private static func levels(of runs: [PlannedRun]) -> [RunKey: Int] {
    let known = Dictionary(runs.map { ($0.key, $0) }) { first, _ in first }
    var levels: [RunKey: Int] = [:]
    func level(_ key: RunKey, depth: Int) -> Int {
      if let level = levels[key] { return level }
      // A key is made of those of its stages, so that no chain comes back to its beginning.
      guard let run = known[key], depth < runs.count else { return -1 }
      let level = (run.stages.map { level($0, depth: depth + 1) }.max() ?? -1) + 1
      levels[key] = level
      return level
    }
    for run in runs { _ = level(run.key, depth: 0) }
    return levels
  }
}
