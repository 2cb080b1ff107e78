internal import CanonicalJSON

// The parts of a lock that only external trainers have.
extension LockReader {
  /// Titles, units and better sides that the spec stated of an experiment's metrics, by name; nothing where it has
  /// none.
  func statedMetrics(
    of json: JSONValue, in experiment: String
  ) throws(LockError) -> [String: StatedMetric] {
    guard json["stated"] != nil else { return [:] }
    var stated: [String: StatedMetric] = [:]
    for member in try members("stated", of: json, in: experiment) {
      guard StoredText.isName(member.name), let metric = StatedMetric(json: member.value) else {
        throw malformed(
          "\(experiment): what is stated of the metric '\(member.name.prefix(70))' is not its title, unit, "
            + "better side and tolerance")
      }
      stated[member.name] = metric
    }
    return stated
  }

  /// Whether an experiment promises the same bits each time; not where the lock does not say.
  func repeatsExactly(_ json: JSONValue, _ experiment: String) throws(LockError) -> Bool {
    guard let mark = json["repeats"] else { return false }
    guard mark == .string(LockedExperiment.exactRepeats) else {
      throw malformed(
        "\(experiment): 'repeats' is something else than '\(LockedExperiment.exactRepeats)'")
    }
    return true
  }

  /// The repetitions of a run; none where it has none.
  func repetitions(
    of json: JSONValue, in place: String
  ) throws(LockError) -> [LockedRepetition] {
    guard json["repetitions"] != nil else { return [] }
    var repetitions: [LockedRepetition] = []
    for element in try elements(
      "repetitions", atMost: LockedRepetition.most, of: json, in: place)
    {
      guard let repetition = LockedRepetition(json: element) else {
        throw malformed("\(place): a repetition is no digest with metrics")
      }
      repetitions.append(repetition)
    }
    return repetitions
  }
}

extension LockedExperiment {
  /// The word of a lock for the promise that repetitions give the same bits.
  static let exactRepeats = "exact"
}
