internal import CanonicalJSON
public import ResultStore

/// The outcome of executing an observed run once more, beside its record.
public enum RepetitionVerdict: Equatable, Sendable {
  /// All parts are the same, bit for bit.
  case sameBits
  /// Every metric is within the tolerance that its spec declares; some part differs.
  case within([Difference])
  /// Some metric is not.
  case outside([Difference])

  /// The difference of one metric.
  public struct Difference: Equatable, Sendable {
    /// The name of the metric.
    public var metric: String
    /// The value of the record; nil if it has none.
    public var recorded: Double?
    /// The value of the repetition; nil if it has none.
    public var repeated: Double?
    /// The largest difference that the spec allows; 0 without one.
    public var tolerance: Double

    /// Whether both have the same value; NaN is the same as NaN.
    fileprivate var isSame: Bool {
      guard let recorded, let repeated else { return recorded == nil && repeated == nil }
      return recorded == repeated || CanonicalText.same(recorded, repeated)
    }

    /// Whether the difference is no larger than the tolerance.
    public var isWithin: Bool {
      guard let recorded, let repeated else { return recorded == nil && repeated == nil }
      return isSame || (recorded - repeated).magnitude <= tolerance
    }
  }

  /// Compares a repetition with the record.
  ///
  /// - Parameters:
  ///   - record: Metrics and digest of the record.
  ///   - repetition: Those of the repetition.
  ///   - tolerances: The largest differences that are within the tolerance, by metric.
  public init(
    record: (metrics: [String: Double], digest: RecordDigest),
    repetition: (metrics: [String: Double], digest: RecordDigest), tolerances: [String: Double]
  ) {
    let (recorded, repeated) = (Self.values(of: record), Self.values(of: repetition))
    let differences = Set(recorded.keys).union(repeated.keys).sorted(by: CanonicalText.precedes)
      .map { name in
        Difference(
          metric: name, recorded: recorded[name], repeated: repeated[name],
          tolerance: tolerances[name] ?? 0)
      }.filter { !$0.isSame }
    if differences.isEmpty, repetition.digest.disagreements(with: record.digest).isEmpty {
      self = .sameBits
    } else if differences.allSatisfy(\.isWithin) {
      self = .within(differences)
    } else {
      self = .outside(differences.filter { !$0.isWithin })
    }
  }

  /// The metrics, those that are no finite numbers too.
  private static func values(
    of result: (metrics: [String: Double], digest: RecordDigest)
  ) -> [String: Double] {
    result.metrics.merging(result.digest.undefined.mapValues(\.number)) { first, _ in first }
  }

  /// Whether a repetition like this is no reason to doubt the record.
  public var isWithin: Bool {
    if case .outside = self { false } else { true }
  }
}

extension RepetitionVerdict: CustomStringConvertible {
  /// Such as `within: reward 0.51 → 0.52 (±0.02)`.
  public var description: String {
    switch self {
    case .sameBits: "same bits"
    case .within([]): "within: the metrics are the same, other parts differ"
    case .within(let differences):
      "within: \(differences.map(\.description).joined(separator: ", "))"
    case .outside(let differences):
      "outside: \(differences.map(\.description).joined(separator: ", "))"
    }
  }
}

extension RepetitionVerdict.Difference: CustomStringConvertible {
  public var description: String {
    func text(_ value: Double?) -> String { value.map(CanonicalText.number) ?? "nothing" }
    let words = "\(metric) \(text(recorded)) → \(text(repeated))"
    return tolerance == 0
      ? "\(words) (no tolerance declared)" : "\(words) (±\(CanonicalText.number(tolerance)))"
  }
}
