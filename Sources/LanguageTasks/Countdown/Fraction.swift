/// A rational number in lowest terms, always exact: an operation that would overflow gives `nil`.
public struct Fraction: Hashable, Sendable {
  /// The numerator, in lowest terms.
  public let numerator: Int
  /// Above 0.
  public let denominator: Int

  /// Creates a whole number.
  public init(_ whole: Int) {
    numerator = whole
    denominator = 1
  }

  /// Creates numerator / denominator, or `nil` for a denominator of 0.
  public init?(_ numerator: Int, over denominator: Int) {
    guard denominator != 0, numerator != .min, denominator != .min else { return nil }
    var (a, b) = (numerator.magnitude, denominator.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    let divisor = Int(a) * (denominator < 0 ? -1 : 1)
    self.numerator = numerator / divisor
    self.denominator = denominator / divisor
  }

  func adding(_ other: Self) -> Self? {
    guard let first = Self.product(numerator, other.denominator),
      let second = Self.product(other.numerator, denominator),
      let denominator = Self.product(denominator, other.denominator)
    else { return nil }
    let (sum, overflows) = first.addingReportingOverflow(second)
    return overflows ? nil : Self(sum, over: denominator)
  }

  func subtracting(_ other: Self) -> Self? {
    // No numerator is the least integer, whose negative would overflow.
    Self(-other.numerator, over: other.denominator).flatMap(adding)
  }

  func multiplied(by other: Self) -> Self? {
    guard let numerator = Self.product(numerator, other.numerator),
      let denominator = Self.product(denominator, other.denominator)
    else { return nil }
    return Self(numerator, over: denominator)
  }

  func divided(by other: Self) -> Self? {
    Self(other.denominator, over: other.numerator).flatMap(multiplied)
  }

  private static func product(_ first: Int, _ second: Int) -> Int? {
    let (product, overflows) = first.multipliedReportingOverflow(by: second)
    return overflows ? nil : product
  }
}
