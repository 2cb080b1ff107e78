internal import CanonicalJSON

/// The digest of each part of a record, and one over all.
public struct RecordDigest: Hashable, Sendable {
  /// One part, such as `metric.evaluation_return`, `curve.training_return` or `weights`.
  public struct Part: Hashable, Sendable {
    /// The name of the part, such as `metric.kl`.
    public var name: String
    /// Its SHA-256 in 64 hexadecimal digits; the first ones alone where a lock holds no more of it.
    public var hex: String

    /// Creates a part.
    public init(name: String, hex: String) {
      self.name = name
      self.hex = hex
    }
  }

  /// Sorted by name.
  public let parts: [Part]
  /// The digest over the names and digests of the parts.
  public let all: String

  /// Creates a digest from its parts, in any order.
  init(parts: [Part]) {
    let isSorted = zip(parts, parts.dropFirst()).allSatisfy {
      CanonicalText.precedes($0.name, $1.name)
    }
    self.parts = isSorted ? parts : parts.sorted { CanonicalText.precedes($0.name, $1.name) }
    var text = "labbook record 1\n"
    text.reserveCapacity(self.parts.count * 100)
    for part in self.parts {
      text += part.name
      text += " "
      text += part.hex
      text += "\n"
    }
    self.all = Digest.hex(of: text)
  }

  /// Creates the digest of a record with these metrics and these digests of its other parts.
  public init(metrics: [String: Double], otherParts: [Part]) {
    self.init(parts: Self.parts(of: metrics) + otherParts)
  }

  /// Whether these metrics, each under its name, and the parts beside them are what this is the digest of.
  func isOf(_ metrics: [String: Double]) -> Bool {
    var count = 0
    for part in parts where part.name.hasPrefix(Self.metricPrefix) {
      count += 1
      guard let value = metrics[String(part.name.dropFirst(Self.metricPrefix.count))],
        part.hex == Self.hex(of: value)
      else { return false }
    }
    return count == metrics.count
  }

  /// Creates a digest whose other parts are known by their first digits alone, so that it does not follow from them.
  init(metrics: [String: Double], abbreviatedParts: [Part], all: String) {
    parts = (Self.parts(of: metrics) + abbreviatedParts).sorted {
      CanonicalText.precedes($0.name, $1.name)
    }
    self.all = all
  }

  private static func parts(of metrics: [String: Double]) -> [Part] {
    metrics.map { name, value in
      Part(name: metricPrefix + name, hex: hex(of: value))
    }
  }

  private static let metricPrefix = "metric."

  private static func hex(of value: Double) -> String {
    Digest.hex(of: CanonicalText.number(value) + "\n")
  }

  /// The parts that are not scalar metrics.
  var otherParts: [Part] {
    parts.filter { !$0.name.hasPrefix("metric.") }
  }

  /// The names of the parts that both have and that differ, sorted; empty if the records agree.
  ///
  /// A part that only one has is no disagreement: a later version may add a diagnostic. How a result came to be
  /// (``Observation``) is none of what it says. A metric that is finite in one alone is one. Without
  /// any part in common nothing supports an agreement, and every part is named. A digest over all parts that was not made
  /// of them, as a lock of many runs has, is no proof: it has to be over the same parts.
  public func disagreements(with other: Self) -> [String] {
    if self == other { return [] }
    if all == other.all { return differences(to: other) }
    let theirs = Dictionary(other.parts.map { ($0.name, $0.hex) }) { first, _ in first }
    let common = parts.filter { theirs[$0.name] != nil && $0.name != Observation.part }
    guard !common.isEmpty || self == other else {
      return (parts + other.parts).map(\.name).sorted(by: CanonicalText.precedes)
    }
    let differing = common.filter { part in
      theirs[part.name].map { !Self.agree(part.hex, $0) } ?? true
    }.map(\.name)
    let opposed = opposedMetrics(to: other)
    return opposed.isEmpty
      ? differing : Set(differing + opposed).sorted(by: CanonicalText.precedes)
  }

  /// The parts that disagree with `reference`, and those that it alone has: they were not found again.
  ///
  /// - Parameter reference: What a lock says of the run whose record this is the digest of.
  /// - Returns: The names of the parts, sorted; empty if all that the reference says was found.
  public func departures(from reference: Self) -> [String] {
    let own = Set(parts.map(\.name))
    let missing = reference.parts.map(\.name).filter { !own.contains($0) && $0 != Observation.part }
    return Set(disagreements(with: reference) + missing).sorted(by: CanonicalText.precedes)
  }

  /// The names of the parts that one alone has, or that differ as far as both are known, sorted.
  private func differences(to other: Self) -> [String] {
    let theirs = Dictionary(other.parts.map { ($0.name, $0.hex) }) { first, _ in first }
    let own = Set(parts.map(\.name))
    let differing = parts.filter { part in
      theirs[part.name].map { !Self.agree(part.hex, $0) } ?? true
    }
    return (differing + other.parts.filter { !own.contains($0.name) }).map(\.name)
      .sorted(by: CanonicalText.precedes)
  }

  /// Whether two digests of a part are the same, as far as both are known.
  private static func agree(_ first: String, _ second: String) -> Bool {
    first.utf8.count == second.utf8.count
      ? first == second : first.hasPrefix(second) || second.hasPrefix(first)
  }
}
