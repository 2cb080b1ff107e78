internal import CanonicalJSON

/// A metric's value that is no finite number, as a trainer wrote it.
///
/// It is none of a record's metrics, which means and tests are made of and which are finite in every record. It is a part
/// of its own, `undefined.NAME`, so records and locks have one form whether there is such a value or not, and its digest
/// is that of a metric with this value.
public enum UndefinedValue: String, CaseIterable, Hashable, Sendable {
  case notANumber = "nan"
  case infinity = "inf"
  case negativeInfinity = "-inf"

  /// The value that a number is; nil if it is finite.
  public init?(_ number: Double) {
    if number.isFinite { return nil }
    self = number.isNaN ? .notANumber : number > 0 ? .infinity : .negativeInfinity
  }

  /// The value as a number.
  public var number: Double {
    switch self {
    case .notANumber: .nan
    case .infinity: .infinity
    case .negativeInfinity: -.infinity
    }
  }

  /// The beginning of the names of its parts; the metric's name follows.
  static let prefix = "undefined."

  /// The digest of the part.
  var hex: String { Digest.hex(of: rawValue + "\n") }

  /// The value that a part stands for; nil if it is none.
  init?(hex: String) {
    // A large lock holds the beginnings of digests.
    guard hex.utf8.count >= 8,
      let known = Self.allCases.first(where: { Self.digests[$0]?.hasPrefix(hex) == true })
    else { return nil }
    self = known
  }

  private static let digests = Dictionary(uniqueKeysWithValues: allCases.map { ($0, $0.hex) })

  /// The metric that a part is about; nil for another part.
  static func metric(ofPart name: String) -> String? {
    name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
  }
}

extension RecordDigest {
  /// The metrics that are no finite numbers.
  public var undefined: [String: UndefinedValue] {
    var values: [String: UndefinedValue] = [:]
    for part in parts {
      guard let name = UndefinedValue.metric(ofPart: part.name) else { continue }
      values[name] = UndefinedValue(hex: part.hex)
    }
    return values
  }

  /// The metrics that are finite here and not there, or the other way round, as names of parts.
  func opposedMetrics(to other: Self) -> [String] {
    func opposed(_ first: Self, _ second: Self) -> [String] {
      first.parts.compactMap { part in
        UndefinedValue.metric(ofPart: part.name).flatMap { name in
          second.hex(of: "metric." + name) == nil ? nil : "metric." + name
        }
      }
    }
    return opposed(self, other) + opposed(other, self)
  }
}

extension LockedRun {
  /// The value of a metric that is no finite number; nil if it is one, or if the run has none.
  public func undefined(_ metric: String) -> UndefinedValue? {
    self.metric(metric) == nil
      ? part(UndefinedValue.prefix + metric).flatMap(UndefinedValue.init(hex:)) : nil
  }

  /// The names of the metrics that are no finite numbers, in any order.
  public var undefinedMetrics: [String] {
    partNames.compactMap(UndefinedValue.metric(ofPart:)).filter { undefined($0) != nil }
  }
}
