package import Statistics

/// Numbers as reports show them: no locale, a true minus sign, thousands set apart by commas.
package enum NumberText {
  /// Returns how many digits after the point show a number of the size of `scale` to about four
  /// digits; at most 8.
  package static func decimals(forScale scale: Double) -> Int {
    guard scale.isFinite, scale != 0 else { return 3 }
    var decimals = 0
    var bound = 1000.0
    while decimals < 8, scale.magnitude < bound {
      decimals += 1
      bound /= 10
    }
    return decimals
  }

  /// Returns `value` with exactly `decimals` digits after the point, halves rounded away from zero.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
    let scaled = (value.magnitude * power(decimals)).rounded(.toNearestOrAwayFromZero)
    guard scaled < 1e15 else { return scientific(value) }
    var digits = String(Int64(scaled))
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard decimals > 0 else { return sign + grouped(digits) }
    digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + grouped(String(digits.dropLast(decimals))) + "." + digits.suffix(decimals)
  }

  /// Returns `value` with as many digits after the point as it has, at most 8.
  package static func shortest(_ value: Double) -> String {
    var scale = 1.0
    var decimals = 0
    while decimals < 8, (value * scale).rounded() / scale != value {
      scale *= 10
      decimals += 1
    }
    return fixed(value, decimals: decimals)
  }

  /// Returns `value` as `1.234 × 10⁹`.
  package static func scientific(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return fixed(value, decimals: 0) }
    var exponent = exponent(of: value.magnitude)
    var mantissa = scaled(value.magnitude, byPowerOfTen: 0 - exponent)
    if (mantissa * 1000).rounded(.toNearestOrAwayFromZero) >= 10_000 {
      mantissa = 1
      exponent += 1
    }
    return (value < 0 ? "−" : "") + fixed(mantissa, decimals: 3) + timesPower(exponent)
  }

  /// Returns ` × 10⁻⁸`.
  static func timesPower(_ exponent: Int) -> String {
    let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let power = String(exponent.magnitude).compactMap(\.wholeNumberValue).map { superscripts[$0] }
    return " × 10" + (exponent < 0 ? "⁻" : "") + String(power)
  }

  /// Returns the largest whole power of ten that is at most `value`, which is above zero.
  static func exponent(of value: Double) -> Int {
    var exponent = 0
    if value >= 1 {
      while exponent < 308, power(exponent + 1) <= value { exponent += 1 }
    } else {
      while exponent > -308, power(exponent) > value { exponent -= 1 }
    }
    return exponent
  }

  /// Returns ten to a whole power from −308 to 308, as near as a Double comes to it.
  static func power(_ exponent: Int) -> Double { powers[exponent + 308] }

  private static let powers = (-308...308).map { Double("1e\($0)") ?? 0 }

  private static func scaled(_ value: Double, byPowerOfTen exponent: Int) -> Double {
    // Dividing by a whole power of ten is exact where multiplying by a fraction is not.
    exponent < 0 ? value / power(0 - exponent) : value * power(exponent)
  }

  /// Returns a probability from a test: three digits, or that it is below the smallest of them.
  package static func pValue(_ value: Double) -> String {
    value < 0.0005 ? "< 0.001" : fixed(value, decimals: 3)
  }

  /// Returns `p = 0.012` or `p < 0.001`.
  package static func pEquals(_ value: Double) -> String {
    value < 0.0005 ? "p < 0.001" : "p = " + fixed(value, decimals: 3)
  }

  /// Returns `[455.1, 499.9]`.
  ///
  /// - Parameters:
  ///   - interval: The interval.
  ///   - decimals: The digits after the point.
  ///   - bounds: Numbers that the interval is read against, such as 0 for a difference: an end that is not one of them is not
  ///     written as one, but with more digits: `[−0.006, −0.0002]` does not hold 0.
  /// - Returns: Both ends in brackets.
  package static func interval(
    _ interval: ConfidenceInterval, decimals: Int, apartFrom bounds: [Double] = []
  ) -> String {
    func end(_ value: Double) -> String {
      // Beyond eight digits are rounding errors.
      let enough = (decimals...max(decimals, 8)).first { digits in
        bounds.allSatisfy {
          $0 == value || fixed($0, decimals: digits) != fixed(value, decimals: digits)
        }
      }
      return fixed(value, decimals: enough ?? decimals)
    }
    return "[\(end(interval.lower)), \(end(interval.upper))]"
  }

  /// Sets thousands apart: `1234567` becomes `1,234,567`.
  private static func grouped(_ digits: String) -> String {
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
      result.append(digit)
    }
    return result
  }
}
