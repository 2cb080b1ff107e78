/// An axis from one round number to another, with ticks at round numbers between.
package struct AxisScale: Equatable, Sendable {
  package var lower: Double
  package var upper: Double
  package var ticks: [Double]

  /// Creates an axis that covers `values` and has ticks at round steps.
  ///
  /// - Parameters:
  ///   - values: Those that are not finite are left out; an axis without any goes from 0 to 1.
  ///   - limits: The values that the quantity can take; the axis does not go beyond them.
  ///   - count: About how many steps from tick to tick.
  ///   - roundEnds: Whether the ends are moved outward to ticks.
  ///   - isWhole: Whether the quantity is counted, so that nothing is between two whole numbers.
  package init(
    covering values: [Double], limits: ClosedRange<Double>? = nil, count: Int = 5,
    roundEnds: Bool = true, isWhole: Bool = false
  ) {
    let values = values.filter(\.isFinite).map { max(-Self.largest, min($0, Self.largest)) }
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    // An axis that almost starts at zero had better start there.
    if low > 0, low < 0.4 * high { low = 0 }
    if high < 0, high > 0.4 * low { high = 0 }
    // Values that agree to nine digits are one value: steps between them would be noise.
    let largest = max(low.magnitude, high.magnitude)
    if high - low <= largest * 1e-9 {
      let half = largest < Self.least ? 0.5 : largest * 0.1
      (low, high) = (low - half, high + half)
    }
    let step = Self.roundStep((high - low) / Double(count), isWhole: isWhole)
    if roundEnds {
      low = (low / step).rounded(.down) * step
      high = (high / step).rounded(.up) * step
    }
    if let limits {
      low = max(low, limits.lowerBound)
      high = max(min(high, limits.upperBound), low + step)
    }
    lower = Self.cleaned(low)
    upper = Self.cleaned(high)
    // Multiples of the step by their number: steps that are added up would drift.
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    ticks = stride(from: first, through: last, by: 1).map { Self.cleaned($0 * step) }
  }

  /// Creates an axis from the least to the largest of whole numbers, with a tick at each of them, or at
  /// every other, third and so on where there are many.
  package init(levels: [Double], count: Int = 12) {
    let levels = Set(levels).sorted()
    lower = levels.first ?? 0
    upper = max(levels.last ?? 1, lower + 1)
    let stride = (levels.count + count - 1) / count
    ticks = levels.enumerated().filter { $0.offset.isMultiple(of: max(1, stride)) }.map(\.element)
  }

  /// Numbers beyond these are drawn at the edge, and closer to zero than these as zero.
  private static let (largest, least) = (1e150, 1e-150)

  /// The least of 1, 2, 2.5, 5 and 10 times a power of ten that is at least `step`; of those that are whole, if asked.
  private static func roundStep(_ step: Double, isWhole: Bool) -> Double {
    if isWhole, step <= 1 { return 1 }
    let power = NumberText.power(NumberText.exponent(of: step))
    let factors = isWhole && power == 1 ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10]
    return (factors.first { $0 * power >= step * (1 - 1e-9) } ?? 10) * power
  }

  /// `value` without the noise that multiplying by a step leaves in the last digits.
  /// Zero has no sign.
  private static func cleaned(_ value: Double) -> Double { significant(value, digits: 12) + 0 }
}

/// Returns `value` rounded to `digits` significant decimal digits.
package func significant(_ value: Double, digits: Int) -> Double {
  guard value.isFinite, value.magnitude > 1e-280 else { return value }
  let shift = digits - 1 - NumberText.exponent(of: value.magnitude)
  // Dividing by whole powers of ten keeps decimal fractions exact.
  return shift < 0
    ? (value / NumberText.power(-shift)).rounded(.toNearestOrAwayFromZero)
      * NumberText.power(-shift)
    : (value * NumberText.power(shift)).rounded(.toNearestOrAwayFromZero)
      / NumberText.power(shift)
}
