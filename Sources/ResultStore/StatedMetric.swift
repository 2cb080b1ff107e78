internal import CanonicalJSON

/// The words and the better side of a metric, as the spec states them for an external trainer.
///
/// Of the engine's own metrics all this is declared; of a trainer's nobody else knows. It is in no run key, since no
/// result depends on it.
public struct StatedMetric: Equatable, Sendable {
  /// The words of column heads and axes; nil for those of its name.
  public var title: String?
  /// The unit, such as `tokens`; nil for a number without unit.
  public var unit: String?
  /// Whether larger values are better; nil where neither are.
  public var higherIsBetter: Bool?
  /// The largest difference at which a repetition counts as within the tolerance; nil for none but the same value.
  public var tolerance: Double?

  /// Creates a statement.
  public init(
    title: String? = nil, unit: String? = nil, higherIsBetter: Bool? = nil, tolerance: Double? = nil
  ) {
    self.title = title
    self.unit = unit
    self.higherIsBetter = higherIsBetter
    self.tolerance = tolerance
  }

  var json: JSONValue {
    .object(
      (higherIsBetter.map { [.init("better", .string($0 ? "higher" : "lower"))] } ?? [])
        + (title.map { [.init("title", .string($0))] } ?? [])
        + (unit.map { [.init("unit", .string($0))] } ?? [])
        + (tolerance.map { [.init("within", .number($0))] } ?? []))
  }

  /// Reads what a lock holds; nil if it is no such statement.
  init?(json: JSONValue) {
    guard let members = json.members,
      members.allSatisfy({ ["better", "title", "unit", "within"].contains($0.name) })
    else { return nil }
    func line(_ name: String) -> String?? {
      guard let value = json[name] else { return .some(nil) }
      guard let text = value.string, StoredText.problem(withLine: text) == nil else { return nil }
      return text
    }
    guard let title = line("title"), let unit = line("unit"), let better = line("better"),
      better.map({ ["higher", "lower"].contains($0) }) ?? true
    else { return nil }
    self.init(title: title, unit: unit, higherIsBetter: better.map { $0 == "higher" })
    if let within = json["within"] {
      guard let tolerance = within.double, tolerance >= 0, StoredNumber.isMetric(tolerance) else {
        return nil
      }
      self.tolerance = tolerance
    }
  }
}

/// One more execution of a run whose record is an observation, as a lock has it.
public struct LockedRepetition: Equatable, Sendable {
  /// The digest of its record.
  public var digest: String
  /// The metrics by name.
  public var metrics: [String: Double]

  /// Creates a repetition.
  public init(digest: String, metrics: [String: Double]) {
    self.digest = digest
    self.metrics = metrics
  }

  /// The most repetitions of a run that a lock holds: the first ones.
  public static let most = 100

  var json: JSONValue {
    .object([
      .init("digest", .string(digest)),
      .init("metrics", .sorted(metrics.mapValues(JSONValue.number))),
    ])
  }

  /// Reads what a lock holds; nil if it is no repetition.
  init?(json: JSONValue) {
    guard let digest = json["digest"]?.string, Digest.isHex(digest),
      let members = json["metrics"]?.members
    else { return nil }
    var metrics: [String: Double] = [:]
    for member in members {
      guard StoredText.isName(member.name), let value = member.value.double,
        StoredNumber.isMetric(value)
      else { return nil }
      metrics[member.name] = value
    }
    self.init(digest: digest, metrics: metrics)
  }
}
