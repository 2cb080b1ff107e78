/// A result that others published, and the one of ours that is held to it.
public struct PublishedResult: Equatable, Sendable {
  /// Ours: the names of experiment, arm and metric.
  public var path: [Positioned<String>]
  /// The published value.
  public var value: Value
  /// The protocol by which the published number was measured, as running text.
  public var measurement: [Inline]
  /// The work that it was published in: a citation.
  public var source: [Inline]

  /// A published value.
  public enum Value: Equatable, Sendable {
    /// A mean with its spread; a published mean without one has none.
    case mean(Number, spread: Spread?)
    /// A value to reach: from below where higher is better.
    case threshold(Number)
  }

  /// The spread of the values that a published mean is of.
  public struct Spread: Equatable, Sendable {
    /// Its size, such as a standard deviation.
    public var number: Number
    /// The kind of the values; nil if the notebook does not say.
    public var over: Values?

    /// The kind of values that a spread is over.
    public enum Values: String, CaseIterable, Sendable {
      /// Runs that differ by their seeds alone.
      case seeds
      /// Episodes of one run, which say nothing of how runs differ.
      case episodes
      /// Runs that may differ by more than their seeds.
      case runs
    }
  }

  /// A number with the digits that it was published with.
  public struct Number: Equatable, Sendable {
    /// The number.
    public var value: Double
    /// The number of digits after the point.
    public var decimals: Int

    /// Reads digits with an optional sign and point; nil for anything else.
    init?(_ text: String) {
      let digits = text.hasPrefix("-") || text.hasPrefix("−") ? text.dropFirst() : text[...]
      let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count <= 2, digits.count <= 15,
        parts.allSatisfy({ part in
          !part.isEmpty && part.allSatisfy { $0.isASCII && $0.isNumber }
        }), let magnitude = Double(digits)
      else { return nil }
      value = digits.count == text.count ? magnitude : 0 - magnitude
      decimals = parts.count == 2 ? parts[1].count : 0
    }
  }
}
