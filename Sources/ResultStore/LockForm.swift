internal import CanonicalJSON

extension Lock {
  /// How the runs of a lock are written.
  package enum Form: String, CaseIterable, Sendable {
    /// An object for each run, a scalar a line, with the whole digest of each part of its record.
    case byRun = "labbook lock 1"
    /// A line for each run below the names of the columns, with the settings that all arms share written once.
    ///
    /// A line has the seed, the first digits of the key, the record's digest, the metrics, and the first digits of the
    /// digest of every other part. The key follows from the settings; the record's digest stands for the rest.
    case byArm = "labbook lock 2"

    /// A lock of more runs is written ``byArm``: it would have 20 MB otherwise at 10,000 runs.
    static let mostRunsByRun = 2000
    /// The digits of a key, and of the digest of a part: enough to say which part differs.
    static let digits = 12
    /// The text in the column of a metric or part that a run does not have.
    static let absent = "-"
  }
}

extension LockedExperiment {
  /// The settings that all arms have with the same values.
  var sharedSettings: [String: String] {
    guard let first = arms.first, arms.count > 1 else { return [:] }
    return first.preimage.filter { name, value in
      arms.allSatisfy { $0.preimage[name] == value }
    }
  }
}

extension LockedArm {
  /// The members that hold the runs ``Lock/Form/byArm``.
  var columns: [JSONValue.Member] {
    let metrics = Self.names(in: runs.map(\.metricNames))
    let parts = Self.names(in: runs.map(\.partNames))
    let decided = runs.compactMap { run in
      run.resolution.map { JSONValue.Member("\(run.seed)", $0.json) }
    }
    let repeated = runs.filter { !$0.repetitions.isEmpty }.map { run in
      JSONValue.Member("\(run.seed)", .array(run.repetitions.map(\.json)))
    }
    return [
      .init("metrics", .string(metrics.joined(separator: " "))),
      .init("parts", .string(parts.joined(separator: " "))),
      .init("runs", .array(runs.map { .string($0.row(metrics, parts)) })),
    ] + (decided.isEmpty ? [] : [.init("resolutions", .object(decided))])
      + (repeated.isEmpty ? [] : [.init("repetitions", .object(repeated))])
  }

  /// The names that any run has, sorted.
  private static func names(in runs: [[String]]) -> [String] {
    var latest = runs.first ?? []
    var names = Set(latest)
    for other in runs.dropFirst() where other != latest {
      names.formUnion(other)
      latest = other
    }
    return names.sorted(by: CanonicalText.precedes)
  }
}

extension LockedRun {
  /// The line of the run below columns of these metrics and parts.
  fileprivate func row(_ metrics: [String], _ parts: [String]) -> String {
    var row = "\(seed) "
    row += key.prefix(Lock.Form.digits)
    row += " "
    row += digest
    for name in metrics {
      row += " "
      row += metric(name).map(CanonicalText.number) ?? Lock.Form.absent
    }
    for name in parts {
      row += " "
      row += part(name)?.prefix(Lock.Form.digits) ?? Lock.Form.absent[...]
    }
    return row
  }
}
